"""Out of time, a request gives the list of its last complete step, bit for bit; cancelled, nothing."""

import random
import threading
import time

import numpy as np
import pytest

from agreement import bits, bits_of
from reference import Reference
from reference.parse import parse
from reference.rescore import parse_rescorers
from reference.search import merge
from rescora import Cancellation, Cancelled, Index, RequestError, SearchTimeout, _core
from rescora.evaluation.judgments import read_judged
from rescora.fetch.fetch import fetch
from rescora.request import parse_body
from rescora.templated import Templated

WORDS = [f"w{number}" for number in range(40)]
FIELDS = {"properties": {"t": {"type": "text"}, "n": {"type": "long"}}}


def documents(count, seed=3, length=12):
    draw = random.Random(seed)
    return [
        {"id": str(number), "t": " ".join(draw.choices(WORDS, k=length)), "n": number}
        for number in range(count)
    ]


def query_stage(window, **parts):
    return {"window_size": window, "query": {"rescore_query_weight": 0.6, **parts}}


PHRASE = query_stage(400, rescore_query={"match_phrase": {"t": {"query": "w1 w2", "slop": 9}}})
SCRIPT = {"window_size": 390, "script": {"script": "_score * 0.5 + (doc['n'].value * 37L % 11)"}}
WORD = query_stage(50, rescore_query={"match": {"t": "w5 w7"}}, score_mode="max")
CHAIN = [PHRASE, SCRIPT, WORD]
BODY = {"query": {"match": {"t": "w1 w2 w3"}}, "rescore": CHAIN, "size": 30}


def stopped(index, body, questions, threads=1):
    """Search, with the time over after so many questions."""
    request = parse_body(body, index._view.settings)
    plan = index._view.planner.plan(request)
    limits = _core.Limits(None, [], questions)
    page = index._view.core.search(plan.request, threads, limits)
    return fetch(index._view, request, plan, page, time.perf_counter())


def complete(hits):
    """Return how many steps are complete, and see that those after them are not."""
    done = [stage["complete"] for stage in hits.stages]
    count = done.index(False) if False in done else len(done)
    assert not any(done[count:])
    assert hits.timed_out == (count < len(done))
    return count


def lists_of_reference(docs, body, settings):
    """Return the reference's page after the first pass and after each rescorer of the whole request."""
    reference = Reference(docs, FIELDS, settings)
    query = parse(body["query"], reference.mapping)
    rescorers = parse_rescorers(body["rescore"], reference.mapping)
    wanted = max([body["size"], *(rescorer.window for rescorer in rescorers)])
    first = [reference.first_pass(query, shard, body, None)[:wanted] for shard in reference.shards]
    return [
        bits(
            merge(
                [
                    (shard, reference.rescore_shard(rescorers[:count], shard, hits, None))
                    for shard, hits in zip(reference.shards, first, strict=True)
                ]
            )[: body["size"]]
        )
        for count in range(len(rescorers) + 1)
    ]


@pytest.mark.parametrize("shards", [1, 3])
def test_a_thousand_stop_points_never_give_a_list_of_two_steps(shards):
    docs = documents(700)
    settings = {"number_of_shards": shards}
    index = Index.from_documents(docs, "id", mappings=FIELDS, settings=settings)
    want = lists_of_reference(docs, BODY, settings)
    draw = random.Random(shards)
    seen = set()

    for _ in range(500):
        hits = stopped(index, BODY, draw.randrange(60), draw.choice([1, 2]))
        count = complete(hits)
        seen.add(count)
        if count > 0:
            assert bits_of(hits) == want[count - 1]
    assert seen == {0, 1, 2, 3, 4}


def test_a_first_pass_out_of_time_has_the_best_of_what_it_visited():
    index = Index.from_documents(documents(30_000), "id", mappings=FIELDS)
    phrase = {"match_phrase": {"t": {"query": "w1 w2 w3", "slop": 9}}}
    seen = set()
    for query in ({"match": {"t": "w1 w2"}}, phrase, {"bool": {"filter": [{"match": {"t": "w4"}}]}}):
        body = {"query": query, "size": 20, "rescore": [WORD]}
        for questions in (0, 1, 2, 3, 5, 8, 40, 100_000):
            hits = stopped(index, body, questions)
            first = hits.stages[0]
            if first["complete"]:
                continue
            seen.add(first["done"])
            visited = {"range": {"n": {"lt": first["done"]}}}
            want = index.search({"query": query, "post_filter": visited, "size": 20})
            assert bits_of(hits) == bits_of(want)
            assert (hits.timed_out, hits.total_relation) == (True, "gte")
            assert not hits.stages[1]["complete"]
    assert len(seen) > 4


