"""What `GET index`, `GET _settings` and `GET _mapping` answer, pasted whole: the part that is wanted."""

from __future__ import annotations

from typing import Any

from rescora.errors import show
from rescora.reading.values import illegal

_PARTS = frozenset(["aliases", "data_stream", "defaults", "mappings", "settings", "warmers"])
# What stands at the top of settings and mappings themselves, so that it is no index's name there.
_OWN = {
    "settings": frozenset(["analysis", "similarity"]),
    "mappings": frozenset(["dynamic", "dynamic_templates", "properties", "runtime"]),
}


def unwrapped(body: Any, part: str) -> tuple[Any, str]:
    """
    Return settings or mappings without what an answer wraps them in, and the name of the index there.

    Parameters
    ----------
    body : object
        Settings or mappings, what describes an index and has them, or an answer with its name around that.
    part : str
        "settings" or "mappings".

    Raises
    ------
    RequestError
        For an answer about several indices, or one that has no such part.

    Examples
    --------
    >>> unwrapped({"papers": {"settings": {"index": {"number_of_shards": "2"}}}}, "settings")
    ({'index': {'number_of_shards': '2'}}, 'papers')
    >>> unwrapped({"mappings": {"properties": {}}}, "mappings"), unwrapped({"properties": {}}, "mappings")
    (({'properties': {}}, ''), ({'properties': {}}, ''))
    """
    if not isinstance(body, dict) or not body or not body.keys().isdisjoint(_OWN[part]):
        return body, ""
    if _describes_an_index(body):
        return _part_of(body, part), ""
    if not all(map(_describes_an_index, body.values())):
        return body, ""
    if len(body) > 1:
        names = ", ".join(f"[{show(name)}]" for name in body)
        raise illegal(f"the answer tells of {len(body)} indices, {names}: give the one that is meant", part)
    [(name, inner)] = body.items()
    return _part_of(inner, part), name if isinstance(name, str) else ""


def _part_of(description: dict[str, Any], part: str) -> Any:
    if part not in description:
        found = ", ".join(f"[{name}]" for name in description)
        raise illegal(f"the answer has no [{part}], only {found}", part)
    return description[part]


def _describes_an_index(body: Any) -> bool:
    return isinstance(body, dict) and bool(body) and body.keys() <= _PARTS


def pasted_mappings(body: Any) -> Any:
    """Return the mappings of an answer; those of old servers have a type, `_doc`, around them."""
    found, _ = unwrapped(body, "mappings")
    return found["_doc"] if isinstance(found, dict) and found.keys() == {"_doc"} else found


def pasted_settings(body: Any) -> Any:
    """Return the settings of an answer; an index that the answer names gives its name, if they have none."""
    found, name = unwrapped(body, "settings")
    return found if not name or not isinstance(found, dict) else {"index.name": name, **found}
