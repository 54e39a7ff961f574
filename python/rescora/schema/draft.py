"""A schema that is being written: new fields are checked against those that are there, and added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from rescora.errors import MappingError, UnsupportedError, did_you_mean, show
from rescora.schema.checks import bm25_of, multi_fields_of, parameters_of, type_of
from rescora.schema.field import DEFAULT_BM25, Field
from rescora.schema.fields import IGNORED, Fields
from rescora.schema.parameters import ILLEGAL
from rescora.schema.types.keywords import KEYWORD, KeywordField

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_DEPTH = 20  # index.mapping.depth.limit


class Draft(Fields):
    """Fields that may be added to; `Schema.draft` begins with a copy of a schema's."""

    __slots__ = ()

    def add(self, name: str, definition: Any) -> Field:
        """
        Add a field, its multi-fields, and the objects it lies in.

        Parameters
        ----------
        name : str
            The full dotted name.
        definition : dict
            ``{"type": "text", ...}``.
        """
        self._open_parents(name)
        return self._add(name, definition, parent=None)

    def add_object(self, name: str, dynamic: str | None = None) -> None:
        """Add an object, and those it lies in."""
        self._open_parents(name)
        if name in self._fields:
            raise MappingError(
                f"can't merge a non object mapping [{name}] with an object mapping", field=name, type=ILLEGAL
            )
        if dynamic is not None or name not in self._objects:
            self._objects[name] = dynamic

    def ignored(self) -> Field:
        """Return the field with the names of those whose values were left out; it is no part of a mapping."""
        found = self._fields.get(IGNORED)
        if found is None:
            found = self._fields[IGNORED] = KeywordField(IGNORED, len(self._fields), KEYWORD)
        return found

    def learn(self, name: str, **parameters: Any) -> None:
        """Set parameters of a field's mapping that its first value tells."""
        found = self._fields[name]
        definition = {**found.definition, **parameters}
        self._fields[name] = replace(found, definition=definition, **parameters)

    def _open_parents(self, name: str) -> None:
        if name.count(".") >= MAX_DEPTH:
            reason = (
                f"Limit of mapping depth [{MAX_DEPTH}] has been exceeded due to object field [{show(name)}]"
            )
            raise MappingError(reason, field=name, type=ILLEGAL)
        at = name.find(".")
        while at > 0:
            if name[:at] not in self._objects:
                self.add_object(name[:at])
            at = name.find(".", at + 1)

    def _add(self, name: str, whole: Any, parent: str | None) -> Field:
        kind = type_of(name, whole)
        if name in self._objects or name in self._fields:
            reason = f"field [{name}] is mapped twice, or is also an object"
            raise MappingError(reason, field=name, type=ILLEGAL)
        if len(self._fields) + len(self._objects) > self.rules.max_fields:
            limit = f"Limit of total fields [{self.rules.max_fields}] has been exceeded"
            reason = f"{limit} while adding field [{show(name)}]"
            raise MappingError(reason, field=name, type=ILLEGAL)
        if parent is not None and not kind.is_multi_field:
            reason = f"Field [{name}] of type [{kind.name}] can't be used in multifields"
            raise MappingError(reason, field=name, path=name)
        attributes, kept = parameters_of(name, kind, whole, self.rules.ignore_malformed)
        self._check_analyzers(name, attributes)
        k1, b = self._bm25(name, attributes.pop("similarity", None))
        definition = {"type": kind.name, **kept}
        made = kind.field_class(
            name, len(self._fields), kind, parent, k1=k1, b=b, definition=definition, **attributes
        )
        self._fields[name] = made
        if parent is not None:
            self._children[parent] = (*self._children.get(parent, ()), made)
        for key, inner in multi_fields_of(name, kind, whole, parent):
            self._add(f"{name}.{key}", inner, parent=name)
        return made

    def _check_analyzers(self, name: str, attributes: dict[str, Any]) -> None:
        known = self.rules.analyzers
        for key in ("analyzer", "search_analyzer"):
            given = attributes.get(key)
            if given is not None and known is not None and given not in known:
                hint = did_you_mean(given, known) or f"; there are {sorted(known)}"
                raise MappingError(
                    f"Failed to parse mapping: analyzer [{given}] has not been configured in mappings{hint}",
                    field=name,
                    path=f"{name}.{key}",
                )

    def _bm25(self, name: str, given: Any) -> tuple[float, float]:
        if isinstance(given, dict):
            return bm25_of(name, given)
        if given is None and "default" in self.rules.similarity:
            return self.rules.similarity["default"]
        if given in (None, "BM25", "default"):
            return DEFAULT_BM25
        if given == "boolean":
            raise UnsupportedError("similarity [boolean]", path=f"{name}.similarity")
        if given not in self.rules.similarity:
            hint = did_you_mean(given, (*self.rules.similarity, "BM25"))
            raise MappingError(
                f"Unknown Similarity type [{show(given)}] for field [{name}]{hint}", field=name
            )
        return self.rules.similarity[given]

    def renumber(self, order: Sequence[str]) -> None:
        """Give the fields the numbers that they have in this order of their names."""
        if IGNORED in order:
            self.ignored()
        if sorted(order) != sorted(self._fields):
            raise MappingError("the order of the fields does not fit the mapping", type=ILLEGAL)
        self._fields = {name: replace(self._fields[name], number=number) for number, name in enumerate(order)}
        for name, children in self._children.items():
            self._children[name] = tuple(self._fields[child.name] for child in children)
