"""A search body, or the keywords of a client, becomes a `SearchRequest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rescora.errors import RequestError, did_you_mean, show
from rescora.queries import parse_query
from rescora.queries.compound import MatchAll
from rescora.reading.limits import check_size
from rescora.reading.unicode import no_json
from rescora.reading.values import (
    at_least,
    boolean,
    choice,
    illegal,
    integer,
    kind,
    parsing,
    real32,
    strings,
)
from rescora.request.learning_to_rank import check_model_windows
from rescora.request.rescore import check_rescore_windows, parse_rescore
from rescora.request.script_fields import parse_script_fields
from rescora.request.search import COUNT_ALL, COUNT_NONE, SearchRequest, SourceSpec
from rescora.request.timeout import parse_timeout, seconds_as_text
from rescora.request.unsupported import ERROR, check_choice, left_out
from rescora.schema.settings import Settings

if TYPE_CHECKING:
    from rescora.queries.query import Query

_from = at_least(0, "[from] parameter cannot be negative but was [{value}]")
_size = at_least(0, "[size] parameter cannot be negative, found [{value}]")
_terminate_after = at_least(0, "terminateAfter must be > 0")
_search_type = choice("No search type for [{value}]", ("query_then_fetch", "dfs_query_then_fetch"))
_MOST_PATTERNS = 1_000
_MATCH_ALL = MatchAll(path="query")


def parse_body(
    body: Any = None,
    settings: Settings | None = None,
    keywords: dict[str, Any] | None = None,
    unsupported: str = ERROR,
) -> SearchRequest:
    """
    Read a search.

    Parameters
    ----------
    body : dict, str or bytes, optional
        An Elasticsearch search body, or its JSON.
    settings : Settings, optional
        The index's limits.
    keywords : dict, optional
        Parts of the body given by name: ``from_`` stands for ``from``, ``source`` for ``_source``; None is
        not given. A key that is also in the body is an error.
    unsupported : str
        "drop" leaves out keys that Rescora does not have and that cannot change hits or scores.

    Returns
    -------
    SearchRequest
        Frozen, with all defaults filled in.

    Raises
    ------
    RequestError
        If anything is wrong; the message names its path.

    Examples
    --------
    >>> parse_body({"query": {"match": {"title": "fox"}}, "from": "5"}).from_
    5
    """
    limits = settings or Settings()
    document = as_object(body, keywords)
    check_size(document, "")
    found: dict[str, Any] = {}
    check_choice(unsupported)
    if not document.keys() <= _KEYS.keys() or _sorts_by_field(document):
        refused = ["sort"] if _sorts_by_field(document) else []
        found["dropped"] = left_out(document, _KEYS, unsupported, refused)
    for key, value in document.items():
        if key in _KEYS:
            attribute, read = _KEYS[key]
            found[attribute] = read(value, limits)
    if "query" not in found:
        found["query"] = _MATCH_ALL
    if found.get("script_fields") and "source" not in found:
        found["source"] = SourceSpec(enabled=False)  # as Elasticsearch: who asks for fields gets fields
    sort = found.pop("sort", True)
    request = SearchRequest(**found)
    _check_result_window(request, limits)
    if not sort:
        raise _sorted()
    check_rescore_windows(request.rescore, limits)
    check_model_windows(request.rescore, request.from_, request.size)
    return request


def is_dfs(search_type: Any) -> bool:
    """Tell whether a ``search_type`` has words weighed by all shards; RequestError if there is none such."""
    return parse_body({"search_type": search_type}).search_type == "dfs_query_then_fetch"


def as_object(body: Any, keywords: dict[str, Any] | None) -> dict[Any, Any]:
    """Return a body as an object that has the keywords, too; `parse_body` tells arguments and errors."""
    document = _object(body)
    return _with_keywords(document, keywords) if keywords else document


def _object(body: Any) -> dict[Any, Any]:
    if isinstance(body, dict):
        return body
    if body is None:
        return {}
    if isinstance(body, str | bytes | bytearray | memoryview):
        body = decode(body)
    if not isinstance(body, dict):
        raise parsing(f"a search body is an object, not {kind(body)} [{show(body)}]", "")
    return body


def decode(text: str | bytes | bytearray | memoryview) -> Any:
    """Read JSON, or say where it breaks."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise RequestError(
            f"invalid JSON: {show(no_json(text, error))}", type="x_content_parse_exception"
        ) from None


_KEYWORDS = {
    "from_": "from",
    "source": "_source",
    "source_includes": "_source_includes",
    "source_excludes": "_source_excludes",
}


def _with_keywords(document: dict[Any, Any], keywords: dict[str, Any]) -> dict[Any, Any]:
    merged = dict(document)
    for name, value in keywords.items():
        if value is None:
            continue
        key = _KEYWORDS.get(name, name)
        if key in merged:
            raise illegal(f"[{key}] stands both in the body and among the keywords", key)
        merged[key] = seconds_as_text(value) if key == "timeout" else value
    return merged


