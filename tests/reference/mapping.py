"""Field types: explicit mappings, and dynamic ones by a field's first value."""

import math
from dataclasses import dataclass, field

import numpy as np

from . import geo
from .dates import looks_like_a_date, milliseconds

INTEGERS = {"long": 63, "integer": 31, "short": 15, "byte": 7}
REALS = ("double", "float")
NUMBERS = (*INTEGERS, *REALS, "boolean", "date")
WHOLE = ("dense_vector", "geo_point")  # an array or an object is one value of theirs
K1, B = np.float32(1.2), np.float32(0.75)


@dataclass(frozen=True)
class Field:
    """One field. Its sub-fields are fields of their own, named field.sub-field, with the same values."""

    name: str
    type: str
    analyzer: str = "standard"
    search_analyzer: str = "standard"
    k1: np.float32 = K1
    b: np.float32 = B
    ignore_above: int = 2**31 - 1
    source: str = ""  # the path of the values
    element_type: str = "float"
    positive_score_impact: bool = True

    @property
    def is_number(self) -> bool:
        return self.type in NUMBERS

    @property
    def has_words(self) -> bool:
        """Whether a value is found, and scored, as a word."""
        return self.type in ("text", "keyword", "boolean")

    def query_analyzer(self) -> str:
        return self.search_analyzer if self.type == "text" else "keyword"


@dataclass
class Mapping:
    """All fields by name; grows as documents are read."""

    fields: dict[str, Field] = field(default_factory=dict)
    similarities: dict[str, dict] = field(default_factory=dict)

    def add(self, name: str, definition: dict, source: str | None = None) -> None:
        """Add a field by its definition in a mapping, with its sub-fields and the fields of an object."""
        source = source or name
        for inner, inner_definition in definition.get("properties", {}).items():
            self.add(f"{name}.{inner}", inner_definition)
        if "properties" in definition or definition.get("type") == "object":
            return
        analyzer = definition.get("analyzer", "standard")
        similarity = self.similarities.get(definition.get("similarity", ""), definition)
        self.fields[name] = Field(
            name=name,
            type=definition["type"],
            analyzer=analyzer,
            search_analyzer=definition.get("search_analyzer", analyzer),
            k1=np.float32(similarity.get("k1", K1)),
            b=np.float32(similarity.get("b", B)),
            ignore_above=definition.get("ignore_above", 2**31 - 1),
            source=source,
            element_type=definition.get("element_type", "float"),
            positive_score_impact=definition.get("positive_score_impact", True),
        )
        for inner, inner_definition in definition.get("fields", {}).items():
            self.add(f"{name}.{inner}", inner_definition, source)

    def learn(self, name: str, value: object) -> None:
        """Decide an unknown field's type by its first value that is not null."""
        if name in self.fields:
            return
        if isinstance(value, bool):
            self.add(name, {"type": "boolean"})
        elif isinstance(value, int):
            self.add(name, {"type": "long"})
        elif isinstance(value, float):
            self.add(name, {"type": "float"})
        elif looks_like_a_date(str(value)):
            self.add(name, {"type": "date"})
        else:
            sub_field = {"keyword": {"type": "keyword", "ignore_above": 256}}
            self.add(name, {"type": "text", "fields": sub_field})

    def of_source(self, path: str) -> list[Field]:
        return [one for one in self.fields.values() if one.source == path]


def make_mapping(mappings: dict | None, settings: dict | None) -> Mapping:
    settings = settings or {}
    inner = settings.get("index", {})
    mapping = Mapping(similarities=settings.get("similarity") or inner.get("similarity") or {})
    for name, definition in ((mappings or {}).get("properties") or {}).items():
        mapping.add(name, definition)
    return mapping


def flatten(document: dict, fields: dict[str, Field]) -> dict[str, list]:
    """List each path's values: objects become dotted names, arrays lose their nesting, nulls vanish."""
    found: dict[str, list] = {}

    def visit(path: str, value: object) -> None:
        if path in fields and fields[path].type in WHOLE and value is not None:
            found.setdefault(path, []).append(value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                visit(f"{path}.{name}" if path else name, inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                visit(path, inner)
        elif value is not None:
            found.setdefault(path, []).append(value)

    visit("", document)
    return found


def as_text(value: object) -> str:
    """Write a value as JSON would."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def as_number(kind: Field, value: object) -> int | float:
    """Convert a document's value to the number that a field of this kind stores."""
    if kind.type == "boolean":
        return as_boolean(value)
    if kind.type == "date":
        return milliseconds(value)
    if kind.type == "rank_feature":
        return as_feature(kind, value)
    if kind.type in INTEGERS:
        number = (
            int(value) if isinstance(value, int | str) and is_integer(value) else math.trunc(float(value))
        )
        bits = INTEGERS[kind.type]
        if not -(2**bits) <= number < 2**bits:
            msg = f"Value [{value}] is out of range for a {kind.type}"
            raise ValueError(msg)
        return number
    return as_real(kind, value)


def as_numbers(kind: Field, value: object) -> list[int | float]:
    """Convert a document's value to what a field stores: one number, but of an array of points several."""
    if kind.type == "geo_point":
        return [geo.encode(lat, lon) for lat, lon in geo.points(value)]
    return [as_number(kind, value)]


def as_feature(kind: Field, value: object) -> int:
    """Return the upper 17 bits of a float32; of its reciprocal where less is better."""
    number = np.float32(value)
    if not kind.positive_score_impact:
        number = np.float32(1) / number
    return int(number.view(np.uint32)) >> 15


def is_integer(value: object) -> bool:
    try:
        return isinstance(value, int) or str(int(value)) != ""
    except ValueError:
        return False


def as_real(kind: Field, value: object) -> float:
    return float(np.float32(value)) if kind.type == "float" else float(value)


def as_boolean(value: object) -> int:
    if value in (True, "true"):
        return 1
    if value in (False, "false", ""):
        return 0
    msg = f"Failed to parse value [{value}] as only [true] or [false] are allowed."
    raise ValueError(msg)
