"""`rescora index`: JSON lines become a file that opens at once."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rescora.cli.output import STANDARD_INPUT, read_json
from rescora.cli.table import Screen
from rescora.errors import RequestError
from rescora.index import Index
from rescora.request.pasted import pasted_settings

if TYPE_CHECKING:
    import argparse

    from rescora.cli.output import Subparsers

_SHOWN = 10  # documents that were left out and are named one by one


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("index", help="build an index from JSON lines")
    parser.add_argument(
        "documents", metavar="DOCS.jsonl", help="one JSON object a line; - for standard input"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH.rescora", required=True, help="where the index is written"
    )
    parser.add_argument(
        "--id-field",
        metavar="NAME",
        help="the key with a document's id (default: _id, or the number of the line)",
    )
    parser.add_argument(
        "--mappings", metavar="FILE.json", help="the fields' types, as Elasticsearch has them"
    )
    parser.add_argument("--settings", metavar="FILE.json", help="the index's settings and analyzers")
    parser.add_argument("--shards", type=int, metavar="N", help="the settings' number_of_shards")
    parser.add_argument(
        "--on-error",
        choices=("raise", "skip"),
        default="raise",
        help="what becomes of documents that cannot be indexed (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Build the index and say what was built."""
    began = time.perf_counter()
    built = Index.from_documents(
        _documents(arguments.documents),
        id_field=arguments.id_field,
        mappings=read_json(arguments.mappings) if arguments.mappings else None,
        settings=_settings(arguments.settings, arguments.shards),
        path=Path(arguments.output),
        on_error=arguments.on_error,
    )
    seconds = time.perf_counter() - began
    _tell_skipped(built)
    _summarize(built, Path(arguments.output), arguments.documents, seconds)


def _settings(path: str | None, shards: int | None) -> dict[str, Any] | None:
    settings = pasted_settings(read_json(path)) if path else {}
    if shards is not None:
        if not isinstance(settings, dict):
            raise RequestError(f"{path} must hold an object")
        settings = {**settings, "number_of_shards": shards}  # after those of the file, so this one counts
    return settings or None


def _documents(path: str) -> Path | BinaryIO:
    return Path(path) if path != STANDARD_INPUT else sys.stdin.buffer


def _tell_skipped(built: Index) -> None:
    """Say on stderr which documents were left out, and why."""
    for skipped in built.skipped[:_SHOWN]:
        print(f"rescora: left out: {skipped.reason}", file=sys.stderr)
    if len(built.skipped) > _SHOWN:
        print(f"rescora: left out: {len(built.skipped) - _SHOWN:,} more", file=sys.stderr)


def _summarize(built: Index, output: Path, documents: str, seconds: float) -> None:
    screen = Screen()
    fields = len(built.mappings.get("properties", {}))
    skipped = [f"{_count(len(built.skipped), 'document')} left out"] if built.skipped else []
    facts = [
        _count(len(built), "document"),
        *skipped,
        _count(fields, "field"),
        f"{_megabytes(output)} on disk",
    ]
    if documents != STANDARD_INPUT:
        facts.append(f"from {_megabytes(Path(documents))}")
    screen.write(f"{output}: {', '.join(facts)}, in {seconds:.2f} s")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:,.1f} MB"
