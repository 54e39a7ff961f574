"""Keys of a search body that Rescora does not have: which may be left out, and what is said of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.values import parsing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ERROR, DROP = "error", "drop"  # what `unsupported` may be

# Keys that can be left out, and why neither the hits nor their scores are others without them.
DROPPABLE: dict[str, str] = {
    "aggs": "is computed over the hits, beside them",
    "aggregations": "is computed over the hits, beside them",
    "suggest": "is an answer of its own, beside the hits",
    "highlight": "adds fragments to hits",
    "fields": "adds values to hits",
    "stored_fields": "adds values to hits",
    "docvalue_fields": "adds values to hits",
    "fielddata_fields": "adds values to hits",
    "_source_includes": "cuts the sources of hits",
    "_source_excludes": "cuts the sources of hits",
    "version": "adds a number to hits",
    "seq_no_primary_term": "adds numbers to hits",
    "stats": "names a group in the statistics of a server",
    "track_scores": "asks for scores beside a sort, and here there always are some",
    "typed_keys": "says how aggregations are named in an answer",
    "rest_total_hits_as_int": "says how the number of hits is written",
    "preference": "chooses among copies of a shard, and there is one",
    "request_cache": "says what a server remembers",
    "batched_reduce_size": "says how a server spreads its work",
    "max_concurrent_shard_requests": "says how a server spreads its work",
    "pre_filter_shard_size": "says when a server asks shards whether they can match at all",
    "ccs_minimize_roundtrips": "says how clusters speak with one another",
}
# Keys that can change which hits come back, or their scores: they are never left out.
REFUSED = frozenset(
    [
        "collapse",
        "expand_wildcards",
        "ext",
        "index",
        "indices_boost",
        "inner_hits",
        "knn",
        "pit",
        "query_vector",
        "rank",
        "retriever",
        "routing",
        "runtime_mappings",
        "scroll",
        "search_after",
        "slice",
        "sub_searches",
    ]
)
_CLASHES = {
    "scroll": "using [rescore] is not allowed in a scroll context",
    "rank": "[rank] cannot be used with [rescore]",
    "retriever": "cannot specify [retriever] and [rescore]",
}


def check_choice(unsupported: object) -> None:
    """Raise ValueError unless `unsupported` says what becomes of keys that Rescora does not have."""
    if unsupported not in (ERROR, DROP):
        raise ValueError(f'unsupported must be "{ERROR}" or "{DROP}", not {unsupported!r}')


def left_out(
    document: dict[Any, Any], known: Collection[str], unsupported: str, refused: Sequence[str] = ()
) -> tuple[str, ...]:
    """
    Return the keys of a body that are to be left out.

    Parameters
    ----------
    document : dict
        The body.
    known : collection of str
        The keys that are read.
    unsupported : str
        "drop" leaves out what can be; "error" nothing.
    refused : sequence of str
        Known keys whose values are not supported.

    Raises
    ------
    RequestError
        `UnsupportedError` with all keys that cannot stay; for a key that Elasticsearch has not, the first.
    """
    droppable: list[str] = []
    wrong = list(refused)
    for key in document:
        if key in known:
            continue
        if key in DROPPABLE:
            droppable.append(key)
        elif key in REFUSED:
            wrong.append(key)
        else:
            raise parsing(f"unknown key [{show(key)}] in a search body{did_you_mean(key, known)}", show(key))
    if wrong or (droppable and unsupported == ERROR):
        raise _refusal(document, wrong, droppable, unsupported)
    return tuple(droppable)


def _refusal(
    document: dict[Any, Any], wrong: list[str], droppable: list[str], unsupported: str
) -> RequestError:
    clash = next((_CLASHES[key] for key in wrong if key in _CLASHES), None)
    if clash is not None and document.get("rescore"):
        key = next(key for key in wrong if key in _CLASHES)
        reason = f"Validation Failed: 1: {clash};"
        return RequestError(reason, path=key, type="action_request_validation_exception")
    if unsupported == DROP:
        hint = ", and cannot be left out: the hits or their scores could be others"
        return _unsupported(wrong, hint)
    hint = f', unsupported="drop" leaves out {_listed(droppable)}' if droppable else ""
    return _unsupported([key for key in document if key in (*wrong, *droppable)], hint)


def _unsupported(keys: list[str], hint: str) -> UnsupportedError:
    path = keys[0] if len(keys) == 1 else ""
    return UnsupportedError(_listed(keys), path=path, hint=hint, keys=keys)


def _listed(keys: list[str]) -> str:
    *first, last = (f"[{key}]" for key in keys)
    return f"{', '.join(first)} and {last}" if first else last
