"""Keywords: each value is one term, as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.reading.values import at_least, ignored, only
from rescora.reading.values import refused as refused_parameter
from rescora.schema.field import Field, Seen, refused
from rescora.schema.parameters import COLUMN, similarity
from rescora.schema.types.text import Words, text_of

if TYPE_CHECKING:
    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink

MAX_TERM_BYTES = 32_766  # Lucene's longest term


class KeywordField(Field, frozen=True, eq=False):
    """
    A keyword field.

    Attributes
    ----------
    ignore_above : int or None
        Values longer than this (in UTF-16 units) are not indexed.
    """

    ignore_above: int | None = None


class Keyword(Words):
    """``keyword``."""

    name = storage = "keyword"
    field_class = KeywordField
    seen = Seen("String", "keyword", "text")
    parameters: ClassVar[Table] = {
        "ignore_above": ("ignore_above", at_least(0, "[ignore_above] must be positive, got [{value}]")),
        "similarity": ("similarity", similarity),
        "norms": ("", only(False, "false")),
        "index_options": ("", only("docs")),
        "normalizer": ("", refused_parameter),
        "split_queries_on_whitespace": ("", only(False, "false")),
        "eager_global_ordinals": ("", ignored),
        **COLUMN,
    }

    def leaf(self, field: KeywordField) -> Leaf:
        number = field.number
        longest = MAX_TERM_BYTES if field.ignore_above is None else field.ignore_above

        def put(value: Any, sink: Sink) -> None:
            if value.__class__ is str and len(value) * 3 <= MAX_TERM_BYTES and value.isascii():
                if len(value) <= longest:
                    sink.keyword(number, value)
                return
            text = text_of(field, value)
            if field.ignore_above is not None and len(text.encode("utf-16-le")) // 2 > longest:
                return
            if len(text.encode()) > MAX_TERM_BYTES:
                cause = f"immense term: a keyword's UTF-8 form is at most {MAX_TERM_BYTES} bytes long"
                raise refused(field, value, cause)
            sink.keyword(number, text)

        return put


KEYWORD = Keyword()