def test_an_unfinished_stage_reports_no_document_error():
    index = Index.from_documents(documents(900), "id", mappings=FIELDS, settings={"number_of_shards": 3})
    fails = {"window_size": 400, "script": {"script": "doc['n'].value == 7 ? 1 / (doc['n'].value - 7) : 1.0"}}
    body = {"query": {"match_all": {}}, "rescore": [fails], "size": 5}
    with pytest.raises(RequestError, match="/ by zero"):
        index.search(body)

    hits = stopped(index, body, 6)  # each shard asks before it binds and before its first range

    assert [stage["complete"] for stage in hits.stages] == [True, False]
    assert bits_of(hits) == bits_of(index.search({"query": {"match_all": {}}, "size": 5}))


# -- what users type


@pytest.fixture(scope="module")
def index():
    settings = {"number_of_shards": 2, "index.max_rescore_window": 20_000, "index.max_result_window": 20_000}
    return Index.from_documents(documents(8_000, length=60), "id", mappings=FIELDS, settings=settings)


SLOW = "double s = 0; for (int i = 0; i < 700; ++i) { s += Math.sqrt(s + i) } s + doc['n'].value"
SLOW_FUNCTIONS = [{"script_score": {"script": SLOW}}] * 40
SLOW_QUERY = {"function_score": {"query": {"match_all": {}}, "functions": SLOW_FUNCTIONS}}
SLOW_STAGE = query_stage(4_000, rescore_query=SLOW_QUERY)
PLAIN = {"query": {"match": {"t": "w1"}}, "size": 10}
SLOWLY = {**PLAIN, "rescore": [WORD, SLOW_STAGE, WORD]}


def test_a_rescorer_that_is_out_of_time_leaves_the_list_before_it(index):
    want = index.search({**PLAIN, "rescore": [WORD]})
    assert not want.timed_out
    assert want.terminated_early is None

    for timeout in ({"timeout": "150ms"}, {"timeout": 0.15}, {"timeout": "150000micros"}):
        hits = index.search({**SLOWLY}, **timeout)

        assert bits_of(hits) == bits_of(want)
        assert hits.timed_out
        assert hits.to_dict()["timed_out"] is True
        names = [(stage["stage"], stage["complete"]) for stage in hits.stages]
        assert names == [
            ("first_pass", True),
            ("rescore[0]", True),
            ("rescore[1]", False),
            ("rescore[2]", False),
        ]
    assert (hits.total, hits.total_relation) == (want.total, want.total_relation)


def test_a_deadline_is_kept(index):
    for milliseconds in (1, 5, 20):
        late = []
        for _ in range(9):
            began = time.perf_counter()
            assert index.search(SLOWLY, timeout=f"{milliseconds}ms", threads=1).timed_out
            late.append(1000 * (time.perf_counter() - began) - milliseconds)
        assert np.median(late) < 40  # on a quiet machine one: tests/fuzz/deadlines.py


def test_no_part_of_an_answer_where_none_is_allowed(index):
    with pytest.raises(SearchTimeout, match="Time exceeded") as raised:
        index.search(SLOWLY, timeout="5ms", allow_partial_search_results=False)

    said = raised.value.to_dict()
    assert said["status"] == 429
    assert said["error"]["caused_by"]["type"] == "search_timeout_exception"
    assert isinstance(raised.value, RequestError)


@pytest.mark.parametrize("none", ["0", "-1", 0, -1, 0.0, None, "-1ms", "0s"])
def test_no_timeout(index, none):
    body = {**PLAIN, "rescore": [WORD]}
    assert bits_of(index.search(body, timeout=none)) == bits_of(index.search(body))


