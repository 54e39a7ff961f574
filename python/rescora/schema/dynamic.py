"""Fields that no mapping names: which type a document's first value gives them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from rescora.dates.formats import is_dynamic_date
from rescora.schema.conversions import to_integer, to_real
from rescora.schema.sink import RefusedError

MAX_NESTING = 100  # of arrays and objects in a document
SCALARS = frozenset((str, int, float, bool))


def first_value(value: Any, levels: int = MAX_NESTING) -> Any:
    """Return the first value that is not null, looking into arrays."""
    if not isinstance(value, list | tuple):
        return value if value.__class__ in SCALARS or isinstance(value, dict) else plain(value)
    if levels:
        for item in value:
            found = first_value(item, levels - 1)
            if found is not None:
                return found
    return None


def dynamic_definition(
    value: Any, name: str, *, date_detection: bool = True, numeric_detection: bool = False
) -> dict[str, Any]:
    """
    Return the definition of a field that is found by its first value.

    Examples
    --------
    >>> dynamic_definition(0.5, "x"), dynamic_definition("2014-11-18", "x")
    ({'type': 'float'}, {'type': 'date'})
    """
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, int):
        return {"type": "long"}
    if isinstance(value, float):
        return {"type": "float"}
    if isinstance(value, list | tuple):  # a foreign array, now a list
        first, dates, numbers = first_value(value), date_detection, numeric_detection
        return dynamic_definition(first, name, date_detection=dates, numeric_detection=numbers)
    if not isinstance(value, str):
        raise RefusedError(name, f"a value of type [{type(value).__name__}] fits no field")
    if numeric_detection:
        for kind, convert in (("long", _strict_long), ("float", lambda text: to_real(text, "float"))):
            try:
                convert(value)
            except ValueError:
                continue
            return {"type": kind}
    found = is_dynamic_date(value) if date_detection else None
    if found is not None:
        return {"type": "date"} if found.startswith("strict") else {"type": "date", "format": found}
    return {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}


def _strict_long(text: str) -> int:
    if not text.lstrip("+-").isdecimal():
        raise ValueError(text)
    return to_integer(text, "long")


def plain(value: Any) -> Any:
    """Return a foreign value (numpy, datetime, Decimal) as JSON would carry it."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str | int | float):  # a subclass, such as an enum
        kind = next(k for k in (bool, int, float, str) if isinstance(value, k))
        return kind(value) if kind is not str else str.__str__(value)
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) and not isinstance(value, memoryview) else value
