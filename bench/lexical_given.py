"""Inputs and results of the lexical benchmarks, and the versions of Lucene."""

import argparse
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from clock import Effort
from report import Row
from rivals.lucene import Lucene

LUCENE, NEWER_LUCENE = "9.9.1", "10.5.1"


Build = dict[str, float]  # seconds to index and to save, bytes on disk


class Given(NamedTuple):
    """What the caller chose."""

    data: Path
    phrases: Path
    cache: Path
    jars: Path | None
    jdk: Path | None
    newer: str | None
    newer_jdk: Path | None
    effort: Effort
    queries: int | None
    builds: int
    growth: bool


class Found(NamedTuple):
    """What was measured: rows of the one table, longer tables by their heads, and who was missing."""

    rows: list[Row]
    tables: dict[str, str]
    notes: list[str]
    missing: dict[str, str]
    curves: list[Any]  # bench_growth's


def start(given: Given, version: str) -> Lucene:
    """Start one version of Lucene on the JDK that was named for it."""
    home = given.jdk if version == LUCENE else given.newer_jdk or given.jdk
    return Lucene(version, given.jars, given.cache, home)


def versions(given: Given) -> list[str]:
    return [LUCENE, *([given.newer] if given.newer else [])]


def label(version: str) -> str:
    return f"Lucene {version}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the lexical part needs to know."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="JSON lines with `id`, `text` and, for features, `title`; plain or .zst",
    )
    parser.add_argument("--phrases", type=Path, required=True, help="a phrase a line")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "rescora-rivals",
        help="for jars, classes and indexes (default: %(default)s)",
    )
    parser.add_argument(
        "--lucene-jars", type=Path, help="a folder with the jars (default: Maven fetches them)"
    )
    parser.add_argument("--jdk", type=Path, help="for Lucene 9 (default: JAVA_HOME, or java on the PATH)")
    parser.add_argument("--newer-lucene", default=NEWER_LUCENE, help="a second row (default: %(default)s)")
    parser.add_argument("--newer-jdk", type=Path, help="for the newer Lucene (default: the same JDK)")
    parser.add_argument("--rounds", type=int, default=Effort().rounds, help="default: %(default)s")
    parser.add_argument("--queries", type=int, help="so many of the phrases (default: all)")
    parser.add_argument("--no-growth", action="store_true", help="measure no figures of how time grows")
    parser.add_argument(
        "--builds", type=int, default=5, help="of each index; the fastest counts (default: %(default)s)"
    )


def given_by(arguments: argparse.Namespace) -> Given:
    effort = Effort(arguments.rounds)._replace(warm=min(Effort().warm, arguments.rounds))
    return Given(
        arguments.data,
        arguments.phrases,
        arguments.cache,
        arguments.lucene_jars,
        arguments.jdk,
        arguments.newer_lucene or None,
        arguments.newer_jdk,
        effort,
        arguments.queries,
        arguments.builds,
        not arguments.no_growth,
    )
