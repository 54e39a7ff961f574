"""The decorator of public methods: translates the core's errors, and ends tracebacks at the user's call."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from rescora.core import _core
from rescora.core_errors import CORE_ERRORS, request_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Class = TypeVar("Class", bound=type)

# What a wrong argument, request, document or file raises; other kinds are our bugs and keep their frames.
MISTAKES = (
    TypeError,
    ValueError,
    OSError,
    ImportError,
    _core.Stopped,
)  # the core's errors are ValueErrors and OSErrors too
_OURS = frozenset([__name__.partition(".")[0]]) | sys.stdlib_module_names


def as_shown(error: Exception) -> Exception | None:
    """
    Return what to raise in a public function for an error that came out of it; None leaves it as it is.

    Frames of a user's own code, such as a generator of documents, are never hidden, and with
    ``RESCORA_TRACEBACK`` in the environment nothing is.
    """
    if isinstance(error, CORE_ERRORS):
        return request_error(error)
    if os.environ.get("RESCORA_TRACEBACK") or not _raised_inside(error):
        return None
    return error.with_traceback(None)


def _raised_inside(error: Exception) -> bool:
    """Tell whether all frames are ours or the standard library's, so that they tell a user nothing."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.partition(".")[0] not in _OURS:
            return False
        trace = trace.tb_next
    return True


def public(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Decorate a public function: translate the core's errors, and remove our own frames from tracebacks."""

    @functools.wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return function(*args, **kwargs)
        except MISTAKES as error:
            shown = as_shown(error)
            if shown is None:
                raise
            raise shown from None

    return call


def public_methods(kind: Class) -> Class:
    """Decorate a class: `public` for all of its methods but those that begin with an underscore."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, classmethod):
            wrapped: Any = classmethod(public(member.__func__))
        elif callable(member):
            wrapped = public(member)
        else:
            continue
        setattr(kind, name, wrapped)
    return kind


class PublicIterator(Generic[Result]):
    """An iterator whose errors show the user's loop, not what computes its items."""

    def __init__(self, items: Iterator[Result]) -> None:
        self._items = items

    def __iter__(self) -> Iterator[Result]:
        return self

    @public
    def __next__(self) -> Result:
        return next(self._items)
