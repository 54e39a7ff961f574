"""The grammar of minimum_should_match, and what it means for a number of clauses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rescora.errors import show
from rescora.reading.values import illegal, text

# int: a Java one, so at most ten digits that fit; checked when read
_PLAIN = re.compile(r"\s*([+-]?\d{1,10})(%?)\s*", re.ASCII)
_CONDITION = re.compile(r"(\d{1,10})<([+-]?\d{1,10}%?)", re.ASCII)


def minimum_should_match(value: Any, path: str) -> str:
    """Read a specification: ``2``, ``-1``, ``75%``, ``-25%`` or ``3<90% 9<-3``."""
    spec = text(value, path)
    try:
        required(spec, 1)
    except ValueError:
        raise illegal(
            f"minimum_should_match [{show(value)}] is none of: 2, -1, 75%, -25%, conditions like 3<90% 9<-3",
            path,
        ) from None
    return spec


def required(spec: str, clauses: int) -> int:
    """
    Return how many of `clauses` optional clauses must match.

    Never below 0; above the number of clauses means that nothing can match.

    Examples
    --------
    >>> [required(spec, 5) for spec in ("2", "-1", "75%", "-25%", "7", "-9")]
    [2, 4, 3, 4, 7, 0]
    >>> [required("3<90% 9<-3", n) for n in (3, 4, 9, 10)]
    [3, 3, 8, 7]
    """
    conditions = _parse(spec)
    wanted = clauses
    for above, amount, percent in conditions:
        if above is not None and clauses <= above:
            break
        if percent:
            part = int(clauses * amount / 100)  # cut towards zero, as a Java cast does
            wanted = clauses + part if amount < 0 else part
        else:
            wanted = clauses + amount if amount < 0 else amount
    return max(wanted, 0)


@lru_cache(maxsize=1024)
def _parse(spec: str) -> tuple[tuple[int | None, int, bool], ...]:
    """Return for each part: the clause count to be exceeded or None, the amount, whether it is a share."""
    if "<" not in spec:
        return ((None, *_amount(spec)),)
    # "3 < 90%" is the same as "3<90%"
    parts = re.sub(r"\s*<\s*", "<", spec.strip()).split()
    found = []
    for part in parts:
        condition = _CONDITION.fullmatch(part)
        if condition is None:
            raise ValueError(part)
        found.append((int(condition[1]), *_amount(condition[2])))
    return tuple(found)


def _amount(text: str) -> tuple[int, bool]:
    plain = _PLAIN.fullmatch(text)
    if plain is None or abs(int(plain[1])) > 2**31 - 1:
        raise ValueError(text)
    return int(plain[1]), plain[2] == "%"
