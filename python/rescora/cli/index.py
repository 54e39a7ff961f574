"""`rescora index`: index JSON lines into a memory-mapped file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from rescora.cli.output import STANDARD_INPUT, read_json
from rescora.cli.table import Screen
from rescora.errors import RequestError
from rescora.files.paths import printable
from rescora.files.place import INDEX
from rescora.files.replacing import check_place
from rescora.index import Index
from rescora.schema.pasted import pasted_settings

if TYPE_CHECKING:
    import argparse

    from rescora.cli.output import Subparsers
    from rescora.files.place import Place, Stands

_REPLACED: dict[Stands, str] = {
    "nothing": "",
    "ours": "; it replaces the index that stood there",
    "another file": "; it replaces the file that stood there",
}

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
    parser.add_argument(
        "--force", action="store_true", help="replace the output even if it is a file other than an index"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Build the index and say what was built."""
    began = time.perf_counter()
    place = check_place(arguments.output, INDEX, overwrite=arguments.force, inputs=_inputs(arguments))
    built = Index.from_documents(
        _documents(arguments.documents),
        id_field=arguments.id_field,
        mappings=read_json(arguments.mappings) if arguments.mappings else None,
        settings=_settings(arguments.settings, arguments.shards),
        path=arguments.output,
        on_error=arguments.on_error,
        overwrite=arguments.force,
    )
    seconds = time.perf_counter() - began
    _tell_skipped(built)
    _summarize(built, arguments, place, seconds)


def _inputs(arguments: argparse.Namespace) -> list[Any]:
    paths = [arguments.documents, arguments.mappings, arguments.settings]
    return [sys.stdin if path == STANDARD_INPUT else path for path in paths if path]


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


def _summarize(built: Index, arguments: argparse.Namespace, place: Place, seconds: float) -> None:
    screen = Screen()
    output, documents = arguments.output, arguments.documents
    fields = len(built.mappings.get("properties", {}))
    skipped = [f"{_count(len(built.skipped), 'document')} left out"] if built.skipped else []
    facts = [
        _count(len(built), "document"),
        *skipped,
        _count(fields, "field"),
        f"{_megabytes(output)} on disk",
    ]
    if documents != STANDARD_INPUT:
        facts.append(f"from {_megabytes(documents)}")
    screen.write(f"{printable(output)}: {', '.join(facts)}, in {seconds:.2f} s{_REPLACED[place.stands]}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _megabytes(path: str) -> str:
    return f"{Path(path).stat().st_size / 1e6:,.1f} MB"
