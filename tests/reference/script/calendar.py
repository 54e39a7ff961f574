"""Dates in UTC as milliseconds since 1970, with java.time's rules; any year, without Python's limits."""

import re
from typing import NamedTuple

from .errors import ScriptError

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
DAYS_OF_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MONTHS = (
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
)
DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
EPOCH_DAY = 719_162  # days from 0001-01-01 to 1970-01-01
MOST_YEARS = 999_999_999


class Date(NamedTuple):
    year: int
    month: int
    day: int
    of_day: int  # milliseconds


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_before_year(year: int) -> int:
    """Count the days from 0001-01-01 to the first of January of a year; negative before."""
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // 400


def days_before_month(year: int, month: int) -> int:
    return DAYS_BEFORE[month - 1] + (month > 2 and is_leap(year))


def days_of_month(year: int, month: int) -> int:
    return DAYS_BEFORE[month] - DAYS_BEFORE[month - 1] + (month == 2 and is_leap(year))


def epoch_day(year: int, month: int, day: int) -> int:
    return days_before_year(year) + days_before_month(year, month) + day - 1 - EPOCH_DAY


def date_of(milliseconds: int) -> Date:
    days, of_day = divmod(milliseconds, DAY)
    days += EPOCH_DAY
    year = days * 400 // 146_097 + 1  # near enough to be put right by steps
    while days_before_year(year) > days:
        year -= 1
    while days_before_year(year + 1) <= days:
        year += 1
    rest = days - days_before_year(year)
    month = max(m for m in range(1, 13) if days_before_month(year, m) <= rest)
    return Date(year, month, rest - days_before_month(year, month) + 1, of_day)


def milliseconds_of(date: Date) -> int:
    if abs(date.year) > MOST_YEARS:
        raise ScriptError("date_time_exception", f"Invalid value for Year: {date.year}")
    return epoch_day(date.year, date.month, date.day) * DAY + date.of_day


def day_of_year(milliseconds: int) -> int:
    date = date_of(milliseconds)
    return days_before_month(date.year, date.month) + date.day


def day_of_week(milliseconds: int) -> int:
    """1 is Monday."""
    return (milliseconds // DAY + 3) % 7 + 1


def add_months(milliseconds: int, months: int) -> int:
    """Keep the day of the month, or take the month's last."""
    date = date_of(milliseconds)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return milliseconds_of(date._replace(year=year, month=month + 1, day=clipped(date.day, year, month + 1)))


def clipped(day: int, year: int, month: int) -> int:
    return min(day, days_of_month(year, month))


def with_part(milliseconds: int, part: str, value: int) -> int:
    date = date_of(milliseconds)
    limits = {"year": (-MOST_YEARS, MOST_YEARS), "month": (1, 12), "day": (1, 31), "hour": (0, 23)}
    low, high = limits.get(part, (0, 59))
    if not low <= value <= high:
        raise ScriptError("date_time_exception", f"Invalid value for {part}: {value}")
    if part == "day" and value > days_of_month(date.year, date.month):
        raise ScriptError("date_time_exception", f"Invalid date {MONTHS[date.month - 1]} {value}")
    if part in ("year", "month", "day"):
        date = date._replace(**{part: value})
        return milliseconds_of(date._replace(day=clipped(date.day, date.year, date.month)))
    unit, size = {"hour": (HOUR, 24), "minute": (MINUTE, 60), "second": (SECOND, 60)}[part]
    return milliseconds + (value - milliseconds // unit % size) * unit


LENGTHS = {
    "MILLIS": 1,
    "SECONDS": SECOND,
    "MINUTES": MINUTE,
    "HOURS": HOUR,
    "HALF_DAYS": 12 * HOUR,
    "DAYS": DAY,
    "WEEKS": 7 * DAY,
}
LONGER = {"MONTHS": 1, "YEARS": 12, "DECADES": 120, "CENTURIES": 1200, "MILLENNIA": 12_000}
SHORTER = {"NANOS": 1_000_000, "MICROS": 1000}
UNITS = (*SHORTER, *LENGTHS, *LONGER)


def toward_zero(value: int, unit: int) -> int:
    return abs(value) // unit * (1 if value >= 0 else -1)


def between(unit: str, first: int, second: int) -> int:
    """Count whole units from one date to another."""
    if unit in SHORTER:
        return (second - first) * SHORTER[unit]
    if unit in LENGTHS:
        return toward_zero(second - first, LENGTHS[unit])
    return toward_zero(months_between(first, second), LONGER[unit])


def months_between(first: int, second: int) -> int:
    """Count months of dates, once the second has been moved a day if its time of day falls short."""
    (day, time), (last, end) = divmod(first, DAY), divmod(second, DAY)
    if last > day and end < time:
        last -= 1
    elif last < day and end > time:
        last += 1
    a, b = date_of(day * DAY), date_of(last * DAY)
    months = (b.year - a.year) * 12 + b.month - a.month
    return toward_zero(months * 32 + b.day - a.day, 32)


def truncated(milliseconds: int, unit: str) -> int:
    if unit in SHORTER:
        return milliseconds
    if unit not in LENGTHS or unit == "WEEKS":
        raise ScriptError(
            "unsupported_temporal_type_exception", "Unit is too large to be used for truncation"
        )
    return milliseconds // LENGTHS[unit] * LENGTHS[unit]


ISO = re.compile(
    r"([+-]?\d{4,9})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)(?:\[UTC\])?"
)


def parse_iso(text: str) -> int:
    """Read a date with its zone, as ISO 8601 writes it."""
    match = ISO.fullmatch(text)
    problem = ScriptError("date_time_parse_exception", f"Text '{text}' could not be parsed")
    if not match:
        raise problem
    year, month, day, hour, minute = map(int, match.groups()[:5])
    second, fraction, zone = int(match[6] or 0), match[7] or "", match[8]
    if not (1 <= month <= 12 and hour < 24 and minute < 60 and second < 60):
        raise problem
    if not 1 <= day <= days_of_month(year, month):
        raise problem
    offset = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * HOUR + int(zone[4:]) * MINUTE)
    of_day = hour * HOUR + minute * MINUTE + second * SECOND + int(fraction.ljust(3, "0")[:3])
    return milliseconds_of(Date(year, month, day, of_day)) - offset


def year_text(year: int) -> str:
    return f"{year:+d}" if year > 9999 else f"{'-' if year < 0 else ''}{abs(year):04d}"


def date_text(milliseconds: int) -> str:
    """Write a ZonedDateTime: the seconds only where there are some."""
    date = date_of(milliseconds)
    minutes, rest = divmod(date.of_day, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    text = f"{year_text(date.year)}-{date.month:02d}-{date.day:02d}T{minutes // 60:02d}:{minutes % 60:02d}"
    text += f":{seconds:02d}" if rest else ""
    return text + (f".{fraction:03d}" if fraction else "") + "Z"


def instant_text(milliseconds: int) -> str:
    text = date_text(milliseconds)
    return text if milliseconds % MINUTE else text[:-1] + ":00Z"
