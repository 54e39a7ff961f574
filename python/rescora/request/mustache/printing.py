"""How values print: as Java's toString has them, or as JSON; and the text that they make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rescora.errors import RequestError
from rescora.reading.values import illegal, plain, scalar, scalar_text, string

if TYPE_CHECKING:
    from rescora.request.mustache.names import Name

MAX_OUTPUT = 1 << 20  # characters: Elasticsearch's default of mustache.max_output_size_bytes
MAX_DEPTH = 64  # of sections in sections, and of lists and objects in a value

_TO_ESCAPE = re.compile(r'["\\\x00-\x1f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


class Budget(Protocol):
    """The work that is left to a rendering, and the path of its template."""

    path: str

    def spend(self, steps: int) -> None:
        """Count work; RequestError where none is left."""


class Output:
    """A text that grows to 1 MiB at most."""

    def __init__(self, rendering: Budget) -> None:
        self._rendering = rendering
        self._pieces: list[str] = []
        self._room = MAX_OUTPUT

    def write(self, text: str) -> None:
        """Add to the text, as long as there is room and work left."""
        self._room -= len(text)
        if self._room < 0:
            reason = "Mustache script result size limit exceeded"
            raise RequestError(reason, path=self._rendering.path, type="parse_exception")
        self._rendering.spend(1 + len(text) // 16)
        self._pieces.append(text)

    def text(self) -> str:
        """Return all that was written."""
        return "".join(self._pieces)


def printed(value: Any, name: Name, rendering: Budget) -> str:
    """Return a value as a variable prints it: a list is an object of its places, as Elasticsearch sees it."""
    out = Output(rendering)
    if isinstance(value, list | tuple):
        _write_entries(enumerate(value), out, name.path, MAX_DEPTH)
    else:
        write_java(value, out, name.path, MAX_DEPTH)
    return out.text()


def write_java(value: Any, out: Output, path: str, levels: int) -> None:
    """Write a value as Java's toString does."""
    value = plain(value)
    if value is None:
        out.write("null")
    elif isinstance(value, Mapping):
        _write_entries(_members(value, path), out, path, levels)
    elif isinstance(value, list | tuple):
        out.write("[")
        for place, item in enumerate(value):
            out.write(", " if place else "")
            write_java(item, out, path, _deeper(levels, path))
        out.write("]")
    else:
        out.write(_scalar_text(value, path))


def _write_entries(entries: Iterator[tuple[Any, Any]], out: Output, path: str, levels: int) -> None:
    """Write ``{key=value, …}``."""
    separator = "{"
    for key, item in entries:
        out.write(f"{separator}{key}=")
        write_java(item, out, path, _deeper(levels, path))
        separator = ", "
    out.write("{}" if separator == "{" else "}")


def write_json(value: Any, out: Output, path: str, levels: int) -> None:
    """Write a value as JSON, without spaces."""
    value = plain(value)
    if value is None:
        out.write("null")
    elif isinstance(value, Mapping):
        separator = "{"
        for key, item in _members(value, path):
            out.write(f'{separator}"{escape(key)}":')
            write_json(item, out, path, _deeper(levels, path))
            separator = ","
        out.write("{}" if separator == "{" else "}")
    elif isinstance(value, list | tuple):
        out.write("[")
        for place, item in enumerate(value):
            out.write("," if place else "")
            write_json(item, out, path, _deeper(levels, path))
        out.write("]")
    else:
        text = _scalar_text(value, path)
        out.write(f'"{escape(text)}"' if isinstance(value, str) else text)


def _members(value: Mapping[Any, Any], path: str) -> Iterator[tuple[str, Any]]:
    """Return keys and values; a key that is not text has no place in JSON."""
    for key, item in value.items():
        yield string(key, path), item


def _scalar_text(value: Any, path: str) -> str:
    """Return a string, number or boolean as Java prints it, and refuse anything else."""
    if isinstance(value, np.ndarray):
        raise illegal("an array is taken as a parameter, not inside one", path)
    return scalar_text(scalar(value, path), path)


def _deeper(levels: int, path: str) -> int:
    """Count the levels down; a value that holds itself never ends."""
    if levels == 1:
        raise illegal(f"a value must not be nested deeper than {MAX_DEPTH} levels", path)
    return levels - 1


def escape(text: str) -> str:
    """Return `text` as it stands inside a JSON string."""
    return _TO_ESCAPE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"
