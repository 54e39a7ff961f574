"""The demo shows what the library answers, and the shipped collection is whole."""

import io
import json

import pytest

import rescora
from rescora.cli import demo, main, papers
from rescora.cli.table import Screen


@pytest.fixture(scope="module")
def shown():
    return papers.run()


@pytest.fixture(scope="module")
def index():
    return rescora.Index.from_documents(papers.folder() / "docs.jsonl", id_field="id")


def test_the_collection_has_its_papers_and_its_400_queries(index):
    queries, judgments = papers.judged_queries()

    assert len(index) == 1199
    assert len(queries) == 400
    assert queries.keys() == judgments.keys()
    index.docs([document for grades in judgments.values() for document in grades])  # each is in the index


def test_known_item_queries_stand_in_their_papers_word_by_word(index):
    queries, judgments = papers.judged_queries()

    found = 0
    for query, text in queries.items():
        hits = index.search(query={"match_phrase": {"text": text}}, size=1199)
        found += judgments[query].keys() <= set(hits.ids)

    assert found == 381  # the other 19 stand astride a formula or an apostrophe


@pytest.mark.parametrize("name", papers.NAMES[1:])
def test_the_ranking_is_that_of_the_search(name, shown, index):
    requests = papers.requests(shown.query)
    before = index.search(requests[papers.NAMES[0]])
    after = index.search({**requests[name], "size": papers.SHOWN})

    places = {id_: place for place, id_ in enumerate(before.ids, start=1)}
    assert [(hit.id, hit.score, places[hit.id]) for hit in after] == [
        (row.id, row.score, row.before) for row in shown.rankings[name]
    ]


def test_the_first_request_is_the_example_of_the_documentation():
    body = papers.requests("the quick brown")["phrase"]

    assert body["query"] == {"match": {"text": {"operator": "or", "query": "the quick brown"}}}
    assert body["rescore"] == [
        {
            "window_size": 50,
            "query": {
                "rescore_query": {"match_phrase": {"text": {"query": "the quick brown", "slop": 2}}},
                "query_weight": 0.7,
                "rescore_query_weight": 1.2,
            },
        }
    ]


def test_rescoring_moves_documents_and_gains_on_the_known_item_queries(shown):
    first, phrase, chain = shown.measures

    assert any(row.before != row.rank for row in shown.rankings["phrase"])
    assert phrase.mrr > first.mrr + 0.1
    assert phrase.ndcg_at_10 > first.ndcg_at_10 + 0.1
    assert chain.mrr > first.mrr
    assert shown.steps.keys() == {
        "binding the plan",
        "first pass",
        "rescorer: phrase",
        "rescorer: title",
    }
    assert all(microseconds >= 0 for microseconds in shown.steps.values())


def test_the_page_shows_movement_times_and_measures(shown):
    stream = io.StringIO()
    demo.render(shown, Screen(stream, width=80))

    page = stream.getvalue()
    assert "▲" in page
    assert "known-item queries" in page
    assert f"{shown.measures[1].mrr:.3f}" in page
    assert "rescorer: phrase" in page
    assert "\x1b" not in page


def test_a_query_without_hits_says_so():
    stream = io.StringIO()
    demo.render(papers.run("zzzzzz"), Screen(stream, width=80))

    assert "no paper has any of these words" in stream.getvalue()


def test_the_command_prints_json_of_the_same(capsys):
    assert main(["demo", "--query", "random matrix", "--json"]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert printed["query"] == "random matrix"
    assert printed["measures"][0]["name"] == "first pass"
    assert len(printed["rankings"]["phrase"]) == 10
