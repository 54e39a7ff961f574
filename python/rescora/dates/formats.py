"""Parse dates as Elasticsearch does: formats, missing parts, date math; a date is milliseconds since 1970."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from rescora.dates.patterns import BUILT_IN, compile_pattern
from rescora.dates.zones import DAY, UTC, Civil, Zone, civil, moment, month_length, zone
from rescora.errors import did_you_mean, show

DEFAULT_FORMAT = "strict_date_optional_time||epoch_millis"
# What a string must look like to become a date field by itself: the pattern, and the format the field gets.
DYNAMIC_FORMATS = (DEFAULT_FORMAT, "yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis")
_YEAR_LIMIT = 999_999_999  # java.time's
_UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "H": 3_600_000, "d": DAY, "w": 7 * DAY}


class DateFormat:
    """
    One or several formats, tried in order: ``strict_date_optional_time||epoch_millis``.

    Raises
    ------
    ValueError
        If a format is not known.

    Examples
    --------
    >>> from rescora.dates.zones import to_iso
    >>> to_iso(DateFormat().millis("2014-11-18T10:00+01:00"))
    '2014-11-18T09:00:00.000Z'
    >>> to_iso(DateFormat("yyyy-MM").millis("2014-11", up=True))
    '2014-11-01T23:59:59.999Z'
    """

    __slots__ = ("_readers", "text")

    def __init__(self, text: str = DEFAULT_FORMAT) -> None:
        self.text = text
        self._readers = [_reader(part.strip()) for part in text.split("||")]

    def __repr__(self) -> str:
        return f"DateFormat({self.text!r})"

    def millis(self, text: str, *, up: bool = False, default_zone: Zone = UTC) -> int:
        """
        Return the milliseconds since 1970 that `text` says.

        Parameters
        ----------
        text : str
            A date in one of the formats.
        up : bool
            Whether missing parts of the time are filled to the end of the day rather than its start;
            a missing month or day is the first either way.
        default_zone : Zone
            Where the date is if it does not say so.

        Raises
        ------
        ValueError
            If no format fits.
        """
        for read in self._readers:
            found = read(text, up, default_zone)
            if found is not None:
                if not -(2**63) <= found < 2**63:
                    break
                return found
        raise ValueError(f"failed to parse date field [{show(text)}] with format [{self.text}]")

    def math(self, text: str, now: int, *, up: bool = False, default_zone: Zone = UTC) -> int:
        """
        Return the milliseconds of a date with arithmetic: ``now-1d/d``, ``2014-11-18||+1M``.

        Examples
        --------
        >>> from rescora.dates.zones import to_iso
        >>> to_iso(DateFormat().math("2014-11-18||+1M/M", now=0, up=True))
        '2014-12-31T23:59:59.999Z'
        """
        if text.startswith("now"):
            return _apply(text[3:], now, up, default_zone)
        date, bars, operations = text.partition("||")
        if not bars:
            return self.millis(text, up=up, default_zone=default_zone)
        return _apply(operations, self.millis(date, default_zone=default_zone), up, default_zone)

    def span(self, text: str, now: int) -> tuple[int, int]:
        """
        Return the first and the last millisecond of what a date with arithmetic says.

        Examples
        --------
        >>> low, high = DateFormat().span("2014-11-18||+1M/d", now=0)
        >>> high - low
        86399999
        """
        date, bars, operations = text.partition("||")
        if text.startswith("now") or not bars:
            return self.math(text, now), self.math(text, now, up=True)
        exact = operations.partition("/")[0]  # only rounding has a first and a last millisecond
        when = _apply(exact, self.millis(date), False, UTC, operations)
        if exact == operations:
            return when, when
        rounded = operations[len(exact) :]
        low = _apply(rounded, when, False, UTC, operations)
        return low, _apply(rounded, when, True, UTC, operations)


def is_dynamic_date(text: str) -> str | None:
    """
    Return the format that a new field with this first value gets, or None if it is no date.

    Numbers are never dates, though ``2014`` and ``1416268800000`` would fit the default format.

    Examples
    --------
    >>> is_dynamic_date("2014-11-18"), is_dynamic_date("2014"), is_dynamic_date("2014/11/18 10:00:00")
    ('strict_date_optional_time||epoch_millis', None, 'yyyy/MM/dd HH:mm:ss||yyyy/MM/dd||epoch_millis')
    """
    # Every format begins with a year; most strings are words, and are done here.
    if not 5 <= len(text) <= 64 or not (text[0].isdigit() or text[0] in "+-"):
        return None
    if re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?[fFdD]?", text):
        return None
    for pattern in DYNAMIC_FORMATS:
        try:
            date_format(pattern).millis(text)
        except ValueError:
            continue
        return pattern
    return None


@lru_cache(maxsize=256)
def date_format(text: str) -> DateFormat:
    """Return the format, made once."""
    return DateFormat(text)


_Reader = Callable[[str, bool, Zone], "int | None"]


@lru_cache(maxsize=256)
def _reader(name: str) -> _Reader:
    if name == "epoch_millis":
        return lambda text, up, _zone: _epoch(text, 1, up)
    if name == "epoch_second":
        return lambda text, up, _zone: _epoch(text, 1_000, up)
    try:
        pattern = compile_pattern(BUILT_IN.get(name, name))
    except ValueError as error:
        known = (*BUILT_IN, "epoch_millis", "epoch_second")
        raise ValueError(f"Invalid format: [{show(name)}]: {error}{did_you_mean(name, known)}") from None

    def read(text: str, up: bool, default_zone: Zone) -> int | None:
        found = pattern.fullmatch(text)
        return None if found is None else _moment(found, up, default_zone)

    return read


def _epoch(text: str, unit: int, up: bool) -> int | None:
    """Read a count of units; a fraction below a millisecond is cut."""
    found = re.fullmatch(r"(-?)(\d{1,19})(?:\.(\d{1,9}))?", text, re.ASCII)
    if found is None:
        return None
    whole = int(found[2]) * unit
    fraction = int(((found[3] or "") + "000000000")[:9]) * unit // 1_000_000_000
    if up and found[3] is None:
        fraction = unit - 1  # the end of the second; a millisecond has no later millisecond
    return -(whole + fraction) if found[1] else whole + fraction


def _moment(found: re.Match[str], up: bool, default_zone: Zone) -> int | None:
    parts = found.groupdict()
    year = _year(parts)
    month = _month(parts)
    day = int(parts.get("day") or 1)
    millis = _time_of_day(parts, up)
    if year is None or millis is None or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    local = moment(Civil(year, month, day, millis))
    said = parts.get("zone")
    try:
        return (zone(said) if said else default_zone).from_local(local)
    except ValueError:
        return None


def _year(parts: dict[str, str | None]) -> int | None:
    short = parts.get("short_year")
    year = 2_000 + int(short) if short else int(parts.get("year") or 1970)
    return year if abs(year) <= _YEAR_LIMIT else None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _month(parts: dict[str, str | None]) -> int:
    name = parts.get("month_name")
    return _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 1)


def _time_of_day(parts: dict[str, str | None], up: bool) -> int | None:
    """Return the milliseconds into the day; missing parts are the least, or with `up` the greatest."""
    hour = int(parts.get("hour") or _twelve(parts) or (23 if up else 0))
    minute = int(parts.get("minute") or (59 if up else 0))
    second = int(parts.get("second") or (59 if up else 0))
    fraction = parts.get("fraction")
    millis = int((fraction + "00")[:3]) if fraction else (999 if up else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return ((hour * 60 + minute) * 60 + second) * 1_000 + millis


def _twelve(parts: dict[str, str | None]) -> str | None:
    hour = parts.get("hour12")
    if hour is None:
        return None
    late = (parts.get("half") or "AM").upper() == "PM"
    return str(int(hour) % 12 + 12 * late) if 1 <= int(hour) <= 12 else "99"


_STEP = re.compile(r"([+\-/])(\d*)([a-zA-Z])")


def _apply(operations: str, when: int, up: bool, place: Zone, said: str = "") -> int:
    """Apply ``+1d-2h/M`` to a moment; a message shows all that was `said`, if that is more."""
    end = 0
    for step in _STEP.finditer(operations):
        if step.start() != end:
            break
        end = step.end()
        sign, count, unit = step.groups()
        if unit not in "yMwdhHms":
            raise ValueError(f"unit [{unit}] not supported for date math [{show(said or operations)}]")
        if sign == "/":
            if count not in ("", "1"):
                raise ValueError(
                    f"rounding `/` can only be used on single unit types [{show(said or operations)}]"
                )
            when = _round(when, unit, up, place)
        else:
            if len(count) > 9:
                raise ValueError(f"[{show(count)}] is too far for date math [{show(said or operations)}]")
            when = _add(when, int(count or 1) * (-1 if sign == "-" else 1), unit, place)
    if end != len(operations):
        rest = operations[end:]
        if rest[0] in "+-/":
            raise ValueError(f"truncated date math [{show(said or operations)}]")
        raise ValueError(f"operator not supported for date math [{show(said or operations)}]")
    return when


def _add(when: int, count: int, unit: str, place: Zone) -> int:
    if unit in "sHhm":
        return _checked(when + count * _UNITS[unit])
    local = place.to_local(when)
    if unit in "dw":
        local += count * _UNITS[unit]
    else:
        then = civil(local)
        months = then.year * 12 + then.month - 1 + count * (12 if unit == "y" else 1)
        year, month = months // 12, months % 12 + 1
        local = moment(Civil(year, month, min(then.day, month_length(year, month)), then.millis))
    return _checked(place.from_local(local))


def _checked(when: int) -> int:
    if not -(2**63) <= when < 2**63:
        raise ValueError("the date is out of range")
    return when


def _round(when: int, unit: str, up: bool, place: Zone) -> int:
    """Return the start of the unit that a moment lies in, or with `up` its last millisecond."""
    local = place.to_local(when)
    if unit in "yM":
        then = civil(local)
        start = local - then.millis - (then.day - 1) * DAY
        if unit == "y":
            start = moment(Civil(then.year, 1, 1))
    elif unit == "w":
        start = local - (local + 3 * DAY) % (7 * DAY)  # 1970-01-01 was a Thursday
    else:
        start = local - local % _UNITS[unit]
    start = place.from_local(start)
    return _add(start, 1, unit, place) - 1 if up else start
