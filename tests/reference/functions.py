"""
function_score: functions of a document, joined with one another and then with the query's score.

Everything is computed in double precision; the final score is rounded once.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np

from . import geo
from .dates import limits
from .index import Shard
from .mapping import Field, Mapping, as_text
from .routing import murmur3
from .script import Place, ScriptError
from .script.functions import exponential, fraction, gauss, linear, mixed, salted
from .script.mathematics import FUNCTIONS, maximum, minimum, power
from .script.strings import hash_code
from .script.units import duration, metres
from .script.values import Value, text_of
from .scripts import ScriptCall, at_least, fault, parse_call

ONE = np.float32(1)
GREATEST = np.finfo(np.float32).max
log, log10, log1p, sqrt = (FUNCTIONS[name][2] for name in ("log", "log10", "log1p", "sqrt"))


@dataclass(frozen=True)
class One:
    """1 for every document."""


@dataclass(frozen=True)
class FieldValue:
    field: str
    factor: np.float32
    modifier: str
    missing: float | None


@dataclass(frozen=True)
class Random:
    """Chance, by the document's number (no field), by _seq_no, by _id, or by a field's first value."""

    field: str | None
    seed: int


@dataclass(frozen=True)
class Decay:
    field: str
    shape: str
    origin: object  # a number, or a latitude and a longitude
    scale: float
    offset: float
    decay: float
    mode: str


@dataclass(frozen=True)
class Scripted:
    """What a script gives, which sees the query's score."""

    call: ScriptCall


@dataclass(frozen=True)
class Weighted:
    """A function for the documents of a filter (None: for all), times a weight (None: 1)."""

    function: object
    weight: np.float32 | None
    filter: object


@dataclass(frozen=True)
class FunctionScore:
    query: object
    functions: tuple[Weighted, ...]
    score_mode: str
    boost_mode: str
    max_boost: np.float32
    min_score: np.float32 | None

    def needs_query_score(self) -> bool:
        return self.boost_mode != "replace" or any(
            isinstance(one.function, Scripted) and one.function.call.script.uses_score
            for one in self.functions
        )


# -- reading


def parse_function(name: str, body: dict, mapping: Mapping):
    if name == "field_value_factor":
        missing = body.get("missing")
        factor, missing = np.float32(body.get("factor", 1)), None if missing is None else float(missing)
        return FieldValue(body["field"], factor, body.get("modifier", "none").lower(), missing)
    if name == "random_score":
        return parse_random(body)
    if name in SHAPES:
        return parse_decay(name, body, mapping)
    if name == "script_score":
        ((_, script),) = body.items()
        return Scripted(parse_call(script, "double"))
    msg = f"the reference does not know the function [{name}]"
    raise ValueError(msg)


