"""Parameters of mappings that several types have, and how each is read."""

from __future__ import annotations

from typing import Any

from rescora.errors import MappingError, show
from rescora.reading.values import Table, boolean, ignored, only, refused, string

ILLEGAL = "illegal_argument_exception"


def similarity(value: Any, path: str) -> Any:
    """Read a similarity: a name, or a definition."""
    return value if isinstance(value, dict) else string(value, path)


def analyzer(value: Any, path: str) -> str:
    """Read an analyzer's name."""
    name = string(value, path)
    if not name:
        raise MappingError(f"analyzer on [{show(path)}] must not be empty", path=path)
    return name


def _any(value: Any, _path: str) -> Any:
    """Take a value that is checked when the type and the other parameters of its field are known."""
    return value


# What any field may say: defaults said aloud, and what has no effect in one process.
ANY: Table = {
    "index": ("", only(True, "true")),
    "store": ("", only(False, "false")),
    "meta": ("", ignored),
    "boost": ("", refused),
    "copy_to": ("", refused),
    "script": ("", refused),
    "on_script_error": ("", refused),
    "time_series_dimension": ("", refused),
    "time_series_metric": ("", refused),
    "synthetic_source_keep": ("", refused),
}
COLUMN: Table = {"doc_values": ("", only(True, "true")), "null_value": ("null_value", _any), **ANY}
LENIENT: Table = {"ignore_malformed": ("ignore_malformed", boolean), **COLUMN}
NUMBER: Table = {"coerce": ("", only(True, "true")), **LENIENT}