@pytest.mark.parametrize(
    ("timeout", "reason"),
    [
        ("5", "failed to parse setting [timeout] with value [5] as a time value: unit is missing"),
        ("fast", "failed to parse setting [timeout] with value [fast] as a time value"),
        ("1.5s", "fractional time values are not supported"),
        ("-5ms", "negative durations are not supported"),
        (50, "failed to parse setting [timeout] with value [50] as a time value: unit is missing"),
        (True, "with value [true] as a time value"),
        ({}, "[timeout] must be a string"),
    ],
)
def test_timeouts_that_are_none(index, timeout, reason):
    with pytest.raises(RequestError) as raised:
        index.search({"timeout": timeout})
    assert reason in str(raised.value)
    assert str(raised.value).startswith("timeout: ")


@pytest.mark.parametrize("seconds", [-2, float("nan"), float("inf"), "x", []])
def test_seconds_that_are_none(index, seconds):
    with pytest.raises(RequestError, match="timeout"):
        index.search(PLAIN, timeout=seconds)


def test_terminate_after_has_the_first_hits_of_each_shard(index):
    whole = index.search({**PLAIN, "size": 8_000, "track_total_hits": True})
    for limit in (1, 7, 300, 100_000):
        hits = index.search({**PLAIN, "terminate_after": limit, "size": 8_000})
        first: dict[int, list[int]] = {}
        for id_ in whole.ids:
            doc = int(index.docs([id_])[0])
            first.setdefault(index._view.core.shard_of(doc), []).append(doc)
        kept = {doc for docs in first.values() for doc in sorted(docs)[:limit]}
        want = [
            (id_, score)
            for id_, score in zip(whole.ids, whole.scores, strict=True)
            if int(index.docs([id_])[0]) in kept
        ]
        assert bits_of(hits) == bits(want)
        assert hits.terminated_early is (limit < 4_000)
        assert hits.to_dict()["terminated_early"] is hits.terminated_early
        assert (hits.total, hits.total_relation) == (len(want), "eq")
        assert not hits.timed_out
    rescored = index.search({**PLAIN, "terminate_after": 5, "rescore": [WORD]})
    assert len(rescored) == 10
    assert rescored.stages[1]["complete"]
    assert not rescored.stages[0]["complete"]
    assert index.search({**PLAIN, "terminate_after": 0}).terminated_early is None
    with pytest.raises(RequestError, match="terminateAfter must be > 0"):
        index.search({"terminate_after": -1})


def test_terminate_after_is_not_asked_about_documents_behind(index):
    bad = {"script_score": {"query": {"match_all": {}}, "script": "doc['n'].value > 4000 ? -1 : 1"}}
    with pytest.raises(RequestError, match="non-negative"):
        index.search(query=bad)
    assert index.search(query=bad, terminate_after=100).terminated_early


def test_each_body_of_an_msearch_has_its_own_time(index):
    quick, late = {**PLAIN, "rescore": [WORD]}, {**SLOWLY, "timeout": "150ms"}
    never = {**late, "allow_partial_search_results": False}
    wrong = {"query": {"script_score": {"query": {"match_all": {}}, "script": "-1"}}}

    found = index.msearch([quick, late, never, wrong, quick], threads=2)

    assert [hits.timed_out for hits in found[:2]] == [False, True]
    assert bits_of(found[1]) == bits_of(found[0]) == bits_of(found[4])
    assert isinstance(found[2], SearchTimeout)
    assert "non-negative" in str(found[3])
    with pytest.raises(SearchTimeout):
        index.msearch([quick, never], raise_errors=True)


def test_hits_of_other_engines_have_a_time_too(index):
    ids = [str(number) for number in range(6_000)]
    scores = np.linspace(9, 1, len(ids), dtype=np.float32)
    chain = [WORD, SLOW_STAGE]
    want = index.rescore(ids, scores, [WORD])
    index.rescore(ids[:1], scores[:1], chain)  # the first script of a process takes its time

    hits = index.rescore(ids, scores, chain, timeout="150ms")

    assert hits.timed_out
    assert bits_of(hits) == bits_of(want)
    assert [stage["complete"] for stage in hits.stages] == [True, False]
    assert [stage["complete"] for stage in want.stages] == [True]
    with pytest.raises(SearchTimeout):
        index.rescore(ids, scores, chain, timeout="150ms", allow_partial_search_results=False)
    stage = index.rescorer(chain)
    docs = index.docs(ids)
    for call in (
        lambda: stage(docs, scores, timeout=0.02),
        lambda: stage.batch([docs] * 2, [scores] * 2, timeout=0.02),
        lambda: index.extract_features(
            [{"feature_name": "f", "query": SLOW_QUERY}], [{"docs": docs}], timeout=0.02
        ).to_numpy(),
        lambda: index.explain("1", SLOWLY, timeout=0.01),
    ):
        with pytest.raises(SearchTimeout):
            call()
    assert bits_of(index.rescore(ids, scores, [WORD])) == bits_of(want)


