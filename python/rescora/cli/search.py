"""`rescora search`: an Elasticsearch body, or a few words, against an index on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.cli.output import print_json, read_json, title_of
from rescora.cli.table import Cell, Column, Screen, Table
from rescora.errors import RequestError
from rescora.index import Index
from rescora.schema.types.registry import TYPES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from rescora.cli.output import Subparsers
    from rescora.hits import Hits


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("search", help="search an index, and rescore")
    parser.add_argument("index", metavar="PATH.rescora", help="an index that `rescora index` has built")
    parser.add_argument(
        "body", metavar="BODY.json", nargs="?", help="an Elasticsearch search body; - for standard input"
    )
    parser.add_argument("--query", metavar="WORDS", help="instead of a body: match these words")
    parser.add_argument(
        "--field", metavar="NAME", help="where --query looks (default: the best of all text fields)"
    )
    parser.add_argument("--size", type=int, metavar="N", help="hits wanted (default: the body's, or 10)")
    parser.add_argument(
        "--timeout", metavar="TIME", help="show what was found when it is over: 50ms, 2s (default: none)"
    )
    parser.add_argument(
        "--drop-unsupported",
        action="store_true",
        help="leave out what rescora does not have, if it cannot change the hits: aggs, highlight …",
    )
    parser.add_argument("--explain", action="store_true", help="say how each score came about")
    parser.add_argument("--json", action="store_true", help="print Elasticsearch's answer instead of a table")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Search and show the hits."""
    if (arguments.body is None) == (arguments.query is None):
        raise RequestError("give either a body (a file, or -) or --query WORDS")
    index = Index.open(arguments.index)
    unsupported = "drop" if arguments.drop_unsupported else "error"
    hits = index.search(_body(arguments, index), unsupported=unsupported, timeout=arguments.timeout)
    if arguments.json:
        print_json(hits.to_dict())
    else:
        render(hits, Screen())


def _body(arguments: argparse.Namespace, index: Index) -> dict[str, Any]:
    if arguments.query is None:
        body = read_json(arguments.body)
        if not isinstance(body, dict):
            raise RequestError("a search body must be an object")
    else:
        body = {"query": _query(arguments.query, arguments.field, index)}
    if arguments.size is not None:
        body = {**body, "size": arguments.size}
    return {**body, "explain": True} if arguments.explain else body


def _query(words: str, field: str | None, index: Index) -> dict[str, Any]:
    if field is not None:
        index.analyze(field, words)  # names the fields when there is none such
        return {"match": {field: words}}
    properties = index.mappings.get("properties", {})
    types = {name: TYPES.get(definition.get("type")) for name, definition in properties.items()}
    fields = [name for name, kind in types.items() if kind is not None and kind.is_analyzed]
    if not fields:
        raise RequestError("the index has no text field at its top level; name a field with --field")
    return {"multi_match": {"query": words, "fields": fields}}


def render(hits: Hits, screen: Screen) -> None:
    """Write the hits as a table, and under it their explanations where there are some."""
    at_least = "at least " if hits.total_relation == "gte" else ""
    total = f"{at_least}{hits.total:,} hits" if hits.counted else "hits"
    screen.write(f" {len(hits)} of {total} in {hits.took:.2f} ms", "dim")
    if hits.timed_out:
        screen.write(f" out of time; not done: {', '.join(_not_done(hits))}", "dim")
    if hits.dropped:
        screen.write(f" left out, for they change no hit: {', '.join(hits.dropped)}", "dim")
    table = Table(
        (Column("", right=True), Column("score", right=True), Column("id"), Column("title", cut=True))
    )
    for place, hit in enumerate(hits, start=1):
        table.add(
            Cell(str(place), "bold"), Cell(str(hit.score), "cyan"), hit.id, title_of(hit.source, hit.id)
        )
    screen.draw(table)
    for hit in hits:
        if hit.explanation is not None:
            screen.write()
            screen.write(f" {hit.id}", "bold")
            for line in explanation_lines(hit.explanation):
                screen.write(f" {line}")


def _not_done(hits: Hits) -> Iterator[str]:
    return (stage["stage"] for stage in hits.stages if not stage["complete"])


def explanation_lines(explanation: dict[str, Any], depth: int = 0) -> Iterator[str]:
    """
    Yield an explanation as lines, details indented.

    Examples
    --------
    >>> leaf = {"value": 1.5, "description": "boost", "details": []}
    >>> list(explanation_lines({"value": 3.0, "description": "sum of:", "details": [leaf, leaf]}))
    ['3.0  sum of:', '  1.5  boost', '  1.5  boost']
    """
    yield f"{'  ' * depth}{explanation['value']}  {explanation['description']}"
    for detail in explanation["details"]:
        yield from explanation_lines(detail, depth + 1)
