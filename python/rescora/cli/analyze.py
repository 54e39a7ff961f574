"""`rescora analyze`: show the terms of a text."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rescora.cli.output import STANDARD_INPUT, print_json
from rescora.cli.table import Cell, Column, Screen, Table
from rescora.errors import RequestError, did_you_mean
from rescora.index import Index
from rescora.schema.analysis import BUILT_IN, Analyzers

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescora.cli.output import Subparsers
    from rescora.schema.analysis import Token


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("analyze", help="see which terms a text becomes")
    parser.add_argument("text", metavar="TEXT", help="any text; - for standard input")
    parser.add_argument("--index", metavar="PATH.rescora", help="an index whose field's analyzer is used")
    parser.add_argument("--field", metavar="NAME", help="a text field of --index")
    parser.add_argument("--analyzer", metavar="NAME", help="a built-in analyzer (default: standard)")
    parser.add_argument("--json", action="store_true", help="print the tokens as JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Analyze and show the tokens."""
    text = sys.stdin.read() if arguments.text == STANDARD_INPUT else arguments.text
    tokens = _analyze(arguments, text)
    if arguments.json:
        print_json({"tokens": [token._asdict() for token in tokens]})
        return
    numbers = [Column(title, right=True) for title in ("position", "start", "end")]
    table = Table((*numbers, Column("token")))
    for token in tokens:
        table.add(
            str(token.position), str(token.start_offset), str(token.end_offset), Cell(token.token, "bold")
        )
    Screen().draw(table)


def _analyze(arguments: argparse.Namespace, text: str) -> Sequence[Token]:
    if (arguments.index is None) != (arguments.field is None):
        raise RequestError("--index and --field go together")
    if arguments.index is not None:
        if arguments.analyzer is not None:
            raise RequestError("give either --analyzer or --index with --field")
        tokens: Sequence[Token] = Index.open(arguments.index).analyze(arguments.field, text)
        return tokens
    name = arguments.analyzer or "standard"
    if name not in BUILT_IN:
        raise RequestError(
            f"no analyzer [{name}]{did_you_mean(name, BUILT_IN)}; built in: {', '.join(BUILT_IN)}"
        )
    return Analyzers()[name].analyze(text)
