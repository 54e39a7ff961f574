"""
How long Ctrl-C takes: each long call is interrupted again and again, at a moment by chance.

    python tests/fuzz/interrupts.py --tries 200

prints for each call how long it was from the signal to KeyboardInterrupt: median, 99th percentile, longest.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rescora import Index, Model

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [f"word{number}" for number in range(300)]
# A script that is long for every document and within what is free for each: base script/work.h.
SLOW = "double s = 0; for (int i = 0; i < 250; ++i) { s += Math.sqrt(s + i) } s + doc['likes'].value"


class Call(NamedTuple):
    """A call that takes long; it is interrupted in its first `within` seconds."""

    name: str
    run: Callable[[], object]
    within: float = 0.3


def documents(count: int) -> list[dict[str, object]]:
    """Return documents of words by chance, always the same."""
    draw = random.Random(7)
    return [
        {"_id": str(number), "title": " ".join(draw.choices(WORDS, k=30)), "likes": number}
        for number in range(count)
    ]


def slow_query(functions: int = 64) -> dict[str, object]:
    """Return a query that takes some milliseconds for a thousand documents."""
    scripts = [
        {"script_score": {"script": f"{SLOW} + {number}"}, "weight": 1 + number}
        for number in range(functions)
    ]
    return {"function_score": {"query": {"match": {"title": "word1 word2 word3"}}, "functions": scripts}}


def slow_model() -> Model:
    """Return a model of many trees."""
    draw = random.Random(9)
    tree = {
        "tree_structure": {
            "split_index": 0,
            "split_feature": 0,
            "threshold": 0.5,
            "decision_type": "<=",
            "default_left": True,
            "missing_type": "None",
            "left_child": {"leaf_index": 0, "leaf_value": draw.random()},
            "right_child": {"leaf_index": 1, "leaf_value": draw.random()},
        }
    }
    info = [{"tree_index": i, "num_leaves": 2, "num_cat": 0, "shrinkage": 1, **tree} for i in range(1_000)]
    dumped = {
        "name": "tree",
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "max_feature_idx": 0,
        "objective": "regression",
        "feature_names": ["likes"],
        "tree_info": info,
    }
    return Model.load(dumped, [{"feature_name": "likes", "field": "likes"}])


def calls(index: Index, count: int) -> list[Call]:
    """Return the long calls over an index of so many documents."""
    query = slow_query()
    body = {"query": query, "track_total_hits": True}
    stage = index.rescorer({"window_size": count, "query": {"rescore_query": query}}, size=None)
    docs, scores = np.arange(count, dtype=np.uint32), np.ones(count, np.float32)
    each = [docs] * 8, [scores] * 8
    features = [{"feature_name": "slow", "query": query}]
    judgments = [{"docs": docs}] * 50
    model, rows = slow_model(), np.random.default_rng(1).random((1_500_000, 1), np.float32)
    made = [{**one, "_id": str(number)} for number, one in enumerate(documents(count) * 16)]
    wide = {"match": {"title": " ".join(WORDS)}}
    return [
        Call("search", lambda: index.search(body, threads=2)),
        Call("search of words", lambda: [index.search(query=wide, size=1000) for _ in range(10_000)]),
        Call("msearch on 2 threads", lambda: index.msearch([body] * 50, threads=2)),
        Call("stage", lambda: stage(docs, scores)),
        Call("batch on 2 threads", lambda: stage.batch(*each, threads=2)),
        Call(
            "rescore",
            lambda: index.rescore(
                index.ids(docs), scores, {"window_size": count, "query": {"rescore_query": query}}
            ),
        ),
        Call("extract_features", lambda: index.extract_features(features, judgments).to_numpy()),
        Call(
            "extract_features on 2 threads",
            lambda: index.extract_features(features, judgments, threads=2).to_numpy(),
        ),
        Call(
            "explain",
            lambda: index.explain(
                "1", {**body, "rescore": {"window_size": count, "query": {"rescore_query": query}}}
            ),
        ),
        Call("predict", lambda: model.predict(rows)),
        Call("from_documents", lambda: Index.from_documents(made, progress=False), 1.5),
    ]


def latency(call: Call, wait: float) -> float | None:
    """Return the seconds from a signal to KeyboardInterrupt; None where the call ended before it."""
    sent: list[float] = []
    done = threading.Event()

    def send() -> None:
        if done.wait(wait):
            return
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    sender = threading.Thread(target=send)
    try:
        sender.start()
        call.run()
    except KeyboardInterrupt:
        arrived = time.perf_counter()
        sender.join()
        return arrived - sent[0]
    finally:
        done.set()
    try:
        sender.join()
        time.sleep(0.01)  # a signal that came too late comes now
    except KeyboardInterrupt:
        pass
    return None


def latencies(call: Call, tries: int, seed: int = 1) -> list[float]:
    """Return the latency of each try that was in time."""
    draw = random.Random(seed)
    found = (latency(call, 0.01 + draw.random() * call.within) for _ in range(tries))
    return [one for one in found if one is not None]


def prepared(count: int, shards: int = 2) -> Index:
    """Return the index that `calls` wants."""
    settings = {
        "number_of_shards": shards,
        "index.max_rescore_window": count,
        "index.max_result_window": count,
    }
    return Index.from_documents(documents(count), settings=settings, progress=False)


def main() -> None:
    """Measure all calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60, help="for one call at most")
    parser.add_argument("--only", help="calls whose name has this in it")
    arguments = parser.parse_args()
    index = prepared(arguments.documents)
    want = index.search(query={"match": {"title": "word5"}}).ids
    for call in calls(index, arguments.documents):
        if arguments.only and arguments.only not in call.name:
            continue
        found: list[float] = []
        began = time.perf_counter()
        for seed in range(arguments.tries):
            if time.perf_counter() - began > arguments.seconds:
                break
            found += latencies(call, 1, seed)
        assert index.search(query={"match": {"title": "word5"}}).ids == want
        if not found:
            print(f"{call.name:32} ended before it was interrupted")
            continue
        median, high, most = np.percentile(np.array(found) * 1000, [50, 99, 100])
        print(f"{call.name:32} {len(found):4} tries: {median:7.1f} {high:7.1f} {most:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
