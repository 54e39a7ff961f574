"""Vectors: one a document, of floats, bytes or bits; the first one decides how many dimensions there are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rescora.errors import MappingError, UnsupportedError, did_you_mean, show
from rescora.reading.values import boolean, ignored, kind
from rescora.schema.field import FieldType, refused
from rescora.schema.parameters import ILLEGAL
from rescora.schema.types.dims import BadVectorError, check_dims
from rescora.schema.types.vector_rows import DenseVectorField, dims_of, to_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Action, Learner, Sink

_HEX = re.compile(r"([0-9a-fA-F]{2})*", re.ASCII)


def _dims(value: Any, path: str) -> int:
    if type(value) is not int:
        name = path.rpartition(".")[0]
        reason = f"Property [dims] on field [{name}] must be an integer but got [{show(value)}]"
        raise MappingError(reason, field=name, path=path)
    return value


def _element_type(value: Any, path: str) -> str:
    if value == "bfloat16":
        raise UnsupportedError("element_type [bfloat16]", path=path)
    if value not in ("float", "byte", "bit"):
        known = ("float", "byte", "bit")
        reason = f"invalid element_type [{show(value)}]; available types are [{', '.join(known)}]"
        raise MappingError(reason + did_you_mean(value, known), path=path)
    return str(value)


def _vector_similarity(value: Any, path: str) -> str:
    known = ("cosine", "dot_product", "l2_norm", "max_inner_product")
    if value is None:
        return ""
    if value not in known:
        reason = (
            f"Unknown value [{show(value)}] for field [similarity] - accepted values are [{', '.join(known)}]"
        )
        raise MappingError(reason + did_you_mean(value, known), path=path)
    return str(value)


def _index_options(value: Any, path: str) -> bool:
    if value is not None and not isinstance(value, Mapping):
        raise MappingError(f"[index_options] must be an object, not [{show(value)}]", path=path)
    return value is not None


class DenseVector(FieldType):
    """``dense_vector``."""

    name = "dense_vector"
    field_class = DenseVectorField
    parameters: ClassVar[Table] = {
        "dims": ("dims", _dims),
        "element_type": ("element_type", _element_type),
        "index": ("indexed", boolean),
        "similarity": ("vector_similarity", _vector_similarity),
        "index_options": ("vector_index_options", _index_options),
        "meta": ("", ignored),
    }
    multi_fields = is_multi_field = False
    storage = "vector"
    is_vector = True

    def complete(self, name: str, attributes: dict[str, Any]) -> None:
        _hold_together(name, attributes)

    def action(self, field: DenseVectorField, learn: Learner) -> Action | None:
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
            except ValueError as error:
                raise refused(field, value, str(error)) from None
            if not dims:
                dims = dims_of(row, field)
                learn(name, dims=dims)
            sink.vector(number, row[0])

        return put

    def from_array(
        self, array: NDArray[Any], field: DenseVectorField, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[Any]:
        path = f"columns.{field.name}"
        if array.ndim != 2 or array.dtype.kind not in "iuf":
            found = f"{array.dtype} of shape {array.shape}"
            reason = f"a column of vectors must be a two-dimensional array of numbers, not {found}"
            raise MappingError(reason, field=field.name, path=path)
        try:
            return to_rows(array, field, field.dims)
        except BadVectorError as error:
            row = error.row if docs is None else int(docs[error.row])
            raise MappingError(f"document {row}: {error}", field=field.name, path=path) from None

    def told_by(self, values: NDArray[Any], field: DenseVectorField) -> dict[str, Any]:
        return {} if field.dims else {"dims": dims_of(values, field)}


def _hold_together(name: str, attributes: dict[str, Any]) -> None:
    """Hold the parameters of a vector to one another, and set the similarity that goes without saying."""
    element = attributes.setdefault("element_type", "float")
    if "dims" in attributes:
        try:
            check_dims(attributes["dims"], element)
        except ValueError as error:
            raise MappingError(str(error), field=name, path=f"{name}.dims") from None
    indexed = attributes.pop("indexed", True)
    for key in ("similarity", "index_options"):
        if not indexed and attributes.get(f"vector_{key}"):
            raise MappingError(
                f"Field [{key}] can only be specified for a field of type [dense_vector] when it is indexed",
                field=name,
                path=f"{name}.{key}",
                type=ILLEGAL,
            )
    # how a nearest-neighbour index would be built: it has no effect on the scores of scripts
    attributes.pop("vector_index_options", None)
    if indexed:
        default = "l2_norm" if element == "bit" else "cosine"
        attributes["vector_similarity"] = attributes.get("vector_similarity") or default
    if element == "bit" and attributes.get("vector_similarity", "l2_norm") not in ("", "l2_norm"):
        raise MappingError(
            f"The [{attributes['vector_similarity']}] similarity is not supported for [bit] vectors, "
            "only [l2_norm] is",
            field=name,
            path=f"{name}.similarity",
            type=ILLEGAL,
        )


def _components(value: Any, field: DenseVectorField) -> NDArray[Any]:
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


DENSE_VECTOR = DenseVector()
