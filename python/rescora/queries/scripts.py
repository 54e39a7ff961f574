"""Scripts of a request: compiled for the index's fields, with their parameters' values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, ScriptError
from rescora.queries.java_hash import java_hash
from rescora.reading.values import scalar_text
from rescora.script.contexts import FIELD, FILTER, PRINTED_FIELD, SCORE, Context
from rescora.script.errors import BindError, CompileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.core import _core
    from rescora.queries.source import Script
    from rescora.schema.schema import Schema
    from rescora.script.program import Programs

__all__ = ["FIELD", "FILTER", "PRINTED_FIELD", "SCORE", "Scripts"]


class Scripts:
    """
    Compiles the scripts of one index's requests, each but once.

    Parameters
    ----------
    schema : Schema
        The fields of the index.
    index_name : str
        The index's name, which random scores depend on.
    """

    __slots__ = ("_programs", "_salt", "_schema")

    def __init__(self, schema: Schema, index_name: str = "index") -> None:
        self._schema = schema
        self._salt = java_hash(index_name) << 10 & 0xFFFFFFFF
        self._programs: Programs | None = None

    def compile(self, script: Script, context: Context, *, described: bool = False) -> _core.Script:
        """
        Return the core's script; `described` for explanations.

        Raises
        ------
        ScriptError
            If the script cannot be right, or a parameter is not what it takes it for; it marks the place.
        RequestError
            If a parameter is of no kind that a script can have.
        """
        description = describe(script) if described else ""
        try:
            return self._known().script(script.source, script.params, context, self._salt, description)
        except CompileError as error:
            cause = RequestError(error.reason, type=error.type)
            raise ScriptError("compile error", script.source, error.place, cause, path=script.path) from None
        except BindError as error:
            cause = RequestError(error.reason, type=error.type)
            raise ScriptError("runtime error", script.source, error.place, cause, path=script.path) from None

    def _known(self) -> Programs:
        if self._programs is None:
            from rescora.script.program import (
                Programs,
            )  # the grammar's library is loaded with the first script

            self._programs = Programs(self._schema)
        return self._programs


def describe(script: Script) -> str:
    """
    Return a script as Elasticsearch's explanations show it.

    Examples
    --------
    >>> from rescora.queries.source import Script
    >>> describe(Script(source="params.a", params={"a": 1.5, "k": [1, "b"]}))
    "Script{type=inline, lang='painless', idOrCode='params.a', options={}, params={a=1.5, k=[1, b]}}"
    """
    params = _java_text(script.params)
    return (
        f"Script{{type=inline, lang='painless', idOrCode='{script.source}', options={{}}, params={params}}}"
    )


def _java_text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_java_text(value[key])}" for key in _hashed_order(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_java_text, value)) + "]"
    if value is None:
        return "null"
    return scalar_text(value) if isinstance(value, bool | int | float | str) else str(value)


def _hashed_order(keys: Iterable[str]) -> list[str]:
    """Order keys as a ``java.util.HashMap`` shows them: by bucket, then as they were put in."""
    kept = list(keys)
    buckets = 16
    while len(kept) > 0.75 * buckets:
        buckets *= 2

    def bucket(key: str) -> int:
        hashed = java_hash(str(key)) & 0xFFFFFFFF
        return (hashed ^ hashed >> 16) % buckets

    return sorted(kept, key=bucket)
