"""The list of scripts and what they give, tests/spec/script.toml, to hold evaluators to."""

import math
import tomllib
from functools import cache
from pathlib import Path

import numpy as np

from reference import Reference
from reference.script import Value

# Whether two equal constants are one object is the compiler's affair.
UNDECIDED = ("'a' === 'a'",)
PATH = Path(__file__).parent / "spec" / "script.toml"


@cache
def spec() -> dict:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def cases(*, kind: str) -> list[dict]:
    """Return the cases that have this key: value, error or compile_error."""
    return [case for case in spec()["case"] if kind in case and case["script"] not in UNDECIDED]


def name_of(case: dict) -> str:
    return f"{case['script']} on {case['doc']}"


@cache
def reference(shards: int = 1) -> Reference:
    return Reference(spec()["documents"], spec()["mappings"], {"number_of_shards": shards}, id_field="id")


def expected(case: dict):
    """Read a case's value as Python's; a char is a text of one unit, a float a float."""
    text, kind = case["value"], case["type"]
    if kind == "double":
        return float(np.uint64(int(case["bits"], 16)).view(np.float64))
    if kind == "float":
        return float(np.uint32(int(case["bits"], 16)).view(np.float32))
    if kind == "boolean":
        return text == "true"
    return {"string": str, "char": str, "null": lambda _text: None}.get(kind, int)(text)


def near_enough(case: dict, got, want) -> bool:
    """Compare values as bits, or as far apart as the case allows."""
    if type(got) is not type(want):
        return False
    if not isinstance(want, float):
        return got == want
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    if want == got:
        return math.copysign(1, want) == math.copysign(1, got)
    allowed = int(case.get("ulps", 0)) * math.ulp(want) + float(case.get("tolerance", 0)) * abs(want)
    return abs(got - want) <= max(allowed, case.get("absolute", 0))


def as_python(got: Value):
    """Return a value of the reference as Python's, as `expected` does."""
    if got.type == "char":
        return chr(got.value)
    return float(got.value) if got.type in ("float", "double") else got.value
