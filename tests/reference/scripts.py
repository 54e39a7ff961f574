"""Scripts in requests: how one is written there, and the queries that run it on a shard's documents."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .documents import ShardDocument
from .index import Shard
from .script import Place, Script, ScriptError, parse_script


@dataclass(frozen=True)
class ScriptCall:
    """A script with its parameters; equal to another of the same source and the same parameters."""

    source: str
    parameters: str  # as JSON, so that it can be compared
    script: Script = field(compare=False, repr=False)

    def arguments(self, shard: Shard, document: int, score: float) -> tuple:
        """Return what `Script.run` takes for a document."""
        place = Place(shard.index_name, shard.number, document)
        return ShardDocument(shard, document), json.loads(self.parameters), score, place


@dataclass(frozen=True)
class ScriptScore:
    """What the inner query finds, scored by a script; below `min_score` nothing matches."""

    query: object
    call: ScriptCall
    min_score: np.float32 | None = None


@dataclass(frozen=True)
class ScriptFilter:
    """The documents for which a script is true."""

    call: ScriptCall


def parse_call(given: dict | str, returns: str) -> ScriptCall:
    """Read `"script": ...`: an object, or the source alone."""
    given = {"source": given} if isinstance(given, str) else given
    unknown = sorted(set(given) - {"source", "params", "parameters", "lang"})
    if unknown or given.get("lang", "painless") != "painless":
        msg = f"the reference does not know a script with {unknown or given['lang']}"
        raise ValueError(msg)
    params = given.get("params", given.get("parameters")) or {}
    return ScriptCall(given["source"], json.dumps(params), parse_script(given["source"], returns))


def script_score_scorer(query: ScriptScore, inner: Callable, shard: Shard, boost: np.float32) -> Callable:
    """Score what the inner scorer matches."""

    def score(document: int) -> np.float32 | None:
        before = inner(document)
        if before is None:
            return None
        try:
            return query.call.script.run_score(*query.call.arguments(shard, document, float(before))) * boost
        except ScriptError as error:
            return fault(shard, document, error, boost)

    return score if query.min_score is None else at_least(query.min_score, score, shard)


def at_least(least: np.float32, scorer: Callable, shard: Shard) -> Callable:
    """Drop what scores less, but nothing that failed in the scorer: that is raised if it would be a hit."""

    def score(document: int) -> np.float32 | None:
        before = shard.fault_count
        value = scorer(document)
        failed = shard.fault_count > before
        return None if value is None or (value < least and not failed) else value

    return score


def script_filter_scorer(query: ScriptFilter, shard: Shard, boost: np.float32) -> Callable:
    def score(document: int) -> np.float32 | None:
        try:
            matches = query.call.script.run(*query.call.arguments(shard, document, 0.0)).value
        except ScriptError as error:
            return fault(shard, document, error, boost)
        return boost if matches else None

    return score


def fault(shard: Shard, document: int, error: ScriptError, boost: np.float32) -> np.float32:
    """Note why a document cannot be scored. It matches; the error is raised if it would be a hit."""
    shard.faults.setdefault(document, error)
    shard.fault_count += 1
    return boost


def of_document(error: ScriptError, shard: Shard, document: int) -> ScriptError:
    error.document = shard.ids[document]
    return error


def rescored(call: ScriptCall, shard: Shard, document: int, score: np.float32) -> np.float32:
    """Score one hit again: the script's score replaces what it had."""
    try:
        return call.script.run_score(*call.arguments(shard, document, float(score)))
    except ScriptError as error:
        raise of_document(error, shard, document) from None
