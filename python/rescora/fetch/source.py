"""A hit's source: the document as it was given, read when it is asked for, cut to what was wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from rescora.errors import CorruptFileError
from rescora.fetch.page import Page, Shown

if TYPE_CHECKING:
    from rescora.core import _core
    from rescora.request.search import SourceSpec

Source = dict[str, Any] | None  # None where there is none
Accepts = Callable[[str], bool]
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def sources(page: Page) -> Shown | None:
    """Return the source of each hit, as far as it was asked for."""
    spec, core, docs = page.request.source, page.view.core, page.docs
    if not spec.enabled:
        return None

    def source(place: int) -> Source:
        found = source_of(core, int(docs[place]))
        return None if found is None else SourceFilter(spec)(found)

    return Shown(Sources(source))


class Sources:
    """The sources of hits by their places; each is read when it is asked for, and once."""

    __slots__ = ("_of_place", "_read")

    def __init__(self, of_place: Callable[[int], Source]) -> None:
        self._of_place = of_place
        self._read: dict[int, Source] = {}

    def __getitem__(self, place: int) -> Source:
        if place not in self._read:
            self._read[place] = self._of_place(place)
        return self._read[place]


def source_of(core: _core.Snapshot, doc: int) -> Source:
    """
    Return a document's source.

    Raises
    ------
    CorruptFileError
        If the file that the index was opened from is damaged there.
    """
    source = core.source(doc)
    if not source:
        return None
    try:
        return _decode(source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorruptFileError(f"the source of document {doc} is damaged: {error}") from None


class SourceFilter:
    """
    Cuts a source down to what was asked for.

    Parameters
    ----------
    spec : SourceSpec
        Patterns of dotted names, in which ``*`` stands for anything, dots included. What includes an object
        includes all in it, and so for excludes, which win.

    Attributes
    ----------
    whole : bool
        True where the source is returned as it is.

    Examples
    --------
    >>> from rescora.request import SourceSpec
    >>> keep = SourceFilter(SourceSpec(includes=("title", "a.*"), excludes=("a.secret",)))
    >>> keep({"title": "x", "a": {"b": 1, "secret": 2}, "other": 3})
    {'title': 'x', 'a': {'b': 1}}
    """

    __slots__ = ("_excluded", "_included", "_plain", "whole")

    def __init__(self, spec: SourceSpec) -> None:
        self.whole = not spec.includes and not spec.excludes
        self._included = _matcher(spec.includes) if spec.includes else None
        self._excluded = _matcher(spec.excludes) if spec.excludes else None
        # names without dots and patterns, and no excludes: a handful of look-ups
        names = spec.includes if not spec.excludes else ()
        self._plain = names if names and not any(set(".*") & set(name) for name in names) else ()

    def __call__(self, source: dict[str, Any]) -> dict[str, Any]:
        """Return the parts that are wanted; the source itself is left as it is."""
        if self.whole:
            return source
        if self._plain and not any("." in key for key in source):
            wanted = frozenset(self._plain)
            return {key: value for key, value in source.items() if key in wanted}
        return self._object(source, "", inside=self._included is None)

    def _object(self, source: dict[str, Any], prefix: str, inside: bool) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for key, value in source.items():
            name = prefix + key
            if self._excluded is not None and self._excluded(name):
                continue
            included = inside or (self._included is not None and self._included(name))
            if isinstance(value, dict):
                part: Any = self._object(value, f"{name}.", included)
            elif isinstance(value, list):
                part = self._array(value, name, included)
            else:
                part = value
            if included if not isinstance(value, dict | list) else (part or included):
                kept[key] = part
        return kept

    def _array(self, values: list[Any], name: str, inside: bool) -> list[Any]:
        kept: list[Any] = []
        for value in values:
            if isinstance(value, dict):
                part = self._object(value, f"{name}.", inside)
                if part or inside:
                    kept.append(part)
            elif isinstance(value, list):
                inner = self._array(value, name, inside)
                if inner or inside:
                    kept.append(inner)
            elif inside:
                kept.append(value)
        return kept


@lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> Accepts:
    """Return what tells whether a name, or an object it lies in, fits one of the patterns."""
    names = frozenset(pattern for pattern in patterns if "*" not in pattern)
    globs = tuple({tuple(pattern.split("*")): None for pattern in patterns if "*" in pattern})

    def accepts(name: str) -> bool:
        end = name.find(".")
        while end >= 0:
            if name[:end] in names or any(_fits(name[:end], glob) for glob in globs):
                return True
            end = name.find(".", end + 1)
        return name in names or any(_fits(name, glob) for glob in globs)

    return accepts


def _fits(name: str, parts: tuple[str, ...]) -> bool:
    """Tell whether a name has these parts in order; each is taken where it first stands."""
    first, *middle, last = parts
    if not name.startswith(first):
        return False
    at = len(first)
    for part in middle:
        at = name.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(name) - at >= len(last) and name.endswith(last)
