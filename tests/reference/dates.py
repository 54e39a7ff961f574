"""Dates in the format strict_date_optional_time||epoch_millis: milliseconds since 1970, UTC."""

import re
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
STEPS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


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
    return moment + STEPS.get(part, timedelta(seconds=1))


def span(value: object) -> tuple[int, int]:
    """Return the first and the last millisecond that a date, perhaps only a year or a day, stands for."""
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
    finest = given[-1] if given else "year"
    later = one_unit_later(moment, finest)
    return first, (later - EPOCH) // timedelta(milliseconds=1) - 1


def looks_like_a_date(text: str) -> bool:
    """Return whether dynamic mapping makes a string a date: the default detection formats."""
    try:
        return bool(DATE.fullmatch(text) and span(text)) or bool(OTHER_DETECTED.fullmatch(text))
    except ValueError:
        return False


def milliseconds(value: object) -> int:
    return span(value)[0]
