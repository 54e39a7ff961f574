"""What every test needs: the slow reference on the path, and a loud line for what cannot be run here."""

import ctypes
import importlib.util
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hypothesis import settings

import pystemmer
from agreement import examples
from reference.goldens import not_run

# Properties that say nothing of their own: a run that fails for a newcomer has to fail for everybody.
settings.register_profile("rescora", examples(100))
settings.load_profile("rescora")

try:
    NO_OPENMP = ""
    if sys.platform == "linux":
        ctypes.CDLL("libgomp.so.1")
except OSError:  # it comes with a compiler; LightGBM's wheel leaves it to the system
    NO_OPENMP = "NOT RUN, for there is no libgomp.so.1: LightGBM as an oracle."
    sys.modules["lightgbm"] = None

TABLES = [name for name in ("polars", "duckdb", "pandas") if importlib.util.find_spec(name) is None]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark properties as slow: each of them tries a hundred examples or more."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("slow")


def pytest_report_header():
    return not_run() or "goldens: all present"


def pytest_terminal_summary(terminalreporter):
    said = [
        not_run(),
        NO_OPENMP,
        f"NOT RUN, for they are not installed: tables of {', '.join(TABLES)}." if TABLES else "",
        pystemmer.MISSING,
    ]
    if any(said):
        terminalreporter.section("checks that were not run", yellow=True)
    for line in filter(None, said):
        terminalreporter.line(line)
