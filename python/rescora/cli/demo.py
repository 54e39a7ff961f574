"""`rescora demo`: one query over the shipped papers before and after rescoring, and the metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.cli import papers
from rescora.cli.output import print_json
from rescora.cli.papers import DEFAULT_QUERY, NAMES, SHOWN, WINDOW, Demo, Row
from rescora.cli.table import Cell, Column, Screen, Table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescora.cli.output import Subparsers


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser(
        "demo", help="see rescoring at work on 1,199 papers that ship with the package"
    )
    parser.add_argument(
        "--query",
        metavar="TEXT",
        default=DEFAULT_QUERY,
        help="what to look for (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON instead")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Show the demo."""
    shown = papers.run(arguments.query)
    if arguments.json:
        print_json(shown.to_dict())
    else:
        render(shown, Screen())


def render(demo: Demo, screen: Screen) -> None:
    """Write everything for a person."""
    screen.write()
    screen.write(
        f" {demo.documents:,} arXiv papers indexed in {demo.index_seconds:.2f} s. The words of a query find "
        "papers; rescorers look again at the best.",
    )
    descriptions = _descriptions(demo.query)
    for name, rows in demo.rankings.items():
        screen.write()
        screen.write(f" {name}: {demo.query}", "bold")
        for line in descriptions[name]:
            screen.write(f"   {line}", "dim")
        screen.write()
        if not rows:
            screen.write(" no paper has any of these words", "yellow")
            continue
        screen.draw(_ranking_table(rows))
        _write_movement(rows, screen)
    screen.write()
    screen.write(" What each step took", "bold")
    screen.draw(_steps_table(demo.steps))
    _render_measures(demo, screen)


def _descriptions(query: str) -> dict[str, list[str]]:
    first = f'first pass   match on text, best {WINDOW} of all papers that have one of the words of "{query}"'
    phrase = f"rescorer     match_phrase on text, slop 2, window {WINDOW}, weights 0.7 and 1.2"
    title = f"rescorer     match on title, window {SHOWN}, weights 1 and 0.2"
    return {NAMES[1]: [first, phrase], NAMES[2]: [first, phrase, title]}


def _ranking_table(rows: Sequence[Row]) -> Table:
    columns = (
        Column("now", right=True),
        Column("was", right=True),
        Column("moved"),
        Column("title", cut=True),
        Column("score", right=True),
        Column("before", right=True),
    )
    table = Table(columns)
    for row in rows:
        before = "" if row.score_before is None else f"{row.score_before:.3f}"
        table.add(
            Cell(str(row.rank), "bold"),
            Cell(str(row.before or "-"), "dim"),
            movement(row.rank, row.before),
            row.title,
            Cell(f"{row.score:.3f}", "cyan"),
            Cell(before, "dim"),
        )
    return table


def movement(rank: int, before: int | None) -> Cell:
    """
    Return how far a document moved, as an arrow.

    Examples
    --------
    >>> [movement(2, before).text for before in (5, 1, 2, None)]
    ['▲ 3', '▼ 1', '=', 'new']
    """
    if before is None:
        return Cell("new", "yellow")
    if before == rank:
        return Cell("=", "dim")
    return Cell(f"▲ {before - rank}", "green") if before > rank else Cell(f"▼ {rank - before}", "red")


def _write_movement(rows: Sequence[Row], screen: Screen) -> None:
    moved = sum(row.before != row.rank for row in rows)
    entered = sum(row.before is None or row.before > SHOWN for row in rows)
    screen.write(f" {moved} of these {len(rows)} moved; {entered} came from beyond place {SHOWN}", "dim")


def _steps_table(steps: dict[str, float]) -> Table:
    table = Table((Column("step"), Column("time", right=True)))
    for name, microseconds in steps.items():
        table.add(name, Cell(f"{microseconds:,.0f} µs", "cyan"))
    return table


def _render_measures(demo: Demo, screen: Screen) -> None:
    screen.write()
    screen.write(f" What rescoring does for {demo.queries} known-item queries", "bold")
    for line in (
        "Each is three consecutive words of one paper's abstract, and that paper alone is the answer:",
        "queries made for phrases, so a large gain is to be expected. Judge your collection by your queries.",
    ):
        screen.write(f"   {line}", "dim")
    screen.write()
    columns = (Column("request"), Column("MRR", right=True), Column("nDCG@10", right=True))
    table = Table((*columns, Column("a query", right=True)))
    for measure in demo.measures:
        table.add(
            measure.name,
            Cell(f"{measure.mrr:.3f}", "cyan"),
            Cell(f"{measure.ndcg_at_10:.3f}", "cyan"),
            Cell(f"{measure.microseconds_per_query:,.0f} µs", "dim"),
        )
    screen.draw(table)
    screen.write()