def _check_result_window(request: SearchRequest, limits: Settings) -> None:
    window = request.from_ + request.size
    if window > limits.max_result_window:
        raise RequestError(
            "Result window is too large, from + size must be less than or equal to: "
            f"[{limits.max_result_window}] but was [{window}]. "
            "See the scroll api for a more efficient way to request large data sets. "
            "This limit can be set by changing the [index.max_result_window] index level setting.",
            path="size",
            type="illegal_argument_exception",
            shard_level=True,
        )


def _sorts_by_field(document: dict[Any, Any]) -> bool:
    """Tell whether there is a sort that we do not have; beside rescorers it is an error of another kind."""
    if "sort" not in document or document.get("rescore"):
        return False
    return not _by_score(document["sort"], None)


def _sorted() -> RequestError:
    return RequestError(
        "Cannot use [sort] option in conjunction with [rescore].",
        path="sort",
        type="illegal_argument_exception",
        shard_level=True,
    )


def _by_score(value: Any, _limits: Settings | None) -> bool:
    """Tell whether a sort is the one by score, best first, which is no sort at all."""
    items = value if isinstance(value, list | tuple) else [value]
    return all(_is_score_descending(item) for item in items)


def _is_score_descending(item: Any) -> bool:
    if isinstance(item, dict):
        if len(item) != 1 or "_score" not in item:
            return False
        order = item["_score"]
        if isinstance(order, dict):
            if any(key != "order" for key in order):
                return False
            order = order.get("order", "desc")
        return isinstance(order, str) and order.lower() == "desc"
    return isinstance(item, str) and item in ("_score", "_score:desc")


def _query(value: Any, limits: Settings) -> Query:
    return _MATCH_ALL if value is None else parse_query(value, "query", limits.levels())


def _post_filter(value: Any, limits: Settings) -> Query | None:
    return None if value is None else parse_query(value, "post_filter", limits.levels())


def _track_total_hits(value: Any, _limits: Settings) -> int:
    if isinstance(value, bool) or value in ("true", "false"):
        return COUNT_ALL if boolean(value, "track_total_hits") else COUNT_NONE
    number = integer(value, "track_total_hits")
    if number < -1:
        raise illegal(
            f"[track_total_hits] parameter must be positive or equals to -1, got [{number}]",
            "track_total_hits",
        )
    return number


def _patterns(value: Any, path: str) -> tuple[str, ...]:
    """Read patterns of names; each with a star is held against every name of a source."""
    patterns = strings(value, path)
    if sum("*" in pattern for pattern in patterns) > _MOST_PATTERNS:
        raise illegal(f"at most {_MOST_PATTERNS:,} patterns with [*] are supported", path)
    return patterns


def parse_source(value: Any, path: str = "_source") -> SourceSpec:
    """Read ``_source``: a boolean, a pattern, patterns, or includes and excludes."""
    if isinstance(value, bool) or value in ("true", "false"):
        return SourceSpec(enabled=boolean(value, path))
    if isinstance(value, str | list | tuple):
        return SourceSpec(includes=_patterns(value, path))
    if not isinstance(value, dict):
        raise parsing(f"Expected one of [VALUE_BOOLEAN, START_OBJECT] but found [{kind(value)}]", path)
    found: dict[str, Any] = {}
    for key, patterns in value.items():
        attribute = {"include": "includes", "exclude": "excludes"}.get(key, key)
        if attribute not in ("includes", "excludes"):
            known = did_you_mean(key, ("includes", "excludes"))
            raise parsing(f"Unknown key [{show(key)}] in [{path}]{known}", f"{path}.{show(key)}")
        found[attribute] = _patterns(patterns, f"{path}.{key}")
    return SourceSpec(**found)


def _min_score(value: Any, _limits: Settings) -> float | None:
    return None if value is None else real32(value, "min_score")


_KEYS: dict[str, tuple[str, Any]] = {
    "query": ("query", _query),
    "rescore": ("rescore", parse_rescore),
    "size": ("size", lambda value, _: _size(value, "size")),
    "from": ("from_", lambda value, _: _from(value, "from")),
    "min_score": ("min_score", _min_score),
    "post_filter": ("post_filter", _post_filter),
    "_source": ("source", lambda value, _: parse_source(value)),
    "script_fields": ("script_fields", parse_script_fields),
    "track_total_hits": ("track_total_hits", _track_total_hits),
    "explain": ("explain", lambda value, _: boolean(value, "explain")),
    "profile": ("profile", lambda value, _: boolean(value, "profile")),
    "sort": ("sort", _by_score),
    "timeout": ("timeout", lambda value, _: parse_timeout(value)),
    "terminate_after": ("terminate_after", lambda value, _: _terminate_after(value, "terminate_after")),
    "allow_partial_search_results": (
        "allow_partial_results",
        lambda value, _: boolean(value, "allow_partial_search_results"),
    ),
    "search_type": ("search_type", lambda value, _: _search_type(value, "search_type")),
}
