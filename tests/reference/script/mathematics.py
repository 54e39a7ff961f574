"""java.lang.Math: exact where Java is, elsewhere as near as the C library."""

import math

import numpy as np

INFINITY, NAN = math.inf, math.nan


def total(function):
    """Make a function of Python's that raises where Java gives NaN give NaN."""

    def java(*given: float) -> float:
        if any(map(math.isnan, given)):
            return NAN
        try:
            return function(*given)
        except ValueError:
            return NAN

    return java


def of_numpy(function):
    def java(*given: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(*map(np.float64, given)))

    return java


def signed_zero(function):
    """Keep -0.0 and infinities; round the rest, a result of zero taking the argument's sign."""

    def java(x: float) -> float:
        return x if math.isnan(x) or math.isinf(x) else math.copysign(function(x), x)

    return java


def logarithm(function, pole: float = 0.0):
    def java(x: float) -> float:
        if x == pole:
            return -INFINITY
        return total(function)(x)

    return java


def grows(function):
    """Make an overflow infinite: negative where the argument is and the function is odd."""

    def java(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return INFINITY if x > 0 or function is math.cosh else -INFINITY

    return java


def power(x: float, y: float) -> float:
    """Java's pow: 1 to the NaN is NaN, and so is (-1) or 1 to an infinity."""
    if math.isnan(y) or (abs(x) == 1 and math.isinf(y)):
        return NAN
    return of_numpy(np.power)(x, y)


def maximum(a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b):
        return NAN
    return (b if math.copysign(1, a) < 0 else a) if a == b == 0 else max(a, b)


def minimum(a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b):
        return NAN
    return (a if math.copysign(1, a) < 0 else b) if a == b == 0 else min(a, b)


def round_half_up(x: float) -> int:
    """Java's round: to the nearest long, halves upwards, saturating."""
    if math.isnan(x):
        return 0
    if math.isinf(x) or abs(x) >= 2**63:
        return 2**63 - 1 if x > 0 else -(2**63)
    whole = math.floor(x)
    return whole + (x - whole >= 0.5)


def signum(x: float) -> float:
    return x if x == 0 or math.isnan(x) else math.copysign(1.0, x)


def scale_by_two(x: float, exponent: int) -> float:
    try:
        return math.ldexp(x, exponent)
    except OverflowError:
        return math.copysign(INFINITY, x)


def next_after(x: float, toward: float) -> float:
    return toward if x == toward else of_numpy(np.nextafter)(x, toward)


def ulp(x: float) -> float:
    return INFINITY if math.isinf(x) else math.ulp(x)


def expm1(x: float) -> float:
    return grows(math.expm1)(x)


def hypotenuse(x: float, y: float) -> float:
    return INFINITY if math.isinf(x) or math.isinf(y) else math.hypot(x, y)


def remainder(x: float, y: float) -> float:
    return total(math.remainder)(x, y)


# name -> (types of parameters, type of result, function); Painless has the double forms alone.
DOUBLE = ("double",)
FUNCTIONS = {
    "abs": (DOUBLE, "double", abs),
    "acos": (DOUBLE, "double", total(math.acos)),
    "asin": (DOUBLE, "double", total(math.asin)),
    "atan": (DOUBLE, "double", math.atan),
    "atan2": (DOUBLE * 2, "double", math.atan2),
    "cbrt": (DOUBLE, "double", math.cbrt),
    "ceil": (DOUBLE, "double", signed_zero(math.ceil)),
    "copySign": (DOUBLE * 2, "double", math.copysign),
    "cos": (DOUBLE, "double", total(math.cos)),
    "cosh": (DOUBLE, "double", grows(math.cosh)),
    "exp": (DOUBLE, "double", grows(math.exp)),
    "expm1": (DOUBLE, "double", expm1),
    "floor": (DOUBLE, "double", signed_zero(math.floor)),
    "hypot": (DOUBLE * 2, "double", hypotenuse),
    "IEEEremainder": (DOUBLE * 2, "double", remainder),
    "log": (DOUBLE, "double", logarithm(math.log)),
    "log10": (DOUBLE, "double", logarithm(math.log10)),
    "log1p": (DOUBLE, "double", logarithm(math.log1p, -1.0)),
    "max": (DOUBLE * 2, "double", maximum),
    "min": (DOUBLE * 2, "double", minimum),
    "nextAfter": (DOUBLE * 2, "double", next_after),
    "nextDown": (DOUBLE, "double", of_numpy(lambda x: np.nextafter(x, -np.inf))),
    "nextUp": (DOUBLE, "double", of_numpy(lambda x: np.nextafter(x, np.inf))),
    "pow": (DOUBLE * 2, "double", power),
    "rint": (DOUBLE, "double", signed_zero(round)),
    "round": (DOUBLE, "long", round_half_up),
    "scalb": (("double", "int"), "double", scale_by_two),
    "signum": (DOUBLE, "double", signum),
    "sin": (DOUBLE, "double", total(math.sin)),
    "sinh": (DOUBLE, "double", grows(math.sinh)),
    "sqrt": (DOUBLE, "double", total(math.sqrt)),
    "tan": (DOUBLE, "double", total(math.tan)),
    "tanh": (DOUBLE, "double", math.tanh),
    "toDegrees": (DOUBLE, "double", lambda x: x * (180.0 / math.pi)),
    "toRadians": (DOUBLE, "double", lambda x: x * (math.pi / 180.0)),
    "ulp": (DOUBLE, "double", ulp),
}


CONSTANTS = {"PI": math.pi, "E": math.e}
