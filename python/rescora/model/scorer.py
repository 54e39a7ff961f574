"""Score rows of features with a loaded model, in the library's precision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.core import make_core
from rescora.model.ensemble import Ensemble

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rescora.model.ensemble import Loaded


class Scorer:
    """
    A loaded model and the core's form of it.

    Attributes
    ----------
    loaded : Loaded
        What a format read.
    core : _core.Model
        The same for the core.
    """

    __slots__ = ("core", "loaded")

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.core = make_core(loaded)

    def predict(self, given: ArrayLike, *, raw: bool) -> NDArray[Any]:
        """Return the score of each row; `Model.predict` says more."""
        scores = self.core.predict(self.rows(given), raw)
        if not self._is_float32():
            return scores
        with np.errstate(over="ignore"):  # a sum beyond float32 is infinite, as in the library
            return scores.astype(np.float32)

    def predict_leaves(self, given: ArrayLike) -> NDArray[np.int32]:
        """Return the leaf of each row in each tree; ModelError for a model without trees."""
        if self.core.num_trees == 0:
            raise ModelError("a weighted sum has no leaves")
        return self.core.predict_leaves(self.rows(given))

    def rows(self, given: ArrayLike) -> NDArray[Any]:
        """Return rows as the core takes them; ModelError or TypeError where they are none of this model's."""
        columns, own = getattr(given, "columns", None), self.loaded.feature_names
        if columns is not None and own and set(own) <= set(columns):
            given = given[list(own)]  # type: ignore[index,call-overload]  # a data frame
        _refuse_categories(given)
        try:
            rows = np.asarray(given)
        except ValueError:
            raise TypeError("X must be numbers, in two dimensions") from None
        if rows.dtype.kind not in "fiub":
            raise TypeError(f"X must be numbers, not {rows.dtype}")
        if rows.ndim != 2:
            raise TypeError(f"X must have two dimensions, (rows, features), not {rows.ndim}")
        if rows.shape[1] != self.loaded.num_features:
            raise ModelError(
                f"X has {rows.shape[1]} columns, the model has {self.loaded.num_features} features"
            )
        if rows.dtype == np.float32 and rows.dtype.isnative and rows.flags.aligned:
            return rows
        with np.errstate(over="ignore"):  # what float32 cannot hold is infinite, as in the libraries
            kind = np.float64 if self._is_wide() else np.float32
            return np.require(rows.astype(kind, copy=False), requirements="A")

    def _is_wide(self) -> bool:
        model = self.loaded.model
        return model.wide if isinstance(model, Ensemble) else model.accumulate == "float64"

    def _is_float32(self) -> bool:
        model = self.loaded.model
        stays = model.output.scale is None and model.output.bias is None and not model.output.mean
        return model.accumulate != "float64" and stays and not (isinstance(model, Ensemble) and model.groups)


def _refuse_categories(given: Any) -> None:
    """Refuse a data frame's categories: libraries look at codes, and a model file need not say which."""
    dtypes = getattr(given, "dtypes", None)
    for name, dtype in getattr(dtypes, "items", tuple)():
        if str(dtype) == "category":
            raise ModelError(
                f"column [{show(name)}] holds categories: give their codes, which the model was trained on"
            )
