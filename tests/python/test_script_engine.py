"""The engine gives every script of the list what Painless gives it."""

import math
import struct
import tomllib
from pathlib import Path

import numpy as np
import pytest

import rescora
from rescora import _core
from rescora.compile.scripts import FIELD, Scripts
from rescora.core_errors import document_error
from rescora.errors import RequestError
from rescora.request.nodes import Script

SPEC = tomllib.loads((Path(__file__).parent.parent / "spec" / "script.toml").read_text("utf-8"))
ULPS = 1  # of design: how far functions other than arithmetic may be from StrictMath's


@pytest.fixture(scope="module")
def index():
    return rescora.Index.from_documents(SPEC["documents"], id_field="id", mappings=SPEC["mappings"])


@pytest.fixture(scope="module")
def scripts(index):
    return Scripts(index._mappings)


def run(index, scripts, case):
    """Return what the script gives on the case's document."""
    script = scripts.compile(Script(source=case["script"], params=case.get("params", {})), FIELD)
    docs = index.docs([case["doc"]])
    try:
        [value] = _core.run_script(index._core, script, docs, np.array([case.get("score", 1.0)], np.float32))
    except _core.DocumentError as error:
        raise document_error(error) from None
    return value


def wanted(case):
    text, kind = case["value"], case["type"]
    if kind == "null":
        return None
    if kind == "boolean":
        return text == "true"
    if kind in ("float", "double"):
        return from_bits(case["bits"], kind)
    if kind == "char":
        return text
    return text if kind == "string" else int(text)


def from_bits(bits, kind):
    raw = int(bits, 16)
    return (
        struct.unpack("<d", struct.pack("<Q", raw))[0]
        if kind == "double"
        else struct.unpack("<f", struct.pack("<I", raw))[0]
    )


def agrees(got, want, case):
    if type(got) is not type(want):
        return False
    if not isinstance(want, float):
        return got == want
    if math.isnan(want) or math.isnan(got):
        return math.isnan(want) and math.isnan(got)
    if "tolerance" in case:
        return math.isclose(got, want, rel_tol=float(case["tolerance"]), abs_tol=0)
    if got == want:
        return math.copysign(1, got) == math.copysign(1, want)
    return abs(got - want) <= int(case.get("ulps", 0)) * math.ulp(want)


# Painless has them and this language has not: they are refused, and the message says what is not supported.
REFUSED = {
    "params.m.getOrDefault(doc['k'].value, 1)": "a map of maps, under a key that only the document knows",
    "params.nested[0].v": "a list of maps",
    "params.nested[1].v * params.nested[0].v": "a list of maps",
    "int s = 0; for (x in params.nested) { s += x.v } s": "a list of maps",
    "Integer.parseInt('ff', 16)": "a radix",
    "Integer.parseInt('-101', 2)": "a radix",
    "Integer.parseInt('12', 99)": "a radix",
    "Long.parseLong('zz', 36)": "a radix",
    "Integer.toHexString(255)": "texts of numbers in another base",
    "Integer.toBinaryString(5)": "texts of numbers in another base",
    "Integer.reverse(1)": "bits turned round",
    "Long.divideUnsigned(-1L, 2L)": "unsigned longs",
    "doc['at'].value": "a point as a result",
    "int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } fib(12)": "two calls at each of 12 levels",
}
# The identity of two equal texts, which Java leaves to its implementations.
UNDECIDED = {"'a' === 'a'"}


def is_refused(index, scripts, case):
    """Tell whether a case that is not supported is refused as such, not answered wrongly."""
    try:
        run(index, scripts, case)
    except RequestError as error:
        reason = (error.caused_by or error).reason
        return "support" in reason or "not found" in reason or "A document doesn't have" in reason
    return False


def outcome(index, scripts, case):
    """Return what is wrong with a case, or nothing."""
    try:
        got = run(index, scripts, case)
    except RequestError as error:
        cause = error.caused_by or error
        if "compile_error" in case:
            fits = error.reason == "compile error" and case["compile_error"] in cause.reason
        else:
            fits = cause.type == case.get("error") and case.get("message", "") in cause.reason
            fits = fits or (error.reason == "compile error" and cause.type == case.get("error"))
        return None if fits else f"{cause.type}: {cause.reason}"
    if "value" not in case:
        return f"gave {got!r}"
    return None if agrees(got, wanted(case), case) else f"gave {got!r}"


@pytest.mark.parametrize("group", range(0, len(SPEC["case"]), 100))
def test_the_engine_gives_what_painless_gives(index, scripts, group):
    wrong = []
    for case in SPEC["case"][group : group + 100]:
        if case["script"] in UNDECIDED:
            continue
        if case["script"] in REFUSED:
            said = None if is_refused(index, scripts, case) else "was not refused"
        else:
            said = outcome(index, scripts, case)
        if said is not None:
            expected = case.get("value", case.get("error", case.get("compile_error")))
            wrong.append(
                f"{case['script']!r} on {case['doc']} {case.get('params', '')}: {said}, not {expected!r} "
                f"{case.get('type', '')} {case.get('message', '')}"
            )
    assert not wrong, "\n" + "\n".join(wrong)
