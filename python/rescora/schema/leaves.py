"""What takes one scalar of a document to its field, by the field's type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from rescora.dates.formats import date_format
from rescora.errors import MappingError, RequestError, show
from rescora.reading.values import scalar_text
from rescora.schema.conversions import INTEGER_LIMITS, to_boolean, to_feature, to_integer, to_real

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.schema.field import Field

DOCUMENT = "document_parsing_exception"
MAX_TERM_BYTES = 32_766  # Lucene's longest term


class Sink(Protocol):
    """Who takes the values of one document."""

    def text(self, field: int, value: str, /) -> None:
        """Take a text; called once a value, in order."""

    def keyword(self, field: int, value: str, /) -> None:
        """Take a keyword."""

    def integer(self, field: int, value: int, /) -> None:
        """Take an integer, a boolean (0 or 1), a date (milliseconds), a point or a feature as it is kept."""

    def real(self, field: int, value: float, /) -> None:
        """Take a double, or a float already rounded to float32."""

    def vector(self, field: int, value: NDArray[Any], /) -> None:
        """Take a vector: float32, or int8 for bytes and packed bits."""

    def has(self, field: int, /) -> bool:
        """Tell whether this document has given the field a value already."""

    def ignored(self, name: str, /) -> None:
        """Take note that a value of the field of this name is left out."""


Leaf = Callable[[Any, Sink], None]


class RefusedError(Exception):
    """A value that does not fit, before the document's name is known."""

    def __init__(self, field: str, reason: str, cause: str = "", kind: str = DOCUMENT) -> None:
        super().__init__(reason)
        self.field, self.reason, self.cause, self.kind = field, reason, cause, kind

    def named(self, document: str) -> MappingError:
        """Return the error with the name of the document."""
        cause = RequestError(self.cause, type="illegal_argument_exception") if self.cause else None
        return MappingError(self.reason, document=document, field=self.field, type=self.kind, caused_by=cause)


def refused(field: Field, value: Any, cause: str) -> RefusedError:
    """Return the error for a value that its field cannot have."""
    return RefusedError(
        field.name,
        f"failed to parse field [{field.name}] of type [{field.type}]. "
        f"Preview of field's value: '{show(value)}'",
        cause,
    )


def _text_of(field: Field, value: Any) -> str:
    """Return a scalar as text in UTF-8's reach."""
    text: str = value if value.__class__ is str else _json_text(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise refused(field, value, f"not valid Unicode at character {error.start}") from None
    return text


def _json_text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else scalar_text(value)


def _text(field: Field) -> Leaf:
    number = field.number

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ is str and value.isascii():
            sink.text(number, value)
        else:
            sink.text(number, _text_of(field, value))

    return put


def _keyword(field: Field) -> Leaf:
    number = field.number
    longest = MAX_TERM_BYTES if field.ignore_above is None else field.ignore_above

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ is str and len(value) * 3 <= MAX_TERM_BYTES and value.isascii():
            if len(value) <= longest:
                sink.keyword(number, value)
            return
        text = _text_of(field, value)
        if field.ignore_above is not None and len(text.encode("utf-16-le")) // 2 > longest:
            return
        if len(text.encode()) > MAX_TERM_BYTES:
            cause = f"immense term: a keyword's UTF-8 form is at most {MAX_TERM_BYTES} bytes long"
            raise refused(field, value, cause)
        sink.keyword(number, text)

    return put


def _integer(field: Field) -> Leaf:
    number, kind, null = field.number, field.type, field.null_value
    low, high = INTEGER_LIMITS[kind]

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ is int and low <= value <= high:
            sink.integer(number, value)
        elif value != "":
            sink.integer(number, _converted(field, value, lambda: to_integer(value, kind)))
        elif null is not None:  # an empty string is a null, no error
            sink.integer(number, null)

    return put


def _real(field: Field) -> Leaf:
    number, kind, null = field.number, field.type, field.null_value

    def put(value: Any, sink: Sink) -> None:
        if value != "":
            sink.real(number, _converted(field, value, lambda: to_real(value, kind)))
        elif null is not None:
            sink.real(number, null)

    return put


def _boolean(field: Field) -> Leaf:
    number = field.number

    def put(value: Any, sink: Sink) -> None:
        sink.integer(number, _converted(field, value, lambda: to_boolean(value)))

    return put


def _date(field: Field) -> Leaf:
    number = field.number
    millis = date_format(field.format).millis

    def put(value: Any, sink: Sink) -> None:
        if value.__class__ is bool:
            raise refused(field, value, "a date is wanted")
        sink.integer(number, _converted(field, value, lambda: millis(str(value))))

    return put


def _rank_feature(field: Field) -> Leaf:
    number, name, positive = field.number, field.name, field.positive_score_impact

    def put(value: Any, sink: Sink) -> None:
        frequency = _converted(field, value, lambda: to_feature(value, name, positive))
        if sink.has(number):
            cause = (
                "[rank_feature] fields do not support indexing multiple values for the same field "
                f"[{name}] in the same document"
            )
            raise refused(field, value, cause)
        sink.integer(number, frequency)

    return put


def _converted(field: Field, value: Any, convert: Callable[[], Any]) -> Any:
    try:
        return convert()
    except ValueError as error:
        raise refused(field, value, str(error)) from None


# From a type to what makes the taker of a field of that type.
LEAVES: dict[str, Callable[[Field], Leaf]] = {
    "text": _text,
    "keyword": _keyword,
    "boolean": _boolean,
    "date": _date,
    "rank_feature": _rank_feature,
    **dict.fromkeys(INTEGER_LIMITS, _integer),
    **dict.fromkeys(("double", "float"), _real),
}


def leaf_of(field: Field) -> Leaf:
    """Return what takes a scalar to a field; one that does not fit is left out where the mapping says so."""
    leaf = LEAVES[field.type](field)
    return lenient(leaf, field) if field.ignore_malformed else leaf


def lenient(leaf: Leaf, field: Field) -> Leaf:
    """Return a leaf that leaves out what `leaf` refuses, and takes note of it."""

    def put(value: Any, sink: Sink) -> None:
        try:
            leaf(value, sink)
        except RefusedError:
            sink.ignored(field.name)

    return put
