"""Numbers that are handed in as arrays: whether they fit a field, and how the core takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import MappingError
from rescora.schema.conversions import LEAST_NORMAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.schema.field import Field


def type_for(array: NDArray[Any]) -> str:
    """Return the type of a field that is made for an array."""
    if array.dtype.kind == "b":
        return "boolean"
    return "double" if array.dtype.kind == "f" else "long"


def means_its_values(kind: str, field: Field) -> bool:
    """
    Tell whether an array means the same to a field as its values one after another.

    Parameters
    ----------
    kind : str
        NumPy's letter for the values: "b", "i" or "f".
    field : Field
        Whose values they are.
    """
    if kind == "f" and field.ignore_malformed:
        return False  # there may be NaN among them
    return kind in field.kind.array_kinds


def as_integers(
    array: NDArray[Any], field: Field, limits: tuple[int, int], docs: NDArray[np.uint32] | None = None
) -> NDArray[np.int64]:
    """Return the values for a field of integers within limits; `docs` are their documents, or all."""
    if array.dtype.kind == "f":
        _demand(np.isfinite(array), "values must be finite", array, field, docs)
        _demand(array == np.trunc(array), f"fractions do not fit type [{field.type}]", array, field, docs)
    low, high = limits
    fits = (array >= low) & (array <= high)
    if array.dtype.kind == "f":
        fits &= array < 2.0**63  # as a float, the highest long is this and fits itself
    _demand(fits, f"values must be in [{low}, {high}] for type [{field.type}]", array, field, docs)
    return np.ascontiguousarray(array, np.int64)


def as_reals(
    array: NDArray[Any], field: Field, single: bool, docs: NDArray[np.uint32] | None = None
) -> NDArray[np.float64]:
    """Return the values for a field of fractions, `single` ones of float32; for `docs`: see `as_integers`."""
    rounded = array
    if single:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
            rounded = array.astype(np.float64).astype(np.float32)
    _demand(np.isfinite(rounded), f"[{field.type}] supports only finite values", array, field, docs)
    return np.ascontiguousarray(rounded, np.float64)


def as_features(
    array: NDArray[Any],
    field: Field,
    positive_score_impact: bool,
    docs: NDArray[np.uint32] | None = None,
) -> NDArray[np.int64]:
    """Return what a rank_feature field keeps of the values; `to_feature` says it for one of them."""
    with np.errstate(over="ignore", divide="ignore"):
        values = array.astype(np.float64).astype(np.float32)
        if not positive_score_impact:
            values = np.float32(1) / values
    _demand(np.isfinite(values), "featureValue must be finite", array, field, docs)
    _demand(
        values >= np.float32(LEAST_NORMAL), "featureValue must be a positive normal float", array, field, docs
    )
    return (values.view(np.uint32) >> 15).astype(np.int64)


def _demand(
    fits: NDArray[np.bool_], reason: str, array: NDArray[Any], field: Field, docs: NDArray[np.uint32] | None
) -> None:
    if fits.all():
        return
    place = int(np.argmin(fits))
    document = place if docs is None else int(docs[place])
    reason = f"{reason}, but document {document} has {array[place]}"
    raise MappingError(reason, field=field.name, path=f"columns.{field.name}")
