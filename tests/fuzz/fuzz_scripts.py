"""
Scripts of all kinds, mostly wrong ones: each gives values or an error of ours, soon.

    python tests/fuzz/fuzz_scripts.py --count 1000000 --seed 1

A document's value is the same alone as among others. What is well typed also gives the slow reference's
values, and fails where that fails.
"""

from __future__ import annotations

import faulthandler
import json
import math
import random
import struct
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import numpy as np
from command import run_fuzzer
from script_inputs import PARAMS, SEEDS, SPEC, Damage, Grammar, mutated_params

sys.path.insert(0, str(Path(__file__).parents[1]))

from outcome import Failure

import rescora
import scripts_strategy
from reference import Reference
from reference.documents import ShardDocument
from reference.script import CompileError, parse_script
from reference.script import ScriptError as ReferenceError
from rescora import RequestError, _core
from rescora.errors import ScriptError
from rescora.public import public
from rescora.queries import source as requests
from rescora.queries.scripts import FIELD, FILTER, PRINTED_FIELD, SCORE, Scripts

CORPUS = Path(__file__).parent / "corpus" / "scripts.jsonl"
SLOW = 2.0  # seconds of the processor: twenty documents that take longer hang
CONTEXTS = {context.name: context for context in (SCORE, FILTER, FIELD, PRINTED_FIELD)}
RETURNS = {"score": "double", "filter": "boolean", "field": "def"}
# What depends on all documents that run together: their steps, and what they make.
SHARED_LIMITS = ("painless_error", "a text that the script makes is too long")
TYPED_ONE_IN = 40  # inputs of which one is well typed: the reference is slow
TYPED_IN_A_BATCH = 200  # well-typed scripts that hypothesis writes at once

run_script = public(_core.run_script)


class Given(NamedTuple):
    """One input."""

    source: str
    params: Any
    context: str


class Documents:
    """An index of about twenty documents, and what compiles scripts for it."""

    def __init__(self, documents: list[dict[str, Any]], mappings: dict[str, Any]) -> None:
        self.index = rescora.Index.from_documents(documents, mappings=mappings, id_field="id", progress=False)
        self.scripts = Scripts(self.index._view.schema)
        self.count = len(self.index)
        self.scores = np.linspace(0.5, 3, self.count).astype(np.float32)

    def compile(self, given: Given) -> _core.Script:
        """Compile as a request's script is."""
        body = {"source": given.source, "params": given.params}
        return self.scripts.compile(requests.parse_script(body, "script"), CONTEXTS[given.context])

    def run(self, script: _core.Script, numbers: list[int]) -> list[Any]:
        """Return the values of documents by their numbers, or raise the first one's error."""
        docs = np.array(numbers, np.uint32)
        return run_script(self.index._view.core, script, docs, self.scores[docs])


def of_the_list() -> Documents:
    """Return the documents of the list of scripts, and copies of which each lacks some fields."""
    rng = random.Random(5)
    documents = list(SPEC["documents"])
    for number in range(20 - len(documents)):
        whole = rng.choice(SPEC["documents"])
        kept = {name: value for name, value in whole.items() if rng.random() < 0.8}
        documents.append({**kept, "id": f"copy{number}"})
    return Documents(documents, SPEC["mappings"])


# What every input must do.


def run(documents: Documents, given: Given) -> str:
    """
    Compile a script and run it on one document, on seven and on all.

    Returns
    -------
    str
        ``values``, or the type of the error.

    Raises
    ------
    Failure
        If another error came out than ours, or an empty one, or none soon enough.
    """
    began = time.process_time()
    try:
        with warnings.catch_warnings(action="error"):  # a user would see them
            outcome = _outcome(documents, given)
    except Exception as error:
        if isinstance(error, Failure):
            raise
        raise Failure(f"{type(error).__name__}: {error}") from error
    taken = time.process_time() - began
    if taken > SLOW:
        raise Failure(f"took {taken:.1f} seconds")
    return outcome


