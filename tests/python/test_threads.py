"""Many threads share one index; nobody waits for a lock of Python's, and nobody's answer changes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from agreement import bits, bits_of
from reference.goldens import TITLE_AND_TEXT, documents, golden
from rescora import Index


@pytest.fixture(scope="module")
def index():
    return Index.from_documents(
        documents("arxiv-demo"), "id", **TITLE_AND_TEXT, settings={"number_of_shards": 3}
    )


RESCORE = {
    "window_size": 1_000,
    "query": {"rescore_query": {"match_phrase": {"text": {"query": "{{q}}", "slop": 3}}}},
}
PHRASES = [
    "neural network",
    "we propose",
    "of the",
    "quantum field theory",
    "in this paper we",
    "deep learning",
]


def test_rescoring_from_eight_threads_gives_the_bits_of_one(index):
    stage = index.rescorer(RESCORE, size=None)
    docs = np.arange(len(index), dtype=np.uint32)
    scores = np.linspace(1, 2, len(index), dtype=np.float32)

    def ask(phrase):
        found, new = stage(docs, scores, params={"q": phrase})
        return bits(zip(index.ids(found), new, strict=True))

    want = [ask(phrase) for phrase in PHRASES]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(ask, PHRASES)) == want
    offsets = np.arange(len(PHRASES) + 1) * len(index)
    for threads in (1, 2, 8):
        found, new, ends = stage.batch(
            np.tile(docs, len(PHRASES)),
            np.tile(scores, len(PHRASES)),
            offsets,
            params=[{"q": phrase} for phrase in PHRASES],
            threads=threads,
        )
        assert (ends == offsets).all()
        assert bits(zip(index.ids(found), new, strict=True)) == [one for part in want for one in part]


def test_different_work_at_once_on_one_index(index):
    bodies = [case["request"] for case in golden("arxiv-demo")[:60]]
    want = [bits_of(index.search(body)) for body in bodies]
    wrong = []

    def search():
        wrong.extend(
            body for body, bits_ in zip(bodies, want, strict=True) if bits_of(index.search(body)) != bits_
        )

    def msearch():
        wrong.extend(
            body
            for body, hits, bits_ in zip(bodies, index.msearch(bodies, threads=3), want, strict=True)
            if bits_of(hits) != bits_
        )

    def explain():
        hit = index.search(bodies[0])[0]
        if index.explain(hit.id, bodies[0])["value"] != hit.score:
            wrong.append(hit.id)

    workers = [threading.Thread(target=work) for work in (search, msearch, explain) * 4]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []


def test_the_gil_is_free_while_the_core_works(index):
    """A Python thread goes on counting while another is in one long call of the core."""
    stage = index.rescorer([RESCORE] * 4, size=0)
    n = 400
    docs = np.tile(np.arange(len(index), dtype=np.uint32), n)
    arguments = docs, np.ones(len(docs), np.float32), np.arange(n + 1) * len(index), [{"q": "of the"}] * n
    compiled, texts = stage._bound_each(arguments[3], n)
    from rescora import _core

    spans = []

    def work():
        began = time.perf_counter()
        _core.rescore_windows(compiled, *arguments[:3], 0, 1, texts)
        spans.append((began, time.perf_counter()))

    worker = threading.Thread(target=work)
    ticks = []
    worker.start()
    while worker.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(0.0005)
    worker.join()
    ((began, ended),) = spans
    inside = [tick for tick in ticks if began < tick < ended]
    assert len(inside) >= 3, f"{len(inside)} ticks in {ended - began:.3f} s"
