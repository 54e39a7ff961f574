"""The fields of an index: types, analyzers, similarities; given in a mapping or found in documents."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rescora.errors import MappingError, RequestError, UnsupportedError, did_you_mean, show
from rescora.mapping_parameters import PARAMETERS, ROOT_KEYS, UNSUPPORTED_TYPES
from rescora.request.values import boolean, real32

DEFAULT_BM25 = (1.2000000476837158, 0.75)  # k1 and b; 1.2 as a float32
MAX_DEPTH = 20  # index.mapping.depth.limit
MAX_FIELDS = 1_000  # index.mapping.total_fields.limit
INTEGERS = ("long", "integer", "short", "byte", "boolean", "date")


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """
    One field.

    Attributes
    ----------
    name, number : str, int
        The full dotted name; the place in the order of creation, which the core knows it by.
    type : str
        Elasticsearch's type.
    parent : str or None
        The field whose values it gets too, if it is a multi-field.
    analyzer, search_analyzer : str
        Who makes words of documents and of queries; "keyword" for all but text.
    k1, b : float
        BM25's parameters, rounded to float32.
    position_increment_gap : int
        The distance between the last word of a value and the first of the next.
    ignore_above : int or None
        Keywords longer than this (in UTF-16 units) are not indexed.
    format : str
        How a date is written.
    definition : dict
        The parameters as they were given, type included.
    """

    name: str
    number: int
    type: str
    parent: str | None = None
    analyzer: str = "keyword"
    search_analyzer: str = "keyword"
    k1: float = DEFAULT_BM25[0]
    b: float = DEFAULT_BM25[1]
    position_increment_gap: int = 100
    ignore_above: int | None = None
    format: str = ""
    definition: Mapping[str, Any] = field(default_factory=dict)

    @property
    def storage(self) -> str:
        """How values are kept: "text", "keyword", "integer" (dates and booleans too) or "real"."""
        if self.type in ("text", "keyword"):
            return self.type
        return "integer" if self.type in INTEGERS else "real"


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
    ) -> None:
        self._fields: dict[str, Field] = {}
        self._children: dict[str, list[Field]] = {}
        self._objects: dict[str, str | None] = {"": "true"}  # name -> dynamic, None where it is its parent's
        self._root: dict[str, Any] = {}
        self._similarity = {name: _similarity(name, given) for name, given in (similarity or {}).items()}
        self._analyzers = None if analyzers is None else frozenset(analyzers)
        self._max_fields = max_fields
        self.source_enabled = True
        self.date_detection = True
        self.numeric_detection = False
        if body is not None:
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
        return [field for name, field in self._fields.items() if fits(name)]

    def under(self, name: str) -> list[Field]:
        """Return the fields inside an object, by number; multi-fields are not counted."""
        start = f"{name}."
        return [
            field for field in self._fields.values() if field.name.startswith(start) and field.parent is None
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the mapping in Elasticsearch's shape."""
        whole: dict[str, Any] = dict(self._root)
        for name, dynamic in self._objects.items():
            if name:
                inner = _descend(whole, name)
                inner.setdefault("properties", {})
                if dynamic is not None:
                    inner["dynamic"] = dynamic
        for found in self._fields.values():
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
                f"can't merge a non object mapping [{name}] with an object mapping", field=name, type=_ILLEGAL
            )
        if dynamic is not None or name not in self._objects:
            self._objects[name] = dynamic

    # -- reading a mapping

    def _read_root(self, body: Any) -> None:
        _demand_object(body, "", "mappings")
        for key in body:
            if key not in ROOT_KEYS:
                raise _unknown_root_key(key)
        if "dynamic" in body:
            self._objects[""] = self._root["dynamic"] = _dynamic(body["dynamic"], "mappings.dynamic")
        for key in ("date_detection", "numeric_detection"):
            if key in body:
                self._root[key] = boolean(body[key], f"mappings.{key}")
                setattr(self, key, self._root[key])
        if "_meta" in body:
            self._root["_meta"] = _demand_object(body["_meta"], "_meta", "mappings._meta")
        if "_source" in body:
            self._read_source(body["_source"])
        self._read_properties(body.get("properties", {}), "")

    def _read_source(self, body: Any) -> None:
        _demand_object(body, "_source", "mappings._source")
        for key in body:
            if key != "enabled":
                raise UnsupportedError(f"[{show(key)}] of [_source]", path=f"mappings._source.{show(key)}")
        self.source_enabled = boolean(body.get("enabled", True), "mappings._source.enabled")
        self._root["_source"] = {"enabled": self.source_enabled}

    def _read_properties(self, body: Any, prefix: str) -> None:
        _demand_object(body, prefix, f"{prefix}properties")
        for key, definition in body.items():
            name = check_name(key, prefix)
            _demand_object(definition, name, name)
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
        dynamic = _dynamic(body["dynamic"], f"{name}.dynamic") if "dynamic" in body else None
        self.add_object(name, dynamic)
        self._read_properties(body.get("properties", {}), f"{name}.")

    def _open_parents(self, name: str) -> None:
        if name.count(".") >= MAX_DEPTH:
            reason = (
                f"Limit of mapping depth [{MAX_DEPTH}] has been exceeded due to object field [{show(name)}]"
            )
            raise MappingError(reason, field=name, type=_ILLEGAL)
        at = name.find(".")
        while at > 0:
            if name[:at] not in self._objects:
                self.add_object(name[:at])
            at = name.find(".", at + 1)

    def _add(self, name: str, definition: Any, parent: str | None) -> Field:
        kind = _type_of(name, definition)
        if name in self._objects or name in self._fields:
            reason = f"field [{name}] is mapped twice, or is also an object"
            raise MappingError(reason, field=name, type=_ILLEGAL)
        if len(self._fields) + len(self._objects) > self._max_fields:
            limit = f"Limit of total fields [{self._max_fields}] has been exceeded"
            reason = f"{limit} while adding field [{show(name)}]"
            raise MappingError(reason, field=name, type=_ILLEGAL)
        attributes, kept = _parameters(name, kind, definition)
        self._check_analyzers(name, attributes)
        k1, b = self._bm25(name, attributes.pop("similarity", None))
        made = Field(
            name, len(self._fields), kind, parent, k1=k1, b=b, definition={"type": kind, **kept}, **attributes
        )
        self._fields[name] = made
        if parent is not None:
            self._children.setdefault(parent, []).append(made)
        for key, inner in _multi_fields(name, definition, parent):
            self._add(f"{name}.{key}", inner, parent=name)
        return made

    def _check_analyzers(self, name: str, attributes: dict[str, Any]) -> None:
        for key in ("analyzer", "search_analyzer"):
            given = attributes.get(key)
            if given is not None and self._analyzers is not None and given not in self._analyzers:
                hint = did_you_mean(given, self._analyzers)
                raise MappingError(
                    f"Failed to parse mapping: analyzer [{given}] has not been configured in mappings{hint}",
                    field=name,
                    path=f"{name}.{key}",
                )

    def _bm25(self, name: str, given: Any) -> tuple[float, float]:
        if isinstance(given, dict):
            return _similarity(name, given)
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
        if sorted(order) != sorted(self._fields):
            raise MappingError("the order of the fields does not fit the mapping", type=_ILLEGAL)
        self._fields = {
            name: Field(
                **{key: getattr(self._fields[name], key) for key in Field.__slots__ if key != "number"},
                number=number,
            )
            for number, name in enumerate(order)
        }
        for name, children in self._children.items():
            self._children[name] = [self._fields[child.name] for child in children]


