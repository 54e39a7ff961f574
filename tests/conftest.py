"""What every test needs: the slow reference on the path, and a loud line for what cannot be run here."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from reference.goldens import not_run


def pytest_report_header():
    return not_run() or "goldens: all present"


def pytest_terminal_summary(terminalreporter):
    if not_run():
        terminalreporter.section("checks that were not run", yellow=True)
        terminalreporter.line(not_run())
