"""Java's date patterns as regular expressions, with a named group for each part of a date."""

from __future__ import annotations

import re
from functools import lru_cache

_MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LONG_MONTH = "|".join(_MONTH_NAMES)
_SHORT_MONTH = "|".join(name[:3] for name in _MONTH_NAMES)
_OFFSET = r"[+-]\d\d(?::?\d\d(?::?\d\d)?)?"
_REGION = r"(?:[A-Za-z][\w+\-]*(?:/[\w+\-]+)*)"

# A run of one letter -> its expression. A single letter takes as many digits as there are.
_LETTERS = {
    "yyyy": r"(?P<year>-?\d{4}|\+\d{5,9})",
    "uuuu": r"(?P<year>-?\d{4}|\+\d{5,9})",
    "yyy": r"(?P<year>-?\d{3,9})",
    "y": r"(?P<year>-?\d{1,9})",
    "u": r"(?P<year>-?\d{1,9})",
    "yy": r"(?P<short_year>\d\d)",
    "uu": r"(?P<short_year>\d\d)",
    "MMMM": rf"(?P<month_name>{_LONG_MONTH})",
    "MMM": rf"(?P<month_name>{_SHORT_MONTH})",
    "MM": r"(?P<month>\d\d)",
    "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d\d)",
    "d": r"(?P<day>\d{1,2})",
    "HH": r"(?P<hour>\d\d)",
    "H": r"(?P<hour>\d{1,2})",
    "hh": r"(?P<hour12>\d\d)",
    "h": r"(?P<hour12>\d{1,2})",
    "a": r"(?P<half>AM|PM|am|pm)",
    "mm": r"(?P<minute>\d\d)",
    "m": r"(?P<minute>\d{1,2})",
    "ss": r"(?P<second>\d\d)",
    "s": r"(?P<second>\d{1,2})",
    "X": r"(?P<zone>Z|[+-]\d\d(?:\d\d)?)",
    "XX": r"(?P<zone>Z|[+-]\d{4})",
    "XXX": r"(?P<zone>Z|[+-]\d\d:\d\d)",
    "x": r"(?P<zone>[+-]\d\d(?:\d\d)?)",
    "xx": r"(?P<zone>[+-]\d{4})",
    "xxx": r"(?P<zone>[+-]\d\d:\d\d)",
    "Z": r"(?P<zone>[+-]\d{4})",
    "ZZ": r"(?P<zone>[+-]\d{4})",
    "ZZZ": r"(?P<zone>[+-]\d{4})",
    "ZZZZZ": r"(?P<zone>Z|[+-]\d\d:\d\d)",
    "VV": rf"(?P<zone>Z|{_OFFSET}|{_REGION})",
    "z": rf"(?P<zone>Z|{_OFFSET}|{_REGION})",
}

# Ours, for what the named formats need and a pattern cannot say: any fraction, any zone.
_ANY_FRACTION = "\x01"
_ANY_ZONE = "\x02"
_EXTRA = {
    _ANY_FRACTION: r"[.,](?P<fraction>\d{1,9})",
    _ANY_ZONE: rf"(?P<zone>Z|{_OFFSET}|{_REGION})",
}

_TIME = f"HH:mm:ss{_ANY_FRACTION}"


def _named() -> dict[str, str]:
    optional_time = f"['T'[HH[:mm[:ss[{_ANY_FRACTION}]]]][{_ANY_ZONE}]]"
    strict = {
        "date_optional_time": f"yyyy[-MM[-dd]]{optional_time}",
        "date_optional_time_nanos": f"yyyy[-MM[-dd]]{optional_time}",
        "date": "yyyy-MM-dd",
        "year_month_day": "yyyy-MM-dd",
        "year_month": "yyyy-MM",
        "year": "yyyy",
        "date_hour": "yyyy-MM-dd'T'HH",
        "date_hour_minute": "yyyy-MM-dd'T'HH:mm",
        "date_hour_minute_second": "yyyy-MM-dd'T'HH:mm:ss",
        "date_hour_minute_second_millis": f"yyyy-MM-dd'T'{_TIME}",
        "date_hour_minute_second_fraction": f"yyyy-MM-dd'T'{_TIME}",
        "date_time": f"yyyy-MM-dd'T'{_TIME}{_ANY_ZONE}",
        "date_time_no_millis": f"yyyy-MM-dd'T'HH:mm:ss{_ANY_ZONE}",
        "hour": "HH",
        "hour_minute": "HH:mm",
        "hour_minute_second": "HH:mm:ss",
        "hour_minute_second_millis": _TIME,
        "hour_minute_second_fraction": _TIME,
        "time": f"{_TIME}{_ANY_ZONE}",
        "time_no_millis": f"HH:mm:ss{_ANY_ZONE}",
    }
    basic = {
        "basic_date": "yyyyMMdd",
        "basic_date_time": f"yyyyMMdd'T'HHmmss{_ANY_FRACTION}{_ANY_ZONE}",
        "basic_date_time_no_millis": f"yyyyMMdd'T'HHmmss{_ANY_ZONE}",
        "iso8601": strict["date_optional_time"],
    }
    lenient = {
        name: re.sub(r"yyyy|MM|dd|HH|mm|ss", lambda run: run[0][0], pattern)
        for name, pattern in strict.items()
    }
    return {f"strict_{name}": pattern for name, pattern in strict.items()} | lenient | basic


# From the name of a format to its pattern.
BUILT_IN = _named()


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """
    Return the regular expression of a Java date pattern.

    Letters that stand for nothing here are refused by name with ValueError, as is a part that comes twice.

    Examples
    --------
    >>> compile_pattern("dd.MM.yyyy[ HH:mm]").fullmatch("18.11.2014").groupdict()["month"]
    '11'
    """
    pieces: list[str] = []
    depth = end = 0
    for token in re.finditer(r"'((?:[^']|'')*)'|([A-Za-z])\2*|(.)", pattern, re.DOTALL):
        end = token.end()
        if token[1] is not None:
            pieces.append(re.escape(token[1].replace("''", "'") or "'"))
        elif token[2] is not None:
            pieces.append(_letters(token[0]))
        elif token[3] == "[":
            pieces.append("(?:")
            depth += 1
        elif token[3] == "]":
            pieces.append(")?")
            depth -= 1
        else:
            pieces.append(_other(token[3]))
        if depth < 0:
            break
    if depth or end != len(pattern) or not pieces:
        raise ValueError("the pattern's brackets do not match" if pieces else "the pattern is empty")
    return _compile("".join(pieces))


def _letters(run: str) -> str:
    if run[0] == "S" and len(run) <= 9:
        return rf"(?P<fraction>\d{{{len(run)}}})"
    if run not in _LETTERS:
        raise ValueError(f"[{run[:20]}] is not supported by this version of rescora")
    return _LETTERS[run]


def _other(character: str) -> str:
    if character in "{}#'":
        raise ValueError(f"[{character}] is reserved")
    return _EXTRA.get(character) or re.escape(character)


def _compile(expression: str) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.ASCII)
    except re.error as error:  # a group named twice
        raise ValueError(f"a part of the date comes twice ({error.msg})") from None
    except (RecursionError, OverflowError):
        raise ValueError("the pattern is nested too deeply") from None