def test_another_thread_cancels_any_call(index):
    docs, scores = index.docs([str(number) for number in range(6_000)]), np.ones(6_000, np.float32)
    stage = index.rescorer(SLOW_STAGE)
    features = [{"feature_name": "f", "query": SLOW_QUERY}]
    calls = [
        lambda token: index.search(SLOWLY, cancel=token),
        lambda token: index.search(SLOWLY, cancel=token, timeout="30s"),
        lambda token: index.msearch([SLOWLY] * 3, cancel=token, threads=2),
        lambda token: index.rescore(index.ids(docs), scores, SLOW_STAGE, cancel=token),
        lambda token: stage(docs, scores, cancel=token),
        lambda token: stage.batch([docs] * 3, [scores] * 3, cancel=token, threads=2),
        lambda token: index.extract_features(features, [{"docs": docs}] * 3, cancel=token).to_numpy(),
        lambda token: index.extract_features(
            features, [{"docs": docs}] * 3, cancel=token, threads=2
        ).to_numpy(),
        lambda token: index.explain("1", SLOWLY, cancel=token),
    ]
    want = bits_of(index.search(PLAIN))
    for call in calls:
        token = Cancellation()
        at: list[float] = []

        def cancel(token=token, at=at):
            at.append(time.perf_counter())
            token.cancel()

        timer = threading.Timer(0.05, cancel)
        timer.start()
        with pytest.raises(Cancelled):
            call(token)
        assert time.perf_counter() - at[0] < 0.25  # of 20 ms on a quiet machine
        with pytest.raises(Cancelled):
            call(token)  # before it begins
    assert bits_of(index.search(PLAIN)) == want
    with pytest.raises(TypeError, match=r"rescora\.Cancellation"):
        index.search(PLAIN, cancel=True)


def test_an_explained_page_out_of_time_explains_what_it_has(index):
    hits = index.search({**SLOWLY, "explain": True}, timeout="20ms")

    assert hits.timed_out
    for hit in hits:
        assert np.float32(hit.explanation["value"]) == np.float32(hit.score)


def test_a_page_in_time_says_that_all_is_done(index):
    for timeout in (None, "1h"):
        hits = index.search({**PLAIN, "rescore": [WORD]}, timeout=timeout)
        asked = min(50, 4_000)
        assert hits.stages == [
            {"stage": "first_pass", "asked": 8_000, "done": 8_000, "complete": True},
            {"stage": "rescore[0]", "asked": 2 * asked, "done": 2 * asked, "complete": True},
        ]


def test_what_is_done_before_the_core_is_called_counts(index, monkeypatch):
    docs, scores = np.arange(20, dtype=np.uint32), np.ones(20, np.float32)
    stage = index.rescorer(query_stage(20, rescore_query={"match": {"t": "{{w}}"}}))
    log = index.extract_features(
        [{"feature_name": "f", "query": {"match": {"t": "{{w}}"}}}],
        [{"docs": docs, "params": {"w": "w1"}}],
        timeout=0.05,
    )

    def slowly(function):
        def called(*given):
            time.sleep(0.1)
            return function(*given)

        return called

    monkeypatch.setattr(Templated, "filled", slowly(Templated.filled))
    monkeypatch.setattr("rescora.evaluation.feature_log.read_judged", slowly(read_judged))
    for call in (
        lambda: stage(docs, scores, {"w": "w1"}, timeout=0.05),
        lambda: stage.batch([docs], [scores], params=[{"w": "w1"}], timeout=0.05),
        log.to_numpy,
    ):
        with pytest.raises(SearchTimeout):
            call()


# -- how often is asked: thousands of words, functions or columns of one range or window


def is_stopped(index, body, questions):
    return stopped(index, {**body, "track_total_hits": True}, questions).timed_out


