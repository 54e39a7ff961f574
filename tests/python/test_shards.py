"""Several shards are several indexes, merged: routing, windows a shard, statistics a shard or of all."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, bits, bits_of, examples
from reference.goldens import TITLE_AND_TEXT, documents, golden
from reference.routing import shard_of
from rescora import Index

pytestmark = pytest.mark.slow

IDS = ["", "a", "ab", "abc", "ünïcode", "\U0001f600", "\u4e2d\u6587 and more", *map(str, range(200))]


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 7, 64, 1024])
def test_documents_go_to_the_shards_that_elasticsearch_gives_them(shards):
    ids = [id_ for id_ in IDS if id_]
    index = Index.from_documents(({"_id": id_} for id_ in ids), settings={"number_of_shards": shards})

    by_number = index.ids(range(len(index)))

    expected = defaultdict(list)  # a document's number is its shard's base and its place in the shard
    for id_ in ids:
        expected[shard_of(id_, shards)].append(id_)
    assert by_number == [id_ for shard in range(shards) for id_ in expected[shard]]


def split(docs, shards: int) -> list[list[dict]]:
    parts: list[list[dict]] = [[] for _ in range(shards)]
    for doc in docs:
        parts[shard_of(str(doc["id"]), shards)].append(doc)
    return parts


def merged(parts: list[Index], body: dict) -> tuple[list, int]:
    """Search each part alone as deep as the page goes; merge by score, then shard, then place in its list."""
    start, size = body.get("from", 0), body.get("size", 10)
    lists = [
        part.search({**body, "from": 0, "size": start + size, "track_total_hits": True}) for part in parts
    ]
    found = [
        (-score, shard, place, hits.ids[place], score)
        for shard, hits in enumerate(lists)
        for place, score in enumerate(hits.scores)
    ]
    page = sorted(found)[start : start + size]
    return [(id_, score) for *_, id_, score in page], sum(hits.total for hits in lists)


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("threads", [1, 4])
def test_shards_are_one_shard_indexes_merged(shards, threads):
    docs = documents("arxiv-demo")
    index = Index.from_documents(docs, "id", **TITLE_AND_TEXT, settings={"number_of_shards": shards})
    parts = [Index.from_documents(part, "id", **TITLE_AND_TEXT) for part in split(docs, shards)]

    for case in golden("arxiv-demo"):
        plain = {key: value for key, value in case["request"].items() if key != "rescore"}
        for body in (case["request"], plain, {**case["request"], "from": 3, "size": 4}):
            hits = index.search({**body, "track_total_hits": True}, threads=threads)
            want, total = merged(parts, body)
            assert (bits_of(hits), hits.total) == (bits(want), total), body


def test_all_shards_statistics_give_the_scores_of_one_shard():
    """A page that no window cuts differs only in how equal scores are ordered."""
    docs = documents("slop")
    one = Index.from_documents(docs, "id", **TITLE_AND_TEXT)
    four = Index.from_documents(docs, "id", **TITLE_AND_TEXT, settings={"number_of_shards": 4})

    for case in golden("slop")[:100]:
        body = {"query": case["request"]["query"], "size": 400}
        want = sorted(bits_of(one.search(body)))
        assert sorted(bits_of(four.search({**body, "search_type": "dfs_query_then_fetch"}))) == want
        together = four.search(body)
        assert sorted(together.ids) == [id_ for id_, _ in want]


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=6).map(" ".join)


@examples(100)
@given(st.lists(WORDS, max_size=12), WORDS, st.sampled_from([1, 2, 3, 7]), st.booleans())
def test_few_documents_in_many_shards(texts, phrase, shards, dfs):
    docs = [{"id": f"{number}", "t": text} for number, text in enumerate(texts)]
    both = Both(docs, {"properties": {"t": {"type": "text"}}}, {"number_of_shards": shards})
    body = {
        "query": {"match": {"t": phrase}},
        "search_type": "dfs_query_then_fetch" if dfs else "query_then_fetch",
    }
    rescore = {
        "window_size": 2,
        "query": {"rescore_query": {"match_phrase": {"t": {"query": phrase, "slop": 3}}}},
    }

    both.agree_on(body)
    both.agree_on({**body, "rescore": rescore})
    both.agree_on({**body, "rescore": [rescore, rescore], "from": 1, "size": 2})


def test_the_number_of_threads_changes_nothing(tmp_path):
    docs = documents("arxiv-demo")
    index = Index.from_documents(docs, "id", **TITLE_AND_TEXT, settings={"number_of_shards": 7}, threads=1)
    again = Index.from_documents(docs, "id", **TITLE_AND_TEXT, settings={"number_of_shards": 7}, threads=4)
    bodies = [case["request"] for case in golden("arxiv-demo")[:100]]

    index.save(tmp_path / "one")
    again.save(tmp_path / "four")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "four").read_bytes()
    want = [bits_of(index.search(body, threads=1)) for body in bodies]
    for threads in (2, 8):
        assert [bits_of(index.search(body, threads=threads)) for body in bodies] == want
        assert [bits_of(hits) for hits in index.msearch(bodies, threads=threads)] == want
