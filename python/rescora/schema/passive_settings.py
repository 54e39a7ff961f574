"""Settings of Elasticsearch that a server needs and that change no answer: accepted, and named once."""

from __future__ import annotations

_NAMES = frozenset(
    [
        "analyze.max_token_count",
        "auto_expand_replicas",
        "bloom_filter_for_id_field.enabled",
        "codec",
        "compound_format",
        "creation_date",
        "creation_date_string",
        "data_path",
        "fast_refresh",
        "flush_after_merge",
        "format",
        "frozen",
        "gc_deletes",
        "hidden",
        "load_fixed_bitset_filters_eagerly",
        "mapping.dimension_fields.limit",
        "mapping.nested_fields.limit",
        "mapping.nested_objects.limit",
        "max_adjacency_matrix_filters",
        "max_docvalue_fields_search",
        "max_inner_result_window",
        "max_ngram_diff",
        "max_refresh_listeners",
        "max_regex_length",
        "max_shingle_diff",
        "max_slices_per_scroll",
        "max_terms_count",
        "number_of_replicas",
        "optimize_auto_generated_id",
        "priority",
        "provided_name",
        "refresh_interval",
        "search.throttled",
        "shard.check_on_startup",
        "shard_limit.group",
        "uuid",
        "verified_before_close",
        "warmer.enabled",
        "write.wait_for_active_shards",
    ]
)
_GROUPS = (
    "allocation.",
    "blocks.",
    "highlight.",
    "history.",
    "indexing.slowlog.",
    "lifecycle.",
    "merge.",
    "queries.cache.",
    "recovery.",
    "replication.",
    "requests.",
    "resize.",
    "routing.allocation.",
    "routing.initial_recovery.",
    "routing.rebalance.",
    "search.idle.",
    "search.slowlog.",
    "shrink.",
    "soft_deletes.",
    "store.",
    "translog.",
    "unassigned.",
    "version.",
)


def is_passive(name: str) -> bool:
    """
    Tell whether a setting, by its full name, changes no answer here.

    Examples
    --------
    >>> is_passive("index.routing.allocation.include._tier_preference"), is_passive("index.routing_path")
    (True, False)
    """
    bare = name.removeprefix("index.")
    return bare != name and (bare in _NAMES or bare.startswith(_GROUPS))
