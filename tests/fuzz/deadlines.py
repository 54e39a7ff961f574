"""
How late deadlines and cancellations are: calls that take long, ended before they are done.

    python tests/fuzz/deadlines.py --tries 100

prints for each call and timeout how much longer than that the call took, and how long each call went on after
another thread cancelled it: median, 99th percentile, longest.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from interrupts import SLOW, WORDS, documents, slow_model

from rescora import Cancellation, Cancelled, Index, SearchTimeout

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUTS = (0.1, 1, 5, 20)  # milliseconds


def bodies(count: int) -> dict[str, dict[str, Any]]:
    """Return searches that take long in the first pass, in scripts and in a forest."""
    everything: dict[str, Any] = {"match_all": {}}
    pairs = [f"{one} {two} {three}" for one, two, three in zip(WORDS, WORDS[7:], WORDS[90:], strict=False)]
    phrases = [{"match_phrase": {"title": {"query": pair, "slop": 40}}} for pair in pairs]
    scripts = [{"script_score": {"script": f"{SLOW} + {number}"}} for number in range(16)]
    words = {"match": {"title": " ".join(WORDS)}}
    terms = [{"term": {"title": word}} for word in WORDS]
    forest = {"window_size": count, "learning_to_rank": {"model_id": "slow"}}
    window = {"window_size": count, "query": {"rescore_query": words}}
    return {
        "words": {"query": words, "size": 1_000},
        "words and a filter": {
            "query": {"bool": {"should": terms, "filter": {"exists": {"field": "likes"}}}}
        },
        "words in a window": {"query": everything, "rescore": window},
        "phrases": {"query": {"bool": {"should": phrases}}},
        "scripts": {"query": {"function_score": {"query": everything, "functions": scripts}}},
        "forest": {"query": everything, "rescore": [forest] * 10},
    }


def calls(index: Index, count: int) -> dict[str, Callable[..., object]]:
    """Return the calls by name; each takes `timeout` or `cancel`."""
    index.put_model("slow", slow_model())
    made: dict[str, Callable[..., object]] = {
        name: lambda body=body, **limits: index.search(
            {**body, "track_total_hits": True}, threads=1, **limits
        )
        for name, body in bodies(count).items()
    }
    words = {"match": {"title": " ".join(WORDS)}}
    docs, scores = np.arange(count, dtype=np.uint32), np.ones(count, np.float32)
    offsets = np.arange(0, count + 1, 50)
    batch = index.rescorer({"window_size": 50, "query": {"rescore_query": words}}, size=None).batch
    # few, for a log's time begins when it is iterated, and not when its queries are compiled
    features = [
        {"feature_name": f"f{i}", "query": {"match": {"title": " ".join(WORDS[i::5])}}} for i in range(5)
    ]
    made["batch"] = lambda **limits: batch(docs, scores, offsets=offsets, threads=1, **limits)
    made["features"] = lambda **limits: index.extract_features(
        features, [{"docs": docs}], threads=1, **limits
    ).to_numpy()
    return made


def lateness(call: Callable[..., object], milliseconds: float) -> float | None:
    """Return the milliseconds that a call took beyond its timeout; None where it was done before."""
    began = time.perf_counter()
    try:
        ended = getattr(call(timeout=milliseconds / 1000), "timed_out", False)
    except SearchTimeout:
        ended = True
    taken = 1000 * (time.perf_counter() - began)
    return taken - milliseconds if ended else None


def after_cancelling(call: Callable[..., object], seconds: float) -> float | None:
    """Return the milliseconds that a call went on after it was cancelled; None where it was done before."""
    token, at = Cancellation(), [0.0]

    def cancel() -> None:
        at[0] = time.perf_counter()
        token.cancel()

    timer = threading.Timer(seconds, cancel)
    timer.start()
    try:
        call(cancel=token)
    except Cancelled:
        return 1000 * (time.perf_counter() - at[0])
    finally:
        timer.cancel()
        timer.join()
    return None


def report(what: str, found: list[float | None]) -> None:
    """Print the figures of those that were not done before."""
    late = [one for one in found if one is not None]
    if late:
        shown = "{:7.2f} {:7.2f} {:7.2f}".format(*np.percentile(late, [50, 99, 100]))
        print(f"{what}: {shown} ms, {len(late)} tries", flush=True)


def prepared(count: int) -> Index:
    """Return the index that `calls` wants."""
    settings = {"index.max_rescore_window": count, "index.max_result_window": count}
    docs = documents(count)
    random.Random(1).shuffle(docs)
    return Index.from_documents(docs, settings=settings, progress=False)


def main() -> None:
    """Measure all calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100)
    parser.add_argument("--documents", type=int, default=60_000)
    parser.add_argument("--only", help="calls whose name has this in it")
    arguments = parser.parse_args()
    index, draw = prepared(arguments.documents), random.Random(3)
    for name, call in calls(index, arguments.documents).items():
        if arguments.only and arguments.only not in name:
            continue
        began = time.perf_counter()
        call()
        whole = time.perf_counter() - began
        print(f"{name}, of {1000 * whole:.0f} ms")
        for timeout in TIMEOUTS:
            report(
                f"  timeout of {timeout:4} ms, late by",
                [lateness(call, timeout) for _ in range(arguments.tries)],
            )
        moments = [draw.random() * whole for _ in range(arguments.tries)]
        report("  cancelled, ended after", [after_cancelling(call, moment) for moment in moments])


if __name__ == "__main__":
    main()
