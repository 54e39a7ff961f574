"""Dates as strict_date_optional_time||epoch_millis, and date math: milliseconds since 1970, UTC."""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?:(?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?)?)?)?"
)
OTHER_DETECTED = re.compile(
    r"(\d{4})/(\d\d)/(\d\d)(?: (\d\d):(\d\d):(\d\d)(?: ?(Z|[+-]\d\d:?\d\d))?)?(?: ?Z)?"
)

PARTS = ("month", "day", "hour", "minute", "second")
STEPS = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
    "millisecond": timedelta(milliseconds=1),
}
LETTERS = {
    "y": "year",
    "M": "month",
    "w": "week",
    "d": "day",
    "h": "hour",
    "H": "hour",
    "m": "minute",
    "s": "second",
}


def zone_offset(zone: str | None) -> timedelta:
    if zone in (None, "Z"):
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def one_unit_later(moment: datetime, part: str) -> datetime:
    """Go to the start of the next year, month, day, hour, minute or second."""
    if part == "year":
        return moment.replace(year=moment.year + 1)
    if part == "month":
        year, month = divmod(moment.year * 12 + moment.month, 12)
        return moment.replace(year=year, month=month + 1)
    return moment + STEPS[part]


def span(value: object) -> tuple[int, int]:
    """
    Return the first and the last millisecond that a date, perhaps only a day or an hour, stands for.

    Elasticsearch fills what is missing of an end with month 1, day 1, hour 23, minute 59 …
    """
    text = str(value)
    found = DATE.fullmatch(text)
    if not found:
        if re.fullmatch(r"-?\d+", text):
            return int(text), int(text)
        msg = f"failed to parse date field [{text}] with format [strict_date_optional_time||epoch_millis]"
        raise ValueError(msg)
    given = [part for part in PARTS if found[part] is not None]
    numbers = {part: int(found[part] or (1 if part in ("month", "day") else 0)) for part in PARTS}
    moment = datetime(int(found["year"]), **numbers, tzinfo=UTC) - zone_offset(found["zone"])
    first = (moment - EPOCH) // timedelta(milliseconds=1)
    if found["fraction"]:
        first += int(found["fraction"].ljust(9, "0")[:3])
        return first, first
    finest = given[-1] if given and given[-1] != "month" else "day"  # a year stands for its first day
    later = one_unit_later(moment, finest)
    return first, (later - EPOCH) // timedelta(milliseconds=1) - 1


def limits(value: object) -> tuple[int, int]:
    """Return the first and the last millisecond of a date with arithmetic: now-1d/d, 2024-01-31||+1M."""
    text = str(value)
    if text.startswith("now"):
        return calculated(datetime.now(UTC), text.removeprefix("now"))
    date, bars, operations = text.partition("||")
    if not bars:
        return span(text)
    return calculated(EPOCH + timedelta(milliseconds=milliseconds(date)), operations)


def calculated(moment: datetime, operations: str) -> tuple[int, int]:
    """Apply +1d-2h/M to a moment; rounding leaves the first and the last moment of a unit."""
    first = last = moment
    for sign, count, letter in re.findall(r"([+\-/])(\d*)([yMwdhHms])", operations):
        part = LETTERS[letter]
        if sign == "/":
            first, last = (
                started(first, part),
                one_unit_later(started(last, part), part) - STEPS["millisecond"],
            )
        else:
            steps = int(count or 1) * (-1 if sign == "-" else 1)
            first, last = moved(first, steps, part), moved(last, steps, part)
    return whole_milliseconds(first), whole_milliseconds(last)


def started(moment: datetime, part: str) -> datetime:
    """Return the start of the year, month, week … that a moment lies in."""
    if part == "week":
        moment -= timedelta(days=moment.weekday())
        part = "day"
    rest = ("month", "day", "hour", "minute", "second")[("year", *PARTS).index(part) :]
    return moment.replace(**{name: 1 if name in ("month", "day") else 0 for name in rest}, microsecond=0)


def moved(moment: datetime, steps: int, part: str) -> datetime:
    """Go some units on or back; a day that a month does not have becomes its last."""
    if part not in ("year", "month"):
        return moment + steps * STEPS[part]
    year, month = divmod(moment.year * 12 + moment.month - 1 + steps * (12 if part == "year" else 1), 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def whole_milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def looks_like_a_date(text: str) -> bool:
    """Return whether dynamic mapping makes a string a date: the default detection formats, but no number."""
    if re.fullmatch(r"[+-]?[\d.]+", text):
        return False
    try:
        return bool(DATE.fullmatch(text) and span(text)) or bool(OTHER_DETECTED.fullmatch(text))
    except ValueError:
        return False


def milliseconds(value: object) -> int:
    return span(value)[0]
