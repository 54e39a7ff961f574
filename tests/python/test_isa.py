"""Every instruction set gives the same bits, and RESCORA_ISA decides which one is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import engine_goldens
import engine_scripts
import rescora
from rescora import _core

pytestmark = pytest.mark.slow

PROGRAM = Path(engine_goldens.__file__)
SITE = Path(rescora.__file__).parents[1]


def run_with(isa: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run a Python of its own, for the instruction set is chosen once a process."""
    environment = {**os.environ, "RESCORA_ISA": isa, "PYTHONPATH": str(SITE)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_scalar_is_always_there_and_last():
    assert _core.isas()[-1] == "scalar"
    assert len(set(_core.isas())) == len(_core.isas())


@pytest.mark.parametrize("isa", _core.isas())
def test_every_instruction_set_gives_the_goldens(isa):
    ran = run_with(isa, str(PROGRAM))

    assert ran.returncode == 0, ran.stderr
    lines = [f"{name} {engine_goldens.CASES[name]} 0" for name in engine_goldens.present()]
    assert ran.stdout.splitlines() == [isa, *lines]


def test_every_instruction_set_gives_scripts_their_values_and_the_same_bits():
    ran = {isa: run_with(isa, engine_scripts.__file__) for isa in _core.isas()}

    for isa, one in ran.items():
        assert one.returncode == 0, one.stderr
        assert one.stdout.splitlines()[0] == isa
    lines = {isa: [line.split() for line in one.stdout.splitlines()[1:]] for isa, one in ran.items()}
    assert [(name, wrong) for name, _, wrong in lines["scalar"]] == [
        ("one", "0"),
        ("three", "0"),
        ("opened", "0"),
    ]
    assert all(one == lines["scalar"] for one in lines.values())


def test_an_unknown_instruction_set_is_a_clear_error():
    ran = run_with(
        "avx9000",
        "-c",
        "import rescora; rescora.Index.from_documents([{'t': 'a'}]).search(query={'match': {'t': 'a'}})",
    )

    assert ran.returncode != 0
    last = ran.stderr.splitlines()[-1]
    assert last.endswith(
        f"RESCORA_ISA must be one of {', '.join(_core.isas())} on this processor, not avx9000"
    )


def test_an_unknown_instruction_set_is_a_value_error():
    ran = run_with(
        "avx9000", "-c", "from rescora import _core\ntry: _core.isa()\nexcept ValueError: print('refused')"
    )

    assert ran.stdout == "refused\n", ran.stderr
