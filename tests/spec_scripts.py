"""The list of scripts and what they give, tests/spec/script.toml, to hold evaluators to."""

import math
import tomllib
from functools import cache
from pathlib import Path

import numpy as np

from reference import Reference

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
    return f"{case['script']} on {case.get('doc', 'nothing')}"


@cache
def reference() -> Reference:
    return Reference(spec()["documents"], spec()["mappings"], id_field="id")


def expected(case: dict):
    """Read a case's value as Python's, a float as numpy's."""
    text, kind = case["value"], case["type"]
    if kind == "double":
        return np.uint64(int(case["bits"], 16)).view(np.float64)
    if kind == "float":
        return np.uint32(int(case["bits"], 16)).view(np.float32)
    if kind == "char":
        return ord(text)
    if kind == "boolean":
        return text == "true"
    return {"string": str, "null": lambda _text: None}.get(kind, int)(text)


def near_enough(case: dict, got) -> bool:
    """Compare values as bits, or as far apart as the case allows."""
    want = expected(case)
    if case["type"] not in ("float", "double"):
        return type(got) is type(want) and got == want
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    if want == got:
        return math.copysign(1, want) == math.copysign(1, got)
    allowed = case.get("ulps", 0) * math.ulp(want) + case.get("tolerance", 0) * abs(want)
    return abs(float(got) - float(want)) <= allowed
