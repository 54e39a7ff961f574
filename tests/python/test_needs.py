"""What is missing for compiling is named, with the packages that have it, before anything is compiled."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NEEDS = Path(__file__).resolve().parents[2] / "python" / "needs.cmake"
CMAKE = shutil.which("cmake")

pytestmark = pytest.mark.skipif(CMAKE is None, reason="NOT RUN: there is no cmake")


@pytest.fixture
def machine(tmp_path):
    """A folder of programs: a Python that says where its headers would be, and what a test adds."""
    script = f"#!{sys.executable}\nprint({str(tmp_path / 'include')!r})\n"
    (tmp_path / "python").write_text(script)
    (tmp_path / "python").chmod(0o755)
    return tmp_path


def add_headers(machine):
    (machine / "include").mkdir()
    (machine / "include" / "Python.h").touch()


def add_compiler(machine, name):
    (machine / name).write_text("#!/bin/sh\n")
    (machine / name).chmod(0o755)


def asked(machine, cxx):
    """Return what the check says on a machine with nothing but these programs."""
    script = machine / "script.cmake"
    script.write_text(f"include({NEEDS})\nneed_compiler_and_headers()\nmessage(STATUS CXX=$ENV{{CXX}})\n")
    command = [CMAKE, f"-DPython_EXECUTABLE={machine / 'python'}", "-P", script]
    done = subprocess.run(
        command, env={"PATH": str(machine), "CXX": cxx}, capture_output=True, text=True, check=False
    )
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_a_machine_without_compiler_and_headers_is_told_of_both_at_once(machine):
    code, said = asked(machine, cxx="")

    assert code != 0
    for line in (
        "apt install g++ python3-dev",
        "dnf install gcc-c++ python3-devel",
        "apk add g++ python3-dev",
    ):
        assert line in said


def test_a_machine_without_headers_is_told_of_them_alone(machine):
    add_compiler(machine, "c++")

    code, said = asked(machine, cxx="")

    assert code != 0
    assert "apt install python3-dev" in said
    assert "include/Python.h" in said


def test_the_compiler_that_python_was_made_with_need_not_be_there(machine):
    add_headers(machine)
    add_compiler(machine, "clang++")

    assert asked(machine, cxx="x86_64-nowhere-g++ -pthread") == (0, f"-- CXX={machine / 'clang++'}")


def test_the_compiler_that_cxx_names_is_kept(machine):
    add_headers(machine)
    add_compiler(machine, "c++")
    add_compiler(machine, "mine")

    assert asked(machine, cxx="mine -pthread") == (0, "-- CXX=mine -pthread")
