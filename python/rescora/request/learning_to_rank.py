"""The learning-to-rank rescorer's keys, and the rules for its window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, did_you_mean, show
from rescora.reading.values import at_least, illegal, kind, parsing, string
from rescora.request.rescorer import EarlyExit, ModelRescorer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.request.rescorer import Rescorer

NAME = "learning_to_rank"
_KEYS = ("model_id", "params", "early_exit")
_EXIT_KEYS = ("after_trees", "keep")
_counted = at_least(1, "must be at least 1, not [{value}]")


def parse_learning_to_rank(
    body: dict[Any, Any], path: str, _levels: int, window: int | None
) -> ModelRescorer:
    """Read the rescorer of type ``learning_to_rank``."""
    place = f"{path}.{NAME}"
    for key in body:
        if key not in _KEYS:
            raise _unknown(key, f"{place}.{show(key)}")
    if "model_id" not in body:
        raise illegal("Required [model_id]", place)
    if window is None:
        raise parsing(f"window_size is required for rescorer of type [{NAME}]", path)
    params = body.get("params")
    if params is not None and not isinstance(params, dict):
        raise parsing(f"[params] must be an object, not {kind(params)}", f"{place}.params")
    return ModelRescorer(
        window_size=window,
        path=path,
        model_id=string(body["model_id"], f"{place}.model_id"),
        params=params or {},
        early_exit=_early_exit(body.get("early_exit"), f"{place}.early_exit"),
    )


def _unknown(key: object, place: str) -> RequestError:
    hint = ": [window_size] stands beside it" if key == "window_size" else did_you_mean(key, _KEYS)
    return RequestError(
        f"[{NAME}] unknown field [{show(key)}]{hint}", path=place, type="x_content_parse_exception"
    )


def _early_exit(body: Any, path: str) -> EarlyExit | None:
    """Read after how many trees all but how many documents are dropped."""
    if body is None:
        return None
    if not isinstance(body, dict):
        raise parsing(f"[early_exit] must be an object, not {kind(body)}", path)
    for key in body:
        if key not in _EXIT_KEYS:
            raise illegal(f"[early_exit] unknown field [{show(key)}]{did_you_mean(key, _EXIT_KEYS)}", path)
    for key in _EXIT_KEYS:
        if key not in body:
            raise illegal(f"Required [{key}]", path)
    after, keep = (_counted(body[key], f"{path}.{key}") for key in _EXIT_KEYS)
    return EarlyExit(after_trees=after, keep=keep)


def check_model_windows(rescorers: Sequence[Rescorer], from_: int, size: int) -> None:
    """
    Raise RequestError where a model's window is too small for the page, or for a window after it.

    A model cuts the hits to its window, so what a page or a later rescorer wants beyond is not there.
    """
    for i, one in enumerate(rescorers):
        if not isinstance(one, ModelRescorer):
            continue
        window = one.window_size
        if window < from_ + size:
            raise _invalid(
                f"rescorer [window_size] is too small and should be at least the value of [from + size: "
                f"{from_ + size}] but was [{window}]",
                one.path,
            )
        if one.early_exit is not None and one.early_exit.keep < from_ + size:
            raise _invalid(
                f"[early_exit.keep] is too small and should be at least the value of [from + size: "
                f"{from_ + size}] but was [{one.early_exit.keep}]",
                one.path,
            )
        for later in rescorers[i + 1 :]:
            if later.window_size > window:
                raise _invalid(
                    f"unable to add a rescorer with [window_size: {later.window_size}] because a rescorer of "
                    f"type [{NAME}] with a smaller [window_size: {window}] has been added before",
                    later.path,
                )


def _invalid(reason: str, path: str) -> RequestError:
    return RequestError(
        f"Validation Failed: 1: {reason};", path=path, type="action_request_validation_exception"
    )
