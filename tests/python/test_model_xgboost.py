"""XGBoost's models give the bits of XGBoost, from file, dump and live objects; damaged ones are refused."""

import json
import time
from fractions import Fraction

import numpy as np
import pytest

from model_cases import (
    assert_same_bits,
    edge_rows,
    golden_model,
    source_of,
)
from models_mutated import survives_all
from reference.model.walk import predict
from rescora.errors import ModelError
from rescora.model.ensemble import Linear
from rescora.model.formats import lightgbm as other_reader
from rescora.model.formats import ubjson
from rescora.model.formats import xgboost as reader
from rescora.model.parsing import arrays
from rescora.model.parsing.decimals import singles

GOLDENS = (
    "xgb_cat.json",
    "xgb_dart.json",
    "xgb_linear_booster.json",
    "xgb_logistic.json",
    "xgb_ndcg.json",
    "xgb_ndcg.ubj",
    "xgb_ndcg_nan.json",
    "xgb_reg_base_score.json",
)
LAST = 90  # of a golden's rows are scored here, with all its edge rows; the walk is slow
EXP_ULP = 4  # the walk's exp is NumPy's, XGBoost's the C library's
SMALL = {"max_depth": 4, "nthread": 1, "seed": 1, "eta": 0.3, "tree_method": "hist"}
DART = {"booster": "dart", "rate_drop": 0.4, "one_drop": 1}
CATEGORIES = {"feature_types": ["q"] * 4 + ["c"] * 2, "enable_categorical": True}
CASES = {
    "ndcg": {"objective": "rank:ndcg"},
    "pairwise": {"objective": "rank:pairwise"},
    "map": {"objective": "rank:map"},
    "squarederror": {"objective": "reg:squarederror"},
    "absoluteerror": {"objective": "reg:absoluteerror"},
    "pseudohubererror": {"objective": "reg:pseudohubererror"},
    "squaredlogerror": {"objective": "reg:squaredlogerror"},
    "quantileerror": {"objective": "reg:quantileerror", "quantile_alpha": 0.7},
    "logistic": {"objective": "binary:logistic"},
    "logitraw": {"objective": "binary:logitraw", "base_score": 0.1},
    "reg_logistic": {"objective": "reg:logistic", "base_score": 0.9},
    "poisson": {"objective": "count:poisson"},
    "gamma": {"objective": "reg:gamma", "base_score": 1.7},
    "tweedie": {"objective": "reg:tweedie"},
    "cox": {"objective": "survival:cox"},
    "base_score": {"objective": "reg:squarederror", "base_score": -123.456},
    "base_score_0": {"objective": "rank:ndcg", "base_score": 0},
    "dart": {"objective": "rank:ndcg", **DART},
    "dart_forest": {"objective": "reg:squarederror", "normalize_type": "forest", "base_score": 7.3, **DART},
    "dart_logistic": {"objective": "binary:logistic", **DART},
    "lossguide": {
        "objective": "reg:squarederror",
        "grow_policy": "lossguide",
        "max_leaves": 12,
        "max_depth": 0,
    },
    "approx": {"objective": "reg:squarederror", "tree_method": "approx"},
    "onehot": {"objective": "reg:squarederror", "max_cat_to_onehot": 100},
    "partition": {"objective": "rank:ndcg", "max_cat_to_onehot": 1},
    "forest": {"objective": "rank:ndcg", "num_parallel_tree": 3, "subsample": 0.6},
    "stumps": {"objective": "reg:squarederror", "gamma": 1e9},
    "exact_pruned": {"objective": "reg:squarederror", "tree_method": "exact", "gamma": 3.0, "max_depth": 7},
    "gblinear": {"objective": "reg:squarederror", "booster": "gblinear", "updater": "coord_descent"},
    "gblinear_logistic": {"objective": "binary:logistic", "booster": "gblinear", "updater": "coord_descent"},
}
PLAIN = ("exact_pruned", "gblinear", "gblinear_logistic")  # these know no categories


