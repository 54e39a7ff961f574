"""The goldens asked of the engine; run as a program it asks all, for a test that wants its own process."""

import sys
from functools import cache
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

from agreement import bits, bits_of
from reference.goldens import definition, documents, golden, golden_path
from rescora import Index, _core

CASES = {
    "arxiv-demo": 500,
    "slop": 400,
    "mixed": 689,
    "cranfield": 400,
    "cranfield-bool": 400,
    "cacm": 400,
    "yoruba": 300,
}


def present() -> list[str]:
    return [name for name in CASES if golden_path(name).exists()]


@cache
def index_of(name: str) -> Index:
    return Index.from_documents(documents(name), id_field="id", **definition(name))


def wrong(cases, answers) -> list:
    """Return the requests whose hits differ from Lucene's in id, order or any bit of a score."""
    return [
        case["request"]
        for case, hits in zip(cases, answers, strict=True)
        if bits_of(hits) != bits(case["hits"])
    ]


def main() -> None:
    """Print the instruction set, then a line a golden: its name, its cases, those that are wrong."""
    print(_core.isa())
    for name in present():
        cases = golden(name)
        bad = wrong(cases, [index_of(name).search(case["request"]) for case in cases])
        print(name, len(cases), len(bad))


if __name__ == "__main__":
    main()
