"""
Compile scripts of all kinds for the core's fuzzer, which has no Python: corpus/programs.txt.

    python tests/fuzz/write_programs.py

To be run again when an operation changes its name or what it takes.
"""

from __future__ import annotations

import random
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fuzz_scripts
import numpy as np
from script_inputs import PARAMS, SEEDS

from rescora import RequestError, _core
from rescora.script import program

PATH = Path(__file__).parent / "corpus" / "programs.txt"
MOST = 40  # programs with loops; others only for operations that no other has
MOST_INSTRUCTIONS = 150
NAMES = {number: name for name, (number, _, _) in _core.operations().items()}


def value_lines(word: str, value: Any) -> str:
    """Write a value with its kind; texts and reals as hexadecimal digits of their bytes."""
    if value is None:
        return f"{word} null 0"
    if isinstance(value, bool):
        return f"{word} boolean {int(value)}"
    if isinstance(value, int):
        return f"{word} {'int' if -(2**31) <= value < 2**31 else 'long'} {value}"
    if isinstance(value, float):
        return f"{word} double {struct.unpack('<q', struct.pack('<d', value))[0]}"
    return f"{word} text x{value.encode().hex()}"


def constant_lines(constant: Any) -> list[str]:
    """Write a list, a map or a query vector."""
    if isinstance(constant, np.ndarray):
        return ["constant", *(value_lines("component", float(one)) for one in constant)]
    if isinstance(constant, dict):
        pairs = [(value_lines("key", key), value_lines("value", value)) for key, value in constant.items()]
        return ["constant", *(line for pair in pairs for line in pair)]
    return ["constant", *(value_lines("value", one) for one in constant)]


def script_lines(core: tuple[Any, ...], inputs: list[Any], constants: list[Any]) -> list[str]:
    """Write a program with its parameters' values."""
    source, prologue, code, columns, given, uniforms, registers, result, kind, uses_score = core
    lines = [f"program {given} {uniforms} {registers} {result} {kind} {int(uses_score)}"]
    lines.append(value_lines("source", source))
    lines += [f"column {field} {of}" for field, of in columns]
    lines += [value_lines("input", one) for one in inputs]
    for constant in constants:
        lines += constant_lines(constant)
    for part, rows in (("prologue", prologue), ("code", code)):
        for number, *rest in rows.tolist():
            lines.append(" ".join([part, NAMES[number], *map(str, rest)]))
    return [*lines, "end"]


class Recorder:
    """Stands where the compiler expects the core, and keeps what it is given."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []

    def program(self, *arguments: Any) -> tuple[Any, ...]:
        """Keep a program's arguments."""
        return arguments

    def script(self, core: tuple[Any, ...], inputs: list[Any], constants: list[Any], *_: Any) -> None:
        """Write the script, if it is of a size that a fuzzer gets anywhere with."""
        if 3 <= len(core[2]) <= MOST_INSTRUCTIONS:
            self.written.append(script_lines(core, inputs, constants))


def main() -> None:
    """Choose scripts so that all operations occur, and write them."""
    documents, recorder = fuzz_scripts.of_the_list(), Recorder()
    program._core = SimpleNamespace(Program=recorder.program, Script=recorder.script)  # type: ignore[attr-defined]
    rng = random.Random(1)
    sources = dict(SEEDS)
    for source, params in rng.sample(list(sources.items()), len(sources)):
        if "while (true)" in source or "for (;;)" in source:  # a million steps: damage makes enough of them
            continue
        try:
            documents.compile(
                fuzz_scripts.Given(source, params or PARAMS, rng.choice(("score", "field", "printed field")))
            )
        except RequestError:
            continue
    seen: set[str] = set()
    chosen = []
    for lines in sorted(recorder.written, key=len, reverse=True):
        operations = {line.split()[1] for line in lines if line.startswith(("prologue", "code"))}
        loops = any(line.startswith("code jump ") for line in lines)
        if operations - seen or (loops and len(chosen) < MOST):
            chosen.append(lines)
        seen |= operations
    PATH.write_text("\n".join(line for lines in chosen for line in lines) + "\n", encoding="ascii")
    print(f"{len(chosen)} programs with {len(seen)} of {len(NAMES)} operations")


if __name__ == "__main__":
    main()
