"""Elasticsearch's trained models: golden scores, a node's tests, the shift, and what is refused by name."""

import base64
import gzip
import json
import time

import numpy as np
import pytest

from models_mutated import survives, survives_all
from reference.goldens import beside
from reference.model.walk import predict
from rescora.errors import ModelError
from rescora.model.formats import elasticsearch
from rescora.model.formats.elasticsearch import java_sum
from rescora.model.formats.elasticsearch_trees import next_lower
from rescora.model.parsing.source import Source

GOLDEN = beside() / "golden" / "ltr" / "es_eland_xgb"
EXTRACTOR = {
    "query_extractor": {"feature_name": "a", "query": {"term": {"x": "{{q}}"}}, "default_score": 1.5}
}


def split(left=1, right=2, feature=0, threshold=0.5, **others):
    node = {"left_child": left, "right_child": right, "split_feature": feature, "threshold": threshold}
    return node | others


def leaf(value):
    return {"leaf_value": value}


def tree(*nodes, names=("a", "b"), **others):
    return {"tree": {"feature_names": list(names), "tree_structure": list(nodes), **others}}


def ensemble(*models, **others):
    return {"ensemble": {"trained_models": list(models), "target_type": "regression", **others}}


STUMP = tree(split(), leaf(-2), leaf(3))


def load(model, names=None, **around):
    return elasticsearch.load(Source(None, {"definition": {"trained_model": model}, **around}), names)


def config(**learning_to_rank):
    return {"inference_config": {"learning_to_rank": learning_to_rank}}


def test_golden_scores_are_the_same_bits_raw_and_shifted():
    if not GOLDEN.with_suffix(".npz").exists():
        pytest.skip(f"NOT RUN: {GOLDEN}.npz is not there; RESCORA_SHARED names its folder")
    loaded = elasticsearch.load(Source(GOLDEN.with_suffix(".json").read_bytes()), None)
    golden = np.load(GOLDEN.with_suffix(".npz"))

    np.testing.assert_array_equal(predict(loaded, golden["X"], raw=True), golden["raw"])
    np.testing.assert_array_equal(predict(loaded, golden["X"]), golden["bounded"])
    assert loaded.model.output.shift == -golden["min_bound"]
    assert loaded.feature_names == tuple(f"feat_{i}" for i in range(12))


@pytest.mark.parametrize(
    ("test", "on_the_left"),
    [
        ("lt", [-1.0, -0.0]),
        ("lte", [-1.0, -0.0, 0.0]),
        ("gt", [1e-300, 1]),
        ("gte", [0.0, 1e-300, 1]),
        ("GTE", [0.0]),
    ],
)
@pytest.mark.parametrize("default_left", [False, True])
def test_a_node_tests_in_javas_order(test, on_the_left, default_left):
    node = split(threshold=0.0, decision_type=test, default_left=default_left)
    loaded = load(tree(node, leaf(10), leaf(20)))

    values = [-1.0, -0.0, 0.0, 1e-300, 1]
    got = predict(loaded, np.array([[value, 0] for value in values]))
    want = [10 if any(str(x) == str(left) for left in on_the_left) else 20 for x in values]
    np.testing.assert_array_equal(got if test != "GTE" else got[2:3], want if test != "GTE" else [10])
    missing = predict(loaded, np.array([[np.nan, 0], [np.inf, 0], [-np.inf, 0]]))
    np.testing.assert_array_equal(missing, [10 if default_left else 20] * 3)


def test_the_next_lower_of_zero_is_zero_with_a_sign():
    got = next_lower(np.array([0.0, -0.0, 1.0, 5e-324]))

    np.testing.assert_array_equal(got, [-0.0, -5e-324, 1 - 2**-53, 0.0])
    np.testing.assert_array_equal(np.signbit(got), [True, True, False, False])


def test_without_a_decision_type_a_value_on_the_threshold_goes_left_in_float64():
    rows = np.array([[0.5, 0], [np.nextafter(0.5, 1), 0]])

    np.testing.assert_array_equal(predict(load(STUMP), rows, raw=True), [-2, 3])


def test_the_lowest_score_becomes_zero():
    loaded = load(ensemble(STUMP, tree(leaf(0.5))))

    assert loaded.model.output.shift == 1.5
    np.testing.assert_array_equal(predict(loaded, np.array([[0.0, 0], [1, 0]])), [0, 5])
    assert load(tree(leaf(2.0))).model.output.shift == 0


def test_weights_are_in_the_leaves_but_not_in_the_bound():
    loaded = load(ensemble(STUMP, STUMP, aggregate_output={"weighted_sum": {"weights": [0.5, -2.0]}}))

    np.testing.assert_array_equal(predict(loaded, np.array([[0.0, 0]]), raw=True), [3])
    assert loaded.model.output.shift == 4


def test_an_exponent_is_never_shifted():
    loaded = load(ensemble(STUMP, STUMP, aggregate_output=[{"exponent": {}}]))

    np.testing.assert_array_equal(predict(loaded, np.array([[0.0, 0]])), [np.exp(-4.0)])