def parse_random(body: dict) -> Random:
    """Hash a seed that is no 32-bit integer to one; without a seed the time is one, whatever the field."""
    seed = body.get("seed")
    if seed is None:
        return Random(None, time.time_ns() // 1_000_000)
    if isinstance(seed, str):
        seed = hash_code(seed)
    elif not -(2**31) <= seed < 2**31:
        bits = seed % 2**64
        seed = (bits ^ bits >> 32) % 2**32
    return Random(body.get("field", "_id"), seed)


def parse_decay(shape: str, body: dict, mapping: Mapping) -> Decay:
    ((name, options),) = ((key, value) for key, value in body.items() if key != "multi_value_mode")
    kind = mapping.fields[name]
    scale, offset = options["scale"], options.get("offset", 0)
    if kind.type == "date":
        origin = options.get("origin")
        origin = time.time_ns() // 1_000_000 if origin is None else limits(origin)[0]
        scale, offset = duration(as_text(scale)), duration(as_text(offset))
    elif kind.type == "geo_point":
        origin = geo.point(options["origin"])
        scale, offset = metres(as_text(scale)), metres(as_text(offset))
    else:
        origin = float(options["origin"])
    mode = body.get("multi_value_mode", "min").lower()
    return Decay(name, shape, origin, float(scale), float(offset), float(options.get("decay", 0.5)), mode)


# -- values of functions


def one(_function: One, _shard: Shard, _document: int) -> float:
    return 1.0


MODIFIERS = {
    "none": lambda x: x,
    "log": log10,
    "log1p": lambda x: log10(x + 1),
    "log2p": lambda x: log10(x + 2),
    "ln": log,
    "ln1p": log1p,
    "ln2p": lambda x: log1p(x + 1),
    "square": lambda x: power(x, 2.0),
    "sqrt": sqrt,
    "reciprocal": lambda x: float(np.float64(1) / np.float64(x)),
}


def field_value(function: FieldValue, shard: Shard, document: int) -> float:
    values = values_of(shard, function.field, document)
    value = float(values[0]) if values else function.missing
    if value is None:
        raise ScriptError("exception", f"Missing value for field [{function.field}]")
    result = MODIFIERS[function.modifier](value * float(function.factor))
    if result < 0:
        raise ScriptError(
            "illegal_argument_exception", f"field value function must not produce negative scores: {result}"
        )
    return result


def values_of(shard: Shard, field: str, document: int) -> list:
    """Return a document's numbers, ascending."""
    return sorted(shard.field(field).numbers.get(document, [])) if field in shard.mapping.fields else []


def random_value(function: Random, shard: Shard, document: int) -> float:
    seed = salted(function.seed, Place(shard.index_name, shard.number, document))
    if function.field is None:
        return fraction(mixed(document ^ seed))
    if function.field == "_seq_no":
        text = str(document)
    elif function.field == "_id":
        text = shard.ids[document]
    else:
        text = first_text(shard, function.field, document)
    return fraction(seed if text is None else murmur3(text.encode(), seed))


def first_text(shard: Shard, field: str, document: int) -> str | None:
    """Return the first of the values as texts, in the order of their bytes."""
    kind = shard.mapping.fields[field]
    if kind.type == "keyword":
        postings = shard.field(field).postings
        texts = [word for word in postings if document in postings[word]]
    else:
        texts = [number_text(kind, value) for value in values_of(shard, field, document)]
    return min(texts, key=str.encode, default=None)


def number_text(kind: Field, value: int | float) -> str:
    """Write a number as text; a boolean's is 1 or 0, a date's its milliseconds."""
    if kind.type == "geo_point":
        return ", ".join(text_of(Value("double", degrees)) for degrees in geo.decode(value))
    return text_of(Value("double", value)) if kind.type in ("double", "float") else str(value)


SHAPES = {"linear": linear, "exp": exponential, "gauss": gauss}
SELECT = {
    "min": min,
    "max": max,
    "avg": lambda distances: sum(sorted(distances)) / len(distances),
    "sum": lambda distances: sum(sorted(distances)),
    "median": median,
}


def decay_value(function: Decay, shard: Shard, document: int) -> float:
    """A document without a value is as good as one at the origin."""
    distances = [
        max(0.0, away(function.origin, value) - function.offset)
        for value in values_of(shard, function.field, document)
    ]
    distance = SELECT[function.mode](distances) if distances else 0.0
    return SHAPES[function.shape](distance, function.scale, function.decay)


def away(origin, value) -> float:
    if isinstance(origin, tuple):
        return geo.arc_distance(*origin, *geo.decode(value))
    return abs(float(value) - origin)


VALUES = {One: one, FieldValue: field_value, Random: random_value, Decay: decay_value}


def script_value(function: Scripted, shard: Shard, document: int, before: np.float32) -> float:
    """Refuse what is negative; what is no number is found with the final score."""
    value = function.call.script.run(*function.call.arguments(shard, document, float(before))).value
    if value < 0:
        reason = f"script score function must not produce negative scores, but got: [{value}]"
        raise ScriptError("illegal_argument_exception", reason)
    return value


def weighted_value(weighted: Weighted, shard: Shard, document: int, before: np.float32) -> float:
    if isinstance(weighted.function, Scripted):
        value = script_value(weighted.function, shard, document, before)
    else:
        value = VALUES[type(weighted.function)](weighted.function, shard, document)
    return value if weighted.weight is None else value * float(weighted.weight)


# -- joining


def factor(score_mode: str, said: list[tuple[float, float]]) -> float:
    """Join the (value, weight) of the functions whose filters match; 1 if there are none."""
    values, weights = [value for value, _ in said], sum(weight for _, weight in said)
    if score_mode == "first":
        return values[0] if values else 1.0
    if score_mode in ("max", "min"):
        start, choose = (-math.inf, maximum) if score_mode == "max" else (math.inf, minimum)
        for value in values:
            start = choose(start, value)
        return (
            1.0 if math.isinf(start) and start == (-math.inf if score_mode == "max" else math.inf) else start
        )
    if score_mode == "multiply":
        product = 1.0
        for value in values:
            product *= value
        return product
    if weights == 0:
        return 1.0
    total = 0.0
    for value in values:
        total += value
    return total / weights if score_mode == "avg" else total


JOIN: dict[str, Callable[[float, float], float]] = {
    "multiply": lambda query, factor: query * factor,
    "replace": lambda _query, factor: factor,
    "sum": lambda query, factor: query + factor,
    "avg": lambda query, factor: (factor + query) / 2,
    "max": maximum,
    "min": minimum,
}


def function_scorer(query: FunctionScore, inner: Callable, filters: list, shard: Shard) -> Callable:
    """Score what the inner scorer matches; filters[i] is the scorer of function i's filter, or None."""

    def said(document: int, before: np.float32):
        for function, keep in zip(query.functions, filters, strict=True):
            if keep is None or keep(document) is not None:
                weight = 1.0 if function.weight is None else float(function.weight)
                yield weighted_value(function, shard, document, before), weight
                if query.score_mode == "first":
                    return

    def scored(document: int, before: np.float32) -> np.float32:
        if not query.functions:
            return before
        limited = minimum(factor(query.score_mode, list(said(document, before))), float(query.max_boost))
        after = np.float32(JOIN[query.boost_mode](float(before), limited))
        if not after >= 0:
            raise ScriptError("exception", f"function score query returned an invalid score: {after}")
        return after

    def score(document: int) -> np.float32 | None:
        before = inner(document)
        if before is None:
            return None
        try:
            return scored(document, before)
        except ScriptError as error:
            return fault(shard, document, error, ONE)

    return score if query.min_score is None else at_least(query.min_score, score, shard)
