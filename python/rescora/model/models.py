"""The models of one index, by their ids: replaced as a whole, so that a reader keeps what it has read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from rescora.errors import ModelError, RequestError, did_you_mean, show
from rescora.model.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping


class Models:
    """Models by id; any number of threads may read while one writes."""

    def __init__(self) -> None:
        self._all: Mapping[str, Model] = {}
        self._stored: dict[str, str] = {}  # of an opened file, not loaded yet
        self._lock = threading.Lock()

    def all(self) -> Mapping[str, Model]:
        """Return the models as they are now."""
        if self._stored:
            self._load_stored()
        return self._all

    def put(self, model_id: str, model: Model) -> None:
        """Add a model, or replace one."""
        if not isinstance(model_id, str) or not model_id:
            raise ModelError(f"a model's id must be a string that is not empty, not [{show(model_id)}]")
        if not any(feature.kind for feature in model._features):
            raise ModelError(
                "no feature of the model says how it is computed: load it with "
                'features=[{"feature_name": …, "query": …}, …]'
            )
        self.all()  # read what is only stored first
        with self._lock:
            self._all = {**self._all, model_id: model}

    def delete(self, model_id: str) -> None:
        """Take a model away."""
        self.all()
        with self._lock:
            if model_id not in self._all:
                raise RequestError(
                    f"Could not find trained model [{show(model_id)}]{did_you_mean(model_id, self._all)}",
                    type="resource_not_found_exception",
                    status=404,
                )
            self._all = {name: model for name, model in self._all.items() if name != model_id}

    def store(self) -> dict[str, str]:
        """Return each model as text, for a file."""
        return {name: model.to_bytes().decode() for name, model in self.all().items()}

    def restore(self, stored: Mapping[str, str]) -> None:
        """Take what `store` gave; it is read when a model is first asked for, so that opening stays quick."""
        self._stored = dict(stored)

    def _load_stored(self) -> None:
        with self._lock:
            if self._stored:
                self._all = {name: Model.load(text.encode()) for name, text in self._stored.items()}
                self._stored = {}
