"""Rank features: a positive number a document, kept in the precision that Lucene scores it with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.reading.values import boolean, ignored
from rescora.reading.values import refused as refused_parameter
from rescora.schema.columns import as_features
from rescora.schema.conversions import to_feature
from rescora.schema.field import Field, FieldType, converted, refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink


class FeatureField(Field, frozen=True, eq=False):
    """
    A rank_feature field.

    Attributes
    ----------
    positive_score_impact : bool
        Whether a greater value is a better one.
    """

    positive_score_impact: bool = True


class RankFeature(FieldType):
    """``rank_feature``."""

    name = "rank_feature"
    field_class = FeatureField
    parameters: ClassVar[Table] = {
        "positive_score_impact": ("positive_score_impact", boolean),
        "null_value": ("", refused_parameter),
        "meta": ("", ignored),
    }
    is_feature = keeps_numbers = True

    def leaf(self, field: FeatureField) -> Leaf:
        number, name, positive = field.number, field.name, field.positive_score_impact

        def read(value: Any) -> int:
            return to_feature(value, name, positive)

        def put(value: Any, sink: Sink) -> None:
            frequency = converted(field, value, read)
            if sink.has(number):
                cause = (
                    "[rank_feature] fields do not support indexing multiple values for the same field "
                    f"[{name}] in the same document"
                )
                raise refused(field, value, cause)
            sink.integer(number, frequency)

        return put

    def from_array(
        self, array: NDArray[Any], field: FeatureField, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[np.int64]:
        return as_features(array, field, field.positive_score_impact, docs)

    def not_searched(self, field: Field) -> str:
        return "Queries on [rank_feature] fields are not supported"


RANK_FEATURE = RankFeature()
