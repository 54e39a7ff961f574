"""Dicts and lists that share their parts, or hold themselves, are refused soon wherever they are given."""

import sys
import time
from pathlib import Path

import pytest

from rescora import Index, MappingError, Model, ModelError, RequestError

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

from attack_requests import LEAF, WRAPPERS, holding_itself, shared

FILLED = {"query": {"rescore_query": {"match": {"title": "{{q}}"}}}}
SOON = 1.0  # second of the processor


@pytest.fixture(scope="module")
def index():
    return Index.from_documents([{"_id": "a", "title": "quantum fox", "year": 3}])


def refused(call, *args, **keywords):
    began = time.process_time()
    with pytest.raises(RequestError) as caught:
        call(*args, **keywords)
    assert time.process_time() - began < SOON
    return caught.value


def tree_of(leaf, width=8, depth=9):
    for _ in range(depth):
        leaf = {f"k{number}": leaf for number in range(width)}
    return leaf


ITSELF = {}
ITSELF["a"] = ITSELF


@pytest.mark.parametrize("wrap", WRAPPERS.values(), ids=list(WRAPPERS))
def test_queries_of_many_clauses_from_few_dicts_are_refused(index, wrap):
    for query in (shared(wrap, 8, 14), shared(wrap, 2, 60), holding_itself(wrap)):
        rescore = {"query": {"rescore_query": query}}
        for call in (
            lambda query=query: index.search(query=query),
            lambda query=query: index.search(post_filter=query),
            lambda rescore=rescore: index.search(rescore=rescore),
            lambda rescore=rescore: index.rescore(["a"], [1.0], rescore=rescore),
            lambda rescore=rescore: index.rescorer(rescore),
            lambda query=query: index.explain("a", query=query),
        ):
            refused(call)
        fine, error = index.msearch([{"query": LEAF}, {"query": query}])
        assert len(fine) == 1
        assert isinstance(error, RequestError)


def test_clauses_are_counted_while_a_query_is_read(index):
    def many(count):
        return {"bool": {"should": [{"bool": {"filter": [{"exists": {"field": "year"}}] * count}}] * 8}}

    assert len(index.search(query=many(512))) == 1
    error = refused(index.search, query=many(513))
    assert error.type == "too_many_nested_clauses"
    assert "maxClauseCount is set to 4096" in str(error)


def test_the_limit_of_clauses_is_the_indexs():
    small = Index.from_documents([{"t": "x"}], settings={"indices.query.bool.max_clause_count": 3})
    leaf = {"exists": {"field": "t"}}
    assert len(small.search(query={"bool": {"filter": [leaf] * 3}})) == 1
    assert refused(small.search, query={"bool": {"filter": [leaf] * 4}}).type == "too_many_nested_clauses"


def test_clauses_of_all_rescorers_have_a_limit(index):
    query = {"bool": {"filter": [{"exists": {"field": "year"}}] * 4_096}}
    error = refused(index.search, rescore=[{"query": {"rescore_query": query}}] * 40)
    assert error.type == "too_many_nested_clauses"


@pytest.mark.parametrize(
    "tree", [tree_of(1.5), tree_of({}, 2, 60), ITSELF], ids=["8 ** 9", "2 ** 60", "itself"]
)
def test_whatever_is_made_of_dicts_has_a_limit(index, tree):
    script = {"source": "1", "params": {"p": tree}}
    extractor = {"feature_name": "a", "script": script}
    for call in (
        lambda: index.search(rescore={"script": {"script": script}}),
        lambda: index.search(script_fields={"f": {"script": script}}),
        lambda: index.search(tree),
        lambda: index.search([tree]),
        lambda: index.search(size=tree),
        lambda: index.rescorer(FILLED)([0], [1.0], {"q": tree}),
        lambda: index.search(_source=tree),
        lambda: index.rescorer({"script": {"script": {"source": "1", "params": {"p": "{{x}}"}}}})(
            [0], [1.0], {"x": tree}
        ),
        lambda: Index.from_documents([{"a": 1}], mappings={"properties": tree}),
        lambda: Index.from_documents([{"a": 1}], settings=tree),
        lambda: Index.from_documents([{"a": 1}], settings={"analysis": tree}),
        lambda: index.extract_features([extractor], []),
        lambda: list(
            index.extract_features([{"feature_name": "a", "param": "p"}], [{"params": tree, "ids": ["a"]}])
        ),
        lambda: index.extract_features([{"feature_name": "a", "param": "p"}], [], default_params=tree),
    ):
        refused(call)
    linear = {
        "class": "org.apache.solr.ltr.model.LinearModel",
        "name": "m",
        "features": [{"name": "a"}],
        "params": {"weights": {"a": 1.0}},
    }
    assert isinstance(refused(Model.load, linear, [extractor]), ModelError)
    assert isinstance(refused(Model.load, linear, default_params=tree), ModelError)
    error = refused(Index.from_documents, [{"_id": "fine"}, {"_id": "b", "t": tree}])
    assert isinstance(error, MappingError)


def test_what_is_large_but_no_larger_than_the_limit_is_taken(index):
    values = list(range(65_536))
    query = {"bool": {"should": [{"terms": {"year": values}}] * 10}}
    assert len(index.search(query=query)) == 1
    documents = [{"_id": "a", "n": list(range(300_000))}]
    assert len(Index.from_documents(documents)) == 1
