"""The parameters a field of each type may have, and how each is read."""

from __future__ import annotations

from typing import Any

from rescora.dates.formats import date_format
from rescora.errors import MappingError, show
from rescora.request.values import (
    Table,
    at_least,
    ignored,
    only,
    refused,
    string,
)

ROOT_KEYS = ("properties", "dynamic", "_source", "_meta", "date_detection", "numeric_detection")

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
        "dense_vector",
        "double_range",
        "flattened",
        "float_range",
        "geo_point",
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
        "rank_feature",
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


def _format(value: Any, path: str) -> str:
    text = string(value, path)
    try:
        date_format(text)
    except ValueError as error:
        raise MappingError(str(error), path=path) from None
    return text


def _similarity(value: Any, path: str) -> Any:
    return value if isinstance(value, dict) else string(value, path)


def _analyzer(value: Any, path: str) -> str:
    name = string(value, path)
    if not name:
        raise MappingError(f"analyzer on [{show(path)}] must not be empty", path=path)
    return name


# What any field may say: defaults said aloud, and what has no effect in one process.
_ANY: Table = {
    "index": ("", only(True, "true")),
    "store": ("", only(False, "false")),
    "meta": ("", ignored),
    "boost": ("", refused),
    "copy_to": ("", refused),
    "null_value": ("", refused),
    "script": ("", refused),
    "on_script_error": ("", refused),
    "time_series_dimension": ("", refused),
    "time_series_metric": ("", refused),
    "synthetic_source_keep": ("", refused),
}
_COLUMN: Table = {"doc_values": ("", only(True, "true")), **_ANY}
_NUMBER: Table = {
    "coerce": ("", only(True, "true")),
    "ignore_malformed": ("", only(False, "false")),
    **_COLUMN,
}

PARAMETERS: dict[str, Table] = {
    "text": {
        "analyzer": ("analyzer", _analyzer),
        "search_analyzer": ("search_analyzer", _analyzer),
        "search_quote_analyzer": ("", refused),
        "similarity": ("similarity", _similarity),
        "position_increment_gap": (
            "position_increment_gap",
            at_least(0, "[positions_increment_gap] must be positive, got [{value}]"),
        ),
        "norms": ("", only(True, "true")),
        "index_options": ("", only("positions")),
        "term_vector": ("", only("no")),
        "index_phrases": ("", only(False, "false")),
        "index_prefixes": ("", refused),
        "fielddata": ("", only(False, "false")),
        "fielddata_frequency_filter": ("", refused),
        "eager_global_ordinals": ("", ignored),
        **_ANY,
    },
    "keyword": {
        "ignore_above": ("ignore_above", at_least(0, "[ignore_above] must be positive, got [{value}]")),
        "similarity": ("similarity", _similarity),
        "norms": ("", only(False, "false")),
        "index_options": ("", only("docs")),
        "normalizer": ("", refused),
        "split_queries_on_whitespace": ("", only(False, "false")),
        "eager_global_ordinals": ("", ignored),
        **_COLUMN,
    },
    "boolean": {"ignore_malformed": ("", only(False, "false")), **_COLUMN},
    "date": {
        "format": ("format", _format),
        "locale": ("", only("ENGLISH", "en", "ROOT", "")),
        "ignore_malformed": ("", only(False, "false")),
        **_COLUMN,
    },
    **dict.fromkeys(("long", "integer", "short", "byte", "double", "float"), _NUMBER),
}
