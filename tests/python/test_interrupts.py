"""Ctrl-C ends every long call soon, and the index works on: a short form of tests/fuzz/interrupts.py."""

import errno
import gc
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from rescora.model.parsing.source import Source

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))
import interrupts

pytestmark = pytest.mark.slow

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
    "script_fields",
    "predict",
    "from_documents",
    "save",
    "verify",
    "open in memory",
    "Model.load",
    "Model.load of a dict",
    "Model.save",
]


@pytest.fixture(autouse=True)
def _python_hears_signals():
    """Use Python's own handler: a shell's background jobs start with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    callbacks, gc.callbacks[:] = (
        gc.callbacks[:],
        [],
    )  # hypothesis has one, in which Python drops what a handler raises
    yield
    gc.callbacks[:] = callbacks
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def index():
    return interrupts.prepared(COUNT)


@pytest.fixture(scope="module")
def calls(index, tmp_path_factory):
    made = interrupts.calls(index, COUNT) + interrupts.file_calls(tmp_path_factory.mktemp("files"), 64)
    return {call.name: call for call in made}


@pytest.mark.parametrize("name", NAMES)
def test_a_long_call_ends_soon_after_ctrl_c(index, calls, name):
    want = index.search(query={"match": {"title": "word7"}}).ids

    found: list[float] = []
    for seed in range(40):  # a call may end before its signal comes: then another is tried
        found += interrupts.latencies(calls[name], 1, seed)
        calls[name].check()
        if len(found) == 6:
            break

    assert len(found) == 6
    assert np.median(found) < 0.05
    assert index.search(query={"match": {"title": "word7"}}).ids == want


def test_every_call_is_tried(calls):
    assert list(calls) == NAMES


def test_ctrl_c_does_not_wait_for_a_slow_disk_and_leaves_the_old_file_alone(index, tmp_path, monkeypatch):
    path = tmp_path / "saved"
    index.save(path)
    before = path.read_bytes()
    asked, may_end = threading.Event(), threading.Event()

    def slow(_descriptor):
        asked.set()
        may_end.wait(30)

    def interrupt():
        asked.wait(30)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(os, "fsync", slow)
    sender = threading.Thread(target=interrupt)
    sender.start()
    began = time.perf_counter()
    try:
        with pytest.raises(KeyboardInterrupt):
            index.save(path)
        assert time.perf_counter() - began < 5
    finally:
        may_end.set()
        sender.join()
    assert [one.name for one in tmp_path.iterdir()] == ["saved"]
    assert path.read_bytes() == before


def test_the_main_thread_does_not_wait_for_what_is_freed(index, tmp_path, monkeypatch):
    path, closed = tmp_path / "saved", []
    close, broken = os.close, threading.Event()

    def watched(descriptor):
        if os.fstat(descriptor).st_nlink == 0:
            closed.append(threading.current_thread() is threading.main_thread())
        close(descriptor)

    def interrupted(_descriptor):
        broken.set()
        raise OSError(errno.EIO, "broken")

    index.save(path)
    monkeypatch.setattr(os, "close", watched)
    index.save(path)  # what it replaces is freed
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(OSError, match="broken"):
        index.save(path)
    for _ in range(100):
        if len(closed) >= 2:
            break
        time.sleep(0.05)
    assert broken.is_set()
    assert len(closed) >= 2
    assert not any(closed)


def test_a_disk_that_fails_is_told_of_and_the_old_file_stands(index, tmp_path, monkeypatch):
    path = tmp_path / "saved"
    index.save(path)
    before = path.read_bytes()

    def broken(_descriptor):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output error"):
        index.save(path)
    assert [one.name for one in tmp_path.iterdir()] == ["saved"]
    assert path.read_bytes() == before


def test_numbers_of_large_models_are_those_of_small_ones():
    numbers = ["1.5", "-0.0", "1e-400", "5e-324", "0.1", "123456789.123456789", "1E5", "2.5e-8", "4e22"]
    small = json.loads("[" + ",".join(numbers) + "]")
    large = Source(("[" + " " * 5_000_000 + ",".join(numbers) + "]").encode()).json
    assert [one.hex() for one in large] == [one.hex() for one in small]
    assert Source(b"[" + b" " * 5_000_000 + b"1e999]").json_fault == "Number out of range"
    assert Source(b"[1e999]").json_fault.startswith("Number out of range")


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
