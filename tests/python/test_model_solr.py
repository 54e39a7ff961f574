"""Solr's models: the scores worked out by hand, and what is refused by name."""

import numpy as np
import pytest

from models_mutated import survives, survives_all
from reference.model.walk import predict
from rescora.errors import ModelError
from rescora.model.formats import solr
from rescora.model.parsing.source import Source

MODEL = "org.apache.solr.ltr.model."
NORM = "org.apache.solr.ltr.norm."
MIN_MAX = {"class": NORM + "MinMaxNormalizer", "params": {"min": "0", "max": "50"}}
STANDARD = {"class": NORM + "StandardNormalizer", "params": {"avg": 42, "std": "6"}}
IDENTITY = {"class": NORM + "IdentityNormalizer"}
SPLIT = {"feature": "a", "threshold": "0.5", "left": {"value": "-100"}, "right": {"value": 50}}


def trees(*roots, features=("a", "b"), weight="0.5", **others):
    return {
        "class": MODEL + "MultipleAdditiveTreesModel",
        "name": "m",
        "features": [{"name": name} for name in features],
        "params": {"trees": [{"weight": weight, "root": root} for root in roots]} | others,
    }


def linear(weights, *norms):
    features = [{"name": name, "norm": norm} for name, norm in zip("ab", norms, strict=True)]
    return {"class": MODEL + "LinearModel", "name": "m", "features": features, "params": {"weights": weights}}


def load(model, names=None):
    return solr.load(Source(None, model), names)


def test_a_threshold_has_a_little_slack_and_trees_their_weights():
    loaded = load(trees(SPLIT, {"value": "0.1"}))

    edge = np.float32(0.5) + np.float32(1e-6)
    rows = np.array([[0.5, 0], [edge, 0], [np.nextafter(edge, np.float32(1)), 0], [np.nan, 0]], np.float32)
    small = np.float32(0.5) * np.float32(0.1)
    low, high = np.float32(-50) + small, np.float32(25) + small
    np.testing.assert_array_equal(predict(loaded, rows), [low, low, high, low])  # what is absent is 0
    assert loaded.feature_names == ("a", "b")


def test_a_tree_that_asks_for_a_feature_not_listed_is_worth_nothing_there():
    root = SPLIT | {"right": SPLIT | {"feature": "gone"}}

    np.testing.assert_array_equal(predict(load(trees(root)), np.float32([[0, 0], [1, 0]])), [-50, 0])


def test_a_linear_model_adds_normalized_values_in_float32():
    loaded = load(linear({"a": 2.0, "b": 0.1, "unused": 1}, MIN_MAX, STANDARD))

    a, b = np.float32(5) / np.float32(50), np.float32(45 - 42) / np.float32(6)
    want = np.float32(a * np.float32(2)) + np.float32(b * np.float32(0.1))
    np.testing.assert_array_equal(predict(loaded, np.float32([[5, 45]])), [want])
    absent = np.float32(0) + np.float32(-42 / np.float32(6)) * np.float32(0.1)
    np.testing.assert_array_equal(predict(loaded, np.float32([[np.nan, np.nan]])), [absent])


def test_columns_are_those_of_the_caller():
    loaded = load(linear({"a": 2.0, "b": 1.0}, None, STANDARD), ("b", "c", "a"))

    assert loaded.model.feature.tolist() == [2, 0]
    assert list(loaded.normalizers) == [0]
    assert loaded.num_features == 3
    with pytest.raises(ModelError, match=r"uses feature \[price\], .* did you mean \[prices\]"):
        load(trees(SPLIT | {"feature": "price"}, features=("price",)), ("prices",))
    assert load(trees(SPLIT), ("a",)).num_features == 1  # b is listed, but not used


def test_a_list_of_one_model_is_that_model():
    assert solr.recognises(Source(None, [trees(SPLIT)]))
    assert load([trees(SPLIT)]).num_features == 2


REFUSED = [
    (
        {"class": MODEL + "NeuralNetworkModel", "features": [{"name": "a"}], "params": {}},
        r"\[NeuralNetworkModel\]",
    ),
    (trees(SPLIT, isNullSameAsZero=True), r"\[isNullSameAsZero\] in params is not supported"),
    (trees(SPLIT | {"missing": "left"}), r"tree 0, node 0: \[missing\] in a node is not supported"),
    (trees({"left": {"value": 1}}), r"tree 0, node 0: \[left\] in a leaf is not supported"),
    (
        trees({"feature": "a", "threshold": 1, "left": {"value": 1}}),
        "must have feature, threshold, left and right",
    ),
    (trees(SPLIT | {"left": {}}), "tree 0, node 1: value must be a finite number, not None"),
    (trees(SPLIT | {"threshold": "NaN"}), "node 0: threshold must be a finite number"),
    (trees({"value": 1e38}, weight=1e38), "must be a number that float32 can hold"),
    (trees({"value": 1}, weight=None), "tree 0: weight must be a finite number, not None"),
    (trees(), "params.trees must be an array that is not empty"),
    (trees(SPLIT, features=("a", "a")), r"feature \[a\] stands twice"),
    (trees(SPLIT, features=()), "features must be an array that is not empty"),
    (linear({"a": 1}, None, None), r"must have a weight for feature \[b\]"),
    (
        linear({"a": 1, "b": 1}, {"class": "x"}, None),
        r"features\[0\].norm: the normalizer \[x\] is not supported",
    ),
    (linear({"a": 1, "b": 1}, MIN_MAX | {"params": {"min": 1, "max": 1}}, None), "max less min must be"),
    (linear({"a": 1, "b": 1}, MIN_MAX | {"params": {"min": 1}}, None), "max must be a finite number"),
    (linear({"a": 1, "b": 1}, STANDARD | {"params": {"std": 0}}, None), "std must be above 0"),
]


@pytest.mark.parametrize(("model", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_model_is_refused_with_its_place(model, said):
    with pytest.raises(ModelError, match=said):
        load(model)


def test_a_cycle_and_a_path_that_is_too_long_are_refused():
    cycle = dict(SPLIT)
    cycle["left"] = cycle
    with pytest.raises(ModelError, match=r"tree 0, node 4097: the tree is deeper than 4,096"):
        load(trees(cycle))


def test_only_a_model_of_solr_is_recognised():
    for other in ({}, {"class": 3}, {"class": "LambdaMART"}, [], [1, 2], None):
        assert not solr.recognises(Source(None, other))


def test_deep_json_is_no_model():
    survives(solr, Source(b'{"class":' + b"[" * 100_000))


@pytest.mark.parametrize(
    "model",
    [
        trees(SPLIT, SPLIT),
        linear({"a": 2.0, "b": 0.1}, MIN_MAX, STANDARD),
        linear({"a": 1, "b": 1}, IDENTITY, None),
    ],
)
def test_damage_gives_only_model_errors(model):
    survives_all(solr, model)
