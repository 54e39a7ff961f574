"""The parameters a field of each type may have, and how each is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rescora.dates.formats import date_format
from rescora.errors import MappingError, UnsupportedError, did_you_mean, show
from rescora.reading.values import (
    Table,
    at_least,
    boolean,
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


def _any(value: Any, _path: str) -> Any:
    """Take a value that is checked when the type and the other parameters of its field are known."""
    return value


# What any field may say: defaults said aloud, and what has no effect in one process.
_ANY: Table = {
    "index": ("", only(True, "true")),
    "store": ("", only(False, "false")),
    "meta": ("", ignored),
    "boost": ("", refused),
    "copy_to": ("", refused),
    "script": ("", refused),
    "on_script_error": ("", refused),
    "time_series_dimension": ("", refused),
    "time_series_metric": ("", refused),
    "synthetic_source_keep": ("", refused),
}
_COLUMN: Table = {"doc_values": ("", only(True, "true")), "null_value": ("null_value", _any), **_ANY}
_LENIENT: Table = {"ignore_malformed": ("ignore_malformed", boolean), **_COLUMN}
_NUMBER: Table = {"coerce": ("", only(True, "true")), **_LENIENT}

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
    "boolean": _LENIENT,
    "date": {
        "format": ("format", _format),
        "locale": ("", only("ENGLISH", "en", "ROOT", "")),
        **_LENIENT,
    },
    "dense_vector": {
        "dims": ("dims", _dims),
        "element_type": ("element_type", _element_type),
        "index": ("indexed", boolean),
        "similarity": ("vector_similarity", _vector_similarity),
        "index_options": ("vector_index_options", _index_options),
        "meta": ("", ignored),
    },
    "geo_point": {
        "ignore_z_value": ("ignore_z_value", boolean),
        **_LENIENT,
    },
    "rank_feature": {
        "positive_score_impact": ("positive_score_impact", boolean),
        "null_value": ("", refused),
        "meta": ("", ignored),
    },
    **dict.fromkeys(("long", "integer", "short", "byte", "double", "float"), _NUMBER),
}
