"""The models of an index, by id; copy-on-write, so that readers keep a consistent set."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from rescora.errors import CorruptFileError, ModelError, RequestError, did_you_mean, show
from rescora.model.model import Model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Stored(NamedTuple):
    """A model of an opened file that has not been used yet."""

    text: str
    path: str


class Models:
    """Models by id; thread-safe."""

    def __init__(self) -> None:
        self._all: Mapping[str, Model | Stored] = {}
        self._changes: Mapping[
            str, Model | None
        ] = {}  # since `restore`; None for a model that was taken away
        self._lock = threading.Lock()

    def now(self) -> Mapping[str, Model | Stored]:
        """Return a snapshot of the models; `read` loads each."""
        return self._all

    def read(self, model_id: str, found: Model | Stored) -> Model:
        """
        Return a model that `now` gave; one that is only stored is read, and kept unless it was replaced.

        Raises
        ------
        CorruptFileError
            If the file's model is damaged; the message names it and the file.
        """
        if isinstance(found, Model):
            return found
        try:
            model = Model.load(found.text.encode())
        except RequestError as error:
            raise CorruptFileError(f"{found.path}: model [{show(model_id)}]: {error}") from None
        with self._lock:
            if self._all.get(model_id) is found:
                self._all = {**self._all, model_id: model}
        return model

    def find(self, model_id: str, path: str) -> Model:
        """Return a model for a request that names it at `path`; RequestError of status 404 without it."""
        known = self.now()
        if model_id not in known:
            raise not_found(model_id, known, f"{path}.learning_to_rank.model_id")
        return self.read(model_id, known[model_id])

    def all(self) -> dict[str, Model]:
        """Return all models, read."""
        return {name: self.read(name, model) for name, model in self.now().items()}

    def put(self, model_id: str, model: Model) -> None:
        """Add a model, or replace one."""
        if not isinstance(model_id, str) or not model_id:
            raise ModelError(f"a model's id must be a string that is not empty, not [{show(model_id)}]")
        if not any(feature.kind for feature in model._features):
            raise ModelError(
                "no feature of the model says how it is computed: load it with "
                'features=[{"feature_name": …, "query": …}, …]'
            )
        with self._lock:
            self._all = {**self._all, model_id: model}
            self._changes = {**self._changes, model_id: model}

    def delete(self, model_id: str) -> None:
        """Take a model away."""
        with self._lock:
            if model_id not in self._all:
                raise not_found(model_id, self._all)
            self._all = {name: model for name, model in self._all.items() if name != model_id}
            self._changes = {**self._changes, model_id: None}

    def store(self) -> dict[str, str]:
        """Return each model as text, for a file."""
        return {
            name: model.text if isinstance(model, Stored) else model.to_bytes().decode()
            for name, model in self.now().items()
        }

    def restore(self, stored: Mapping[str, str], path: str) -> None:
        """Take what `store` gave; each is parsed at its first use, so that opening stays fast."""
        self._all = {name: Stored(text, path) for name, text in stored.items()}

    def changes(self) -> dict[str, Model | None]:
        """Return the changes by `put` and `delete` since the file was restored."""
        return dict(self._changes)

    def change(self, changes: Mapping[str, Model | None]) -> None:
        """Apply what `changes` gave."""
        with self._lock:
            changed = {**self._all, **changes}
            self._all = {name: model for name, model in changed.items() if model is not None}
            self._changes = {**self._changes, **changes}


def not_found(model_id: str, known: Iterable[str], path: str = "") -> RequestError:
    """Return the error of status 404 for a model that is not there."""
    return RequestError(
        f"Could not find trained model [{show(model_id)}]{did_you_mean(model_id, known)}",
        path=path,
        type="resource_not_found_exception",
        status=404,
    )
