"""The types of fields that there are, and those of Elasticsearch that there are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.schema.types.booleans import BOOLEAN
from rescora.schema.types.dates import DATE
from rescora.schema.types.features import RANK_FEATURE
from rescora.schema.types.keywords import KEYWORD
from rescora.schema.types.numeric import NUMBERS
from rescora.schema.types.points import GEO_POINT
from rescora.schema.types.text import TEXT
from rescora.schema.types.vectors import DENSE_VECTOR

if TYPE_CHECKING:
    from rescora.schema.field import FieldType

TYPES: dict[str, FieldType] = {
    type.name: type
    for type in (TEXT, KEYWORD, BOOLEAN, DATE, DENSE_VECTOR, GEO_POINT, RANK_FEATURE, *NUMBERS)
}

UNSUPPORTED_TYPES = frozenset(
    [
        "aggregate_metric_double",
        "alias",
        "annotated_text",
        "binary",
        "completion",
        "constant_keyword",
        "counted_keyword",
        "date_nanos",
        "date_range",
        "double_range",
        "flattened",
        "float_range",
        "geo_shape",
        "half_float",
        "histogram",
        "integer_range",
        "ip",
        "ip_range",
        "join",
        "long_range",
        "match_only_text",
        "murmur3",
        "nested",
        "passthrough",
        "percolator",
        "point",
        "rank_features",
        "rank_vectors",
        "scaled_float",
        "search_as_you_type",
        "semantic_text",
        "shape",
        "sparse_vector",
        "token_count",
        "unsigned_long",
        "version",
        "wildcard",
    ]
)