def training_rows(kind=np.float32):
    """Return 400 rows of six features: plain, with gaps, half zero, whole, and two categories."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(400, 6))
    rows[rng.random(400) < 0.15, 1] = np.nan
    rows[rng.random(400) < 0.5, 2] = 0
    rows[:, 3] = rng.integers(-3, 4, 400)
    rows[:, 4] = rng.integers(0, 70, 400)
    rows[:, 5] = rng.integers(0, 5, 400)
    rows[rng.random(400) < 0.1, 5] = np.nan
    rows = rows.astype(kind)
    score = np.nan_to_num(rows[:, 0] + rows[:, 1] - rows[:, 2] + np.sin(rows[:, 4]) + (rows[:, 5] == 2))
    return rows, score


def labels(objective, score):
    if objective == "rank:map":
        return (score > 0).astype(int)
    if objective.startswith("rank"):
        return np.clip(score + 1, 0, 3).astype(int)
    if "logi" in objective:
        return (score > 0).astype(float)
    return np.abs(score) + 0.1


def train(name, rounds=6, kind=np.float32, **dataset):
    """Return a booster, its training rows, and a function that makes a matrix of rows for it."""
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    rows, score = training_rows(kind)
    parameters = {**SMALL, **CASES[name]}
    if "gblinear" in name:
        del parameters["max_depth"], parameters["tree_method"]
    dataset |= {} if name in PLAIN else CATEGORIES

    def matrix(of):
        return xgboost.DMatrix(of, nthread=1, **dataset)

    data = matrix(rows)
    data.set_info(label=labels(parameters["objective"], score))
    if parameters["objective"].startswith("rank"):
        data.set_info(group=[40] * 10)
    return xgboost.train(parameters, data, rounds), rows, matrix


def saved(booster, form="json"):
    return source_of(bytes(booster.save_raw(form)))


@pytest.mark.parametrize("name", GOLDENS)
def test_a_golden_gives_the_bits_of_xgboost(name):
    data, golden = golden_model(name)

    loaded = reader.load(source_of(data), None)

    rows = golden["X"][-LAST:]
    assert_same_bits(predict(loaded, rows, raw=True), golden["raw"][-LAST:])
    np.testing.assert_array_max_ulp(predict(loaded, rows[-50:]), golden["out"][-50:], EXP_ULP)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_a_trained_model_gives_the_bits_of_xgboost(name, kind):
    booster, rows, matrix = train(name, kind=kind)
    loaded = reader.load(saved(booster), None)
    edges = edge_rows(loaded, rows, kind)

    raw = predict(loaded, edges, raw=True)

    assert_same_bits(raw, booster.predict(matrix(edges), output_margin=True))
    mild = np.abs(raw) < 80  # where exp stays within float32
    outputs = booster.predict(matrix(edges))[mild]
    np.testing.assert_array_max_ulp(predict(loaded, edges[mild]), outputs, EXP_ULP)
    # The other forms of the same model.
    for source in (saved(booster, "ubj"), source_of(json.loads(saved(booster).data)), source_of(booster)):
        assert reader.recognises(source)
        assert_same_bits(predict(reader.load(source, None), edges[-15:], raw=True), raw[-15:])


@pytest.mark.parametrize("base", [1e-6, 0.001, 0.3, 0.49999997, 0.5, 0.77, 0.99999])
@pytest.mark.parametrize("name", ["logistic", "poisson"])
def test_a_base_score_becomes_the_margin_that_xgboost_makes_of_it(name, base):
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    model = small_model(objective={"logistic": "binary:logistic", "poisson": "count:poisson"}[name])
    model["learner"]["objective"] |= {
        "reg_loss_param": {"scale_pos_weight": "1"},
        "poisson_regression_param": {"max_delta_step": "0.7"},
    }
    model["learner"]["learner_model_param"]["base_score"] = f"[{base!r}]"
    data = json.dumps(model).encode()
    row = np.zeros((1, 2), np.float32)

    expected = xgboost.Booster(model_file=bytearray(data)).predict(xgboost.DMatrix(row), output_margin=True)

    assert_same_bits(predict(reader.load(source_of(data), None), row, raw=True), expected)


def test_a_base_score_is_read_as_old_and_new_versions_write_it():
    for text in ("5E-1", "[5E-1]", "(5E-1)", "0.5"):
        model = small_model()
        model["learner"]["learner_model_param"]["base_score"] = text
        assert reader.load(source_of(model), None).model.base == 0.5


@pytest.mark.parametrize("name", ["ndcg", "squarederror", "onehot", "partition", "exact_pruned", "stumps"])
def test_a_dump_is_the_sum_of_its_leaves(name):
    booster, rows, _ = train(name)
    model = json.loads(saved(booster).data)
    model["learner"]["learner_model_param"]["base_score"] = "0"
    model["learner"]["objective"]["name"] = "reg:squarederror"
    loaded = reader.load(source_of(model), None)
    edges = edge_rows(loaded, rows, np.float32)
    expected = predict(loaded, edges)
    dump = booster.get_dump(dump_format="json", with_stats=True)
    trees = [json.loads(tree) for tree in dump]

    for given in (dump, trees, json.dumps(trees).encode(), json.dumps(dump).encode()):
        source = source_of(given)
        assert reader.recognises(source)
        assert_same_bits(predict(reader.load(source, tuple("abcdef")), edges), expected)


def test_a_live_wrapper_gives_what_its_predict_gives():
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    pytest.importorskip("sklearn", reason="XGBoost's wrappers need scikit-learn")
    rows, score = training_rows()
    rng = np.random.default_rng(9)
    label = np.clip(score + rng.normal(size=400) * 2, 0, 3).astype(int)
    settings = {
        "n_estimators": 20,
        "max_depth": 4,
        "n_jobs": 1,
        "eval_metric": ["ndcg@5"],
        "learning_rate": 1.0,
    }
    model = xgboost.XGBRanker(early_stopping_rounds=2, num_parallel_tree=2, **settings)
    with pytest.raises(ModelError, match="XGBRanker gives no model: "):
        reader.load(source_of(model), None)
    held = {"eval_set": [(rows[200:], label[200:])], "eval_group": [[40] * 5]}
    model.fit(rows[:200], label[:200], group=[40] * 5, verbose=False, **held)
    rounds = model.get_booster().num_boosted_rounds()
    assert model.best_iteration + 1 < rounds
    assert reader.recognises(source_of(model))

    loaded = reader.load(source_of(model), None)

    assert len(loaded.model.trees) == 2 * (model.best_iteration + 1)
    assert_same_bits(predict(loaded, rows[:60]), model.predict(rows[:60]))
    # Booster.predict uses all trees, and so do we.
    booster = model.get_booster()
    whole = reader.load(source_of(booster), None)
    assert_same_bits(predict(whole, rows[:60]), booster.predict(xgboost.DMatrix(rows[:60])))


@pytest.mark.parametrize("booster", ["gbtree", "dart", "gblinear"])
def test_a_classifier_gives_the_probability_of_its_second_class(booster):
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    pytest.importorskip("sklearn", reason="XGBoost's wrappers need scikit-learn")
    rows, score = training_rows()
    model = xgboost.XGBClassifier(n_estimators=5, booster=booster, n_jobs=1)
    model.fit(rows, score > 0)

    loaded = reader.load(source_of(model), None)

    np.testing.assert_array_max_ulp(predict(loaded, rows[:80]), model.predict_proba(rows[:80])[:, 1], EXP_ULP)


def test_a_wrapper_with_another_missing_value_is_refused():
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    pytest.importorskip("sklearn", reason="XGBoost's wrappers need scikit-learn")
    rows, score = training_rows()
    model = xgboost.XGBRegressor(n_estimators=2, n_jobs=1, missing=-1.0).fit(np.nan_to_num(rows), score)

    with pytest.raises(ModelError, match=r"missing=-1.0 is not supported"):
        reader.load(source_of(model), None)


def test_a_model_of_a_data_frame_gives_what_xgboost_gives_for_its_codes():
    xgboost = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    rows, score = training_rows()
    codes = rows[:, 4].astype(int)
    frame = pandas.DataFrame({"x": rows[:, 0], "c": pandas.Categorical.from_codes(codes, range(100, 170))})
    data = xgboost.DMatrix(frame, label=score, enable_categorical=True, nthread=1)
    booster = xgboost.train({**SMALL, "max_depth": 3}, data, 5)

    loaded = reader.load(saved(booster), None)

    assert loaded.feature_names == ("x", "c")
    coded = np.stack([rows[:, 0], codes.astype(np.float32)], axis=1)
    assert_same_bits(predict(loaded, coded[:100]), booster.predict(data)[:100])


# -- features


NAMES = tuple("abcdef")


@pytest.mark.parametrize(("name", "form"), [("ndcg", "file"), ("ndcg", "dump"), ("gblinear", "file")])
def test_named_features_are_found_in_the_callers_columns(name, form):
    booster, rows, matrix = train(name, feature_names=list(NAMES))
    order = np.array([3, 5, 0, 1, 4, 2])
    columns = ("other", *(NAMES[i] for i in order))
    moved = np.concatenate([np.full((400, 1), 9.0), rows[:, order]], axis=1)
    source = saved(booster) if form == "file" else source_of(booster.get_dump(dump_format="json"))

    loaded = reader.load(source, columns)

    assert (loaded.feature_names, loaded.num_features) == (columns, 7)
    if form == "file":
        assert_same_bits(
            predict(loaded, moved[:60], raw=True), booster.predict(matrix(rows), output_margin=True)[:60]
        )
    else:
        np.testing.assert_allclose(predict(loaded, moved[:60]), booster.predict(matrix(rows))[:60], atol=1e-5)


def test_features_without_names_are_the_callers_columns_in_order():
    booster, _, _ = train("ndcg")
    dump = source_of(booster.get_dump(dump_format="json"))

    assert reader.load(saved(booster), None).feature_names == ()
    assert reader.load(saved(booster), NAMES).feature_names == NAMES
    assert (reader.load(dump, None).feature_names, reader.load(dump, None).num_features) == ((), 6)
    assert reader.load(dump, (*NAMES, "more")).num_features == 7


def test_wrong_columns_are_refused():
    named, _, _ = train("ndcg", feature_names=["title_bm25", *NAMES[1:]])
    plain, _, _ = train("ndcg")
    for source in (saved(named), source_of(named.get_dump(dump_format="json"))):
        with pytest.raises(ModelError, match=r"uses feature \[title_bm25\].*did you mean \[title_bm_25\]\?"):
            reader.load(source, ("title_bm_25", *NAMES[1:]))
    with pytest.raises(ModelError, match="names its features, but not their order: give feature_names"):
        reader.load(source_of(named.get_dump(dump_format="json")), None)
    with pytest.raises(ModelError, match="feature_names has 3 names, but the model 6 features"):
        reader.load(saved(plain), ("a", "b", "c"))
    with pytest.raises(ModelError, match="feature_names has 3 names, but the model at least 6 features"):
        reader.load(source_of(plain.get_dump(dump_format="json")), ("a", "b", "c"))
    with pytest.raises(ModelError, match=r"feature \[a\] stands twice in feature_names"):
        reader.load(saved(plain), ("a", "a"))


# -- refusals


def small_model(objective="reg:squarederror"):
    """Return a model of one tree: node 0 asks feature 0, node 2 whether feature 1 is of category 1 or 33."""
    tree = {
        "id": 0,
        "left_children": [1, -1, 3, -1, -1],
        "right_children": [2, -1, 4, -1, -1],
        "parents": [2147483647, 0, 0, 2, 2],
        "split_indices": [0, 0, 1, 0, 0],
        "split_conditions": [0.5, 1.0, 0.0, 2.0, 3.0],
        "default_left": [1, 0, 0, 0, 0],
        "split_type": [0, 0, 1, 0, 0],
        "categories": [1, 33],
        "categories_nodes": [2],
        "categories_segments": [0],
        "categories_sizes": [2],
        "base_weights": [0.0] * 5,
        "loss_changes": [0.0] * 5,
        "sum_hessian": [1.0] * 5,
        "tree_param": {"num_deleted": "0", "num_feature": "2", "num_nodes": "5", "size_leaf_vector": "1"},
    }
    trees = {
        "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": "1"},
        "iteration_indptr": [0, 1],
        "tree_info": [0],
        "trees": [tree],
    }
    learner = {
        "attributes": {},
        "feature_names": [],
        "feature_types": [],
        "gradient_booster": {"model": trees, "name": "gbtree"},
        "learner_model_param": {
            "base_score": "[5E-1]",
            "num_class": "0",
            "num_feature": "2",
            "num_target": "1",
        },
        "objective": {"name": objective},
    }
    return {"learner": learner, "version": [3, 2, 0]}


LEARNER, BOOSTER = ("learner",), ("learner", "gradient_booster")
TREES = (*BOOSTER, "model")
TREE = (*TREES, "trees", 0)


@pytest.mark.parametrize(
    ("path", "key", "value", "message"),
    [
        (
            LEARNER,
            "objective",
            {"name": "multi:softprob"},
            r"^learner: the objective \[multi:softprob\] is not sup",
        ),
        (LEARNER, "objective", {"name": "binary:hinge"}, r"the objective \[binary:hinge\] is not supported"),
        (LEARNER, "objective", {"name": "survival:aft"}, r"the objective \[survival:aft\] is not supported"),
        (LEARNER, "objective", {"name": []}, r"the objective \[\[\]\] is not supported"),
        (LEARNER, "objective", None, "^learner: objective must be an object, not None"),
        (LEARNER, "feature_names", ["a", "a"], r"feature \[a\] stands twice in "),
        (LEARNER, "feature_names", ["a"], "2 features, but 1 names"),
        (LEARNER, "feature_names", ["a", 1], "feature_names must be strings, not 1"),
        (
            (*LEARNER, "learner_model_param"),
            "num_class",
            "3",
            "several outputs is not supported: num_class is 3",
        ),
        (
            (*LEARNER, "learner_model_param"),
            "num_target",
            "2",
            "several outputs is not supported: num_target is 2",
        ),
        (
            (*LEARNER, "learner_model_param"),
            "num_feature",
            "x",
            "^learner: num_feature must be a whole number",
        ),
        ((*LEARNER, "learner_model_param"), "num_feature", "1", "^tree 0, node 1: feature 1 is beyond the 1"),
        (
            (*LEARNER, "learner_model_param"),
            "base_score",
            "[1,2]",
            "^learner: base_score has 2 entries, not 1",
        ),
        (
            (*LEARNER, "learner_model_param"),
            "base_score",
            "nan",
            r"^learner: base_score\[0\] must be a finite number",
        ),
        ((*LEARNER, "learner_model_param"), "base_score", "half", "^learner: base_score must be a number as"),
        (
            BOOSTER,
            "name",
            "gbforest",
            r"^learner.gradient_booster: the booster \[gbforest\] is not supported",
        ),
        (BOOSTER, "name", "dart", "^learner.gradient_booster: gbtree must be an object, not None"),
        (BOOSTER, "name", "gblinear", r"gradient_booster.model: \[gbtree_model_param\] is not supported"),
        (BOOSTER, "weight_drop", [1], r"\[weight_drop\] of \[gbtree\] is not supported"),
        (BOOSTER, "tree_weights", [1], r"^learner.gradient_booster: \[tree_weights\] is not supported"),
        (TREES, "trees", [], "trees must be a list of trees"),
        (TREES, "tree_info", [1], "several outputs is not supported: tree_info"),
        (TREES, "tree_info", [], "tree_info has 0 entries, not 1"),
        (TREES, "leaf_scale", 2, r"\[leaf_scale\] is not supported"),
        (TREE, "id", 1, "^tree 0: trees out of order are not supported"),
        (TREE, "leaf_weights", [], "^tree 0: a tree of several outputs is not supported"),
        (
            TREE,
            "tree_param",
            {"size_leaf_vector": "2"},
            "^tree 0: a tree of several outputs is not supported",
        ),
        (TREE, "left_children", [1, -1, 5, -1, -1], "^tree 0, node 2: the child 5 is none of 5 nodes"),
        (TREE, "left_children", [1, -1, 0, -1, -1], "^tree 0, node 2: the child 0 is none of 5 nodes"),
        (TREE, "left_children", [-1, -1, 3, -1, -1], "^tree 0: node 0 must have children"),
        (TREE, "left_children", [1, -1], "^tree 0: right_children has 5 entries, not 2"),
        (TREE, "left_children", [1.5, -1, 3, -1, -1], "^tree 0: left_children must hold whole numbers"),
        (TREE, "left_children", [[1], -1, 3, -1, -1], "^tree 0: left_children must be a list of numbers"),
        (TREE, "split_indices", [0, 0, 2, 0, 0], "^tree 0, node 1: feature 2 is beyond the 2 features"),
        (TREE, "split_indices", [2**70, 0, 1, 0, 0], "^tree 0: split_indices must hold whole numbers"),
        (
            TREE,
            "split_conditions",
            [0.5, 1e39, 0, 2, 3],
            r"^tree 0: split_conditions\[1\] must be a finite number",
        ),
        (TREE, "split_conditions", [0.5, None, 0, 2, 3], "^tree 0: split_conditions must hold numbers"),
        (TREE, "default_left", [2, 0, 0, 0, 0], "^tree 0, node 0: default_left 2 is not supported"),
        (TREE, "split_type", [0, 0, 2, 0, 0], "^tree 0, node 2: split_type 2 is not supported"),
        (TREE, "split_type", [1, 0, 1, 0, 0], "^tree 0, node 0: a categorical node has no categories"),
        (TREE, "categories_sizes", [3], "^tree 0, node 2: its categories are beyond the 2 of the tree"),
        (TREE, "categories_sizes", [], "^tree 0: categories_nodes, categories_segments .* differ in length"),
        (
            TREE,
            "categories",
            [1, 2**24],
            "^tree 0, node 2: a category must be from 0 to 16777215, not 16777216",
        ),
        (TREE, "categories", [1, -1], "^tree 0, node 2: a category must be from 0 to 16777215, not -1"),
    ],
)
def test_a_damaged_model_is_refused_with_its_place(path, key, value, message):
    model = small_model()
    row = np.array([[0.7, 33.0], [0.7, 32.0], [0.7, np.nan], [0.3, 1.0], [np.nan, 1.0]], np.float32)
    assert predict(reader.load(source_of(model), None), row).tolist() == [3.5, 2.5, 3.5, 1.5, 1.5]
    part = model
    for name in path:
        part = part[name]
    part[key] = value

    with pytest.raises(ModelError, match=message):
        reader.load(source_of(model), None)


def test_base_scores_without_a_margin_are_refused():
    for objective, base in (
        ("binary:logistic", "1"),
        ("binary:logistic", "0"),
        ("reg:gamma", "-1"),
        ("reg:gamma", "0"),
    ):
        model = small_model(objective)
        model["learner"]["learner_model_param"]["base_score"] = base
        with pytest.raises(ModelError, match=r"^learner: base_score must be"):
            reader.load(source_of(model), None)


def test_a_linear_model_needs_a_weight_for_each_feature():
    model = small_model()
    model["learner"]["gradient_booster"] = {"name": "gblinear", "model": {"weights": [1.0, 2.0, 3.0]}}

    loaded = reader.load(source_of(model), None)
    assert isinstance(loaded.model, Linear)
    rows = np.array([[1, 10], [np.nan, 1]], np.float32)
    assert predict(loaded, rows).tolist() == [24.5, 5.5]

    model["learner"]["gradient_booster"]["model"]["weights"].pop()
    with pytest.raises(ModelError, match="weights has 2 entries, not 3"):
        reader.load(source_of(model), None)


def small_dump():
    leaves = [{"nodeid": i, "leaf": float(i)} for i in (1, 3, 4)]
    asks = {"split": "f1", "split_condition": [1, 33], "yes": 4, "no": 3, "missing": 3}
    inner = {"nodeid": 2, "depth": 1, **asks, "children": leaves[1:]}
    asks = {"split": 0, "split_condition": 0.5, "yes": 1, "no": 2, "missing": 1}
    return [{"nodeid": 0, "depth": 0, **asks, "children": [leaves[0], inner]}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nodeid": 3}, "^tree 0: node 3 stands twice|yes, no and missing must"),
        ({"nodeid": "0"}, "^tree 0: a node must be an object with a nodeid"),
        ({"split": None}, "^tree 0, node 0: split must be a feature, not None"),
        ({"children": []}, "^tree 0, node 0: children must be two nodes"),
        ({"children": [1, 2]}, "^tree 0, node 0: children must be two nodes"),
        ({"yes": 3}, "^tree 0, node 0: yes, no and missing must be the numbers of its children"),
        ({"missing": None}, "^tree 0, node 0: yes, no and missing must be the numbers of its children"),
        ({"split_condition": "a"}, "^tree 0: split_condition must hold numbers"),
        ({"split_condition": ["a"]}, "^tree 0, node 0: split_condition must hold whole numbers"),
        ({"split_condition": [2**24]}, "^tree 0, node 0: a category must be from 0 to"),
        ({"split_condition": float("nan")}, r"^tree 0: split_condition\[0\] must be a finite number"),
        ({"leaf": [1.0, 2.0]}, "^tree 0: leaf must be a list of numbers"),
    ],
)
def test_a_damaged_dump_is_refused_with_its_place(change, message):
    dump = small_dump()
    row = np.array([[0.7, 33.0], [0.7, 32.0], [0.7, np.nan], [0.3, 1.0], [np.nan, 1.0]], np.float32)
    assert predict(reader.load(source_of(dump), None), row).tolist() == [4, 3, 3, 1, 1]
    dump[0].update(change)

    with pytest.raises(ModelError, match=message):
        reader.load(source_of(dump), None)


def test_a_dump_of_an_indicator_or_of_a_linear_model_is_refused():
    dump = small_dump()
    del dump[0]["split_condition"]
    with pytest.raises(ModelError, match="as of an indicator, is not supported"):
        reader.load(source_of(dump), None)
    with pytest.raises(ModelError, match=r"dump of \[gblinear\] is not supported"):
        reader.load(source_of(['{ "bias": [0.1], "weight": [1, 2] }']), None)
    with pytest.raises(ModelError, match=r"^tree 1: no JSON"):
        reader.load(source_of([json.dumps(small_dump()[0]), "{"]), None)


def test_a_dump_that_holds_itself_or_is_one_long_path_is_refused():
    dump = small_dump()
    dump[0]["children"][1]["children"][0] = dump[0]
    with pytest.raises(ModelError):
        reader.load(source_of(dump), None)

    node = {"nodeid": 0, "leaf": 0.0}
    for i in range(2, 20_002, 2):
        asks = {"split": "f0", "split_condition": 1, "yes": i - 2, "no": i - 1, "missing": i - 1}
        node = {"nodeid": i, **asks, "children": [node, {"nodeid": i - 1, "leaf": 0.0}]}
    with pytest.raises(ModelError, match="the tree is more than 4096 deep"):
        reader.load(source_of([node]), None)
    while "leaf" not in node:  # Python itself cannot free such a chain at once
        node = node.pop("children")[0]


def test_sets_of_categories_may_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(arrays, "MOST_WORDS", 1000)
    model = small_model()
    model["learner"]["gradient_booster"]["model"]["trees"][0]["categories"] = [1, 40_000]

    with pytest.raises(
        ModelError, match=r"^tree 0, node 2: the model's category sets need more than 1,000 words"
    ):
        reader.load(source_of(model), None)


def test_the_old_binary_format_is_refused_by_name():
    assert reader.recognises(source_of(b"binf\0\0\0?"))
    with pytest.raises(ModelError, match="old binary format is not supported; save the model as JSON"):
        reader.load(source_of(b"binf\0\0\0?"), None)


def test_other_things_are_not_recognised():
    for given in (
        b"",
        b"{",
        b"{}",
        b"[]",
        b"[1]",
        b"{L",
        {},
        [],
        [[]],
        [{}],
        ["x"],
        {"learner": 1},
        None,
        object(),
    ):
        assert not reader.recognises(source_of(given))
    assert not other_reader.recognises(source_of(small_model()))
    assert not other_reader.recognises(source_of(small_dump()))


def test_an_altered_model_is_refused_or_loaded():
    survives_all(reader, small_model(), times=700)
    survives_all(reader, small_dump(), times=500)


def test_altered_ubjson_is_refused_or_loaded():
    booster, _, _ = train("partition", rounds=1)
    survives_all(reader, saved(booster, "ubj").data, times=1000)


# -- UBJSON


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"{}", {}),
        (b"[]", []),
        (b"[i\xffU\xffI\xff\xfel\x00\x00\x00\x05L" + b"\xff" * 8 + b"]", [-1, 255, -2, 5, -1]),
        (b"[d\x3f\x80\x00\x00D\x3f\xf0\x00\x00\x00\x00\x00\x00NTFZ]", [1.0, 1.0, True, False, None]),
        (b"[#U\x02SU\x01aU\x07", ["a", 7]),
        (b"{U\x01a[$I#U\x02\x00\x01\x00\x02}", {"a": [1, 2]}),
        (b"{U\x01a{U\x01bZ}N}", {"a": {"b": None}}),
    ],
)
def test_ubjson_is_read(data, value):
    got = ubjson.decode(data)
    if isinstance(got, dict):
        got = {key: item.tolist() if isinstance(item, np.ndarray) else item for key, item in got.items()}
    assert got == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "^byte 0: 1 bytes should follow, but 0 do"),
        (b"{", "^byte 1: 1 bytes should follow"),
        (b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff", "bytes should follow, but 0 do"),
        (b"[$d#L\xff\xff\xff\xff\xff\xff\xff\xff", "a length must be at least 0, not -1"),
        (b"[#L\x7f\xff\xff\xff\xff\xff\xff\xff", "1 bytes should follow"),
        (b"[$T#L\x7f\xff\xff\xff\xff\xff\xff\xff", "a list of type b'T' is not supported"),
        (b"[$dU\x01", "must give its length"),
        (b"{$d#U\x01", "a length must be a whole number, not of type b'\\$'"),
        (b"{d\x00\x00\x00\x00", "a length must be a whole number, not of type b'd'"),
        (b"SU\x01\xff", "a string is not UTF-8"),
        (b"H", "the type b'H' is not supported"),
        (b"{U\x01aZU\x01aZ}", r"the key \[a\] stands twice"),
        (b"ZZ", "^byte 1: the file goes on after its end"),
        (b"[" * 100_000, "nested more than 32 deep"),
        (b"{U\x01a" * 100_000, "nested more than 32 deep"),
    ],
)
def test_damaged_ubjson_is_refused(data, message):
    with pytest.raises(ModelError, match=message):
        ubjson.decode(data)


# -- numbers


def test_a_decimal_becomes_the_nearest_float32_without_a_stop_at_float64():
    # float64 holds each of these as just half-way between two of float32; two are above it, and two below.
    halves = [1.45520670166710e-11, 1.45521103847579e-11, 1.45519369124103e-11, 1.45519802804972e-11]
    others = [1.0, 0.1, 16777217.0, 1e-45, 1e-40, 7e-46, -2.1019476e-45, 1.1754944e-38, 3.4028235e38, 0.0]
    expected = [float(nearest_float32(Fraction(repr(number)))) for number in halves + others]
    assert [float(np.float32(number)) for number in halves] != expected[:4]

    assert singles(halves + others, "numbers", "").tolist() == expected


def nearest_float32(exact):
    """Return the float32 nearest to a fraction, by looking at the neighbours of a first guess."""
    guess = np.float32(float(exact))
    with np.errstate(over="ignore", under="ignore"):
        near = [guess, np.nextafter(guess, np.float32(-np.inf)), np.nextafter(guess, np.float32(np.inf))]
    return min((x for x in near if np.isfinite(x)), key=lambda x: abs(Fraction(float(x)) - exact))


def test_a_thousand_trees_load_in_well_under_a_second():
    model = small_model()
    nodes = 127
    rng = np.random.default_rng(0)
    inner = np.arange(nodes) < 63
    tree = {
        "left_children": np.where(inner, 2 * np.arange(nodes) + 1, -1).tolist(),
        "right_children": np.where(inner, 2 * np.arange(nodes) + 2, -1).tolist(),
        "split_indices": np.where(inner, rng.integers(0, 2, nodes), 0).tolist(),
        "split_conditions": rng.normal(size=nodes).astype(np.float32).tolist(),
        "default_left": [0] * nodes,
        "split_type": [0] * nodes,
        "tree_param": {"size_leaf_vector": "1"},
    }
    part = model["learner"]["gradient_booster"]["model"]
    part.update(trees=[{**tree, "id": i} for i in range(1000)], tree_info=[0] * 1000)
    source = source_of(json.dumps(model).encode())

    start = time.process_time()
    loaded = reader.load(source, None)
    seconds = time.process_time() - start

    assert len(loaded.model.trees) == 1000
    assert seconds < 1
