"""Readers of one value of a request, with Elasticsearch's leniency and the path in every error."""

from __future__ import annotations

import math
import operator
import re
import struct
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show

Reader = Callable[[Any, str], Any]

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
_EXACT = 2**53  # integers up to it are floats
_float32 = struct.Struct("<f")
# Java's parseFloat and parseDouble; Python's float() also takes "1_000" and "nan", which Java does not.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?", re.ASCII)


def illegal(reason: str, path: str) -> RequestError:
    """Return the error for a value that is of the right kind but not allowed."""
    return RequestError(reason, path=path, type="illegal_argument_exception")


def parsing(reason: str, path: str) -> RequestError:
    """Return the error for a value of the wrong kind or an unknown key."""
    return RequestError(reason, path=path)


def kind(value: object) -> str:
    """Return the JSON token a value begins with, as Elasticsearch names it."""
    if value is None:
        return "VALUE_NULL"
    if isinstance(value, bool):
        return "VALUE_BOOLEAN"
    if isinstance(value, str):
        return "VALUE_STRING"
    if isinstance(value, dict):
        return "START_OBJECT"
    if isinstance(value, list | tuple):
        return "START_ARRAY"
    return "VALUE_NUMBER"


def parse_number(text: str) -> float:
    """Return the number that Java reads from `text`; ValueError if it reads none."""
    stripped = text.strip()
    if _NUMBER.fullmatch(stripped) is None:
        raise ValueError(f'For input string: "{show(text)}"')
    return float(stripped.rstrip("fFdD"))


def _as_float(value: Any, path: str, demand: str) -> float:
    if type(value) is float:
        number = value
    elif type(value) is int and -_EXACT <= value <= _EXACT:
        return float(value)
    elif isinstance(value, str):
        try:
            number = parse_number(value)
        except ValueError:
            raise illegal(f"{demand}, not [{show(value)}]", path) from None
    elif isinstance(value, bool) or value is None or isinstance(value, dict | list | tuple | bytes):
        raise illegal(f"{demand}, not {kind(value)} [{show(value)}]", path)
    else:
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise illegal(f"{demand}, not [{show(value)}]", path) from None
    if not math.isfinite(number):
        raise illegal(f"{demand}, not [{show(value)}]", path)
    return number


def real(value: Any, path: str) -> float:
    """Read a finite number."""
    return _as_float(value, path, "a finite number is wanted")


def real32(value: Any, path: str) -> float:
    """Read a finite number and round it to float32, as every weight and boost is before any use."""
    number = _as_float(value, path, "a finite number is wanted")
    return round32(number, value, path)


def round32(number: float, value: Any, path: str) -> float:
    """Return the float32 nearest to `number`, or say that there is no finite one."""
    try:
        rounded: float = _float32.unpack(_float32.pack(number))[0]
    except OverflowError:
        raise illegal(f"[{show(value)}] is out of range for a float", path) from None
    return rounded


def boost(value: Any, path: str) -> float:
    """Read a boost: a float32 that is not negative."""
    number = real32(value, path)
    if number < 0:
        raise illegal(
            f"negative [boost] are not allowed in [{show(value)}], use a value between 0 and 1 to deboost",
            path,
        )
    return number


def integer(value: Any, path: str) -> int:
    """Read a 32-bit integer; numeric strings are read and fractions cut off, as Elasticsearch does."""
    if type(value) is int:
        number = value
    elif isinstance(value, bool | str | float) or value is None or isinstance(value, dict | list | tuple):
        number = int(_as_float(value, path, "an integer is wanted"))
    else:
        try:
            number = operator.index(value)
        except TypeError:
            number = int(_as_float(value, path, "an integer is wanted"))
    if not INT_MIN <= number <= INT_MAX:
        raise illegal(f"Value [{show(value)}] is out of range for an integer", path)
    return number


def at_least(low: int, reason: str) -> Reader:
    """Make a reader of integers that must be at least `low`; `reason` may hold ``{value}``."""

    def read(value: Any, path: str) -> int:
        number = integer(value, path)
        if number < low:
            raise illegal(reason.format(value=number), path)
        return number

    return read


def boolean(value: Any, path: str) -> bool:
    """Read true or false, also as strings."""
    if isinstance(value, bool):
        return value
    if value == "true":
        return True
    if value == "false":
        return False
    raise illegal(f"Failed to parse value [{show(value)}] as only [true] or [false] are allowed.", path)


