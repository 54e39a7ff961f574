"""A decoder of the part of Universal Binary JSON that XGBoost writes, bounded in size and depth."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from rescora.errors import ModelError, show

# XGBoost's own files are nine deep.
DEEPEST = 32

_NUMBERS = {b"i": ">i1", b"U": ">u1", b"I": ">i2", b"l": ">i4", b"L": ">i8", b"d": ">f4", b"D": ">f8"}
_STRUCTS = {mark: struct.Struct(">" + np.dtype(kind).char) for mark, kind in _NUMBERS.items() if mark != b"L"}
_STRUCTS[b"L"] = struct.Struct(">q")  # numpy's own letter for it is as long as the machine's
_CONSTANTS = {b"Z": None, b"T": True, b"F": False}


def looks_like(data: bytes) -> bool:
    """Return whether these bytes begin as an object does here; in JSON no length follows the brace."""
    return len(data) > 2 and data[:1] == b"{" and data[1:2] in _STRUCTS


def decode(data: bytes) -> Any:
    r"""
    Return the value that `data` holds: dicts, lists, strings and numbers; lists of one type as arrays.

    Raises
    ------
    ModelError
        If the bytes are cut short or altered, nested deeper than `DEEPEST`, or go on after the value.

    Examples
    --------
    >>> decode(b"{U\x01a[$l#U\x02\x00\x00\x00\x01\x00\x00\x00\x02}")["a"].tolist()
    [1, 2]
    """
    reader = _Reader(data)
    value = reader.value(reader.mark(), 0)
    if reader.at != len(data):
        raise reader.error("the file goes on after its end")
    return value


class _Reader:
    """The bytes, and the place `at` which reading goes on."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def error(self, reason: str) -> ModelError:
        return ModelError(reason, path=f"byte {self.at}")

    def take(self, size: int) -> bytes:
        if size < 0 or size > len(self.data) - self.at:
            raise self.error(f"{size} bytes should follow, but {len(self.data) - self.at} do")
        taken = self.data[self.at : self.at + size]
        self.at += size
        return taken

    def mark(self) -> bytes:
        """Return the next marker; `N` means nothing and may stand anywhere."""
        mark = self.take(1)
        while mark == b"N":
            mark = self.take(1)
        return mark

    def number(self, mark: bytes) -> Any:
        packed = _STRUCTS[mark]
        return packed.unpack(self.take(packed.size))[0]

    def length(self, mark: bytes) -> int:
        if mark not in _STRUCTS or mark in b"dD":
            raise self.error(f"a length must be a whole number, not of type {show(mark)}")
        length = int(self.number(mark))
        if length < 0:
            raise self.error(f"a length must be at least 0, not {length}")
        return length

    def string(self, mark: bytes) -> str:
        taken = self.take(self.length(mark))
        try:
            return taken.decode()
        except UnicodeDecodeError:
            raise self.error(f"a string is not UTF-8: {show(taken)}") from None

    def value(self, mark: bytes, depth: int) -> Any:
        if mark in _STRUCTS:
            return self.number(mark)
        if mark == b"S":
            return self.string(self.mark())
        if mark in _CONSTANTS:
            return _CONSTANTS[mark]
        if mark not in (b"{", b"["):
            raise self.error(f"the type {show(mark)} is not supported")
        if depth == DEEPEST:
            raise self.error(f"lists and objects are nested more than {DEEPEST} deep")
        return self.object(depth + 1) if mark == b"{" else self.list(depth + 1)

    def object(self, depth: int) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while (mark := self.mark()) != b"}":
            key = self.string(mark)
            if key in items:
                raise self.error(f"the key [{show(key)}] stands twice")
            items[key] = self.value(self.mark(), depth)
        return items

    def list(self, depth: int) -> Any:
        mark = self.mark()
        if mark == b"$":
            return self.typed_list()
        items: list[Any] = []
        if mark == b"#":
            for _ in range(self.length(self.mark())):  # at least a byte each: it ends where the bytes end
                items.append(self.value(self.mark(), depth))
            return items
        while mark != b"]":
            items.append(self.value(mark, depth))
            mark = self.mark()
        return items

    def typed_list(self) -> Any:
        mark = self.mark()
        if mark not in _NUMBERS:
            raise self.error(f"a list of type {show(mark)} is not supported")
        if self.mark() != b"#":
            raise self.error("a list of one type must give its length")
        kind = np.dtype(_NUMBERS[mark])
        length = self.length(self.mark())
        return np.frombuffer(self.take(length * kind.itemsize), kind)
