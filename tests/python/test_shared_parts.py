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


LEAF_OF = {"leaf_index": 0, "leaf_value": 1.0}


def halves(leaf, left, right, depth=60, **parts):
    """Return a tree whose nodes each have the same child twice."""
    for _ in range(depth):
        leaf = {**parts, left: leaf, right: leaf}
    return leaf


def lightgbm_of(trees):
    info = {
        "name": "tree",
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "max_feature_idx": 0,
    }
    return {**info, "objective": "regression", "feature_names": ["a"], "tree_info": trees}


def lightgbm_tree(depth):
    node = {
        "split_index": 0,
        "split_feature": 0,
        "threshold": 0.5,
        "decision_type": "<=",
        "default_left": True,
    }
    node["missing_type"] = "None"
    root = halves(LEAF_OF, "left_child", "right_child", depth, **node)
    return {"tree_index": 0, "num_leaves": 2**depth, "num_cat": 0, "shrinkage": 1, "tree_structure": root}


def xgboost_tree(depth):
    node, leaf = {"nodeid": 0, "split": "a", "split_condition": 0.5, "yes": 1, "no": 2, "missing": 1}, None
    leaf = {"nodeid": 1, "leaf": 0.5}
    for _ in range(depth):
        leaf = {**node, "children": [leaf] * 2}
    return leaf


def solr_of(trees):
    name = "org.apache.solr.ltr.model.MultipleAdditiveTreesModel"
    return {"class": name, "name": "m", "features": [{"name": "a"}], "params": {"trees": trees}}


def solr_tree(depth):
    root = halves({"value": 1.0}, "left", "right", depth, feature="a", threshold=0.5)
    return {"weight": 1.0, "root": root}


def elasticsearch_of(count):
    nodes = [
        {"node_index": 0, "split_feature": 0, "threshold": 0.5, "left_child": 1, "right_child": 2},
        {"node_index": 1, "leaf_value": 1.0},
        {"node_index": 2, "leaf_value": 2.0},
    ]
    tree = {"tree": {"feature_names": ["a"], "tree_structure": nodes}}
    ensemble = {"feature_names": ["a"], "trained_models": [tree] * count}
    return {"trained_model": {"ensemble": ensemble}}


SHARED_MODELS = {
    "lightgbm": lambda: lightgbm_of([lightgbm_tree(60)]),
    "lightgbm, many trees": lambda: lightgbm_of([lightgbm_tree(5)] * 100_000),
    "xgboost": lambda: [xgboost_tree(60)],
    "xgboost, many trees": lambda: [xgboost_tree(5)] * 100_000,
    "solr": lambda: solr_of([solr_tree(60)]),
    "solr, many trees": lambda: solr_of([solr_tree(5)] * 100_000),
    "o19s": lambda: {
        "model": {"name": "m", "model": {"type": "model/xgboost+json", "definition": [xgboost_tree(60)]}}
    },
    "elasticsearch": lambda: elasticsearch_of(200_000),
    "catboost": lambda: {"oblivious_trees": [tree_of(1.5)], "features_info": {}},
    "rescora": lambda: {"rescora_model": 1, "extractors": [tree_of(1.5)]},
    "none": lambda: tree_of({}, 2, 60),
}


@pytest.mark.parametrize("name", SHARED_MODELS)
def test_a_model_of_many_nodes_from_few_dicts_is_refused(name):
    error = refused(Model.load, SHARED_MODELS[name]())
    assert isinstance(error, ModelError)
    assert "more than 1,000,000 values of a model are shared" in str(error)


def test_a_model_may_share_some_of_its_parts():
    for model in (
        lightgbm_of([lightgbm_tree(0)] * 1_000),
        [xgboost_tree(0)] * 1_000,
        elasticsearch_of(1_000),
    ):
        assert Model.load(model).num_trees == 1_000
