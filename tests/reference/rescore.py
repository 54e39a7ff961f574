"""The rescorers: a window of hits is scored again, by a query, a script or a model, and all put in order."""

from typing import NamedTuple

import numpy as np

from .index import Shard
from .mapping import Mapping
from .parse import parse
from .score import Scorer
from .scripts import ScriptCall, parse_call, rescored

HALF = np.float32(2)


def java_max(a: np.float32, b: np.float32) -> np.float32:
    """Return Java's Math.max: of -0 and 0 it is 0."""
    return b if a < b or (a == b and np.signbit(a)) else a


def java_min(a: np.float32, b: np.float32) -> np.float32:
    """Return Java's Math.min: of -0 and 0 it is -0."""
    return b if b < a or (a == b and np.signbit(b)) else a


COMBINE = {
    "total": lambda first, second: first + second,
    "multiply": lambda first, second: first * second,
    "avg": lambda first, second: (first + second) / HALF,
    "max": java_max,
    "min": java_min,
}


class Hit(NamedTuple):
    document: int  # in its shard
    score: np.float32


class Rescorer(NamedTuple):
    query: object
    window: int
    query_weight: np.float32
    rescore_query_weight: np.float32
    score_mode: str


class ScriptRescorer(NamedTuple):
    call: ScriptCall
    window: int


class ModelRescorer(NamedTuple):
    model_id: str
    params: dict
    window: int


def parse_rescorers(rescore: dict | list, mapping: Mapping) -> list:
    return [
        parse_rescorer(one, mapping)
        for one in (rescore if isinstance(rescore, list) else [rescore or {}])
        if one
    ]


def parse_rescorer(rescorer: dict, mapping: Mapping) -> Rescorer | ScriptRescorer | ModelRescorer:
    if set(rescorer) - {"window_size"} == {"script"}:
        ((_, script),) = rescorer["script"].items()
        return ScriptRescorer(parse_call(script, "double"), int(rescorer.get("window_size", 10)))
    if set(rescorer) == {"window_size", "learning_to_rank"}:
        body = rescorer["learning_to_rank"]
        return ModelRescorer(body["model_id"], body.get("params") or {}, int(rescorer["window_size"]))
    if set(rescorer) - {"window_size", "query"} or "query" not in rescorer:
        msg = f"the reference knows query, script and learning_to_rank, not {sorted(rescorer)}"
        raise ValueError(msg)
    body = rescorer["query"]
    return Rescorer(
        parse(body["rescore_query"], mapping),
        int(rescorer.get("window_size", 10)),
        np.float32(body.get("query_weight", 1)),
        np.float32(body.get("rescore_query_weight", 1)),
        body.get("score_mode", "total").lower(),
    )


def by_score(hit: Hit) -> tuple:
    return (-hit.score, hit.document)


def by_score_and_sign(hit: Hit) -> tuple:
    """Order 0.0 before -0.0, as Java's Float.compare does; the sort without a tail finds them equal."""
    return (-hit.score, bool(np.signbit(hit.score)), hit.document)


def apply(rescorer: Rescorer, second: Scorer, hits: list[Hit]) -> list[Hit]:
    """Rescore a list of hits that is in order, and put it in order again."""
    head, tail = hits[: rescorer.window], hits[rescorer.window :]
    head = sorted((combined(rescorer, second, hit) for hit in head), key=by_score)
    if not tail:
        return head
    tail = [Hit(hit.document, hit.score * rescorer.query_weight) for hit in tail]
    return sorted(head + tail, key=by_score_and_sign)


def apply_script(rescorer: ScriptRescorer, shard: Shard, hits: list[Hit]) -> list[Hit]:
    """Give the window the script's scores; unlike a query's, the hits beyond keep theirs as they are."""
    head, tail = hits[: rescorer.window], hits[rescorer.window :]
    in_documents_order = sorted(head, key=lambda hit: hit.document)
    head = [
        Hit(hit.document, rescored(rescorer.call, shard, hit.document, hit.score))
        for hit in in_documents_order
    ]
    head.sort(key=by_score)
    return sorted(head + tail, key=by_score_and_sign) if tail else head


def combined(rescorer: Rescorer, second: Scorer, hit: Hit) -> Hit:
    """Weight the first score; where the second query does not match, that is all, whatever the mode."""
    first = hit.score * rescorer.query_weight
    score = second(hit.document)
    if score is None:
        return Hit(hit.document, first)
    combine = COMBINE[rescorer.score_mode]
    return Hit(hit.document, combine(first, score * rescorer.rescore_query_weight))
