"""Ctrl-C ends every long call soon, and the index works on: a short form of tests/fuzz/interrupts.py."""

import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))
import interrupts

COUNT = 5_000
NAMES = [
    "search",
    "search of words",
    "msearch on 2 threads",
    "stage",
    "batch on 2 threads",
    "rescore",
    "extract_features",
    "extract_features on 2 threads",
    "explain",
    "predict",
    "from_documents",
]


@pytest.fixture(autouse=True)
def _python_hears_signals():
    """Use Python's own handler: a shell's background jobs start with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def index():
    return interrupts.prepared(COUNT)


@pytest.fixture(scope="module")
def calls(index):
    return {call.name: call for call in interrupts.calls(index, COUNT)}


@pytest.mark.parametrize("name", NAMES)
def test_a_long_call_ends_soon_after_ctrl_c(index, calls, name):
    want = index.search(query={"match": {"title": "word7"}}).ids

    found: list[float] = []
    for seed in range(40):  # a call may end before its signal comes: then another is tried
        found += interrupts.latencies(calls[name], 1, seed)
        if len(found) == 6:
            break

    assert len(found) == 6
    assert np.median(found) < 0.05
    assert index.search(query={"match": {"title": "word7"}}).ids == want


def test_every_call_is_tried(calls):
    assert list(calls) == NAMES


def test_a_handler_that_raises_something_else_is_heard(calls):
    class StopError(Exception):
        pass

    def handler(_signal, _frame):
        raise StopError

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(StopError):
            calls["search"].run()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_handler_that_returns_changes_nothing(index):
    heard = []
    body = {"query": interrupts.slow_query(8), "track_total_hits": True}
    want = index.search(body).ids
    before = signal.signal(signal.SIGALRM, lambda *_: heard.append(time.perf_counter()))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.03)
        while not heard:
            assert index.search(body).ids == want
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_call_of_another_thread_goes_on(index):
    body = {"query": interrupts.slow_query(8), "track_total_hits": True}
    want, found = index.search(body).ids, []
    worker = threading.Thread(target=lambda: found.append(index.search(body).ids))
    worker.start()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    worker.join()
    assert found == [want]
