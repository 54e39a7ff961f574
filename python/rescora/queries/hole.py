"""A string of a request with variables in it, whose text comes with each call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import did_you_mean, show
from rescora.reading.values import illegal, plain, scalar, scalar_text, utf8

if TYPE_CHECKING:
    from collections.abc import Mapping


class Hole:
    """
    A string of a request with variables in it.

    Attributes
    ----------
    pieces : tuple of (str, bool)
        Its parts, and whether each is a variable's name.
    as_given : bool
        Whether it is one variable whose value is wanted with its type, not as text.
    number : int
        Its place among the request's holes.
    """

    __slots__ = ("as_given", "number", "only", "pieces")

    def __init__(self, pieces: tuple[tuple[str, bool], ...], as_given: bool, number: int) -> None:
        self.pieces = pieces
        self.number = number
        self.as_given = as_given
        self.only = pieces[0][0] if len(pieces) == 1 else None  # the name of the only variable

    def filled(self, params: Mapping[str, Any]) -> Any:
        """Return what stands here when the variables have these values."""
        if self.only is None:
            return "".join([_text(params, piece) if variable else piece for piece, variable in self.pieces])
        if self.as_given:
            return _value(params, self.only)
        value = params.get(self.only)
        return value if type(value) is str and value.isascii() else _text(params, self.only)


class NeedsValueError(Exception):
    """What a hole stands for must be known before this can be compiled."""


def scalar_or_hole(value: Any, path: str) -> str | int | float | bool | Hole:
    """Read what `scalar` reads, or a hole that will be a text."""
    if not isinstance(value, Hole) or value.as_given:
        return scalar(value, path)
    for piece, _ in value.pieces:
        utf8(piece, path)
    return value


def _value(params: Mapping[str, Any], name: str) -> Any:
    try:
        return params[name]
    except KeyError:
        raise illegal(
            f"missing parameter [{name}]{did_you_mean(name, [k for k in params if isinstance(k, str)])}",
            "params",
        ) from None


def _text(params: Mapping[str, Any], name: str) -> str:
    value = plain(_value(params, name))
    path = f"params.{name}"
    if not isinstance(value, str | bool | int | float):
        raise illegal(f"a string, number or boolean is wanted, not [{show(value)}]", path)
    return scalar_text(scalar(value, path), path)