_ILLEGAL = "illegal_argument_exception"


def check_name(key: Any, prefix: str = "") -> str:
    """Return the full name of a field; parts between dots must not be empty or blank."""
    if not isinstance(key, str):
        raise MappingError(f"field name must be a string, not [{show(key)}]", field=show(key), type=_ILLEGAL)
    try:
        key.encode()
    except UnicodeEncodeError:
        raise MappingError(
            f"field name [{show(key)}] is not valid Unicode", field=show(key), type=_ILLEGAL
        ) from None
    if not all(part.strip() for part in key.split(".")):
        said = (
            "field name cannot be an empty string"
            if not key
            else f"field name [{show(key)}] has an empty part"
        )
        raise MappingError(said, field=key, type=_ILLEGAL)
    return prefix + key


def _demand_object(body: Any, name: str, path: str) -> Any:
    if not isinstance(body, Mapping):
        raise MappingError(
            f"Expected map for property [{show(name)}] but got [{show(body)}]", field=name, path=path
        )
    return body


def _unknown_root_key(key: Any) -> RequestError:
    if key in (
        "dynamic_templates",
        "dynamic_date_formats",
        "runtime",
        "_routing",
        "_doc",
        "_field_names",
        "_size",
    ):
        return UnsupportedError(f"[{key}]", path=f"mappings.{key}")
    hint = did_you_mean(key, ROOT_KEYS)
    return MappingError(
        f"Root mapping definition has unsupported parameters: [{show(key)}]{hint}", path="mappings"
    )


