"""A sub-phase of fetch is a function and a line: hits, answers and pickles have its part."""

import pickle

import pytest

from rescora import Index, SearchTimeout
from rescora.fetch.fetch import SUB_PHASES
from rescora.fetch.page import Shown

DOCS = [{"_id": "a", "title": "the quick fox"}, {"_id": "b", "title": "a fox"}, {"_id": "c", "title": "dog"}]
FOX = {"query": {"match": {"title": {"query": "fox", "_name": "n"}}}, "explain": True}


@pytest.fixture
def index():
    return Index.from_documents(DOCS)


def highlight(page):
    """Mark the words of the query, which are those that the field's analyzer makes of it."""
    analyzer = page.view.analyzers["standard"]
    words = {token.token for token in analyzer.analyze(page.request.query.query)}
    sources = [DOCS[doc]["title"].split() for doc in page.docs]
    return Shown([[f"<em>{word}</em>" for word in source if word in words] for source in sources])


def test_its_part_stands_in_every_hit_and_in_pickles(index, monkeypatch):
    without = index.search(FOX).to_dict()["hits"]["hits"]
    monkeypatch.setitem(SUB_PHASES, "highlight", highlight)

    hits = index.search(FOX)

    for shown in (hits, pickle.loads(pickle.dumps(hits)), index.msearch([FOX])[0]):
        found = shown.to_dict()["hits"]["hits"]
        assert [hit.pop("highlight") for hit in found] == [["<em>fox</em>"]] * 2
        assert found == without
    assert pickle.loads(pickle.dumps(hits[1])).to_dict()["highlight"] == ["<em>fox</em>"]


def test_hits_show_their_parts_in_the_order_of_the_sub_phases(index):
    found = index.search(FOX, script_fields={"f": {"script": "1"}}, source=True)

    shown = [key for key in found[0].to_dict() if key in SUB_PHASES]

    assert shown == [key for key in SUB_PHASES if key != "_ignored"]


def test_a_part_that_was_not_asked_for_or_is_empty_is_not_shown(index, monkeypatch):
    without = index.search(FOX).to_dict()["hits"]
    for nothing in (None, Shown([[], []])):
        monkeypatch.setitem(SUB_PHASES, "highlight", lambda _, nothing=nothing: nothing)
        assert index.search(FOX).to_dict()["hits"] == without


def test_a_part_that_was_not_done_in_time_makes_the_answer_one_that_ran_out_of_it(index, monkeypatch):
    monkeypatch.setitem(SUB_PHASES, "highlight", lambda page: Shown([[]] * len(page.docs), complete=False))

    assert index.search(FOX).timed_out
    with pytest.raises(SearchTimeout):
        index.search(FOX, allow_partial_search_results=False)
