"""In a sub-interpreter the import is refused at once, before and after one in the main interpreter."""

import importlib.util
import subprocess
import sys
import textwrap

import pytest

MODULES = [name for name in ("_interpreters", "_xxsubinterpreters") if importlib.util.find_spec(name)]
TRY = """
try:
    import rescora
except ImportError as error:
    print(type(error).__name__, error, flush=True)
else:
    print("imported", flush=True)
"""
REFUSED = (
    "ImportError rescora cannot be imported in a sub-interpreter: use the main one, with threads or processes"
)
RUN = f"""
import {MODULES[0] if MODULES else ""} as interpreters
def run(code, *kind):
    made = interpreters.create(*kind)
    run_in = getattr(interpreters, "exec", None) or interpreters.run_string
    said = run_in(made, code)
    if said is not None:
        print(said)
"""


def said_by(program):
    program = RUN + textwrap.dedent(program).replace("TRY", repr(TRY))
    done = subprocess.run(
        [sys.executable, "-u", "-c", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


pytestmark = pytest.mark.skipif(not MODULES, reason="this Python has no module for sub-interpreters")


def test_a_first_import_is_refused():
    assert said_by("run(TRY)") == [REFUSED]


def test_one_after_the_main_interpreters_is_refused_however_often_it_is_tried():
    assert said_by("import rescora\nrun(TRY * 3)\nrun(TRY)") == [REFUSED] * 4


def test_the_main_interpreter_imports_after_a_refusal():
    program = """
        run(TRY)
        import rescora
        print(rescora.Index.from_documents([{"t": "fox"}]).search(query={"match": {"t": "fox"}}).ids)
        run(TRY)
    """
    assert said_by(program) == [REFUSED, "['0']", REFUSED]


@pytest.mark.skipif(sys.version_info < (3, 13), reason="interpreters of a chosen kind came with Python 3.13")
def test_interpreters_of_all_kinds_are_refused():
    program = 'import rescora\nfor kind in ("legacy", "isolated"):\n    run(TRY, kind)'
    said = said_by(program)
    assert said[0] == REFUSED
    assert said[1].startswith("ImportError ")  # in Python's words or ours


def test_an_import_anew_in_the_main_interpreter_gives_the_same_module():
    program = """
        import sys
        import rescora
        first = sys.modules["rescora._core"]
        for name in [name for name in sys.modules if name.startswith("rescora")]:
            del sys.modules[name]
        import rescora
        print(sys.modules["rescora._core"] is first)
    """
    assert said_by(program) == ["True"]
