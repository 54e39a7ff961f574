"""The command `rescora`: index JSON lines, search and rescore them, analyze text, measure."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from typing import TYPE_CHECKING, TextIO

from rescora.cli import analyze, bench, demo, index, search
from rescora.core import _core
from rescora.errors import RequestError
from rescora.notices import RescoraWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FAILED, REFUSED = 0, 1, 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the command's name; those of the process unless given.

    Returns
    -------
    int
        0 when all went well, 2 for a bad call or request, 130 when interrupted, 1 for anything else.
    """
    try:
        arguments = make_parser().parse_args(argv)
        with warnings.catch_warnings():
            warnings.simplefilter("always", RescoraWarning)
            warnings.showwarning = _show_warning
            arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go_of_stdout()
    except KeyboardInterrupt:
        return INTERRUPTED
    except RequestError as error:
        return _say(str(error), REFUSED)
    except SystemExit as stop:  # argparse has already said why
        return int(stop.code or 0)
    except OSError as error:
        return _say(_sentence(error), FAILED)
    except Exception as error:
        if os.environ.get("RESCORA_TRACEBACK"):
            raise
        return _say(
            f"{type(error).__name__}: {error} (RESCORA_TRACEBACK=1 shows where)".replace("\n", " "), FAILED
        )
    return OK


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all subcommands."""
    parser = argparse.ArgumentParser(
        prog="rescora",
        description="Second-stage ranking in process: Elasticsearch's rescore requests, to the last bit.",
    )
    parser.add_argument("--version", action="version", version=f"rescora {_core.__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in (demo, index, search, analyze, bench):
        module.add(commands)
    return parser


# What messages call arguments of functions, and the options that these are here.
_OPTIONS = {
    'id_field="id"': "--id-field id",
    'unsupported="drop"': "--drop-unsupported",
}


def _in_options(message: str) -> str:
    for argument, option in _OPTIONS.items():
        message = message.replace(argument, option)
    return message


def _say(message: str, code: int) -> int:
    print(f"rescora: error: {_in_options(message)}", file=sys.stderr)
    return code


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show Rescora's warnings as one line of the command, and all others as Python does."""
    ours = issubclass(category, RescoraWarning)
    text = f"rescora: warning: {_in_options(str(message))}\n" if ours else ""
    (file or sys.stderr).write(text or warnings.formatwarning(message, category, filename, lineno, line))


def _sentence(error: OSError) -> str:
    """Return what the system said and of which file."""
    if error.strerror is None:
        return str(error)
    return f"{error.filename}: {error.strerror}" if error.filename else error.strerror


def _let_go_of_stdout() -> None:
    """Redirect stdout after a broken pipe, so that Python's last flush does not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
