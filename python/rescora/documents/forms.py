"""Documents in an envelope: hits of a search, and the lines of a bulk request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rescora.documents.lines import Item

WRITES = ("index", "create")
ACTIONS = (*WRITES, "update", "delete")
# What an action may say of its document; None of these changes what a new index holds.
_PASSIVE = frozenset(
    [
        "_id",
        "_index",
        "_type",
        "if_primary_term",
        "if_seq_no",
        "list_executed_pipelines",
        "op_type",
        "require_alias",
        "require_data_stream",
        "retry_on_conflict",
        "version",
        "version_type",
    ]
)
_ROUTING = ("routing", "_routing")
_METADATA = _PASSIVE | {*_ROUTING, "pipeline", "dynamic_templates", "_source"}
# What may stand in a hit beside keys that begin with an underscore.
_BESIDE = frozenset(["fields", "highlight", "ignored_field_values", "inner_hits", "matched_queries", "sort"])


class Enveloped(NamedTuple):
    """A document that was in an envelope, its JSON where that is at hand, and its id; None has none."""

    source: Any
    line: bytes | None
    identity: Any


def is_hit(document: dict[Any, Any]) -> bool:
    """
    Tell whether this is a hit of a search; no document has ``_source`` itself.

    Examples
    --------
    >>> is_hit({"_index": "papers", "_id": "7", "_score": 1.5, "_source": {"title": "A fox"}})
    True
    >>> is_hit({"_id": "7", "_source": {"title": "A fox"}, "title": "A fox"})
    False
    """
    return (
        isinstance(document.get("_source"), dict)
        and not document.keys().isdisjoint(("_id", "_index"))
        and all(key in _BESIDE or (isinstance(key, str) and key.startswith("_")) for key in document)
    )


def open_hit(hit: dict[Any, Any], num_shards: int) -> Enveloped:
    """Return the document of a hit, or of an action as the Python client of Elasticsearch takes it."""
    action = hit.get("_op_type", "index")
    if action not in WRITES:
        raise _not_yet(action, f"document [{show(hit.get('_id'))}]")
    _check_routing(hit, num_shards, f"document [{show(hit.get('_id'))}]")
    return Enveloped(hit["_source"], None, hit.get("_id"))


def is_action(item: Any) -> bool:
    """Tell whether this is the line before a document in a bulk request, and nothing else."""
    if not isinstance(item, dict) or len(item) != 1:
        return False
    [(name, metadata)] = item.items()
    return name in ACTIONS and isinstance(metadata, dict) and metadata.keys() <= _METADATA


def is_bulk(first: Sequence[Any]) -> bool:
    """
    Tell by its first three items whether this is a bulk request: an action, its document, an action.

    Examples
    --------
    >>> is_bulk([{"index": {"_id": "7"}}, {"title": "A fox"}])
    True
    >>> is_bulk([{"index": {"_id": "7"}}, {"index": {"_id": "8"}}])  # documents with a field `index`
    False
    """
    if first and isinstance(first[0], RequestError):  # a line that is no JSON: the others tell
        return any(map(is_action, first[1:]))
    if not first or not is_action(first[0]):
        return False
    if "delete" in first[0]:
        return "_id" in first[0]["delete"] and all(map(may_be_action, first[1:2]))
    return len(first) > 1 and not is_action(first[1]) and all(map(may_be_action, first[2:]))


def may_be_action(item: Any) -> bool:
    """Tell whether a bulk request may have this where an action stands: a line that is no JSON may be one."""
    return isinstance(item, RequestError) or is_action(item)


def open_bulk(items: Iterator[Item], num_shards: int) -> Iterator[Enveloped]:
    """
    Yield the documents of a bulk request.

    Raises
    ------
    RequestError
        For what is no action or has no document, and for updates and deletions.
    """
    for number, (item, _) in enumerate(items, 1):  # and the documents between, which `next` takes
        where = f"bulk action {number}"
        if isinstance(item, RequestError):  # after a line that is no JSON, nobody knows what is whose
            raise item
        if not isinstance(item, dict) or len(item) != 1:
            raise RequestError(f"{where} must be an object with one key, not [{show(item)}]")
        [(action, metadata)] = item.items()
        if action not in ACTIONS or not isinstance(metadata, dict):
            hint = did_you_mean(action, ACTIONS)
            raise RequestError(f"{where} must be one of [{', '.join(ACTIONS)}], not [{show(action)}]{hint}")
        if action not in WRITES:
            raise _not_yet(action, where)
        _check_metadata(metadata, num_shards, where)
        source, line = next(items, (None, None))
        if isinstance(source, RequestError):
            raise source
        if not isinstance(source, dict):
            raise RequestError(f"{where} must be followed by its document, not [{show(source)}]")
        yield Enveloped(source, line, metadata.get("_id"))


def _check_metadata(metadata: dict[Any, Any], num_shards: int, where: str) -> None:
    for key in metadata:
        if key not in _METADATA:
            hint = did_you_mean(key, _METADATA)
            raise RequestError(f"{where} contains an unknown parameter [{show(key)}]{hint}")
        if key not in (*_PASSIVE, *_ROUTING) and metadata[key] != "_none":
            raise UnsupportedError(f"[{key}] of a bulk action", path=where)
    _check_routing(metadata, num_shards, where)


def _check_routing(metadata: dict[Any, Any], num_shards: int, where: str) -> None:
    """Documents are routed by their ids: a routing of its own would put one into another shard."""
    if num_shards > 1 and any(metadata.get(key) is not None for key in _ROUTING):
        raise UnsupportedError("routing by anything but the id, in an index of several shards,", path=where)


def _not_yet(action: Any, where: str) -> UnsupportedError:
    hint = ": an index is built of documents as they are at the end, and built anew when they change"
    return UnsupportedError(f"[{show(action)}] in documents", path=where, hint=hint)
