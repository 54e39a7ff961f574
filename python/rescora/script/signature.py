"""The types of parameters, which are part of a compiled program's cache key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from rescora.errors import show
from rescora.reading.values import illegal, utf8
from rescora.script.types import KINDS, NUMERIC

# A name of KINDS, ("list", kind) or ("map", ((key, signature), …)).
Signature = Any
MAX_VALUES = 100_000  # in all of a script's parameters
MAX_LEVELS = 20


class ForeignError(Exception):
    """A value of another library, which `plain` may know how to read."""


def signature_of(params: Mapping[str, Any]) -> Signature:
    """
    Return the kinds of parameters.

    Raises
    ------
    ForeignError
        If a value is none of JSON's.
    RequestError
        If there are too many values, or one does not fit in 64 bits.

    Examples
    --------
    >>> signature_of({"w": 0.5, "names": ["a"]})
    ('map', (('w', 'double'), ('names', ('list', 'String'))))
    """
    left = [MAX_VALUES]
    return _of_map(params, left, MAX_LEVELS)


def _of_map(values: Mapping[str, Any], left: list[int], levels: int) -> Signature:
    _spend(len(values), left, levels)
    kinds = []
    for key, value in values.items():
        if not isinstance(key, str):
            raise illegal(f"a parameter's name must be a string, not [{show(key)}]", "params")
        utf8(key, "params")
        kinds.append((key, _of(value, left, levels)))
    return "map", tuple(kinds)


def _of(value: Any, left: list[int], levels: int) -> Signature:
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind(value)
    if type(value) is list:
        return "list", _of_items(value, left, levels - 1)
    if type(value) is dict:
        return _of_map(value, left, levels - 1)
    raise ForeignError


def _of_items(items: list[Any], left: list[int], levels: int) -> str:
    """Return the kind of all items: "def" for several simple ones, "other" where one is a list or a map."""
    _spend(len(items), left, levels)
    if set(map(type, items)) == {float}:
        return "double"
    kinds = {_of(item, left, levels) for item in items}
    if not all(isinstance(kind, str) and kind in KINDS for kind in kinds):
        return "other"
    [kind, *others] = kinds or {"def"}
    return kind if not others and kind in (*NUMERIC, "String") else "def"


def _spend(values: int, left: list[int], levels: int) -> None:
    left[0] -= values
    if left[0] < 0:
        raise illegal(f"a script's parameters have at most {MAX_VALUES:,} values", "params")
    if levels <= 0:
        raise illegal(f"parameters are nested more than {MAX_LEVELS} levels deep", "params")


def _whole(value: int) -> str:
    if -(2**31) <= value < 2**31:
        return "int"
    if -(2**63) <= value < 2**63:
        return "long"
    raise illegal(f"a script's parameter must fit in 64 bits, not [{show(value)}]", "params")


def _text(value: str) -> str:
    utf8(value, "params")
    return "String"


_KINDS: dict[type, Callable[[Any], str]] = {
    bool: lambda _: "boolean",
    int: _whole,
    float: lambda _: "double",
    str: _text,
    type(None): lambda _: "null",
}


def plain(value: Any) -> Any:
    """
    Return parameters as JSON would carry them: NumPy's arrays, tuples, enums become lists and values.

    Raises
    ------
    RequestError
        If a value is nothing that a script knows.

    Examples
    --------
    >>> plain({"v": np.arange(3), "w": np.float32(0.5)})
    {'v': [0, 1, 2], 'w': 0.5}
    """
    return _plain(
        value, [2 * MAX_VALUES], MAX_LEVELS
    )  # with what holds them; `signature_of` has the very limit


def _plain(value: Any, left: list[int], levels: int) -> Any:
    _spend(1, left, levels)
    if isinstance(value, Mapping):
        return {key: _plain(inner, left, levels - 1) for key, inner in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        _spend(value.size, left, levels)
        return _plain(value.tolist(), [2 * MAX_VALUES], levels - 1)
    if isinstance(value, list | tuple):
        return [_plain(item, left, levels - 1) for item in value]
    if value is None:
        return None
    for base in (bool, int, float, str):  # an enum, say, is one of these too
        if isinstance(value, base):
            return base(value) if base is not str else str.__str__(value)
    raise illegal(
        f"a script's parameter must be a number, boolean, string, list or object, not [{show(value)}]",
        "params",
    )
