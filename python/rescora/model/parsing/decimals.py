"""Parse decimals to float64 or float32, rounded as each format's own reader rounds them."""

from __future__ import annotations

import math
import struct
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.parsing.arrays import floats, refuse_infinite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

LONGEST_NUMBER = 400  # characters; what is written to be read again needs 25

_SINGLE, _DOUBLE, _BITS = struct.Struct("<f"), struct.Struct("<d"), struct.Struct("<q")
_SMALLEST_NORMAL = 2.0**-126  # of float32


def finite(value: Any, what: str) -> float:
    """Return a number of a JSON document as a float; refuse whatever is none, and NaN and infinity."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:  # an int of more than 308 digits
            number = math.inf
        if math.isfinite(number):
            return number
    raise ModelError(f"{what} must be a finite number, not {show(value)}")


def single(value: Any, what: str) -> float:
    """Return a number of a JSON document, rounded to float64 and then to float32, as some readers do."""
    return _to_single(finite(value, what), value, what)


def single_of_text(text: str | None, what: str) -> float:
    """
    Return the float32 next to a decimal number, rounded once, as Java's ``Float.parseFloat`` does.

    Rounding to float64 first may land in the middle between two float32, and then go the wrong way.
    """
    return _to_single(_off_the_middle(double_of_text(text, what), text or ""), text, what)


def double_of_text(text: str | None, what: str) -> float:
    """Return a decimal number; refuse whatever else Python or Java take for one, and infinity."""
    if text is not None and len(text) <= LONGEST_NUMBER and text.isascii() and "_" not in text:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
    raise ModelError(f"{what} must be a finite number, not {show(text)}")


def _to_single(value: float, given: Any, what: str) -> float:
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(value))[0]
    except OverflowError:
        raise ModelError(f"{what} must be a number that float32 can hold, not {show(given)}") from None
    return rounded


def singles_of_texts(texts: Sequence[str | None], what: str) -> NDArray[np.float32]:
    """Return what `single_of_text` makes of each, with less work for each."""
    doubles = _plain_doubles(texts)
    if doubles is None:
        doubles = np.array([double_of_text(text, what) for text in texts], np.float64)
    return _rounded_once(doubles, lambda place: texts[place] or "", what, "")


def _plain_doubles(texts: Sequence[str | None]) -> NDArray[np.float64] | None:
    """Return decimal numbers, or None if any must be looked at more closely."""
    given = [text for text in texts if text is not None]
    together = "".join(given)
    longest = max(map(len, given), default=0)
    if len(given) < len(texts) or longest > LONGEST_NUMBER or not together.isascii() or "_" in together:
        return None
    try:
        doubles = np.array(list(map(float, given)), np.float64)
    except ValueError:
        return None
    return doubles if np.isfinite(doubles).all() else None


def singles(given: object, name: str, path: str, length: int | None = None) -> NDArray[np.float32]:
    """
    Return a list of numbers as float32, each as near as can be to the decimal number in the file.

    JSON readers give float64. Rounded once more, a number that lies almost between two of float32 may become
    the wrong one of them; XGBoost rounds but once.
    """
    doubles = floats(given, name, path, length)
    if isinstance(given, np.ndarray) and given.dtype == np.dtype(">f4"):  # was never decimal
        return doubles.astype(np.float32)
    return _rounded_once(doubles, lambda place: repr(float(doubles[place])), name, path)


def _rounded_once(
    doubles: NDArray[np.float64], decimal: Callable[[int], str], name: str, path: str
) -> NDArray[np.float32]:
    """Return the float32 next to numbers given as float64; `decimal` says what is written at a place."""
    # The bits that float32 has not are 100…0: half a unit. Denormals of float32 have fewer bits.
    suspicious = (doubles.view(np.uint64) & np.uint64(0x1FFFFFFF)) == 0x10000000
    suspicious |= (np.abs(doubles) < _SMALLEST_NORMAL) & (doubles != 0)
    if suspicious.any():
        doubles = doubles.copy()
        for place in np.flatnonzero(suspicious):
            doubles[place] = _off_the_middle(float(doubles[place]), decimal(int(place)))
    with np.errstate(over="ignore", under="ignore"):
        numbers = doubles.astype(np.float32)
    refuse_infinite(numbers, name, path)
    return numbers


def _off_the_middle(value: float, decimal: str) -> float:
    """Return a float64, moved towards the decimal number where it is the middle between two float32."""
    if value == 0 or not _between_singles(value):
        return value
    exact, rounded = Decimal(decimal.strip()), Decimal(value)
    return value if exact == rounded else math.nextafter(value, math.inf if exact > rounded else -math.inf)


def _between_singles(value: float) -> bool:
    """Whether a float64 lies in the very middle between two float32."""
    if abs(value) < _SMALLEST_NORMAL:
        return abs(math.fmod(value * 2.0**149, 1.0)) == 0.5
    bits: int = _BITS.unpack(_DOUBLE.pack(value))[0]
    return bits & 0x1FFFFFFF == 0x10000000
