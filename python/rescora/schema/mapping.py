"""Reads the body of a mapping: what stands at its root, and the fields and objects in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import MappingError, UnsupportedError, show
from rescora.reading.values import boolean
from rescora.schema.checks import ROOT_KEYS, check_name, demand_object, dynamic_rule, unknown_root_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescora.schema.draft import Draft


def read_root(body: Any) -> dict[str, Any]:
    """Return what a mapping says beside its fields, each key checked."""
    demand_object(body, "", "mappings")
    for key in body:
        if key not in ROOT_KEYS:
            raise unknown_root_key(key, body[key])
    root: dict[str, Any] = {}
    if "dynamic" in body:
        root["dynamic"] = dynamic_rule(body["dynamic"], "mappings.dynamic")
    for key in ("date_detection", "numeric_detection"):
        if key in body:
            root[key] = boolean(body[key], f"mappings.{key}")
    if "_meta" in body:
        root["_meta"] = demand_object(body["_meta"], "_meta", "mappings._meta")
    if "_source" in body:
        root["_source"] = _source(body["_source"])
    return root


def _source(body: Any) -> dict[str, bool]:
    demand_object(body, "_source", "mappings._source")
    for key in body:
        if key != "enabled":
            raise UnsupportedError(f"[{show(key)}] of [_source]", path=f"mappings._source.{show(key)}")
    return {"enabled": boolean(body.get("enabled", True), "mappings._source.enabled")}


def read_properties(draft: Draft, body: Any, prefix: str = "") -> None:
    """Add the fields and objects of ``properties`` to a draft."""
    demand_object(body, prefix, f"{prefix}properties")
    for key, definition in body.items():
        name = check_name(key, prefix)
        demand_object(definition, name, name)
        if definition.get("type", "object") == "object" and (
            "type" in definition or "properties" in definition or not definition
        ):
            _read_object(draft, name, definition)
        else:
            draft.add(name, definition)


def _read_object(draft: Draft, name: str, body: Mapping[str, Any]) -> None:
    for key in body:
        if key not in ("type", "properties", "dynamic"):
            if key in ("enabled", "subobjects", "include_in_all"):
                raise UnsupportedError(f"[{key}] of an object", path=f"{name}.{key}")
            raise MappingError(
                f"Mapping definition for [{name}] has unsupported parameters: [{show(key)}]", field=name
            )
    dynamic = dynamic_rule(body["dynamic"], f"{name}.dynamic") if "dynamic" in body else None
    draft.add_object(name, dynamic)
    read_properties(draft, body.get("properties", {}), f"{name}.")
