"""What comes of one input: an answer, an error of the library's own kind, or a failure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rescora import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 1_500  # characters of an error's text


class Failure(AssertionError):
    """An input that did what none may do."""


def outcome(call: Callable[[], Any]) -> str:
    """
    Make a call.

    Returns
    -------
    str
        ``answer``, or the type of the error.

    Raises
    ------
    Failure
        If anything but an error of ours came out, or one that cannot be shown, or that is long.
    """
    try:
        call()
    except RequestError as error:
        json.dumps(error.to_dict()).encode()
        text = str(error)
        text.encode()
        if len(text) > LONGEST:
            raise Failure(f"said {len(text):,} characters: {text[:200]}") from None
        return str(error.type)
    except Exception as error:
        raise Failure(f"{type(error).__name__}: {str(error)[:300]}") from error
    return "answer"


def check_time(taken: float, slow: float, came: str) -> None:
    """Fail where the call took more seconds than are allowed."""
    if taken > slow:
        raise Failure(f"took {taken:.1f} seconds, {came}")
