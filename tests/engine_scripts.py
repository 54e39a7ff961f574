"""Scripts asked of the engine; run as a program it asks the whole list, in a process of its own."""

import hashlib
import sys
import tempfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

import numpy as np

from agreement import kind
from rescora import Index, RequestError, _core
from rescora.core_errors import document_error
from rescora.queries.scripts import FIELD, Scripts
from rescora.queries.source import Script
from spec_scripts import UNDECIDED, expected, near_enough, spec

REPEATS = 67  # of eight documents: three blocks, the last of them not full

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


class Engine:
    """An index that runs scripts on its documents, all at once or one by one."""

    def __init__(self, index: Index):
        self.index = index
        self.scripts = Scripts(index._view.schema)

    def compile(self, source: str, params: dict | None = None) -> _core.Script:
        return self.scripts.compile(Script(source=source, params=params or {}), FIELD)

    def run(self, script: _core.Script, docs: np.ndarray, score: float = 1.0) -> list:
        """Return what a script gives for each document, in order, or raise the first one's error."""
        try:
            scores = np.full(len(docs), score, np.float32)
            return _core.run_script(self.index._view.core, script, docs, scores)
        except _core.DocumentError as error:
            raise document_error(error) from None

    def outcome(self, script: _core.Script, docs: np.ndarray, score: float = 1.0) -> list | str:
        """Return the values, or the kind of the first error."""
        try:
            return self.run(script, docs, score)
        except RequestError as error:
            return kind(error)

    def wrong(self, case: dict) -> str | None:
        """Say what is wrong with a case of the list; None if nothing is."""
        try:
            script = self.compile(case["script"], case.get("params"))
            [got] = self.run(script, self.index.docs([case["doc"]]), case.get("score", 1.0))
        except RequestError as error:
            return None if is_expected(case, error) else f"{kind(error)}: {error.caused_by or error}"
        fits = "value" in case and case["script"] not in REFUSED and near_enough(case, got, expected(case))
        return None if fits or case["script"] in UNDECIDED else f"gave {got!r}"


def is_expected(case: dict, error: RequestError) -> bool:
    """Tell whether a case fails so; an error that happens on every document may be found on compiling."""
    reason = (error.caused_by or error).reason
    if case["script"] in REFUSED:
        return any(words in reason for words in ("support", "not found", "A document doesn't have"))
    if "compile_error" in case:
        return error.reason == "compile error" and case["compile_error"] in reason
    if kind(error) != case.get("error"):
        return False
    return error.reason == "compile error" or case.get("message", "") in reason


def bits(values: list | str) -> str:
    """Return a text that differs where any bit of a value does."""
    return (
        values if isinstance(values, str) else repr([v.hex() if isinstance(v, float) else v for v in values])
    )


def differs_by_company(engine: Engine, case: dict) -> list | str | None:
    """Return what a script gives on all documents; None if that depends on how many are asked at once."""
    try:
        script = engine.compile(case["script"], case.get("params"))
    except RequestError as error:
        return kind(error)
    docs = np.arange(len(engine.index), dtype=np.uint32)
    score = case.get("score", 1.0)
    each = [engine.outcome(script, docs[i : i + 1], score) for i in range(len(docs))]
    errors = [one for one in each if isinstance(one, str)]
    alone = errors[0] if errors else [one[0] for one in each]
    many = docs if errors else np.tile(docs, REPEATS)
    together = engine.outcome(script, many, score)
    want = alone if errors else alone * REPEATS
    return alone if bits(together) == bits(want) else None


def indexes(folder: Path) -> dict[str, Index]:
    """Return the list's documents as one shard, as three, and from a file."""
    made = {
        shards: Index.from_documents(
            spec()["documents"], "id", spec()["mappings"], {"number_of_shards": number}
        )
        for shards, number in (("one", 1), ("three", 3))
    }
    made["three"].save(folder / "scripts.rescora")
    return {**made, "opened": Index.open(folder / "scripts.rescora")}


def main() -> None:
    """Print the instruction set; then of each index its name, a digest of all values, how many are wrong."""
    print(_core.isa())
    with tempfile.TemporaryDirectory() as folder:
        for name, index in indexes(Path(folder)).items():
            engine, wrong, digest = Engine(index), 0, hashlib.sha256()
            for case in spec()["case"]:
                # A random score depends on the shard, of which the list's values know but one.
                wrong += name == "one" and engine.wrong(case) is not None
                given = differs_by_company(engine, case)
                wrong += given is None
                digest.update(bits(given or "").encode())
            print(name, digest.hexdigest(), wrong)


if __name__ == "__main__":
    main()
