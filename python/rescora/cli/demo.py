"""`rescora demo`: the shipped papers, one query before and after rescoring, and what it gains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora import demo
from rescora.cli.output import print_json
from rescora.cli.table import Screen

if TYPE_CHECKING:
    import argparse

    from rescora.cli.output import Subparsers


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "demo", help="see rescoring at work on 1,199 papers that ship with the package"
    )
    parser.add_argument(
        "--query", metavar="TEXT", default=demo.DEFAULT_QUERY, help="what to look for (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON instead")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Show the demo."""
    shown = demo.run(arguments.query)
    if arguments.json:
        print_json(shown.to_dict())
    else:
        demo.render(shown, Screen())
