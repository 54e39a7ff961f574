"""Fields by name, and the objects that they lie in: what a schema is asked, finished or being drafted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescora.schema.field import Field

IGNORED = "_ignored"  # a metadata field: the names of fields whose values were left out
MAX_FIELDS = 1_000  # index.mapping.total_fields.limit


class Rules(msgspec.Struct, frozen=True):
    """
    What new fields are held to.

    Attributes
    ----------
    similarity : dict
        Named similarities: k1 and b.
    analyzers : frozenset of str or None
        The names of the analyzers that exist; None lets any name pass.
    max_fields : int
        ``index.mapping.total_fields.limit``.
    ignore_malformed : bool
        ``index.mapping.ignore_malformed``, for fields that do not say.
    """

    similarity: Mapping[str, tuple[float, float]]
    analyzers: frozenset[str] | None = None
    max_fields: int = MAX_FIELDS
    ignore_malformed: bool = False


class Fields:
    """
    The fields of a schema.

    Parameters
    ----------
    rules : Rules
        What new ones are held to.
    root : dict
        What a mapping says beside its fields.
    objects : dict
        Each object's rule for unknown fields in it; None where it is that of the object around it.
    fields : dict
        The fields in the order of their numbers.
    children : dict
        The multi-fields of a field.
    """

    __slots__ = ("_children", "_fields", "_objects", "_root", "rules", "source_enabled")

    def __init__(
        self,
        rules: Rules,
        root: dict[str, Any],
        objects: dict[str, str | None],
        fields: dict[str, Field],
        children: dict[str, tuple[Field, ...]],
    ) -> None:
        self.rules = rules
        self._root = root
        self._objects = objects
        self._fields = fields
        self._children = children
        self.source_enabled: bool = root.get("_source", {}).get("enabled", True)

    @property
    def date_detection(self) -> bool:
        """Whether a string that looks like a date makes a date field."""
        return bool(self._root.get("date_detection", True))

    @property
    def numeric_detection(self) -> bool:
        """Whether a string that is a number makes a number's field."""
        return bool(self._root.get("numeric_detection", False))

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    @property
    def fields(self) -> tuple[Field, ...]:
        """All fields, by number."""
        return tuple(self._fields.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all fields, by number."""
        return tuple(self._fields)

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of all fields but metadata, by number."""
        return tuple(name for name in self._fields if name != IGNORED)

    def field(self, name: str) -> Field | None:
        """Return the field of this full name, or None."""
        return self._fields.get(name)

    def multi_fields(self, name: str) -> tuple[Field, ...]:
        """Return the fields that get the values of `name` too."""
        return self._children.get(name, ())

    def is_object(self, name: str) -> bool:
        """Tell whether `name` is an object with fields of its own."""
        return name in self._objects

    def match_pattern(self, pattern: str) -> list[Field]:
        """
        Return the fields whose names fit a pattern, in which ``*`` stands for anything, in order of number.

        Examples
        --------
        >>> from rescora.schema.schema import Schema
        >>> [f.name for f in Schema({"properties": {"title": {"type": "text"}}}).match_pattern("ti*")]
        ['title']
        """
        if "*" not in pattern:
            found = self._fields.get(pattern)
            return [] if found is None else [found]
        fits = re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL).fullmatch
        return [field for name, field in self._fields.items() if fits(name) and name != IGNORED]

    def under(self, name: str) -> list[Field]:
        """Return the fields inside an object, by number; multi-fields are not counted."""
        start = f"{name}."
        return [
            field for field in self._fields.values() if field.name.startswith(start) and field.parent is None
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping in Elasticsearch's shape."""
        whole: dict[str, Any] = dict(self._root)
        fields = [found for found in self._fields.values() if found.name != IGNORED]
        for name, dynamic in self._objects.items():
            if name:
                inner = _descend(whole, name)
                inner.setdefault("properties", {})
                if dynamic is not None:
                    inner["dynamic"] = dynamic
        for found in fields:
            if found.parent is None:
                _descend(whole, found.name).update(found.definition)
            else:
                place = _descend(whole, found.parent).setdefault("fields", {})
                place[found.name[len(found.parent) + 1 :]] = dict(found.definition)
        return whole

    def dynamic(self, name: str) -> str:
        """Return what becomes of an unknown field of this full name: "true", "false" or "strict"."""
        while name:
            name = name.rpartition(".")[0]
            rule = self._objects.get(name)
            if rule is not None:
                return rule
        return "true"


def _descend(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the place of a field or object in a mapping, made where it is not."""
    for part in name.split("."):
        whole = whole.setdefault("properties", {}).setdefault(part, {})
    return whole