def _dynamic(value: Any, path: str) -> str:
    word = str(value).lower() if isinstance(value, bool | str) else ""
    if word == "runtime":
        raise UnsupportedError("dynamic [runtime]", path=path)
    if word not in ("true", "false", "strict"):
        raise MappingError(
            f"Cannot resolve dynamic [{show(value)}]: true, false or strict is wanted", path=path
        )
    return word


def _type_of(name: str, definition: Any) -> str:
    kind = _demand_object(definition, name, name).get("type")
    if isinstance(kind, str) and kind in PARAMETERS:
        return kind
    if isinstance(kind, str) and (kind in UNSUPPORTED_TYPES or kind == "object"):
        raise UnsupportedError(f"type [{kind}] of field [{name}]", path=f"{name}.type")
    if kind is None:
        raise MappingError(f"No type specified for field [{show(name)}]", field=name, path=name)
    hint = did_you_mean(kind, PARAMETERS)
    raise MappingError(
        f"Failed to parse mapping: No handler for type [{show(kind)}] declared on field [{show(name)}]{hint}",
        field=name,
        path=f"{name}.type",
    )


def _parameters(name: str, kind: str, definition: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes that a definition sets, and the parameters worth giving back."""
    table = PARAMETERS[kind]
    attributes: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    for key, value in definition.items():
        if key in ("type", "fields"):
            continue
        entry = table.get(key)
        if entry is None:
            hint = did_you_mean(key, table)
            raise MappingError(
                f"unknown parameter [{show(key)}] on mapper [{name}] of type [{kind}]{hint}",
                field=name,
                path=f"{name}.{show(key)}",
            )
        attribute, read = entry
        result = read(value, f"{name}.{key}")
        kept[key] = value
        if attribute:
            attributes[attribute] = result
    if kind == "text":
        attributes.setdefault("analyzer", "standard")
        attributes.setdefault("search_analyzer", attributes["analyzer"])
    if kind == "date":
        attributes.setdefault("format", "strict_date_optional_time||epoch_millis")
    return attributes, kept


def _multi_fields(name: str, definition: Mapping[str, Any], parent: str | None) -> Iterator[tuple[str, Any]]:
    if "fields" not in definition:
        return
    if parent is not None:
        raise UnsupportedError("a multi-field inside a multi-field", path=f"{name}.fields")
    for key, inner in _demand_object(definition["fields"], name, f"{name}.fields").items():
        if "." in check_name(key):
            reason = f"Field name [{key}] which is a multi field of [{name}] cannot contain '.'"
            raise MappingError(reason, field=name)
        yield key, inner


def _similarity(name: str, given: Any) -> tuple[float, float]:
    """Return (k1, b) of a similarity's definition."""
    path = f"similarity.{name}"
    _demand_object(given, name, path)
    if given.get("type") != "BM25":
        raise UnsupportedError(f"similarity type [{show(given.get('type'))}]", path=f"{path}.type")
    for key in given:
        if key not in ("type", "k1", "b", "discount_overlaps"):
            hint = did_you_mean(key, ("k1", "b", "discount_overlaps"))
            raise MappingError(
                f"Unknown settings for similarity of type [BM25]: [{show(key)}]{hint}",
                path=path,
                type=_ILLEGAL,
            )
    if not boolean(given.get("discount_overlaps", True), f"{path}.discount_overlaps"):
        raise UnsupportedError("[discount_overlaps: false]", path=f"{path}.discount_overlaps")
    k1 = real32(given.get("k1", 1.2), f"{path}.k1")
    b = real32(given.get("b", 0.75), f"{path}.b")
    if not k1 >= 0 or math.isinf(k1):
        reason = f"illegal k1 value: {k1:g}, must be a non-negative finite value"
        raise MappingError(reason, path=f"{path}.k1", type=_ILLEGAL)
    if not 0 <= b <= 1:
        raise MappingError(
            f"illegal b value: {b:g}, must be between 0 and 1", path=f"{path}.b", type=_ILLEGAL
        )
    return k1, b


def _descend(whole: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the place of a field or object in a mapping, made where it is not."""
    for part in name.split("."):
        whole = whole.setdefault("properties", {}).setdefault(part, {})
    return whole