def _outcome(documents: Documents, given: Given) -> str:
    try:
        script = documents.compile(given)
    except RequestError as error:
        return "refused: " + _described(error)
    seen = random.Random(len(given.source))
    one = seen.randrange(documents.count)
    several = sorted(seen.sample(range(documents.count), 7))
    alone = _values(documents, script, [one])
    if _is_shared_limit(alone):
        return "failed: a limit"
    among = _values(documents, script, sorted({one, *several}))
    everyone = _values(documents, script, list(range(documents.count)))
    for numbers, values in ((sorted({one, *several}), among), (list(range(documents.count)), everyone)):
        if isinstance(values, list) and (
            isinstance(alone, RequestError) or not same(alone[0], values[numbers.index(one)])
        ):
            raise Failure(f"document {one} alone gives {alone!r}, among {numbers} {values!r}")
    if isinstance(alone, RequestError) and isinstance(everyone, list):
        raise Failure(f"document {one} alone gives {alone!r}, among all nothing fails")
    return "failed: " + _described(everyone) if isinstance(everyone, RequestError) else "values"


def _values(documents: Documents, script: _core.Script, numbers: list[int]) -> Any:
    """Return the documents' values, or the error of the first that fails."""
    try:
        return documents.run(script, numbers)
    except RequestError as error:
        _described(error)
        return error


def _is_shared_limit(result: Any) -> bool:
    return isinstance(result, RequestError) and (
        cause_of(result).type == SHARED_LIMITS[0] or SHARED_LIMITS[1] in str(result)
    )


def cause_of(error: RequestError) -> RequestError:
    """Return what is behind an error."""
    return error.caused_by or error


def _described(error: RequestError) -> str:
    """Check that an error says what and where, and return its kind."""
    json.dumps(error.to_dict()).encode()
    str(error).encode()
    if not str(error).strip() or not cause_of(error).reason.strip():
        raise Failure(f"{error!r} says nothing")
    if isinstance(error, ScriptError) and not 0 <= error.position <= len(error.script):
        raise Failure(f"the mark of {error!r} is at {error.position} of {len(error.script)} characters")
    return str(cause_of(error).type)