def test_javas_sum_keeps_what_rounding_loses():
    assert java_sum([1e16, 1.0, 1.0]) == 1e16 + 2
    assert java_sum([0.1] * 10) == 1.0


def test_each_tree_numbers_its_own_names():
    other = tree(split(feature=1), leaf(1), leaf(2), names=("c", "a"))
    loaded = load(ensemble(STUMP, other))

    assert loaded.feature_names == ("a", "b", "c")
    assert [each.feature.tolist() for each in loaded.model.trees] == [[0], [0]]
    assert [each.feature.tolist() for each in load(STUMP, ("x", "a")).model.trees] == [[1]]
    with pytest.raises(ModelError, match=r"uses feature \[price\], .* did you mean \[prices\]"):
        load(tree(split(), leaf(1), leaf(2), names=("price",)), ("prices",))


def test_extractors_and_parameters_come_along():
    around = config(
        feature_extractors=[EXTRACTOR], default_params={"q": 1}, num_top_feature_importance_values=0
    )
    loaded = load(STUMP, description="d", tags=[], input={"field_names": []}, **around)

    assert loaded.extractors == [EXTRACTOR["query_extractor"]]
    assert loaded.default_params == {"q": 1}


def packed(data):
    return base64.b64encode(gzip.compress(data, mtime=0)).decode()


def test_a_compressed_and_a_bare_definition_and_a_response_are_the_same_model():
    bare = {"trained_model": STUMP}
    body = {"model_type": "tree_ensemble", "compressed_definition": packed(json.dumps(bare).encode())}
    rows = np.array([[0.0, 0], [1, 0]])

    for given in (bare, body, {"count": 1, "trained_model_configs": [{"model_id": "m", **body}]}):
        source = Source(json.dumps(given).encode())
        assert elasticsearch.recognises(source)
        np.testing.assert_array_equal(predict(elasticsearch.load(source, None), rows), [0, 5])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("x", "must be gzip in base64"),
        (base64.b64encode(b"{}").decode(), "must be gzip in base64"),
        (packed(b'{"trained_model": {}}')[:-8], "is cut short|must be gzip"),
        (packed(b" " * 2000), "inflates to more than 1,000 bytes"),
        (packed(b"[" * 900), "is no trained model|Expected `object`"),
        (3, "must be a string"),
    ],
)
def test_a_compressed_definition_that_is_wrong_is_refused(given, said, monkeypatch):
    monkeypatch.setattr(elasticsearch, "MOST_INFLATED", 1000)
    with pytest.raises(ModelError, match=said):
        elasticsearch.load(Source(None, {"compressed_definition": given}), None)


REFUSED = [
    (ensemble(), r"\[trained_models\] must not be empty"),
    (ensemble(STUMP, ensemble(STUMP)), r"tree 1: an \[ensemble\] in an ensemble is not supported"),
    (ensemble({}), r"tree 0: must be a \[tree\]"),
    ({}, r"must be one of \[tree\] and \[ensemble\]"),
    (tree(), r"tree 0: \[tree_structure\] must not be empty"),
    (tree(leaf(1), target_type="classification"), r"tree 0: target_type \[classification\] is not supported"),
    (ensemble(STUMP, target_type="classification"), r"target_type \[classification\] is not supported"),
    (tree(leaf(1), classification_labels=["x"]), r"should be \[classification\]"),
    (ensemble(STUMP, classification_weights=[1]), r"\[classification_weights\] is not supported"),
    (
        ensemble(STUMP, aggregate_output={"logistic_regression": {}}),
        r"\[logistic_regression\] is not supported",
    ),
    (
        ensemble(STUMP, aggregate_output={"weighted_mode": {"num_classes": 2}}),
        r"\[weighted_mode\] is not supported",
    ),
    (ensemble(STUMP, aggregate_output={}), "must have one aggregator, not 0"),
    (
        ensemble(STUMP, aggregate_output={"exponent": {"weights": [1, 2]}}),
        r"of size \[2\] but number of models is \[1\]",
    ),
    (
        ensemble(STUMP, aggregate_output={"weighted_sum": {"weights": [1e308 * 10]}}),
        "a weight must be a finite number",
    ),
    (tree({}), r"tree 0, node 0: \[leaf_value\] is required for a leaf node"),
    (tree(leaf([])), r"\[leaf_value\] is required"),
    (tree(split(1, 3), leaf(1), leaf(2)), "node 0: a child is missing: there are 3 nodes"),
    (tree(split(1, 1), leaf(1)), r"node 1: \[tree\] contains cycle"),
    (tree(split(1, 0), leaf(1)), r"node 0: \[tree\] contains cycle"),
    (tree(split(1, 2), leaf(1), leaf(2), leaf(3)), "node 3: this node is no node's child"),
    (tree(split(1, None), leaf(1)), r"node 0: \[right_child\] must exist"),
    (tree(split(-1, 2), leaf(1), leaf(2)), r"tree 0, node 0: \[left_child\] Expected `int` >= 0"),
    (tree(split(2**70, 2), leaf(1), leaf(2)), r"tree 0, node 0: \[left_child\] .*"),
    (tree(split(threshold=None), leaf(1), leaf(2)), r"node 0: \[threshold\] must exist"),
    (tree(split(threshold=float("nan")), leaf(1), leaf(2)), r"node 0: \[threshold\] must exist .* be finite"),
    (
        tree(split(threshold="x"), leaf(1), leaf(2)),
        r"node 0: \[threshold\] Expected `float \| null`, got `str`",
    ),
    (tree(split(feature=2), leaf(1), leaf(2)), r"node 0: \[split_feature\] is beyond the 2 feature_names"),
    (tree(split(feature=None), leaf(1), leaf(2)), r"node 0: \[split_feature\] must exist"),
    (tree(split(decision_type="eq"), leaf(1), leaf(2)), r"node 0: \[decision_type\] \[eq\] is not supported"),
    (tree(leaf(1) | {"number_samples": -1}), r"node 0: \[number_samples\] Expected `int` >= 0"),
    (tree(leaf(1) | {"colour": 1}), r"tree 0, node 0: Object contains unknown field `colour`"),
    (tree(leaf(1), names=("a", "a")), r"feature \[a\] stands twice in tree 0, feature_names"),
]


