"""Booleans: kept as 0 and 1, and searched as the terms F and T, as in Lucene's index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.errors import show
from rescora.schema.columns import as_integers
from rescora.schema.conversions import to_boolean
from rescora.schema.field import Bounds, Field, FieldType, Now, Scalar, Seen, converted, demand_scalar
from rescora.schema.parameters import LENIENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink

FLAGS = ("F", "T")  # how Lucene's index spells booleans


class Boolean(FieldType):
    """``boolean``."""

    name = "boolean"
    parameters: ClassVar[Table] = LENIENT
    flags = True
    array_kinds = "b"
    is_searched = has_numbers = keeps_numbers = True
    seen = Seen("boolean", "integer", "long")

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        demand_scalar(given)
        if given == "":
            raise ValueError("Failed to parse value [] as only [true] or [false] are allowed.")
        return bool(to_boolean(given))

    def leaf(self, field: Field) -> Leaf:
        number = field.number

        def put(value: Any, sink: Sink) -> None:
            sink.integer(number, converted(field, value, to_boolean))

        return put

    def from_array(
        self, array: NDArray[Any], field: Field, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[np.int64]:
        return as_integers(array, field, (0, 1), docs)

    def term(self, make: Any, field: Field, value: Scalar, now: Now) -> Any:
        return make("term", field.number, _flag(value))

    def terms(self, make: Any, field: Field, values: Sequence[Scalar], now: Now) -> Any:
        return make("terms", field.number, sorted({_flag(value) for value in values}))

    def between(self, make: Any, field: Field, bounds: Bounds, now: Now) -> Any:
        low, high = (None if end is None else _flag(end) for end in (bounds.low, bounds.high))
        return make("term_range", field.number, low, high, bounds.include_low, bounds.include_high)

    def spelled(self, word: str) -> str | None:
        return _flag(word)


def _flag(value: Scalar) -> str:
    try:
        return FLAGS[to_boolean(value)]
    except ValueError:  # Elasticsearch says it in other words to a query than to a document
        raise ValueError(f"Can't parse boolean value [{show(value)}], expected [true] or [false]") from None


BOOLEAN = Boolean()
