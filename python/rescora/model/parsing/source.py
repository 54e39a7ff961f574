"""The source of a model: a path, bytes, a dict or a live object, read once for all formats."""

from __future__ import annotations

import math
import os
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from rescora.errors import ModelError, show
from rescora.files.paths import printable
from rescora.files.reading import read_at_most
from rescora.reading.limits import MOST_VALUES

# No model that is used for ranking is near it; what is larger is not read into memory.
MOST_BYTES = 2 * 1024**3
_NUMBERS = {int, float, bool, type(None)}
_LARGE = 4 * 1024**2  # bytes whose decoding takes so long that Ctrl-C should not wait for its end


def _number(text: str) -> float:
    """Return a number of a large model; signals are heard when this is called, and else not until the end."""
    number = float(text)
    if math.isinf(number):
        raise msgspec.ValidationError("Number out of range")
    return number


def _decoder(size: int) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(float_hook=_number) if size > _LARGE else msgspec.json.Decoder()


@dataclass(frozen=True)
class Source:
    """
    A model's bytes, or its parsed JSON, or the object of the library that trained it.

    Attributes
    ----------
    data : bytes or None
    given : object
        A dict or list as the caller has it, or a live object; None if there are bytes.
    """

    data: bytes | None
    given: Any = None

    @property
    def json(self) -> Any:
        """The parsed JSON; None if it is none."""
        return self._parsed[0]

    @property
    def json_fault(self) -> str:
        """What is wrong with bytes that only begin as JSON does; empty if nothing is."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Any, str]:
        if self.data is None:
            return self.given if isinstance(self.given, (Mapping, list, tuple)) else None, ""
        if self.data[:64].lstrip()[:1] not in (b"{", b"["):
            return None, ""
        try:
            return _decoder(len(self.data)).decode(self.data), ""
        except RecursionError:
            return None, "it is nested too deeply"
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return None, show(str(error), 200)

    @cached_property
    def text(self) -> str | None:
        """The bytes as UTF-8; None if they are none."""
        try:
            return None if self.data is None else self.data.decode()
        except UnicodeDecodeError:
            return None

    def describe(self) -> str:
        """Describe the source, for a message."""
        if self.data is None:
            return f"an object of type {type(self.given).__module__}.{type(self.given).__qualname__}"
        return f"[{show(self.data[:40].decode('utf-8', 'replace'))}], of {len(self.data):,} bytes,"


def class_of(given: object, library: str, classes: Container[str]) -> str:
    """Return which of a library's classes an object is of, or nothing; the library is not imported."""
    for kind in type(given).__mro__:
        if str(kind.__module__).partition(".")[0] == library and kind.__name__ in classes:
            return kind.__name__
    return ""


def read_source(given: Any) -> Source:
    """
    Return what `given` holds.

    Raises
    ------
    OSError
        If a path cannot be read, or is neither a file nor a FIFO.
    ModelError
        If it is larger than any model, or an object that JSON could not be.
    """
    if isinstance(given, (bytes, bytearray, memoryview)):
        return Source(bytes(given))
    if isinstance(given, (str, os.PathLike)):
        data = read_at_most(given, MOST_BYTES)
        if data is None:
            raise ModelError(
                f"{printable(given)} has more than the {MOST_BYTES:,} bytes that a model may have"
            )
        return Source(data)
    if isinstance(given, (Mapping, list, tuple)):
        _check_plain(given)
    return Source(None, given)


def _check_plain(given: Any) -> None:
    """Refuse an object with anything in it that no JSON has: arrays do not compare, sets have no order."""
    seen: set[int] = set()  # objects may hold themselves
    shares = False
    waiting = [given]
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            shares = True
            continue
        seen.add(id(value))
        if isinstance(value, Mapping):
            _check_keys(value)
        waiting += _inner(_items(value))
    if shares:
        _check_shared(given)


def _items(value: Any) -> Any:
    return value.values() if isinstance(value, Mapping) else value


def _inner(items: Any) -> list[Any]:
    """Return the objects and lists among some values."""
    if _NUMBERS.issuperset(map(type, items)):  # most lists are of numbers, and long
        return []
    return [item for item in items if type(item) not in _NUMBERS and not _is_plain(item)]


def _check_shared(given: Any) -> None:
    """
    Refuse a document whose shared parts make it much larger than its memory.

    One that holds itself is as deep as no tree may be, which its format says with the place.
    """
    sizes: dict[int, int] = {}  # values in each object and list, those of its own objects and lists too
    distinct = 0
    open_: set[int] = set()  # from the root to what is looked at
    waiting = [given]
    while waiting:
        value = waiting[-1]
        if id(value) in sizes:
            waiting.pop()
            continue
        items = _items(value)
        inner = _inner(items)
        if id(value) not in open_:
            open_.add(id(value))
            waiting += [item for item in inner if id(item) not in sizes and id(item) not in open_]
            continue
        waiting.pop()
        open_.remove(id(value))
        distinct += len(items)
        sizes[id(value)] = len(items) + sum(sizes.get(id(item), 0) for item in inner)
        if sizes[id(value)] - distinct > MOST_VALUES:
            raise ModelError(
                f"more than {MOST_VALUES:,} values of a model are shared: "
                "what stands in several places counts in each of them"
            )


def _check_keys(value: Mapping[Any, Any]) -> None:
    try:
        if "".join(value).isascii():  # all at once: there are many objects
            return
    except TypeError:
        pass
    for key in value:
        if not isinstance(key, str) or not _is_plain(key):
            raise ModelError(f"a key of a model must be a string, not [{show(key)}]")


def _is_plain(value: Any) -> bool:
    """Return whether it is a value that holds no others; refuse what is none of JSON's."""
    if value is None or isinstance(value, (bool, int, float)):
        return True
    if isinstance(value, str):
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ModelError(f"[{show(value)}] in a model is no text in Unicode") from None
        return True
    if isinstance(value, (dict, list, tuple, Mapping)):  # Mapping last: it is slow to say no
        return False
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    raise ModelError(f"a model given as an object must hold what JSON holds, not a [{kind}]")
