"""How the values of a field go to the core's builder: one object for each way in which they are stored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.core import _core
    from rescora.schema.field import Field


class Store(ABC):
    """
    One way to store values.

    Attributes
    ----------
    waits : bool
        Whether a field is declared with its first values, which tell what the mapping does not.
    """

    waits = False

    @abstractmethod
    def declare(self, core: _core.Builder, field: Field, analyzer: _core.Analyzer) -> None:
        """Say that there is a field, before it has values."""

    @abstractmethod
    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        """Hand over values, a list or an array; `docs` are their documents, ascending."""


class ColumnStore(Store):
    """One that takes a whole column, too."""

    @abstractmethod
    def set(self, core: _core.Builder, field: Field, values: NDArray[Any]) -> None:
        """Hand over one value for each document of the index."""


class _Texts(Store):
    def declare(self, core: _core.Builder, field: Any, analyzer: _core.Analyzer) -> None:
        core.add_text_field(field.number, analyzer, field.k1, field.b, field.position_increment_gap)

    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        core.add_texts(field.number, docs, values)


class _Keywords(Store):
    def declare(self, core: _core.Builder, field: Field, analyzer: _core.Analyzer) -> None:
        core.add_keyword_field(field.number, field.k1, field.b)

    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        core.add_keywords(field.number, docs, values)


class _Integers(ColumnStore):
    def declare(self, core: _core.Builder, field: Field, analyzer: _core.Analyzer) -> None:
        core.add_integer_field(field.number)
        self._weigh(core, field)

    def _weigh(self, core: _core.Builder, field: Field) -> None:
        if field.kind.flags:
            core.set_flags(field.number, field.k1, field.b)

    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        core.add_integers(field.number, docs, np.asarray(values, np.int64))

    def set(self, core: _core.Builder, field: Field, values: NDArray[Any]) -> None:
        core.set_integers(field.number, values)
        self._weigh(core, field)


class _Reals(ColumnStore):
    def declare(self, core: _core.Builder, field: Field, analyzer: _core.Analyzer) -> None:
        core.add_real_field(field.number)

    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        core.add_reals(field.number, docs, np.asarray(values, np.float64))

    def set(self, core: _core.Builder, field: Field, values: NDArray[Any]) -> None:
        core.set_reals(field.number, values)


class _Vectors(ColumnStore):
    waits = True

    def declare(self, core: _core.Builder, field: Any, analyzer: _core.Analyzer) -> None:
        core.add_vector_field(field.number, field.element_type, field.dims)

    def add(self, core: _core.Builder, field: Field, docs: NDArray[np.uint32], values: Any) -> None:
        core.add_vectors(field.number, docs, np.stack(values))

    def set(self, core: _core.Builder, field: Any, values: NDArray[Any]) -> None:
        core.set_vectors(field.number, field.element_type, field.dims, values)


# From the `storage` of a field's type to how it is done.
COLUMN_STORES: dict[str, ColumnStore] = {"integer": _Integers(), "real": _Reals(), "vector": _Vectors()}
STORES: dict[str, Store] = {"text": _Texts(), "keyword": _Keywords(), **COLUMN_STORES}
