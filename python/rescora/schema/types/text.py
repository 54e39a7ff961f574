"""Text: analyzed to terms with positions; and what is common to all fields whose values are terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.reading.values import at_least, ignored, only, scalar_text
from rescora.reading.values import refused as refused_parameter
from rescora.schema.field import Bounds, Field, FieldType, Now, Scalar, refused
from rescora.schema.parameters import ANY, analyzer, similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink


class TextField(Field, frozen=True, eq=False):
    """
    A text field.

    Attributes
    ----------
    position_increment_gap : int
        The distance between the last term of a value and the first of the next.
    """

    position_increment_gap: int = 100


class Words(FieldType):
    """A type whose values are terms; what a query gives is a text already, in UTF-8's reach."""

    has_words = True
    is_searched = True

    def term(self, make: Any, field: Field, value: Scalar, now: Now) -> Any:
        return make("term", field.number, scalar_text(value))

    def terms(self, make: Any, field: Field, values: Sequence[Scalar], now: Now) -> Any:
        return make("terms", field.number, sorted({scalar_text(value) for value in values}))

    def between(self, make: Any, field: Field, bounds: Bounds, now: Now) -> Any:
        low, high = (None if end is None else scalar_text(end) for end in (bounds.low, bounds.high))
        return make("term_range", field.number, low, high, bounds.include_low, bounds.include_high)

    def spelled(self, word: str) -> str | None:
        return word


class Text(Words):
    """``text``."""

    name = storage = "text"
    field_class = TextField
    is_analyzed = True
    parameters: ClassVar[Table] = {
        "analyzer": ("analyzer", analyzer),
        "search_analyzer": ("search_analyzer", analyzer),
        "search_quote_analyzer": ("", refused_parameter),
        "similarity": ("similarity", similarity),
        "position_increment_gap": (
            "position_increment_gap",
            at_least(0, "[positions_increment_gap] must be positive, got [{value}]"),
        ),
        "norms": ("", only(True, "true")),
        "index_options": ("", only("positions")),
        "term_vector": ("", only("no")),
        "index_phrases": ("", only(False, "false")),
        "index_prefixes": ("", refused_parameter),
        "fielddata": ("", only(False, "false")),
        "fielddata_frequency_filter": ("", refused_parameter),
        "eager_global_ordinals": ("", ignored),
        **ANY,
    }

    def complete(self, name: str, attributes: dict[str, Any]) -> None:
        attributes.setdefault("analyzer", "standard")
        attributes.setdefault("search_analyzer", attributes["analyzer"])

    def leaf(self, field: Field) -> Leaf:
        number = field.number

        def put(value: Any, sink: Sink) -> None:
            if value.__class__ is str and value.isascii():
                sink.text(number, value)
            else:
                sink.text(number, text_of(field, value))

        return put

    def not_seen(self, field: Field, children: Sequence[Field]) -> str:
        beside = next((f"[{child.name}]" for child in children if child.storage == "keyword"), "")
        keyword = beside or "a keyword field, which its mapping may have beside it,"
        return (
            "Text fields are not optimised for operations that require per-document field data like "
            f"aggregations and sorting, so these operations are disabled. [{field.name}] is text: "
            f"use {keyword} instead"
        )


def text_of(field: Field, value: Any) -> str:
    """Return a document's scalar as text in UTF-8's reach."""
    text: str = value if value.__class__ is str else _json_text(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise refused(field, value, f"not valid Unicode at character {error.start}") from None
    return text


def _json_text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else scalar_text(value)


TEXT = Text()
