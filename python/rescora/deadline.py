"""Deadlines and cancellation of requests, and what each step had done when it was stopped."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

from rescora.core import _core
from rescora.request.timeout import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    LimitsNow = Callable[[], _core.Limits | None]  # made when all else is ready, with the time that is left


class Cancellation:
    """
    Cancels the calls that it is given to, from any other thread.

    A call that is ended raises `Cancelled`; it never returns a part of an answer. One that begins after
    `cancel` raises at once. In asyncio a search runs in a thread, which goes on until it is told to end:

    .. code-block:: python

        token = rescora.Cancellation()
        try:
            hits = await asyncio.to_thread(index.search, body, cancel=token)
        except asyncio.CancelledError:
            token.cancel()
            raise

    Examples
    --------
    >>> import rescora
    >>> index = rescora.Index.from_documents([{"_id": "a", "title": "fox"}])
    >>> token = rescora.Cancellation()
    >>> index.search(query={"match": {"title": "fox"}}, cancel=token).ids
    ['a']
    >>> token.cancel()
    >>> index.search(query={"match": {"title": "fox"}}, cancel=token)
    Traceback (most recent call last):
    rescora.Cancelled: task cancelled
    """

    __module__ = "rescora"
    __slots__ = ("_core",)

    def __init__(self) -> None:
        self._core = _core.Cancellation()

    def cancel(self) -> None:
        """End the calls."""
        self._core.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._core.cancelled

    def __repr__(self) -> str:
        return f"<rescora.Cancellation: {'' if self.cancelled else 'not '}cancelled>"


class Stage(TypedDict):
    """
    How far one step of a search came.

    ``stage`` is its name: ``first_pass``, then ``rescore[0]`` and so on. ``asked`` is how many documents it
    was to look at, ``done`` how many of them it had done with when it ended: of a rescorer, those of the
    shards on which it came to its end. Only a step that is ``complete`` has changed the hits.
    """

    stage: str
    asked: int
    done: int
    complete: bool


def stages_of(steps: Sequence[tuple[int, int, bool]], first: str | None = "first_pass") -> list[Stage]:
    """Return the steps by name; `first` is None where there are only rescorers."""
    return [
        {"stage": name, "asked": asked, "done": done, "complete": complete}
        for name, (asked, done, complete) in zip(_names(len(steps), first), steps, strict=True)
    ]


@lru_cache(maxsize=64)
def _names(steps: int, first: str | None) -> tuple[str, ...]:
    ahead = [] if first is None else [first]
    return (*ahead, *(f"rescore[{place}]" for place in range(steps - len(ahead))))


def _flag_of(cancel: Cancellation) -> _core.Cancellation:
    if not isinstance(cancel, Cancellation):
        raise TypeError(f"cancel must be a rescora.Cancellation, not {type(cancel).__name__}")
    return cancel._core


def limits_for(
    timeout: int | None,
    *cancel: Cancellation | None,
    began: float | None = None,
    always: bool = False,
) -> _core.Limits | None:
    """
    Return the limits of a request for the core.

    Parameters
    ----------
    timeout : int or None
        Nanoseconds that all of the request may take.
    *cancel : Cancellation or None
        Who may end it.
    began : float, optional
        When the request did, by ``time.perf_counter``; now if None.
    always : bool
        Whether there are some even if nothing is limited, for several calls of the core that are one request.
    """
    if timeout is None and not always and all(one is None for one in cancel):
        return None
    if timeout is not None and began is not None:
        timeout -= round((time.perf_counter() - began) * SECOND)
    return own_limits(timeout, *cancel)


def own_limits(timeout: int | None, *cancel: Cancellation | None) -> _core.Limits:
    """Return limits for a request that begins now, even if nothing is limited; else as `limits_for`."""
    return _core.Limits(timeout, [_flag_of(one) for one in cancel if one is not None])
