"""Index a large collection and search it: time, memory, bytes on disk, and what a query costs in both passes.

    python bench/bench_arxiv.py --data arxiv-250k.jsonl.zst --phrases arxiv-phrases.txt

prints the Markdown that stands in bench/README.md. Each measurement of memory runs in a process of its own.
"""

import argparse
import json
import multiprocessing
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rescora import Index, __version__, _core
from rescora.cli.bench import ROUNDS, WINDOWS, measure

FIELD = "text"


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="JSON lines with `id` and `text`, plain or .zst"
    )
    parser.add_argument("--phrases", type=Path, required=True, help="a phrase a line")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="warm rounds a phrase (default: %(default)s)"
    )
    arguments = parser.parse_args()
    phrases = [line for line in arguments.phrases.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        lines = plain(arguments.data, Path(folder))
        text_bytes, documents = size_of_text(lines)
        built = {
            source: apart(build, lines, Path(folder) / f"{source}.rescora", source == "with sources")
            for source in ("with sources", "without sources")
        }
        print_machine()
        print_indexing(documents, text_bytes, lines.stat().st_size, built)
        index = Index.open(Path(folder) / "without sources.rescora")
        print_queries(index, phrases, arguments.rounds)


def plain(data: Path, folder: Path) -> Path:
    """Return the collection as plain JSON lines with the fields that are indexed."""
    lines = folder / "docs.jsonl"
    if data.suffix == ".zst":
        with (folder / "all.jsonl").open("wb") as output:
            subprocess.run(["zstd", "-dc", "--long=27", data], stdout=output, check=True)
        data = folder / "all.jsonl"
    with data.open("rb") as given, lines.open("w", encoding="utf-8") as kept:
        for line in given:
            document = json.loads(line)
            json.dump({"id": document["id"], FIELD: document[FIELD]}, kept, ensure_ascii=False)
            kept.write("\n")
    return lines


def size_of_text(lines: Path) -> tuple[int, int]:
    """Return the bytes of text in UTF-8, and the number of documents."""
    sizes = [len(json.loads(line)[FIELD].encode()) for line in lines.open("rb")]
    return sum(sizes), len(sizes)


def apart(work, *arguments):
    """Run work in a fresh process, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def build(lines: Path, path: Path, sources: bool) -> dict[str, float]:
    """Index the collection; return seconds to index, save and open, peak memory and bytes on disk."""
    before = peak_bytes()
    mappings = {
        "_source": {"enabled": sources},
        "dynamic": False,  # the id is no field
        "properties": {FIELD: {"type": "text"}},
    }
    began = time.perf_counter()
    index = Index.from_documents(lines, id_field="id", mappings=mappings, progress=False)
    searchable = time.perf_counter()
    index.save(path)
    saved = time.perf_counter()
    opened = Index.open(path)
    done = time.perf_counter()
    assert (
        opened.search(query={"match": {FIELD: "quantum"}}).ids
        == index.search(query={"match": {FIELD: "quantum"}}).ids
    )
    return {
        "index": searchable - began,
        "save": saved - searchable,
        "open": done - saved,
        "peak": peak_bytes() - before,
        "disk": path.stat().st_size,
    }


def peak_bytes() -> int:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def print_machine() -> None:
    """Say where and with what the numbers were made."""
    compiler = subprocess.run(
        ["c++", "--version"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
    print(
        f"{cpu_model()}, {os.cpu_count()} cores; Python {platform.python_version()}; {compiler}; "
        f"rescora {__version__} at {commit()}, kernels `{_core.isa()}`.\n"
    )


def cpu_model() -> str:
    """Return the processor's own name."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def commit() -> str:
    """Return the commit that this file stands in."""
    if shutil.which("git") is None:
        return "an unknown commit"
    command = ["git", "-C", Path(__file__).parent, "describe", "--always", "--dirty", "--exclude", "*"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def print_indexing(
    documents: int, text_bytes: int, line_bytes: int, built: dict[str, dict[str, float]]
) -> None:
    """Print what indexing took."""
    sizes = f"{text_bytes / 1e6:,.1f} MB of text in {line_bytes / 1e6:,.1f} MB of JSON"
    print(f"{documents:,} documents, {sizes}.\n")
    print("| index | time to searchable | MB of text/s | save | open | peak memory | on disk |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, facts in built.items():
        rate = text_bytes / 1e6 / facts["index"]
        times = f"{facts['index']:.1f} s | {rate:.1f} | {facts['save']:.2f} s | {1e3 * facts['open']:.1f} ms"
        print(f"| {name} | {times} | {facts['peak'] / 1e6:,.0f} MB | {facts['disk'] / 1e6:,.1f} MB |")
    print()


def print_queries(index: Index, phrases: list[str], rounds: int) -> None:
    """Check a sample of answers, then time all phrases."""
    check_answers(index, phrases[::50])
    print(f"{len(phrases):,} phrases; microseconds, called from Python, the best of {rounds} warm rounds.\n")
    print("| work | window | median | p90 | p99 | worst | median per document, ns |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for timing in measure(index, FIELD, phrases, WINDOWS, rounds):
        numbers = " | ".join(f"{getattr(timing, name):,.1f}" for name in ("median", "p90", "p99", "worst"))
        print(
            f"| {timing.work} | {timing.window:,} | {numbers} | {1000 * timing.median / timing.window:,.0f} |"
        )


def check_answers(index: Index, phrases: list[str]) -> None:
    """Demand that a compiled stage gives what a search gives: a wrong answer has no speed."""
    for phrase in phrases:
        query = {"match": {FIELD: phrase}}
        rescore = {
            "window_size": 100,
            "query": {"rescore_query": {"match_phrase": {FIELD: {"query": phrase, "slop": 2}}}},
        }
        first = index.search(query=query, size=100)
        whole = index.search(query=query, rescore=rescore, size=100)
        docs, scores = index.rescorer(rescore, size=100)(index.docs(first.ids), first.scores)
        assert index.ids(docs) == list(whole.ids)
        assert scores.tobytes() == whole.scores.tobytes()


if __name__ == "__main__":
    sys.exit(main())
