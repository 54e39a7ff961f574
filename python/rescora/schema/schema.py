"""The fields of an index: types, analyzers, similarities; given in a mapping or found in documents."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rescora.errors import MappingError, UnsupportedError, did_you_mean, show
from rescora.reading.limits import check_size
from rescora.reading.values import boolean
from rescora.schema.checks import (
    ILLEGAL,
    bm25_of,
    check_name,
    demand_object,
    dynamic_rule,
    multi_fields_of,
    parameters_of,
    type_of,
    unknown_root_key,
)
from rescora.schema.field import DEFAULT_BM25, Field
from rescora.schema.parameters import ROOT_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_DEPTH = 20  # index.mapping.depth.limit
MAX_FIELDS = 1_000  # index.mapping.total_fields.limit
IGNORED = "_ignored"  # a metadata field


class Mappings:
    """
    The fields of an index by name; grows while documents are read, and never afterwards.

    Parameters
    ----------
    body : dict, optional
        Elasticsearch mappings: ``{"properties": {...}, "dynamic": true}``.
    similarity : dict, optional
        Named similarities, ``settings.index.similarity``.
    analyzers : iterable of str, optional
        The names of the analyzers that exist; None lets any name pass.
    order : iterable of str, optional
        The names of all fields in the order of their numbers, as `names` gave them when the index was saved.
    max_fields : int
        ``index.mapping.total_fields.limit``.
    ignore_malformed : bool
        ``index.mapping.ignore_malformed``, for fields that do not say.

    Raises
    ------
    RequestError
        `MappingError` for a mapping that makes no sense, `UnsupportedError` for one that is not supported.

    Examples
    --------
    >>> title = {"type": "text", "fields": {"raw": {"type": "keyword"}}}
    >>> mappings = Mappings({"properties": {"title": title}})
    >>> [(f.name, f.number, f.type) for f in mappings.fields]
    [('title', 0, 'text'), ('title.raw', 1, 'keyword')]
    """

    def __init__(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        similarity: Mapping[str, Any] | None = None,
        analyzers: Iterable[str] | None = None,
        order: Iterable[str] | None = None,
        max_fields: int = MAX_FIELDS,
        ignore_malformed: bool = False,
    ) -> None:
        self._fields: dict[str, Field] = {}
        self._children: dict[str, list[Field]] = {}
        self._objects: dict[str, str | None] = {"": "true"}  # name -> dynamic, None where it is its parent's
        self._root: dict[str, Any] = {}
        self._similarity = {name: bm25_of(name, given) for name, given in (similarity or {}).items()}
        self._analyzers = None if analyzers is None else frozenset(analyzers)
        self._max_fields = max_fields
        self._ignore_malformed = ignore_malformed
        self._without_dims: list[
            Field
        ] = []  # vector fields as they were before a document told their dimensions
        self.source_enabled = True
        self.date_detection = True
        self.numeric_detection = False
        if body is not None:
            check_size(body, "mappings")
            self._read_root(body)
        if order is not None:
            self._renumber(list(order))

    def __len__(self) -> int:
        return len(self._fields)

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __repr__(self) -> str:
        return f"Mappings({', '.join(f'{f.name}: {f.type}' for f in self.fields)})"

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
        return tuple(self._children.get(name, ()))

    def is_object(self, name: str) -> bool:
        """Tell whether `name` is an object with fields of its own."""
        return name in self._objects

    def match_pattern(self, pattern: str) -> list[Field]:
        """
        Return the fields whose names fit a pattern, in which ``*`` stands for anything, in order of number.

        Examples
        --------
        >>> [f.name for f in Mappings({"properties": {"title": {"type": "text"}}}).match_pattern("ti*")]
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
            found = self._fields[IGNORED] = Field(IGNORED, len(self._fields), "keyword")
        return found

    def infer_dims(self, name: str, dims: int) -> int:
        """Set how many dimensions a vector field has, now that its first vector tells; return the number."""
        found = self._fields[name]
        self._without_dims.append(found)
        definition = {**found.definition, "dims": dims}
        self._fields[name] = replace(found, dims=dims, definition=definition)
        return dims

    def mark(self) -> tuple[int, int]:
        """Return where the mapping stands, for `undo`."""
        self._without_dims.clear()
        return len(self._fields), len(self._objects)

    def undo(self, mark: tuple[int, int]) -> None:
        """Take away the fields and objects that have been added since, and dimensions that were found."""
        fields, objects = mark
        for name in list(self._fields)[fields:]:
            removed = self._fields.pop(name)
            self._children.pop(name, None)
            if removed.parent in self._children:
                self._children[removed.parent].remove(removed)
        for name in list(self._objects)[objects:]:
            del self._objects[name]
        for found in self._without_dims:
            if found.name in self._fields:
                self._fields[found.name] = found

    # -- reading a mapping

    def _read_root(self, body: Any) -> None:
        demand_object(body, "", "mappings")
        for key in body:
            if key not in ROOT_KEYS:
                raise unknown_root_key(key, body[key])
        if "dynamic" in body:
            self._objects[""] = self._root["dynamic"] = dynamic_rule(body["dynamic"], "mappings.dynamic")
        for key in ("date_detection", "numeric_detection"):
            if key in body:
                self._root[key] = boolean(body[key], f"mappings.{key}")
                setattr(self, key, self._root[key])
        if "_meta" in body:
            self._root["_meta"] = demand_object(body["_meta"], "_meta", "mappings._meta")
        if "_source" in body:
            self._read_source(body["_source"])
        self._read_properties(body.get("properties", {}), "")

    def _read_source(self, body: Any) -> None:
        demand_object(body, "_source", "mappings._source")
        for key in body:
            if key != "enabled":
                raise UnsupportedError(f"[{show(key)}] of [_source]", path=f"mappings._source.{show(key)}")
        self.source_enabled = boolean(body.get("enabled", True), "mappings._source.enabled")
        self._root["_source"] = {"enabled": self.source_enabled}

    def _read_properties(self, body: Any, prefix: str) -> None:
        demand_object(body, prefix, f"{prefix}properties")
        for key, definition in body.items():
            name = check_name(key, prefix)
            demand_object(definition, name, name)
            if definition.get("type", "object") == "object" and (
                "type" in definition or "properties" in definition or not definition
            ):
                self._read_object(name, definition)
            else:
                self.add(name, definition)

    def _read_object(self, name: str, body: Mapping[str, Any]) -> None:
        for key in body:
            if key not in ("type", "properties", "dynamic"):
                if key in ("enabled", "subobjects", "include_in_all"):
                    raise UnsupportedError(f"[{key}] of an object", path=f"{name}.{key}")
                raise MappingError(
                    f"Mapping definition for [{name}] has unsupported parameters: [{show(key)}]", field=name
                )
        dynamic = dynamic_rule(body["dynamic"], f"{name}.dynamic") if "dynamic" in body else None
        self.add_object(name, dynamic)
        self._read_properties(body.get("properties", {}), f"{name}.")

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

    def _add(self, name: str, definition: Any, parent: str | None) -> Field:
        kind = type_of(name, definition)
        if name in self._objects or name in self._fields:
            reason = f"field [{name}] is mapped twice, or is also an object"
            raise MappingError(reason, field=name, type=ILLEGAL)
        if len(self._fields) + len(self._objects) > self._max_fields:
            limit = f"Limit of total fields [{self._max_fields}] has been exceeded"
            reason = f"{limit} while adding field [{show(name)}]"
            raise MappingError(reason, field=name, type=ILLEGAL)
        if parent is not None and kind == "dense_vector":
            reason = f"Field [{name}] of type [{kind}] can't be used in multifields"
            raise MappingError(reason, field=name, path=name)
        attributes, kept = parameters_of(name, kind, definition, self._ignore_malformed)
        self._check_analyzers(name, attributes)
        k1, b = self._bm25(name, attributes.pop("similarity", None))
        made = Field(
            name, len(self._fields), kind, parent, k1=k1, b=b, definition={"type": kind, **kept}, **attributes
        )
        self._fields[name] = made
        if parent is not None:
            self._children.setdefault(parent, []).append(made)
        for key, inner in multi_fields_of(name, definition, parent):
            self._add(f"{name}.{key}", inner, parent=name)
        return made

    def _check_analyzers(self, name: str, attributes: dict[str, Any]) -> None:
        for key in ("analyzer", "search_analyzer"):
            given = attributes.get(key)
            if given is not None and self._analyzers is not None and given not in self._analyzers:
                hint = did_you_mean(given, self._analyzers) or f"; there are {sorted(self._analyzers)}"
                raise MappingError(
                    f"Failed to parse mapping: analyzer [{given}] has not been configured in mappings{hint}",
                    field=name,
                    path=f"{name}.{key}",
                )

    def _bm25(self, name: str, given: Any) -> tuple[float, float]:
        if isinstance(given, dict):
            return bm25_of(name, given)
        if given is None and "default" in self._similarity:
            return self._similarity["default"]
        if given in (None, "BM25", "default"):
            return DEFAULT_BM25
        if given == "boolean":
            raise UnsupportedError("similarity [boolean]", path=f"{name}.similarity")
        if given not in self._similarity:
            hint = did_you_mean(given, (*self._similarity, "BM25"))
            raise MappingError(
                f"Unknown Similarity type [{show(given)}] for field [{name}]{hint}", field=name
            )
        return self._similarity[given]

    def _renumber(self, order: list[str]) -> None:
        if IGNORED in order:
            self.ignored()
        if sorted(order) != sorted(self._fields):
            raise MappingError("the order of the fields does not fit the mapping", type=ILLEGAL)
        self._fields = {
            name: Field(
                **{key: getattr(self._fields[name], key) for key in Field.__slots__ if key != "number"},
                number=number,
            )
            for number, name in enumerate(order)
        }
        for name, children in self._children.items():
            self._children[name] = [self._fields[child.name] for child in children]


def _descend(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the place of a field or object in a mapping, made where it is not."""
    for part in name.split("."):
        whole = whole.setdefault("properties", {}).setdefault(part, {})
    return whole
