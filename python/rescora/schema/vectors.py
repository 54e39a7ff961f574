"""Vectors of documents: what a value means to a dense_vector field, and what is wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import MappingError
from rescora.reading.values import kind
from rescora.schema.conversions import float_text
from rescora.schema.dims import BadVectorError, check_dims
from rescora.schema.leaves import Sink, refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from rescora.schema.field import Field
    from rescora.schema.schema import Mappings

_UNIT = 1e-3  # how far from 1 the squared length of a unit vector may be
_CHUNK = 1 << 20  # components that are looked at together: enough for speed, and little memory
_HEX = re.compile(r"([0-9a-fA-F]{2})*", re.ASCII)


def vector_action(field: Field, mappings: Mappings) -> Callable[[Any, Sink], None]:
    """Return what takes a document's value, an array as a whole, to a field; the first decides `dims`."""
    number, name = field.number, field.name
    dims = field.dims

    def put(value: Any, sink: Sink) -> None:
        nonlocal dims
        if value is None:
            return
        if sink.has(number):
            cause = (
                f"Field [{name}] of type [dense_vector] doesn't support indexing multiple values "
                "for the same field in the same document"
            )
            raise refused(field, value, cause)
        try:
            row = to_rows(_components(value, field)[np.newaxis], field, dims)
            dims = dims or mappings.infer_dims(name, dims_of(row, field))
        except ValueError as error:
            raise refused(field, value, str(error)) from None
        sink.vector(number, row[0])

    return put


def dims_of(rows: NDArray[Any], field: Field) -> int:
    """Return how many dimensions rows have: a byte is one, or eight bits."""
    return int(rows.shape[1]) * (8 if field.element_type == "bit" else 1)


def to_rows(array: NDArray[Any], field: Field, dims: int) -> NDArray[np.float32] | NDArray[np.int8]:
    """
    Return vectors as the core takes them, without a copy where they are so already.

    Parameters
    ----------
    array : ndarray of numbers, shape (n, d)
        A vector a row.
    field : Field
        Whose vectors they are.
    dims : int
        How many dimensions they must have; 0 lets any number pass that a field can have.

    Raises
    ------
    BadVectorError
        With the place of the first vector that does not fit.
    """
    found = dims_of(array, field)
    if not dims:
        check_dims(found, field.element_type)
    elif found != dims:
        wrong = "more dimensions" if found > dims else f"a different number of dimensions [{found}]"
        reason = f"The [dense_vector] field [{field.name}] has {wrong} than defined in the mapping [{dims}]"
        raise BadVectorError(reason if found <= dims else f"{reason}: {found}")
    if field.element_type == "float":
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            rows = np.require(array, np.float32, ["C", "A"])
    else:
        rows = _to_bytes(array, field)
    for first, chunk in _chunks(rows):
        _check(chunk, field, first)
    return rows


