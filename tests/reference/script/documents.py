"""What a script sees of a document: each field's values in their order, with their types."""

import math
from typing import NamedTuple, Protocol

import numpy as np

from .. import geo
from .errors import illegal_argument, illegal_state, out_of_bounds
from .values import Value

INTEGERS = ("long", "integer", "short", "byte")
REALS = ("double", "float", "half_float", "scaled_float")


class Document(Protocol):
    """A document, as the caller has it."""

    def field(self, name: str) -> tuple[str, list] | None:
        """Return the field's type in the mapping, with the values in order; None if it is not mapped."""


class PlainDocument:
    """A document that is a dict of field name -> (type in the mapping, values in any order)."""

    def __init__(self, fields: dict[str, tuple[str, list]]):
        self.fields = fields

    def field(self, name: str) -> tuple[str, list] | None:
        if name not in self.fields:
            return None
        kind, values = self.fields[name]
        return kind, values if kind == "dense_vector" else ordered(kind, values)


def ordered(kind: str, values: list) -> list:
    """Order as doc values are: ascending; keywords by their bytes, each once; -0.0 before 0.0."""
    if kind == "keyword":
        return sorted(set(values), key=lambda text: text.encode("utf-8", "surrogatepass"))
    if kind in REALS:
        return sorted(values, key=lambda x: (math.isnan(x), x, math.copysign(1, x)))
    return sorted(values)


class Vector(NamedTuple):
    """The value of a dense_vector field: its components; for bits, bytes of eight dimensions each."""

    element: str  # float, byte or bit
    components: list


class DocValues:
    """doc['field']: the values of one field of one document."""

    def __init__(self, name: str, kind: str, values: list):
        self.name = name
        self.kind = kind
        self.values = [tagged(kind, value) for value in values]

    def need_values(self) -> None:
        if not self.values:
            raise illegal_state(
                "A document doesn't have a value for a field! "
                "Use doc[<field>].size()==0 to check if a document is missing a field!"
            )

    def get(self, index: int) -> Value:
        self.need_values()
        if not 0 <= index < len(self.values):
            raise out_of_bounds(index, len(self.values))
        return self.values[index]

    def first(self) -> Value:
        return self.get(0)

    def point(self) -> tuple[float, float]:
        if self.kind != "geo_point":
            raise illegal_argument(f"the field [{self.name}] of type [{self.kind}] has no position")
        return self.first().value

    def arc_distance(self, lat: float, lon: float) -> float:
        return geo.arc_distance(*self.point(), lat, lon)

    def arc_distance_or(self, lat: float, lon: float, default: float) -> float:
        return self.arc_distance(lat, lon) if self.values else default

    def plane_distance(self, lat: float, lon: float) -> float:
        return geo.plane_distance(*self.point(), lat, lon)

    def plane_distance_or(self, lat: float, lon: float, default: float) -> float:
        return self.plane_distance(lat, lon) if self.values else default

    def vector(self) -> list:
        return self.need_vector().components

    def need_vector(self) -> Vector:
        if self.kind != "dense_vector":
            raise illegal_argument(f"the field [{self.name}] of type [{self.kind}] is no dense_vector")
        if not self.values:
            raise illegal_argument("A document doesn't have a value for a vector field!")
        return self.values[0].value

    def magnitude(self) -> np.float32:
        return np.float32(math.sqrt(math.fsum(float(x) ** 2 for x in self.vector())))


def tagged(kind: str, value) -> Value:
    """Give a document's value the type that scripts see: all integers are long, all reals double."""
    if kind in INTEGERS:
        return Value("long", int(value))
    if kind in REALS:
        return Value("double", float(value))
    if kind == "boolean":
        return Value("boolean", bool(value))
    if kind == "date":
        return Value("date", int(value))
    if kind == "geo_point":
        return Value("geo_point", tuple(value))
    if kind == "dense_vector":
        return Value("vector", value if isinstance(value, Vector) else Vector("float", list(value)))
    return Value("string", value)


class Doc:
    """The variable `doc`."""

    def __init__(self, document: Document):
        self.document = document

    def get(self, key: Value) -> Value:
        name = key.value
        found = self.document.field(name) if key.type == "string" else None
        if name == "_id":  # unless a node's setting allows it
            raise illegal_argument("Fielddata access on the _id field is disallowed")
        if found is None:
            raise illegal_argument(f"No field found for [{name}] in mapping")
        kind, values = found
        if kind == "text":
            raise illegal_argument(
                f"Text fields are not optimised for scripts: use a keyword field instead of [{name}]"
            )
        return Value("doc_values", DocValues(name, kind, values))

    def contains(self, key: Value) -> bool:
        return key.type == "string" and self.document.field(key.value) is not None
