"""The Gregorian calendar for any year, and time zones; a moment is milliseconds since 1970."""

from __future__ import annotations

import contextlib
import datetime
import re
import zoneinfo
from functools import lru_cache
from typing import NamedTuple

from rescora.errors import show

DAY = 86_400_000
# As java.time's, but of a length that regions have: the files of zones are looked for under the name.
_REGION = re.compile(r"[A-Za-z][A-Za-z0-9~._+-]*(?:/[A-Za-z0-9~._+-]+){0,3}")
_LONGEST_REGION = 64
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class Civil(NamedTuple):
    """A local time: calendar date and milliseconds into the day."""

    year: int
    month: int
    day: int
    millis: int = 0


def days_before(year: int, month: int, day: int) -> int:
    """
    Return the days from 1970-01-01 to a date of the Gregorian calendar, also before it was made.

    Examples
    --------
    >>> days_before(1970, 1, 1), days_before(2000, 3, 1), days_before(-1, 12, 31)
    (0, 11017, -719529)
    """
    # Years that begin in March put the leap day last, so the days before a month are a straight line.
    shifted = year - (month < 3)
    months = (month + 9) % 12
    leap_days = shifted // 4 - shifted // 100 + shifted // 400
    return shifted * 365 + leap_days + (153 * months + 2) // 5 + day - 1 - 719_468


def civil(millis: int) -> Civil:
    """Return the date and time of day of a moment, as `days_before` counts."""
    days, rest = divmod(millis, DAY)
    days += 719_468
    cycle, days = divmod(days, 146_097)  # 400 years
    year_of_cycle = (days - days // 1_460 + days // 36_524 - days // 146_096) // 365
    day_of_year = days - (365 * year_of_cycle + year_of_cycle // 4 - year_of_cycle // 100)
    months = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * months + 2) // 5 + 1
    month = months + 3 if months < 10 else months - 9
    return Civil(cycle * 400 + year_of_cycle + (month < 3), month, day, rest)


def month_length(year: int, month: int) -> int:
    """Return the days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def moment(when: Civil) -> int:
    """Return the milliseconds since 1970 of a wall time in UTC."""
    return days_before(when.year, when.month, when.day) * DAY + when.millis


def to_iso(millis: int) -> str:
    """
    Return a moment in Elasticsearch's default form.

    Examples
    --------
    >>> to_iso(1_416_268_800_123)
    '2014-11-18T00:00:00.123Z'
    """
    when = civil(millis)
    seconds, fraction = divmod(when.millis, 1_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    year = f"{when.year:04d}" if 0 <= when.year <= 9_999 else f"{when.year:+05d}"
    return f"{year}-{when.month:02d}-{when.day:02d}T{hour:02d}:{minute:02d}:{second:02d}.{fraction:03d}Z"


class Zone:
    """A time zone: a fixed offset, or a region whose offset changes."""

    __slots__ = ("_offset", "_region")

    def __init__(self, offset: int = 0, region: zoneinfo.ZoneInfo | None = None) -> None:
        self._offset = offset
        self._region = region

    def from_local(self, local: int) -> int:
        """
        Return the moment of a local time.

        A time that comes twice is the first of the two; a skipped one is read by the clock before the change.
        """
        if self._region is None:
            return local - self._offset
        return local - _offset_of(_shift(_EPOCH.replace(tzinfo=self._region), local))

    def to_local(self, when: int) -> int:
        """Return the local time at a moment."""
        if self._region is None:
            return when + self._offset
        return when + _offset_of(_shift(_EPOCH, when).astimezone(self._region))


def _shift(start: datetime.datetime, millis: int) -> datetime.datetime:
    try:
        # a day is kept free on both sides, for the zone moves it
        return start + datetime.timedelta(milliseconds=millis, days=1) - datetime.timedelta(days=1)
    except OverflowError:
        raise ValueError(f"[{to_iso(millis)}] is too far away for a region's time zone") from None


def _offset_of(when: datetime.datetime) -> int:
    offset = when.utcoffset()
    assert offset is not None  # it has a zone
    return int(offset.total_seconds()) * 1_000


@lru_cache(maxsize=64)
def zone(name: str) -> Zone:
    """
    Return the zone that ``+01:00``, ``UTC`` or ``Europe/Paris`` names; ValueError if none.

    Examples
    --------
    >>> zone("-01:30").to_local(0)
    -5400000
    """
    offset = _offset(name)
    if offset is not None:
        return Zone(offset)
    if len(name) <= _LONGEST_REGION and _REGION.fullmatch(name):
        with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            return Zone(region=zoneinfo.ZoneInfo(name))
    raise ValueError(f"Unknown time-zone ID: [{show(name)}]")


def _offset(name: str) -> int | None:
    if name in ("Z", "z", "UTC", "GMT", "UT"):
        return 0
    text = name.removeprefix("UTC").removeprefix("GMT").removeprefix("UT")
    found = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?", text, re.ASCII)
    if found is None:
        return None
    hours, minutes, seconds = (int(found[i] or 0) for i in (2, 3, 4))
    total = hours * 3_600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > 18 * 3_600:
        raise ValueError(f"Zone offset not in valid range: [{name}]")
    return (-total if found[1] == "-" else total) * 1_000


UTC = Zone()