def same(left: Any, right: Any) -> bool:
    """Whether two values are of one type and have the same bits."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right) or (math.isnan(left) and math.isnan(right))
    return bool(left == right)


# What well-typed scripts must do.


class Typed:
    """Well-typed scripts, and documents on which the reference says what they give."""

    def __init__(self) -> None:
        drawn = _drawn(scripts_strategy.documents, 20, 1)
        fields = [{**one, "id": str(number)} for number, one in enumerate(drawn)]
        self.documents = Documents(fields, scripts_strategy.MAPPINGS)
        self.reference = Reference(fields, scripts_strategy.MAPPINGS).shards[0]

    def compare(self, given: Given, numbers: list[int]) -> None:
        """Hold the engine to the reference on some documents."""
        try:
            script = self.documents.compile(given)
        except RequestError as error:
            raise Failure(f"is refused: {error}") from None
        try:
            slow = parse_script(given.source, RETURNS[given.context])
        except CompileError as error:
            raise Failure(f"is refused by the reference: {error}") from None
        for number in numbers:
            got = _values(self.documents, script, [number])
            got = cause_of(got).type if isinstance(got, RequestError) else got[0]
            try:
                place = ShardDocument(self.reference, number)
                want = _plain(slow.run(place, given.params, self.documents.scores[number]))
            except ReferenceError as error:
                want = error.kind
                got = got if isinstance(got, str) else f"{got!r}, a value"
            if not same(got, want):
                raise Failure(f"document {number} gives {got!r}, the reference {want!r}")


def _plain(value: Any) -> Any:
    """Return a value of the reference as Python has it."""
    if value.type == "char":
        return chr(value.value)
    return float(value.value) if value.type in ("float", "double") else value.value


def _drawn(strategy: Any, count: int, seed: int) -> list[Any]:
    """Return what hypothesis draws from a strategy."""
    drawn: list[Any] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        phases=[hypothesis.Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategy)
    def collect(one: Any) -> None:
        drawn.append(one)

    collect()
    return drawn[:count]


# Inputs.


class Inputs:
    """Endless inputs of all kinds."""

    def __init__(self, rng: random.Random, batch: int) -> None:
        self._rng = rng
        self._batch = batch
        self._grammar = Grammar(rng)
        self._typed: list[tuple[str, Any]] = []
        self._damage = Damage(rng, SEEDS)

    def any(self) -> Given:
        """Return an input about which nothing is known."""
        rng = self._rng
        context = rng.choice(list(CONTEXTS))
        if rng.random() < 0.25:
            return Given(self._grammar.script(), mutated_params(PARAMS, rng), context)
        source, params = rng.choice(SEEDS if rng.random() < 0.8 or not self._typed else self._typed)
        if rng.random() < 0.8:  # others meet damaged parameters alone
            source = self._damage(source)
        return Given(source, mutated_params(params, rng), context)

    def typed(self) -> Given:
        """Return a well-typed input: a number, so that it fits a score or a field."""
        if not self._typed:
            self._typed = _drawn(scripts_strategy.scripts(), self._batch, self._rng.randrange(2**32))
        source, params = self._typed.pop()
        return Given(source, params, self._rng.choice(("score", "field")))


def corpus() -> list[tuple[str, Given]]:
    """Return what once went wrong, and why."""
    with CORPUS.open(encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    return [(case["why"], Given(case["source"], case["params"], case["context"])) for case in cases]


class Fuzzer:
    """Runs inputs, some of them well typed and compared with the reference."""

    def __init__(self, count: int, seed: int) -> None:
        self._rng = random.Random(seed)
        self._documents, self._typed = of_the_list(), Typed()
        self._inputs = Inputs(self._rng, min(TYPED_IN_A_BATCH, 1 + count // TYPED_ONE_IN))
        self.outcomes: Counter[str] = Counter()
        self.failures: list[tuple[str, Given]] = []

    def once(self) -> None:
        """Run one input."""
        typed = self._rng.randrange(TYPED_ONE_IN) == 0
        given = self._inputs.typed() if typed else self._inputs.any()
        try:
            if typed:
                self._typed.compare(given, self._rng.sample(range(self._typed.documents.count), 2))
            outcome = run(self._typed.documents if typed else self._documents, given)
            self.outcomes[("well typed, " if typed else "") + outcome] += 1
        except Failure as failure:
            self.failures.append((str(failure), given))


def fuzz(count: int, seed: int, *, report: bool = False) -> tuple[Counter[str], list[tuple[str, Given]]]:
    """Run `count` inputs; return what came out, and the failures with their inputs."""
    fuzzer = Fuzzer(count, seed)
    began = time.process_time()
    for number in range(count):
        if number % 1_000 == 0:
            faulthandler.dump_traceback_later(600, exit=True)
        failed = len(fuzzer.failures)
        fuzzer.once()
        for failure, given in fuzzer.failures[failed:] if report else ():
            print("FAILED", failure[:1000], json.dumps(given._asdict(), default=repr)[:4000], flush=True)
        if report and number % 10_000 == 9_999:
            minutes = (time.process_time() - began) / 60
            print(
                f"{number + 1:,} inputs, {minutes:.1f} CPU-minutes, {len(fuzzer.failures)} failures",
                flush=True,
            )
    faulthandler.cancel_dump_traceback_later()
    return fuzzer.outcomes, fuzzer.failures


if __name__ == "__main__":
    sys.exit(run_fuzzer(fuzz, (__doc__ or "").partition("\n\n")[0], 20_000, "inputs"))
