"""Settings that Elasticsearch has: one of them is not supported here, where another is unknown."""

from __future__ import annotations

# Without "index."; those that are understood, or change no answer, stand elsewhere.
_NAMES = frozenset(
    [
        "fielddata.cache",
        "global_checkpoint_sync.interval",
        "look_ahead_time",
        "look_back_time",
        "mapping.depth.limit",
        "mapping.field_name_length.limit",
        "mapping.source.mode",
        "number_of_routing_shards",
        "query.default_field",
        "query.parse.allow_unmapped_fields",
        "query_string.lenient",
        "routing_partition_size",
        "routing_path",
        "source_only",
    ]
)
_FAMILIES = ("downsample.", "routing.", "sort.", "time_series.")
# Settings of a node or a cluster stand beside those of an index.
_NODE = (
    "action.",
    "cluster.",
    "http.",
    "indices.",
    "ingest.",
    "network.",
    "node.",
    "script.",
    "thread_pool.",
    "xpack.",
)


def exists(name: str) -> bool:
    """
    Tell whether Elasticsearch has a setting of this name.

    Examples
    --------
    >>> exists("index.sort.field"), exists("index.srot.field"), exists("cluster.name")
    (True, False, True)
    """
    rest = name.removeprefix("index.")
    return rest in _NAMES or rest.startswith((*_FAMILIES, *_NODE))
