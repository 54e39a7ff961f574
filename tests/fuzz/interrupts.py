"""
How long Ctrl-C takes: each long call is interrupted again and again, at a moment by chance.

    python tests/fuzz/interrupts.py --tries 200 --seconds 60

prints for each call how long it was from the signal to KeyboardInterrupt: median, 99th percentile, longest;
and what the process has more after the last try than after the tenth: descriptors and megabytes. After each
try the index must be usable, and a save must have left the old file or the new one whole, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rescora import Index, Model

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = [f"word{number}" for number in range(300)]
# A script that is long for every document and within what is free for each: base script/work.h.
SLOW = "double s = 0; for (int i = 0; i < 250; ++i) { s += Math.sqrt(s + i) } s + doc['likes'].value"


class Call(NamedTuple):
    """A call that takes long; it is interrupted in its first `within` seconds, and then it is `checked`."""

    name: str
    run: Callable[[], object]
    within: float = 0.3
    check: Callable[[], None] = lambda: None


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


def dumped_model(trees: int) -> dict[str, object]:
    """Return a model of so many trees, as LightGBM dumps it."""
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
    info = [{"tree_index": i, "num_leaves": 2, "num_cat": 0, "shrinkage": 1, **tree} for i in range(trees)]
    return {
        "name": "tree",
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "max_feature_idx": 0,
        "objective": "regression",
        "feature_names": ["likes"],
        "tree_info": info,
    }


def slow_model() -> Model:
    """Return a model of many trees."""
    return Model.load(dumped_model(1_000), [{"feature_name": "likes", "field": "likes"}])


def file_calls(folder: Path, megabytes: int) -> list[Call]:
    """Return the long calls that read and write files, in a folder of their own."""
    vectors = np.zeros((megabytes * 256, 1_024), np.float32)
    mappings = {"properties": {"v": {"type": "dense_vector", "dims": 1_024, "index": False}}}
    ids = [{"_id": str(number)} for number in range(len(vectors))]
    path = folder / "large"
    large = Index.from_documents(ids, mappings=mappings, columns={"v": vectors}, progress=False)
    large.save(path)
    opened = Index.open(path)
    text = json.dumps(dumped_model(30_000)).encode()
    model = Model.load(text)
    model.save(folder / "model")

    def check() -> None:
        assert sorted(one.name for one in folder.iterdir()) == ["large", "model"]
        assert len(Index.open(path, verify=True)) == len(vectors)

    def check_model() -> None:
        check()
        assert Model.load(folder / "model").num_trees == 30_000

    return [
        Call("save", lambda: [large.save(path) for _ in range(50)], check=check),
        Call("verify", lambda: [opened.verify() for _ in range(100)], check=opened.verify),
        Call("open in memory", lambda: [Index.open(path, in_memory=True) for _ in range(50)]),
        Call("Model.load", lambda: [Model.load(text) for _ in range(10)], 1.0),
        Call("Model.load of a dict", lambda: [Model.load(json.loads(text)) for _ in range(10)], 1.0),
        Call("Model.save", lambda: [model.save(folder / "model") for _ in range(50)], check=check_model),
    ]


def calls(index: Index, count: int) -> list[Call]:
    """Return the long calls over an index of so many documents."""
    query = slow_query()
    body = {"query": query, "track_total_hits": True}
    stage = index.rescorer({"window_size": count, "query": {"rescore_query": query}}, size=None)
    docs, scores = np.arange(count, dtype=np.uint32), np.ones(count, np.float32)
    each = [docs] * 8, [scores] * 8
    features = [{"feature_name": "slow", "query": query}]
    judgments = [{"docs": docs}] * 50
    lists = {"it": {"script": {"source": "params.all", "params": {"all": [0] * 1000}}}}
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
        Call("script_fields", lambda: [index.search(size=900, script_fields=lists) for _ in range(10)]),
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


def held() -> tuple[int, float]:
    """Return how many descriptors and megabytes of memory the process has; none without Linux's /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return len([*Path("/proc/self/fd").iterdir()]), pages * os.sysconf("SC_PAGESIZE") / 1e6
    except OSError:
        return 0, 0.0


def measure(call: Call, index: Index, tries: int, seconds: float) -> None:
    """Interrupt a call so often, or for so long, and print what came of it."""
    want = index.search(query={"match": {"title": "word5"}}).ids
    found: list[float] = []
    began, before = time.perf_counter(), held()
    for seed in range(2 * tries):  # some end before their signal comes
        if time.perf_counter() - began > seconds or len(found) == tries:
            break
        found += latencies(call, 1, seed)
        call.check()
        assert index.search(query={"match": {"title": "word5"}}).ids == want
        if seed == 10:
            before = held()
    if not found:
        print(f"{call.name:32} ended before it was interrupted")
        return
    time.sleep(0.5)  # what an interrupted save leaves is freed by a thread
    descriptors, megabytes = (now - then for now, then in zip(held(), before, strict=True))
    median, high, most = np.percentile(np.array(found) * 1000, [50, 99, 100])
    shown = f"{median:7.1f} {high:7.1f} {most:7.1f} ms, {descriptors:+} descriptors, {megabytes:+6.1f} MB"
    print(f"{call.name:32} {len(found):4} tries: {shown}", flush=True)


def main() -> None:
    """Measure all calls."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60, help="for one call at most")
    parser.add_argument("--megabytes", type=int, default=200, help="of the index that is saved")
    parser.add_argument("--only", help="calls whose name has this in it")
    arguments = parser.parse_args()
    index = prepared(arguments.documents)
    with tempfile.TemporaryDirectory() as folder:
        for call in calls(index, arguments.documents) + file_calls(Path(folder), arguments.megabytes):
            if arguments.only is None or arguments.only in call.name:
                measure(call, index, arguments.tries, arguments.seconds)


if __name__ == "__main__":
    main()
