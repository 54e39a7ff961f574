"""Rows of vectors: arrays as the core takes them, and what is wrong with one that a field cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.schema.conversions import float_text
from rescora.schema.field import Field
from rescora.schema.types.dims import BadVectorError, check_dims

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_UNIT = 1e-3  # how far from 1 the squared length of a unit vector may be
_CHUNK = 1 << 20  # components that are looked at together: enough for speed, and little memory


class DenseVectorField(Field, frozen=True, eq=False):
    """
    A dense_vector field.

    Attributes
    ----------
    dims : int
        How many dimensions a vector has; 0 as long as no document has told.
    element_type : str
        What a vector is made of: "float", "byte" or "bit".
    vector_similarity : str
        How indexed vectors would be compared; empty where they are not indexed.
    """

    dims: int = 0
    element_type: str = "float"
    vector_similarity: str = ""


def dims_of(rows: NDArray[Any], field: DenseVectorField) -> int:
    """Return how many dimensions rows have: a byte is one, or eight bits."""
    return int(rows.shape[1]) * (8 if field.element_type == "bit" else 1)


def to_rows(
    array: NDArray[Any], field: DenseVectorField, dims: int
) -> NDArray[np.float32] | NDArray[np.int8]:
    """
    Return vectors as the core takes them, without a copy where they are so already.

    Parameters
    ----------
    array : ndarray of numbers, shape (n, d)
        A vector a row.
    field : DenseVectorField
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


def _to_bytes(array: NDArray[Any], field: DenseVectorField) -> NDArray[np.int8]:
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


def _check(rows: NDArray[Any], field: DenseVectorField, first: int) -> None:
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


def _check_finite(rows: NDArray[Any], field: DenseVectorField, first: int) -> None:
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