def _components(value: Any, field: Field) -> NDArray[Any]:
    """Return a document's value as an array of one dimension."""
    if isinstance(value, str) and field.element_type != "float":
        if _HEX.fullmatch(value) is None:
            raise ValueError("a vector's string must be hexadecimal, two digits a byte")
        return np.frombuffer(bytes.fromhex(value), np.int8)
    if not isinstance(value, list | tuple):
        tolist = getattr(value, "tolist", None)
        if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
            return value
        if not callable(tolist):
            raise ValueError(_not_a("START_ARRAY", value))
        value = tolist()  # of nested arrays too, so that the message tells what was found
        if not isinstance(value, list):
            raise ValueError(_not_a("START_ARRAY", value))
    for item in value if not {*map(type, value)} <= {int, float} else ():
        if kind(item) != "VALUE_NUMBER":
            raise ValueError(_not_a("VALUE_NUMBER", item))
    try:
        return np.array(value, np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(f"a component is not a number that a vector can have: {error}") from None


def _not_a(token: str, value: Any) -> str:
    return f"Failed to parse object: expecting token of type [{token}] but found [{kind(value)}]"


def _to_bytes(array: NDArray[Any], field: Field) -> NDArray[np.int8]:
    """Return whole numbers as bytes; bits that NumPy packed are bytes without a sign."""
    if field.element_type == "bit" and array.dtype == np.uint8:
        array = array.view(np.int8)
    if array.dtype != np.int8:
        prefix = f"element_type [{field.element_type}] vectors"
        for first, chunk in _chunks(array):
            if chunk.dtype.kind == "f":
                _check_finite(chunk, field, first)
                decimal = "only support non-decimal values but found decimal value"
                _demand(chunk == np.trunc(chunk), f"{prefix} {decimal}", chunk, first)
            fits = (chunk >= -128) & (chunk <= 127)
            _demand(fits, f"{prefix} only support integers between [-128, 127] but found", chunk, first)
    return np.require(array, np.int8, ["C", "A"])


def _chunks(rows: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    step = max(1, _CHUNK // max(1, rows.shape[1]))
    for first in range(0, len(rows), step):
        yield first, rows[first : first + step]


def _check(rows: NDArray[Any], field: Field, first: int) -> None:
    """Raise BadVectorError for a vector that is not finite, or that the field's similarity cannot compare."""
    floats = field.element_type == "float"
    if floats:
        _check_finite(rows, field, first)
    if field.vector_similarity == "cosine":
        reason = "The [cosine] similarity does not support vectors with zero magnitude."
        with np.errstate(over="ignore", under="ignore"):  # zero is what float32 squares add up to
            squares = np.square(rows, dtype=np.float32)
        _demand_vectors(squares.any(axis=1), reason, rows, first)
    elif field.vector_similarity == "dot_product" and floats:
        reason = "The [dot_product] similarity can only be used with unit-length vectors."
        with np.errstate(over="ignore", under="ignore"):
            sums = np.cumsum(np.square(rows), axis=1, dtype=np.float32)[:, -1]  # one after the other, as Java
        _demand_vectors(np.abs(sums - np.float32(1)) <= np.float32(_UNIT), reason, rows, first)


def _check_finite(rows: NDArray[Any], field: Field, first: int) -> None:
    prefix = f"element_type [{field.element_type}] vectors do not support"
    _demand(~np.isnan(rows), f"{prefix} NaN values but found", rows, first)
    _demand(~np.isinf(rows), f"{prefix} infinite values but found", rows, first)


def _demand(fits: NDArray[np.bool_], reason: str, rows: NDArray[Any], first: int) -> None:
    if not fits.all():
        row, dim = divmod(int(np.argmin(fits)), rows.shape[1])
        found = f"{reason} [{_text(rows[row, dim])}] at dim [{dim}];"
        raise BadVectorError(f"{found} {_preview(rows[row])}", first + row)


def _demand_vectors(fits: NDArray[np.bool_], reason: str, rows: NDArray[Any], first: int) -> None:
    if not fits.all():
        row = int(np.argmin(fits))
        raise BadVectorError(f"{reason} {_preview(rows[row])}", first + row)


def _text(component: Any) -> str:
    return float_text(component) if component.dtype.kind == "f" else str(component)


def _preview(vector: NDArray[Any]) -> str:
    shown = ", ".join(map(_text, vector[:5]))
    return f"Preview of invalid vector: [{shown}{', ...' if len(vector) >= 5 else ''}]"


def column_of_vectors(
    array: NDArray[Any], field: Field, mappings: Mappings
) -> NDArray[np.float32] | NDArray[np.int8]:
    """Return an array with a vector a row as the core takes it; where it does not fit, name the document."""
    path = f"columns.{field.name}"
    if array.ndim != 2 or array.dtype.kind not in "iuf":
        found = f"{array.dtype} of shape {array.shape}"
        reason = f"a column of vectors must be a two-dimensional array of numbers, not {found}"
        raise MappingError(reason, field=field.name, path=path)
    try:
        rows = to_rows(array, field, field.dims)
    except BadVectorError as error:
        raise MappingError(f"document {error.row}: {error}", field=field.name, path=path) from None
    if not field.dims:
        mappings.infer_dims(field.name, dims_of(rows, field))
    return rows
