"""How long a request may take: ``"50ms"`` in a body, seconds as a keyword; 0 and -1 are for ever."""

from __future__ import annotations

import math
from typing import Any

from rescora.errors import RequestError, show
from rescora.reading.units import nanoseconds

Timeout = str | float | None
SECOND = 1_000_000_000  # nanoseconds
_MOST_SECONDS = 9e9  # of a keyword: as nanoseconds they fit into 64 bits


def seconds_as_text(timeout: Any) -> Any:
    """Return a keyword's seconds as a body has them; anything else as it is."""
    if isinstance(timeout, bool) or not isinstance(timeout, int | float):
        return timeout
    if not math.isfinite(timeout) or (timeout < 0 and timeout != -1):
        raise RequestError(
            f"[timeout] must be seconds, or -1 for none, not [{show(timeout)}]",
            path="timeout",
            type="illegal_argument_exception",
        )
    if timeout <= 0:
        return "-1" if timeout < 0 else "0"
    return f"{max(1, round(min(timeout, _MOST_SECONDS) * SECOND))}nanos"


def parse_timeout(value: Any) -> int | None:
    """
    Return a body's timeout in nanoseconds, or None where there is none.

    Examples
    --------
    >>> parse_timeout("50ms"), parse_timeout("0"), parse_timeout("-1")
    (50000000, None, None)
    """
    text = str(value).lower() if isinstance(value, bool | int | float) else value
    if text is None:
        return None
    if not isinstance(text, str):
        raise RequestError(f"[timeout] must be a string, not [{show(value)}]", path="timeout")
    try:
        found = nanoseconds(text, "timeout")
    except ValueError as error:
        raise RequestError(str(error), path="timeout", type="illegal_argument_exception") from None
    return found if found > 0 else None


def timeout_of(timeout: Timeout) -> int | None:
    """Return a keyword's timeout in nanoseconds, or None where there is none."""
    return parse_timeout(seconds_as_text(timeout))
