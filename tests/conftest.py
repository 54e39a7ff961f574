"""What every test needs: the slow reference on the path, and a loud line for what cannot be run here."""

import importlib.util
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pystemmer
from reference.goldens import not_run

TABLES = [name for name in ("polars", "duckdb", "pandas") if importlib.util.find_spec(name) is None]


def pytest_report_header():
    return not_run() or "goldens: all present"


def pytest_terminal_summary(terminalreporter):
    said = [
        not_run(),
        f"NOT RUN, for they are not installed: tables of {', '.join(TABLES)}." if TABLES else "",
        pystemmer.MISSING,
    ]
    if any(said):
        terminalreporter.section("checks that were not run", yellow=True)
    for line in filter(None, said):
        terminalreporter.line(line)
