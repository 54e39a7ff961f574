"""Map a model's features to columns: by name where it has names, else by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rescora.errors import ModelError, did_you_mean, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from numpy.typing import NDArray


class Columns:
    """
    The columns of the rows that a model scores, and the column of each of its features.

    Parameters
    ----------
    own : iterable of str
        The names that the model gives its features; empty if it gives none.
    given : sequence of str, optional
        The caller's columns. Without names of the model's own, its feature i is the caller's i-th column.
    count : int, optional
        The features of the model, where it says more of them than their names.
    automatic : bool
        Whether the model's names only number its features (``Column_0``): if none of them is among the
        caller's, they are no names.

    Attributes
    ----------
    names : tuple of str
    number : dict of str to int
        The columns of all names.
    count : int
        Columns, named or not.
    features : int
        The model's.

    Raises
    ------
    ModelError
        If a name stands twice in a list, or the model's features are not as many as the caller's columns.
    """

    def __init__(
        self,
        own: Iterable[str],
        given: Sequence[str] | None,
        count: int | None = None,
        *,
        automatic: bool = False,
    ) -> None:
        self._own = distinct(own, "the model's feature_names")
        self.names = self._own if given is None else distinct(given, "feature_names")
        self.number = {name: i for i, name in enumerate(self.names)}
        self.features = len(self._own) if count is None else count
        self.count = self.features if given is None else len(self.names)
        if self._own and len(self._own) != self.features:
            raise ModelError(f"the model has {self.features} features, but {len(self._own)} names for them")
        self._place: NDArray[np.int32] | None = None
        if given is None:
            return
        if self._own and not (automatic and self.number.keys().isdisjoint(self._own)):
            self._place = np.array([self.number.get(name, -1) for name in self._own], np.int32)
        elif self.count != self.features:
            raise ModelError(f"feature_names has {self.count} names, but the model {self.features} features")

    def __getitem__(self, name: str) -> int:
        """Return the column of a feature that the model uses."""
        found = self.number.get(name)
        if found is None:
            hint = did_you_mean(name, self.names)
            raise ModelError(f"the model uses feature [{show(name)}], which is not in feature_names{hint}")
        return found

    def of(self, features: NDArray[Any], path: str) -> NDArray[np.int32]:
        """
        Return the columns of the features of a tree's nodes.

        Raises
        ------
        ModelError
            If a feature is none of the model's, or none of the caller's columns; the message names the node.
        """
        if len(features) == 0:
            return features.astype(np.int32)
        if features.min() < 0 or features.max() >= self.features:
            node = int(np.argmax((features < 0) | (features >= self.features)))
            reason = f"feature {features[node]} is beyond the {self.features} features"
            raise ModelError(reason, path=f"{path}, node {node}")
        if self._place is None:
            return features.astype(np.int32)
        columns: NDArray[np.int32] = self._place[features]
        if columns.min() < 0:
            self[self._own[int(features[int(np.argmax(columns < 0))])]]  # says which name is missing
        return columns


def distinct(names: Iterable[Any], what: str) -> tuple[str, ...]:
    """Return the names; refuse one that is empty or stands there twice."""
    found: dict[str, None] = {}
    for name in names:
        if not isinstance(name, str):
            raise ModelError(f"{what} must be strings, not {show(name)}")
        if not name:
            raise ModelError(f"{what} must not have an empty name")
        if name in found:
            raise ModelError(f"feature [{show(name)}] stands twice in {what}")
        found[name] = None
    return tuple(found)
