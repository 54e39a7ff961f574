"""Universal binary JSON, as far as XGBoost writes it, read into plain Python."""

import struct
from typing import Any

CODES = {b"i": "b", b"U": "B", b"I": "h", b"l": "i", b"L": "q", b"d": "f", b"D": "d"}


class Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, mark: bytes) -> Any:
        code = ">" + CODES[mark]
        return struct.unpack(code, self.take(struct.calcsize(code)))[0]

    def text(self) -> str:
        return self.take(self.number(self.take(1))).decode()

    def value(self) -> Any:
        mark = self.take(1)
        if mark in (b"T", b"F", b"Z"):
            return {b"T": True, b"F": False, b"Z": None}[mark]
        if mark == b"S":
            return self.text()
        if mark == b"{":
            return self.members()
        return self.items() if mark == b"[" else self.number(mark)

    def members(self) -> dict:
        found = {}
        while self.data[self.at : self.at + 1] != b"}":
            key = self.text()
            found[key] = self.value()
        self.take(1)
        return found

    def items(self) -> list:
        """Read a list: typed (``$d#``), counted (``#``), or up to its bracket."""
        mark = None
        if self.data[self.at : self.at + 1] == b"$":
            mark = self.take(2)[1:]
        if self.data[self.at : self.at + 1] == b"#":
            self.take(1)
            count = self.number(self.take(1))
            return [self.value() if mark is None else self.number(mark) for _ in range(count)]
        found = []
        while self.data[self.at : self.at + 1] != b"]":
            found.append(self.value())
        self.take(1)
        return found


def read(data: bytes) -> Any:
    return Reader(data).value()
