"""Exact values and ranges: a field's term is a token, a keyword, a number, a date or a boolean."""

import math
from decimal import Decimal

import numpy as np

from .dates import limits
from .mapping import INTEGERS, REALS, Field, as_boolean, as_real, as_text
from .queries import DateRange, MatchNone, Numbers, Term, TermRange, Terms, placed

INFINITY = math.inf


def exact(kind: Field, value: object):
    """Find one value, as the queries `term` and `match` do."""
    if kind.has_words:
        return Term(kind.name, word_of(kind, value))
    return numbers(kind, [value])


def word_of(kind: Field, value: object) -> str:
    """Return how the index spells a value: a boolean is a word, too."""
    return "FT"[as_boolean(value)] if kind.type == "boolean" else as_text(value)


def any_of(kind: Field, values: list):
    """Find any of the values, as the query `terms` does."""
    if kind.is_number:
        return numbers(kind, values)
    return Terms(kind.name, frozenset(map(as_text, values)))


def numbers(kind: Field, values: list):
    intervals = [interval(kind, value) for value in values]
    found = frozenset(one for one in intervals if one is not None)
    return Numbers(kind.name, found) if found else MatchNone()


def interval(kind: Field, value: object) -> tuple | None:
    """Return the numbers that are this value: a date's whole day, say; none if the field cannot hold it."""
    if kind.type == "date":
        return limits(value)
    if kind.type == "boolean":
        return (as_boolean(value),) * 2
    if kind.type in INTEGERS:
        number = Decimal(as_text(value))
        return (int(number),) * 2 if number == number.to_integral_value() else None
    return (placed(as_real(kind, value)),) * 2


def value_range(kind: Field, limits: dict):
    """Find the values between gt or gte and lt or lte."""
    low, low_included = (limits["gt"], False) if limits.get("gt") is not None else (limits.get("gte"), True)
    high, high_included = (limits["lt"], False) if limits.get("lt") is not None else (limits.get("lte"), True)
    if not kind.is_number:
        ends = (None if end is None else as_text(end) for end in (low, high))
        return TermRange(kind.name, *ends, low_included, high_included)
    first = -INFINITY if low is None else lowest(kind, low, low_included)
    last = INFINITY if high is None else highest(kind, high, high_included)
    if kind.type == "date":
        return DateRange(kind.name, first, last)
    if kind.type in REALS:
        first, last = placed(first), placed(last)
    return Numbers(kind.name, frozenset({(first, last)}))  # a clause even if it is the wrong way round


def lowest(kind: Field, value: object, included: bool) -> int | float:
    """Return the least number above this end. `gt` of a day means: after all of it."""
    if kind.type == "date":
        first, last = limits(value)
        return first if included else last + 1
    if kind.type == "boolean":
        return as_boolean(value) + (not included)
    if kind.type in INTEGERS:
        number = Decimal(as_text(value))
        return math.ceil(number) if included else math.floor(number) + 1
    return as_real(kind, value) if included else next_real(kind, value, INFINITY)


def highest(kind: Field, value: object, included: bool) -> int | float:
    """Return the greatest number below this end. `lte` of a day means: to its last millisecond."""
    if kind.type == "date":
        first, last = limits(value)
        return last if included else first - 1
    if kind.type == "boolean":
        return as_boolean(value) - (not included)
    if kind.type in INTEGERS:
        number = Decimal(as_text(value))
        return math.floor(number) if included else math.ceil(number) - 1
    return as_real(kind, value) if included else next_real(kind, value, -INFINITY)


def next_real(kind: Field, value: object, toward: float) -> float:
    """-0.0 and 0.0 are two numbers, one next to the other."""
    number, real = as_real(kind, value), np.float32 if kind.type == "float" else np.float64
    if number == 0 and np.copysign(1, number) != np.sign(toward):
        return -number
    return float(np.nextafter(real(value), real(toward)))