MANY = [f"w{number}" for number in range(300)]
MANY_WORDS = {"match": {"t": " ".join(MANY)}}
MANY_TERMS = {
    "bool": {"should": [{"term": {"t": word}} for word in MANY], "filter": {"exists": {"field": "n"}}}
}
MANY_VALUES = {"terms": {"t": [f"v{number}" for number in range(20_000)]}}
MANY_FUNCTIONS = {"function_score": {"functions": [{"weight": 2}] * 3_000}}


@pytest.mark.parametrize(
    "body",
    [
        {"query": MANY_WORDS},
        {"query": MANY_TERMS},
        {"query": MANY_FUNCTIONS},
        {"rescore": query_stage(900, rescore_query=MANY_WORDS)},
        {"rescore": query_stage(900, rescore_query=MANY_VALUES)},
        {"rescore": query_stage(900, rescore_query=MANY_FUNCTIONS)},
    ],
    ids=["words", "words and a filter", "functions", "window of words", "of values", "of functions"],
)
def test_many_clauses_ask_within_a_range_and_a_window(body):
    draw = random.Random(5)
    docs = [
        {
            "id": str(n),
            "t": " ".join(draw.choices(MANY, k=60) + [f"v{20 * n + i}" for i in range(20)]),
            "n": n,
        }
        for n in range(1_000)
    ]
    index = Index.from_documents(docs, "id", mappings=FIELDS)
    assert is_stopped(index, body, 4 if "rescore" in body else 2)  # more than once a range, a stage, a node
    assert not is_stopped(index, body, 100_000)


def test_many_small_windows_and_many_columns_ask(index, monkeypatch):
    few = _core.Limits(None, [], 3)
    for module in ("rescorer", "evaluation.feature_log"):
        monkeypatch.setattr(f"rescora.{module}.limits_for", lambda *_, **__: few)
    docs, scores = np.arange(2_000, dtype=np.uint32), np.ones(2_000, np.float32)
    stage = index.rescorer(query_stage(10, rescore_query={"match": {"t": "w1"}}))
    features = [{"feature_name": f"n{number}", "field": "n"} for number in range(500)]

    with pytest.raises(SearchTimeout):
        stage.batch(docs, scores, offsets=range(0, 2_001, 10), threads=1)
    with pytest.raises(SearchTimeout):
        index.extract_features(features, [{"docs": docs}]).to_numpy()


def test_script_fields_that_are_out_of_time_are_left_out(index):
    fields = {name: {"script": SLOW} for name in "abcdefgh"}
    body = {"query": {"match_all": {}}, "size": 4_000, "script_fields": fields}
    want = index.search(query={"match_all": {}}, size=4_000)

    def late(**keywords):
        request = parse_body({**body, **keywords}, index._view.settings)
        plan = index._view.planner.plan(request)
        page = index._view.core.search(plan.request, 1)
        limits = _core.Limits(-1, [])  # the search has taken all of the time
        return fetch(index._view, request, plan, page, time.perf_counter(), limits)

    hits = late()
    assert hits.timed_out
    assert bits_of(hits) == bits_of(want)
    assert [stage["complete"] for stage in hits.stages] == [True]
    assert not any(hit.fields for hit in hits)
    with pytest.raises(SearchTimeout):
        late(allow_partial_search_results=False)


def test_what_a_call_takes_is_gone_for_the_next_call_of_the_request(index):
    plan = index._view.planner.plan(parse_body(SLOWLY, index._view.settings))
    limits = _core.Limits(10**9, [])
    before = time.perf_counter()
    index._view.core.search(plan.request, 1, limits)
    took = (time.perf_counter() - before) * 1e9
    assert 10**9 - took <= limits.time < 10**9 - took / 2


def test_a_request_whose_words_are_not_counted_in_time_has_no_hits():
    index = Index.from_documents(documents(60), "id", settings={"number_of_shards": 3})
    body = {**PLAIN, "search_type": "dfs_query_then_fetch", "rescore": [WORD]}
    hits = index.search(body, timeout="1nanos")
    assert hits.timed_out
    assert hits.ids == []
    assert [stage["complete"] for stage in hits.stages] == [False, False]


@pytest.mark.parametrize("timeout", [1e10, 1e300, "106752d", "9223372036854775807nanos"])
def test_a_time_beyond_all_clocks_is_never_over(index, timeout):
    assert not index.search(PLAIN, timeout=timeout).timed_out


def test_the_least_of_seconds_is_not_for_ever(index):
    assert index.search(PLAIN, timeout=1e-12).timed_out
