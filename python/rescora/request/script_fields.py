"""``script_fields``: values that scripts make of each hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rescora.errors import RequestError, did_you_mean, show
from rescora.queries.source import Script, parse_script
from rescora.reading.values import boolean, kind, parsing, string

if TYPE_CHECKING:
    from rescora.schema.settings import Settings


class ScriptField(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a script makes of each hit; where it fails, none, if failures are ignored."""

    name: str
    script: Script
    ignore_failure: bool = False


def parse_script_fields(body: Any, settings: Settings) -> tuple[ScriptField, ...]:
    """
    Read ``script_fields``: a script under each name.

    Raises
    ------
    RequestError
        If it is no object of scripts, or one of too many.
    """
    path = "script_fields"
    if not isinstance(body, dict):
        raise parsing(f"Unknown key for a {kind(body)} in [{path}]: an object is wanted", path)
    if len(body) > settings.max_script_fields:
        raise RequestError(
            "Trying to retrieve too many script_fields. Must be less than or equal to: "
            f"[{settings.max_script_fields}] but was [{len(body)}]. This limit can be set by changing the "
            "[index.max_script_fields] index level setting.",
            path=path,
            type="illegal_argument_exception",
            shard_level=True,
        )
    return tuple([_script_field(name, value, f"{path}.{show(name)}") for name, value in body.items()])


def _script_field(name: Any, body: Any, path: str) -> ScriptField:
    if not isinstance(body, dict):
        raise parsing(f"Expected [START_OBJECT] but found [{kind(body)}] in [script_fields]", path)
    for key in body:
        if key not in ("script", "ignore_failure"):
            hint = did_you_mean(key, ("script", "ignore_failure"))
            raise parsing(f"Unknown key [{show(key)}] in [{path}]{hint}", f"{path}.{show(key)}")
    if "script" not in body:
        raise parsing(f"[{path}] wants a [script]", path)
    return ScriptField(
        name=string(name, path),
        script=parse_script(body["script"], f"{path}.script"),
        ignore_failure=boolean(body.get("ignore_failure", False), f"{path}.ignore_failure"),
    )