def string(value: Any, path: str) -> str:
    """Read a string that can be written as UTF-8."""
    if not isinstance(value, str):
        raise illegal(f"a string is wanted, not {kind(value)} [{show(value)}]", path)
    return utf8(value, path)


def utf8(value: str, path: str) -> str:
    """Return `value`; lone surrogates have no place in UTF-8 and are refused."""
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise illegal(f"[{show(value)}] is not valid Unicode at character {error.start}", path) from None
    return value


def text(value: Any, path: str) -> str:
    """Read a scalar as the text that Elasticsearch would search for: numbers and booleans have one too."""
    if isinstance(value, str):
        return utf8(value, path)
    return scalar_text(scalar(value, path), path)


def plain(value: Any) -> Any:
    """Return NumPy's scalars as Python's, and anything else as it is."""
    return value.item() if isinstance(value, np.generic) else value


def scalar(value: Any, path: str) -> str | int | float | bool:
    """Read a string, number or boolean and keep its type; the field decides what it means."""
    if isinstance(value, str):
        return utf8(value, path)
    if isinstance(value, bool):
        return value
    if type(value) is int:
        if value.bit_length() > 1100:  # printing it would be refused by Python itself
            raise illegal("an integer of more than 300 digits is no value of any field", path)
        return value
    if value is None or isinstance(value, dict | list | tuple | bytes):
        raise parsing(f"unexpected token [{kind(value)}], a value is wanted", path)
    try:
        return operator.index(value)
    except TypeError:
        return _as_float(value, path, "a value is wanted")


def scalar_text(value: str | int | float | bool, path: str = "") -> str:
    """
    Return the text of a scalar as Java prints it.

    Examples
    --------
    >>> scalar_text(True), scalar_text(7), scalar_text(0.5), scalar_text(1e10)
    ('true', '7', '0.5', '1.0E10')
    """
    if isinstance(value, str):
        return utf8(value, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, *rest = map(str, digits)
    power = int(exponent) + len(rest)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{power}"


def array(value: Any) -> list[Any]:
    """Read an array; a single value stands for an array of one."""
    return list(value) if isinstance(value, list | tuple) else [value]


def strings(value: Any, path: str) -> tuple[str, ...]:
    """Read an array of strings, or one string."""
    return tuple(string(item, f"{path}[{i}]") for i, item in enumerate(array(value)))


def choice(reason: str, known: tuple[str, ...], *, fold_case: bool = False) -> Reader:
    """Make a reader of one of `known`; `reason` holds ``{value}``."""

    def read(value: Any, path: str) -> str:
        word = string(value, path)
        word = word.lower() if fold_case else word
        if word not in known:
            said = f"{reason.format(value=show(value))}, it must be one of {', '.join(known)}"
            raise illegal(said + did_you_mean(word, known), path)
        return word

    return read


def only(*values: Any) -> Reader:
    """Make a reader of an option that is taken only where it changes nothing."""

    def read(value: Any, path: str) -> None:
        if not any(type(value) is type(allowed) and value == allowed for allowed in values):
            raise UnsupportedError(f"[{show(value)}]", path=path, hint=f" here, only [{show(values[0])}] is")

    return read


def refused(_value: Any, path: str) -> None:
    """Refuse an option that Elasticsearch has and Rescora has not."""
    name = path.rpartition(".")[2]
    raise UnsupportedError(f"[{name}]", path=path)


def ignored(_value: Any, _path: str) -> None:
    """Take an option that cannot change any answer."""


Table = Mapping[str, tuple[str, Reader]]


def options(body: Any, table: Table, path: str, unknown: Callable[[str], str]) -> dict[str, Any]:
    """
    Read an object by a table from key to (attribute, reader); an empty attribute keeps nothing.

    `unknown` words the message for a key that is not in the table.
    """
    found: dict[str, Any] = {}
    for key, value in body.items():
        entry = table.get(key)
        if entry is None:
            raise parsing(unknown(show(key)) + did_you_mean(key, table), f"{path}.{show(key)}")
        attribute, read = entry
        result = read(value, f"{path}.{key}")
        if attribute:
            found[attribute] = result
    return found