@pytest.mark.parametrize(("model", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_model_is_refused_with_its_place(model, said):
    with pytest.raises(ModelError, match=said):
        load(model)


TWICE = [EXTRACTOR, EXTRACTOR]
NEGATIVE = [{"query_extractor": EXTRACTOR["query_extractor"] | {"default_score": -1}}]


@pytest.mark.parametrize(
    ("around", "said"),
    [
        ({"model_type": "pytorch"}, r"model_type: \[pytorch\] is not supported"),
        ({"default_field_map": {"a": "b"}}, r"\[default_field_map\] in a trained model is not supported"),
        ({"input": {"field_names": ["a"]}}, r"cannot specify \[input.field_names\] for a model of type"),
        (
            {"inference_config": {"regression": {}}},
            r"must be of type \[learning_to_rank\], not \[regression\]",
        ),
        ({"compressed_definition": "x"}, r"either \[definition\] or \[compressed_definition\]"),
        (config(feature_extractors=TWICE), r"contains duplicate \[feature_name\] values"),
        (
            config(feature_extractors=NEGATIVE),
            r"feature_extractors\[0\]: default_score must be at least 0, not -1",
        ),
        (config(feature_extractors=[{"field_extractor": {}}]), r"\[field_extractor\] in a feature extractor"),
        (
            config(feature_extractors=[{"query_extractor": {"feature_name": "a"}}]),
            "query must be an object, not None",
        ),
        (config(feature_extractor=[]), r"\[feature_extractor\] .* did you mean \[feature_extractors\]"),
    ],
)
def test_a_body_that_elasticsearch_refuses_is_refused(around, said):
    with pytest.raises(ModelError, match=said):
        load(STUMP, **around)


def test_preprocessors_are_refused_by_name():
    body = {"trained_model": STUMP, "preprocessors": [{"one_hot_encoding": {}}]}
    with pytest.raises(ModelError, match=r"\[preprocessors\] is not supported"):
        elasticsearch.load(Source(None, body), None)


def test_only_a_trained_model_is_recognised():
    for other in ({}, [], None, {"definition": 3}, {"definition": {}}, {"trained_model_configs": []}):
        assert not elasticsearch.recognises(Source(None, other))


def test_a_thousand_trees_load_at_once():
    inner = [split(2 * i + 1, 2 * i + 2, threshold=i / 7) for i in range(63)]
    big = tree(*inner, *[leaf(i / 3) for i in range(64)])
    data = json.dumps({"trained_model": ensemble(*[big] * 1000)}).encode()
    begin = time.process_time()

    assert len(elasticsearch.load(Source(data), None).model.trees) == 1000

    assert time.process_time() - begin < 4  # some 0.5 s on a quiet machine


def test_deep_json_is_no_model():
    survives(elasticsearch, Source(b'{"definition":{"trained_model":' + b'{"tree":' * 100_000))
    deep = {}
    for _ in range(100_000):
        deep = {"ensemble": deep}
    survives(elasticsearch, Source(None, {"trained_model": deep}))


def test_damage_gives_only_model_errors():
    definition = {
        "trained_model": ensemble(
            STUMP, tree(leaf(1)), aggregate_output={"weighted_sum": {"weights": [1, 2]}}
        )
    }
    around = config(feature_extractors=[EXTRACTOR], default_params={"q": 1})
    survives_all(elasticsearch, {"definition": definition, **around}, times=400)
    survives_all(elasticsearch, {"compressed_definition": packed(json.dumps(definition).encode()), **around})
