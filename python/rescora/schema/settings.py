"""The settings of an index: Elasticsearch's names, ``index.`` may be left out, nested or dotted."""

from __future__ import annotations

import copy
from typing import Any

import msgspec

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.limits import HARD_DEPTH, MAX_CLAUSES, Levels, check_size
from rescora.reading.values import Reader, at_least, boolean, illegal, integer, only, string
from rescora.schema.known_settings import exists
from rescora.schema.passive_settings import is_passive

MAX_SHARDS = 1024  # Elasticsearch's own limit


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """
    What `parse_settings` understood.

    Attributes
    ----------
    name, number_of_shards : str, int
        ``index.name`` and ``index.number_of_shards``.
    max_result_window, max_rescore_window : int
        Limits of ``from + size`` and of a rescorer's window; the second defaults to the first.
    max_script_fields : int
        How many script fields a request may have.
    max_nested_depth, max_clause_count : int
        ``indices.query.bool.*``: limits of a query's depth and of its words.
    total_fields_limit : int
        ``index.mapping.total_fields.limit``.
    ignore_malformed : bool
        ``index.mapping.ignore_malformed``.
    id_field_data : bool
        ``indices.id_field_data.enabled``: whether a random score may be drawn by ``_id``.
    similarity, analysis : dict
        As given; the mapping and the analyzers read them.
    without_effect : tuple of str
        Names of settings that were given and change no answer here.
    """

    name: str = "index"
    number_of_shards: int = 1
    max_result_window: int = 10_000
    max_rescore_window: int = 10_000
    max_script_fields: int = 32
    max_nested_depth: int = 30
    max_clause_count: int = MAX_CLAUSES
    total_fields_limit: int = 1_000
    ignore_malformed: bool = False
    id_field_data: bool = False
    similarity: dict[str, Any] = {}
    analysis: dict[str, Any] = {}
    without_effect: tuple[str, ...] = ()

    def levels(self) -> Levels:
        """Return the limits of one query."""
        return Levels(self.max_nested_depth, self.max_clause_count)


def _between(low: int, high: int) -> Reader:
    def read(value: Any, path: str) -> int:
        number = integer(value, path)
        if not low <= number <= high:
            raise illegal(f"[{path}] must be between {low} and {high}, not [{number}]", path)
        return number

    return read


def _object(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise illegal(f"an object is wanted, not [{show(value)}]", path)
    return value


_positive = at_least(1, "must be at least 1, not [{value}]")
_SETTINGS: dict[str, tuple[str, Reader]] = {
    "index.name": ("name", string),
    "index.number_of_shards": ("number_of_shards", _between(1, MAX_SHARDS)),
    "index.max_result_window": ("max_result_window", _positive),
    "index.max_rescore_window": ("max_rescore_window", _positive),
    "index.max_script_fields": ("max_script_fields", at_least(0, "must be at least 0, not [{value}]")),
    "index.mapping.total_fields.limit": ("total_fields_limit", _positive),
    "indices.query.bool.max_nested_depth": ("max_nested_depth", _between(1, HARD_DEPTH)),
    "indices.query.bool.max_clause_count": ("max_clause_count", _positive),
    "index.mapping.ignore_malformed": ("ignore_malformed", boolean),
    "index.mapping.coerce": ("", only("true", True)),
    "index.mode": ("", only("standard")),
    "index.default_pipeline": ("", only("_none")),
    "index.final_pipeline": ("", only("_none")),
    "indices.id_field_data.enabled": ("id_field_data", boolean),
}
_TREES = ("similarity", "analysis")


def parse_settings(body: Any) -> Settings:
    """
    Read the settings of an index.

    Examples
    --------
    >>> parse_settings({"number_of_shards": 2, "index": {"max_result_window": 50}}).max_rescore_window
    50
    """
    if body is None:
        return Settings()
    if isinstance(body, Settings):
        return body
    if not isinstance(body, dict):
        raise illegal(f"settings must be an object, not [{show(body)}]", "settings")
    check_size(body, "settings")
    flat: dict[str, Any] = {}
    _flatten(body, "", flat, HARD_DEPTH)
    found: dict[str, Any] = {}
    for key, value in flat.items():
        _read(key, value, found)
    found["without_effect"] = tuple(found.get("without_effect", ()))
    if "max_result_window" in found:
        found.setdefault("max_rescore_window", found["max_result_window"])
    return Settings(**found)


def _flatten(body: dict[Any, Any], prefix: str, flat: dict[str, Any], levels: int) -> None:
    for key, value in body.items():
        name = prefix + string(key, "settings")
        if name.removeprefix("index.") in _TREES:
            flat[name] = value
        elif isinstance(value, dict) and levels:
            _flatten(value, f"{name}.", flat, levels - 1)
        else:
            flat[name] = value


def _read(key: str, value: Any, found: dict[str, Any]) -> None:
    name = key if key.startswith(("index.", "indices.")) else f"index.{key}"
    path = f"settings.{key}"
    tree, _, rest = name.removeprefix("index.").partition(".")
    if tree in _TREES:
        target = found.setdefault(tree, {})
        *parents, last = rest.split(".") if rest else [""]
        for parent in parents:
            target = _object(target.setdefault(parent, {}), path)
        if rest:
            target[last] = value
        else:
            target.update(_copied(_object(value, path), path))
    elif name in _SETTINGS:
        attribute, read = _SETTINGS[name]
        result = read(value, path)
        if attribute:
            found[attribute] = result
    elif is_passive(name):
        found.setdefault("without_effect", []).append(name)
    else:
        raise _unknown(name, path)


def _copied(value: dict[str, Any], path: str) -> dict[str, Any]:
    try:
        return copy.deepcopy(value)
    except RecursionError:
        raise illegal("the settings are nested too deeply", path) from None


def _unknown(name: str, path: str) -> RequestError:
    if exists(name):
        return UnsupportedError(f"setting [{name}]", path=path)
    return illegal(f"unknown setting [{name}]{did_you_mean(name, _SETTINGS)}", path)
