"""The parts of a mapping, checked one by one; what is wrong is named with its field."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rescora.errors import MappingError, RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.values import boolean, real32
from rescora.schema.parameters import ILLEGAL
from rescora.schema.types.registry import TYPES, UNSUPPORTED_TYPES

if TYPE_CHECKING:
    from rescora.schema.field import FieldType

ROOT_KEYS = ("properties", "dynamic", "_source", "_meta", "date_detection", "numeric_detection")


def check_name(key: Any, prefix: str = "") -> str:
    """Return the full name of a field; parts between dots must not be empty or blank."""
    if not isinstance(key, str):
        raise MappingError(f"field name must be a string, not [{show(key)}]", field=show(key), type=ILLEGAL)
    try:
        key.encode()
    except UnicodeEncodeError:
        raise MappingError(
            f"field name [{show(key)}] is not valid Unicode", field=show(key), type=ILLEGAL
        ) from None
    if not all(part.strip() for part in key.split(".")):
        said = (
            "field name cannot be an empty string"
            if not key
            else f"field name [{show(key)}] has an empty part"
        )
        raise MappingError(said, field=key, type=ILLEGAL)
    return prefix + key


def demand_object(body: Any, name: str, path: str) -> Any:
    """Return `body`, which must be an object."""
    if not isinstance(body, Mapping):
        raise MappingError(
            f"Expected map for property [{show(name)}] but got [{show(body)}]", field=name, path=path
        )
    return body


def unknown_root_key(key: Any, value: Any) -> RequestError:
    """Return the error for a key that a mapping does not have."""
    if key in (
        "dynamic_templates",
        "dynamic_date_formats",
        "runtime",
        "_routing",
        "_doc",
        "_field_names",
        "_size",
    ):
        return UnsupportedError(f"[{key}]", path=f"mappings.{key}")
    hint = did_you_mean(key, ROOT_KEYS)
    if key == "mappings":
        hint = ": give what stands under [mappings]"
    elif isinstance(value, dict) and not value.keys().isdisjoint({"type", "properties"}):
        hint = ": fields stand under [properties]"
    return MappingError(
        f"Root mapping definition has unsupported parameters: [{show(key)}]{hint}", path="mappings"
    )


def dynamic_rule(value: Any, path: str) -> str:
    """Read ``dynamic``: "true", "false" or "strict"."""
    word = str(value).lower() if isinstance(value, bool | str) else ""
    if word == "runtime":
        raise UnsupportedError("dynamic [runtime]", path=path)
    if word not in ("true", "false", "strict"):
        raise MappingError(
            f"Cannot resolve dynamic [{show(value)}]: true, false or strict is wanted", path=path
        )
    return word


def type_of(name: str, definition: Any) -> FieldType:
    """Return the type that a definition gives a field."""
    kind = demand_object(definition, name, name).get("type")
    if isinstance(kind, str) and kind in TYPES:
        return TYPES[kind]
    if isinstance(kind, str) and (kind in UNSUPPORTED_TYPES or kind == "object"):
        raise UnsupportedError(f"type [{kind}] of field [{name}]", path=f"{name}.type")
    if kind is None:
        raise MappingError(f"No type specified for field [{show(name)}]", field=name, path=name)
    hint = did_you_mean(kind, TYPES)
    raise MappingError(
        f"Failed to parse mapping: No handler for type [{show(kind)}] declared on field [{show(name)}]{hint}",
        field=name,
        path=f"{name}.type",
    )


def parameters_of(
    name: str, kind: FieldType, definition: Mapping[str, Any], ignore_malformed: bool = False
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Return the attributes that a definition sets, and the parameters worth giving back.

    `ignore_malformed` is the index's default for fields that have such a parameter.
    """
    table = kind.parameters
    attributes: dict[str, Any] = {"ignore_malformed": ignore_malformed} if "ignore_malformed" in table else {}
    kept: dict[str, Any] = {}
    for key, value in definition.items():
        if key in ("type", "fields"):
            continue
        entry = table.get(key)
        if entry is None:
            hint = did_you_mean(key, table)
            raise MappingError(
                f"unknown parameter [{show(key)}] on mapper [{name}] of type [{kind.name}]{hint}",
                field=name,
                path=f"{name}.{show(key)}",
            )
        attribute, read = entry
        result = read(value, f"{name}.{key}")
        kept[key] = value
        if attribute:
            attributes[attribute] = result
    kind.complete(name, attributes)
    _read_null_value(name, kind, attributes)
    return attributes, kept


def _read_null_value(name: str, kind: FieldType, attributes: dict[str, Any]) -> None:
    """Replace the null value of a field's attributes by what its leaf takes, or raise MappingError."""
    given = attributes.pop("null_value", None)
    if given is None:  # null says that there is none
        return
    try:
        attributes["null_value"] = kind.null_value(given, name, attributes)
    except ValueError as error:
        reason = f"Error parsing [null_value] on field [{name}]: {error}"
        raise MappingError(reason, field=name, path=f"{name}.null_value") from None


def multi_fields_of(
    name: str, kind: FieldType, definition: Mapping[str, Any], parent: str | None
) -> Iterator[tuple[str, Any]]:
    """Return the multi-fields of a definition: key and definition."""
    if "fields" not in definition:
        return
    if not kind.multi_fields and definition["fields"]:
        raise UnsupportedError(f"a multi-field of a field of type [{kind.name}]", path=f"{name}.fields")
    if parent is not None:
        raise UnsupportedError("a multi-field inside a multi-field", path=f"{name}.fields")
    for key, inner in demand_object(definition["fields"], name, f"{name}.fields").items():
        if "." in check_name(key):
            reason = f"Field name [{key}] which is a multi field of [{name}] cannot contain '.'"
            raise MappingError(reason, field=name)
        yield key, inner


def bm25_of(name: str, given: Any) -> tuple[float, float]:
    """Return (k1, b) of a similarity's definition."""
    path = f"similarity.{name}"
    demand_object(given, name, path)
    if given.get("type") != "BM25":
        raise UnsupportedError(f"similarity type [{show(given.get('type'))}]", path=f"{path}.type")
    for key in given:
        if key not in ("type", "k1", "b", "discount_overlaps"):
            hint = did_you_mean(key, ("k1", "b", "discount_overlaps"))
            raise MappingError(
                f"Unknown settings for similarity of type [BM25]: [{show(key)}]{hint}",
                path=path,
                type=ILLEGAL,
            )
    if not boolean(given.get("discount_overlaps", True), f"{path}.discount_overlaps"):
        raise UnsupportedError("[discount_overlaps: false]", path=f"{path}.discount_overlaps")
    k1 = real32(given.get("k1", 1.2), f"{path}.k1")
    b = real32(given.get("b", 0.75), f"{path}.b")
    if not k1 >= 0 or math.isinf(k1):
        reason = f"illegal k1 value: {k1:g}, must be a non-negative finite value"
        raise MappingError(reason, path=f"{path}.k1", type=ILLEGAL)
    if not 0 <= b <= 1:
        raise MappingError(f"illegal b value: {b:g}, must be between 0 and 1", path=f"{path}.b", type=ILLEGAL)
    return k1, b
