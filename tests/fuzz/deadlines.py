"""
How late deadlines are: queries that take long, with times that are over before they are done.

    python tests/fuzz/deadlines.py --tries 100

prints for each query and timeout how much longer than that the call took: median, 99th percentile, longest.
"""

from __future__ import annotations

import argparse
import random
import time

import numpy as np
from interrupts import SLOW, documents, slow_model

from rescora import Index


def queries(index: Index, count: int) -> dict[str, dict[str, object]]:
    """Return bodies that take long in the first pass, in a script and in a forest."""
    index.put_model("slow", slow_model())
    common = {"match_phrase": {"title": {"query": "word1 word2 word3", "slop": 40}}}
    words = {"match": {"title": " ".join(f"word{number}" for number in range(300))}}
    scripts = [{"script_score": {"script": f"{SLOW} + {number}"}} for number in range(16)]
    everything = {"match_all": {}}
    return {
        "phrase": {"query": {"bool": {"should": [common] * 20}}},
        "words": {"query": words, "size": 1_000},
        "script": {"query": {"function_score": {"query": everything, "functions": scripts}}},
        "forest": {
            "query": everything,
            "rescore": {"window_size": count, "learning_to_rank": {"model_id": "slow"}},
        },
    }


def main() -> None:
    """Measure all queries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--documents", type=int, default=20_000)
    arguments = parser.parse_args()
    count = arguments.documents
    settings = {"index.max_rescore_window": count, "index.max_result_window": count}
    docs = documents(count)
    random.Random(1).shuffle(docs)
    index = Index.from_documents(docs, settings=settings, progress=False)
    for name, asked in queries(index, count).items():
        body = {**asked, "track_total_hits": True}
        began = time.perf_counter()
        index.search(body, threads=1)
        whole = 1000 * (time.perf_counter() - began)
        for milliseconds in (0.1, 1, 5, 20):
            late = []
            for _ in range(arguments.tries):
                began = time.perf_counter()
                if index.search(body, threads=1, timeout=milliseconds / 1000).timed_out:
                    late.append(1000 * (time.perf_counter() - began) - milliseconds)
            if late:
                shown = "{:7.2f} {:7.2f} {:7.2f}".format(*np.percentile(late, [50, 99, 100]))
                print(f"{name:8} of {whole:6.0f} ms, {milliseconds:4} ms: {shown} ms late", flush=True)


if __name__ == "__main__":
    main()
