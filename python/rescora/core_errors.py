"""Translate the core's errors to Elasticsearch's: refused arguments, documents that cannot be scored."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rescora.core import _core
from rescora.errors import Cancelled, RequestError, ScriptError, SearchTimeout, show
from rescora.reading.values import scalar_text

if TYPE_CHECKING:
    from collections.abc import Callable


class _Fault(NamedTuple):
    """The arguments of a DocumentError."""

    code: str
    document: str  # its id
    number_in_shard: int
    number: float
    text: str
    source: str | None
    place: int


_MISSING = (
    "A document doesn't have a value for a field! "
    "Use doc[<field>].size()==0 to check if a document is missing a field!"
)
_WORK = "The scripts of this request have done more work than the scripts of one request may do."
_LOOPS = "The maximum number of statements that can be executed in a loop has been reached."


def _index(fault: _Fault) -> str:
    return fault.text or f"Index {fault.number:.0f} is out of bounds"


# What fails while a script runs: the name of the exception, and its text.
_RUNTIME: dict[str, tuple[str, Callable[[_Fault], str]]] = {
    "missing_value": ("illegal_state_exception", lambda _: _MISSING),
    "division_by_zero": ("arithmetic_exception", lambda _: "/ by zero"),
    "index": ("index_out_of_bounds_exception", _index),
    "null": ("null_pointer_exception", lambda fault: fault.text or "something was asked of null"),
    "cast": (
        "class_cast_exception",
        lambda fault: fault.text or "a value is of another type than is wanted here",
    ),
    "number_format": ("number_format_exception", lambda fault: f'For input string: "{show(fault.text)}"'),
    "overflow": ("arithmetic_exception", lambda fault: fault.text or "integer overflow"),
    "argument": (
        "illegal_argument_exception",
        lambda fault: fault.text or "a function does not take this value",
    ),
    "missing_vector": (
        "illegal_argument_exception",
        lambda _: "A document doesn't have a value for a vector field!",
    ),
    "loop_limit": ("painless_error", lambda _: _LOOPS),
    "work_limit": ("painless_error", lambda _: _WORK),
    "size_limit": ("illegal_argument_exception", lambda _: "a text that the script makes is too long"),
    "recursion": (
        "illegal_argument_exception",
        lambda _: "a function calls itself more often than this version of rescora supports",
    ),
}


def _java(value: float) -> str:
    """Return a number as Java prints it."""
    if math.isfinite(value):
        return scalar_text(value)
    return "NaN" if math.isnan(value) else f"{'-' if value < 0 else ''}Infinity"


def _script_score(fault: _Fault) -> RequestError:
    return RequestError(
        f"script_score script returned an invalid score [{_java(fault.number)}] for doc "
        f"[{fault.number_in_shard}]. Must be a non-negative score!",
        type="illegal_argument_exception",
        shard_level=True,
    )


def _script_function(fault: _Fault) -> RequestError:
    return RequestError(
        f"script score function must not produce negative scores, but got: [{_java(fault.number)}]",
        type="illegal_argument_exception",
        shard_level=True,
    )


def _field_value(fault: _Fault) -> RequestError:
    return RequestError(
        f"field value function must not produce negative scores, but got: [{_java(fault.number)}] "
        f"for field value: {fault.text}",
        type="illegal_argument_exception",
        shard_level=True,
    )


def _missing_field_value(fault: _Fault) -> RequestError:
    return RequestError(
        f"Missing value for field [{show(fault.text)}]", type="exception", status=500, shard_level=True
    )


def _function_score(fault: _Fault) -> RequestError:
    score = float(str(np.float32(fault.number)))  # the shortest decimal of the float32
    return RequestError(
        f"function score query returned an invalid score: {_java(score)} for doc: {fault.number_in_shard}",
        type="exception",
        status=500,
        shard_level=True,
    )


def _model_score(fault: _Fault) -> RequestError:
    return RequestError(
        f"model [{fault.text}] gives no number for doc [{fault.number_in_shard}]: NaN",
        type="illegal_argument_exception",
        shard_level=True,
    )


_SCORES: dict[str, Callable[[_Fault], RequestError]] = {
    "script_score": _script_score,
    "script_function": _script_function,
    "field_value": _field_value,
    "missing_field_value": _missing_field_value,
    "function_score": _function_score,
    "model_score": _model_score,
}


def document_error(error: _core.DocumentError) -> RequestError:
    """Return the error for a document that would be a hit and cannot be scored; it names the document."""
    fault = _Fault(*error.args)
    if fault.code in _RUNTIME:
        kind, word = _RUNTIME[fault.code]
        cause = RequestError(word(fault), type=_subtype(kind, fault))
        return ScriptError("runtime error", fault.source or "", fault.place, cause, document=fault.document)
    made = _SCORES[fault.code](fault)
    made.args = (f"document [{show(fault.document)}]: {made}",)
    return made


def _subtype(kind: str, fault: _Fault) -> str:
    """Java has an exception of its own for an index into a text; the core says so by its text."""
    if fault.code == "index" and fault.text.startswith(("begin", "String index", "index ")):
        return "string_index_out_of_bounds_exception"
    return kind


CORE_ERRORS = (_core.InvalidArgument, _core.DocumentError, _core.Stopped)


def request_error(error: _core.InvalidArgument | _core.DocumentError | _core.Stopped) -> RequestError:
    """Return the error that users see for one that the core has thrown."""
    if isinstance(error, _core.Stopped):
        return SearchTimeout() if error.args[0] == "deadline" else Cancelled()
    if isinstance(error, _core.DocumentError):
        return document_error(error)
    return RequestError(str(error), type="illegal_argument_exception")
