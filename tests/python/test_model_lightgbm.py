"""LightGBM's models give the bits of LightGBM, from text, dump and live objects; damaged ones are refused."""

import json
import time

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
from rescora.model.formats import lightgbm as reader
from rescora.model.formats import xgboost as other_reader

GOLDENS = (
    "lgb_binary",
    "lgb_l2_boost_from_average",
    "lgb_rank",
    "lgb_rank_cat",
    "lgb_rank_nan",
    "lgb_rank_zero_as_missing",
    "lgb_rf",
    "lgb_stumps_const",
)
LAST = 90  # of a golden's rows are scored here, with all its edge rows; the walk is slow
SMALL = {
    "verbosity": -1,
    "num_threads": 1,
    "num_leaves": 8,
    "min_data_in_leaf": 3,
    "cat_smooth": 1.0,
    "min_data_per_group": 3,
    "seed": 1,
}
RF = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7}
CASES = {
    "rank": {"objective": "lambdarank"},
    "xendcg": {"objective": "rank_xendcg"},
    "regression": {"objective": "regression"},
    "sqrt": {"objective": "regression", "reg_sqrt": True},
    "l1": {"objective": "regression_l1"},
    "l1_sqrt": {"objective": "regression_l1", "reg_sqrt": True},
    "huber": {"objective": "huber", "reg_sqrt": True},
    "fair": {"objective": "fair"},
    "quantile": {"objective": "quantile", "alpha": 0.7},
    "mape": {"objective": "mape"},
    "poisson": {"objective": "poisson"},
    "gamma": {"objective": "gamma"},
    "tweedie": {"objective": "tweedie"},
    "binary": {"objective": "binary", "sigmoid": 1.7},
    "cross_entropy": {"objective": "cross_entropy"},
    "cross_entropy_lambda": {"objective": "cross_entropy_lambda"},
    "dart": {"objective": "lambdarank", "boosting": "dart", "drop_rate": 0.5},
    "rf": {"objective": "regression", **RF},
    "rf_binary": {"objective": "binary", **RF},
    "zero_as_missing": {"objective": "regression", "zero_as_missing": True},
    "use_missing_false": {"objective": "regression", "use_missing": False},
    "onehot": {"objective": "regression", "max_cat_to_onehot": 30},
    "goss": {"objective": "regression", "data_sample_strategy": "goss"},
    "extra_trees": {"objective": "regression", "extra_trees": True},
    "constant": {"objective": "regression", "min_gain_to_split": 1e9},
}
# exp and log1p of the C library and of NumPy differ in the last bits.
ROUNDED = ("poisson", "gamma", "tweedie", "cross_entropy_lambda")


def training_rows(kind=np.float64, missing=0.15):
    """Return 400 rows of seven features: plain, with gaps, half zero, whole, constant, and two categories."""
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(400, 7))
    rows[rng.random(400) < missing, 1] = np.nan
    rows[rng.random(400) < 0.5, 2] = 0
    rows[:, 3] = rng.integers(-3, 4, 400)
    rows[:, 4] = 1
    rows[:, 5] = rng.integers(0, 70, 400)
    rows[:, 6] = rng.integers(0, 5, 400)
    rows[rng.random(400) < 0.1, 6] = np.nan
    rows = rows.astype(kind)
    score = np.nan_to_num(rows[:, 0] + rows[:, 1] - rows[:, 2] + np.sin(rows[:, 5]) + (rows[:, 6] == 2))
    return rows, score


def labels(objective, score):
    if "rank" in objective:
        return np.clip(score + 1, 0, 3).astype(int)
    if objective == "binary" or objective.startswith("cross"):
        return (score > 0).astype(float)
    return np.abs(score) + 0.1


def train(parameters, rounds=6, kind=np.float64, **dataset):
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    rows, score = training_rows(kind)
    group = [40] * 10 if "rank" in parameters["objective"] else None
    label = labels(parameters["objective"], score)
    data = lightgbm.Dataset(rows, label, group=group, categorical_feature=[5, 6], **dataset)
    return lightgbm.train({**SMALL, **parameters}, data, rounds), rows


def text_source(booster):
    return source_of(booster.model_to_string().encode())


@pytest.mark.parametrize("name", GOLDENS)
def test_a_golden_gives_the_bits_of_lightgbm(name):
    data, golden = golden_model(f"{name}.txt")

    loaded = reader.load(source_of(data), None)

    rows = golden["X"][-LAST:]
    assert_same_bits(predict(loaded, rows, raw=True), golden["raw"][-LAST:])
    outputs, expected = predict(loaded, rows[-50:]), golden["out"][-50:]
    np.testing.assert_array_max_ulp(outputs.astype(np.float32), expected.astype(np.float32), 1)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", CASES)
def test_a_trained_model_gives_the_bits_of_lightgbm(name, kind):
    booster, rows = train(CASES[name], kind=kind)
    loaded = reader.load(text_source(booster), None)
    edges = edge_rows(loaded, rows, kind, infinite=True)

    assert_same_bits(predict(loaded, edges, raw=True), booster.predict(edges, raw_score=True))
    if name in ROUNDED:
        np.testing.assert_allclose(predict(loaded, edges), booster.predict(edges), rtol=1e-14)
    else:
        np.testing.assert_array_max_ulp(predict(loaded, edges), booster.predict(edges), 1)


@pytest.mark.parametrize("name", CASES)
def test_the_dump_is_the_same_model_as_the_text(name):
    booster, rows = train(CASES[name])
    dump = booster.dump_model()
    loaded = reader.load(text_source(booster), None)
    edges = edge_rows(loaded, rows, np.float64, infinite=True)
    expected = predict(loaded, edges, raw=True)

    for given in (dump, json.dumps(dump).encode()):
        assert reader.recognises(source_of(given))
        of_dump = reader.load(source_of(given), None)
        assert_same_bits(predict(of_dump, edges, raw=True), expected)
        assert vars(of_dump.model.output) == vars(loaded.model.output)
        assert (of_dump.feature_names, of_dump.num_features) == (loaded.feature_names, 7)


def test_nodes_of_one_feature_may_differ_in_what_is_missing():
    booster, _ = train(CASES["regression"])
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    rng = np.random.default_rng(8)
    lines = booster.model_to_string().split("\n")
    for i, line in enumerate(lines):  # any of the twelve types that a node can have, but for categories
        if line.startswith("decision_type="):
            types = [int(kind) for kind in line[14:].split()]
            mixed = [kind if kind & 1 else 2 * int(rng.integers(0, 6)) for kind in types]
            lines[i] = "decision_type=" + " ".join(map(str, mixed))
    text = "\n".join(line for line in lines if not line.startswith("tree_sizes"))
    mixed_booster = lightgbm.Booster(model_str=text)
    loaded = reader.load(source_of(text.encode()), None)

    edges = edge_rows(loaded, training_rows()[0], np.float64, infinite=True)

    assert_same_bits(predict(loaded, edges, raw=True), mixed_booster.predict(edges, raw_score=True))


def test_a_live_booster_gives_what_its_predict_gives_up_to_the_best_iteration():
    booster, rows = train(CASES["regression"], rounds=10)
    booster.best_iteration = 4
    assert reader.recognises(source_of(booster))

    loaded = reader.load(source_of(booster), None)

    assert len(loaded.model.trees) == 4
    assert_same_bits(predict(loaded, rows[:50]), booster.predict(rows[:50]))


@pytest.mark.filterwarnings(
    "ignore:The argument 'eval_set' is deprecated"
)  # but older versions have no other
@pytest.mark.parametrize("kind", ["LGBMRanker", "LGBMRegressor", "LGBMClassifier"])
def test_a_wrapper_gives_what_its_predict_gives(kind):
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    pytest.importorskip("sklearn", reason="LightGBM's wrappers need scikit-learn")
    rows, score = training_rows()
    model = getattr(lightgbm, kind)(n_estimators=6, num_leaves=6, n_jobs=1, verbosity=-1)
    with pytest.raises(ModelError, match=f"{kind} gives no model: "):
        reader.load(source_of(model), None)
    label = labels("binary" if kind == "LGBMClassifier" else "lambdarank", score)
    held = {"eval_set": [(rows[200:], label[200:])], "callbacks": [lightgbm.early_stopping(1, verbose=False)]}
    groups = {"group": [40] * 5, "eval_group": [[40] * 5]} if kind == "LGBMRanker" else {}
    model.fit(rows[:200], label[:200], **groups, **held)
    assert reader.recognises(source_of(model))

    loaded = reader.load(source_of(model), None)

    expected = model.predict_proba(rows)[:, 1] if kind == "LGBMClassifier" else model.predict(rows)
    assert len(loaded.model.trees) == (model.best_iteration_ or 6)
    np.testing.assert_array_max_ulp(predict(loaded, rows), expected, 1)


def test_a_custom_objective_gives_raw_scores():
    booster, rows = train({"objective": "regression"})
    text = "\n".join(line for line in booster.model_to_string().split("\n") if line[:10] != "objective=")

    loaded = reader.load(source_of(text.encode()), None)

    assert loaded.model.output.transform == "identity"
    assert_same_bits(predict(loaded, rows[:20]), booster.predict(rows[:20]))


# -- features


NAMES = tuple("abcdefg")


def test_named_features_are_found_in_the_callers_columns():
    booster, rows = train(CASES["regression"], feature_name=list(NAMES))
    order = np.array([3, 6, 0, 1, 5, 4, 2])
    columns = ("other", *(NAMES[i] for i in order))
    moved = np.concatenate([np.full((400, 1), 9.0), rows[:, order]], axis=1)

    loaded = reader.load(text_source(booster), columns)

    assert (loaded.feature_names, loaded.num_features) == (columns, 8)
    assert_same_bits(predict(loaded, moved[:50]), booster.predict(rows[:50]))


def test_a_feature_that_no_node_uses_need_not_be_among_the_callers_columns():
    booster, rows = train(CASES["regression"], feature_name=list(NAMES))  # e is constant
    keep = [0, 1, 2, 3, 5, 6]

    loaded = reader.load(text_source(booster), tuple(NAMES[i] for i in keep))

    assert_same_bits(predict(loaded, rows[:50][:, keep]), booster.predict(rows[:50]))


def test_features_without_names_are_the_callers_columns_in_order():
    booster, rows = train(CASES["regression"])

    assert reader.load(text_source(booster), None).feature_names[1] == "Column_1"
    loaded = reader.load(text_source(booster), NAMES)

    assert loaded.feature_names == NAMES
    assert_same_bits(predict(loaded, rows[:50]), booster.predict(rows[:50]))


def test_wrong_columns_are_refused():
    named, _ = train(CASES["regression"], feature_name=["title_bm25", *NAMES[1:]])
    numbered, _ = train(CASES["regression"])

    with pytest.raises(ModelError, match=r"uses feature \[title_bm25\], .*did you mean \[title_bm_25\]\?"):
        reader.load(text_source(named), ("title_bm_25", *NAMES[1:]))
    with pytest.raises(ModelError, match="feature_names has 3 names, but the model 7 features"):
        reader.load(text_source(numbered), ("a", "b", "c"))
    with pytest.raises(ModelError, match=r"feature \[a\] stands twice in feature_names"):
        reader.load(text_source(numbered), ("a", "a"))


# -- refusals

HEADER = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=regression
feature_names=a b
feature_infos=[0:1] [0:1]
"""
TREE = """
Tree=0
num_leaves=3
num_cat=0
split_feature=0 1
threshold=0.5 1.5
decision_type=2 10
left_child=1 -1
right_child=-2 -3
leaf_value=1 2 3
is_linear=0
shrinkage=1
"""
MODEL = HEADER + TREE + "\n\nend of trees\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("is_linear=0", "is_linear=1", "^tree 0: a linear tree is not supported"),
        (
            "num_class=1",
            "num_class=3",
            "^header: a model of several outputs is not supported: num_class is 3",
        ),
        ("iteration=1", "iteration=2", "several outputs is not supported: num_tree_per_iteration is 2"),
        ("=regression", "=multiclass num_class:3", r"^header: the objective \[multiclass\] is not supported"),
        ("=regression", "=poisson sqrt", r"^header: \[sqrt\] of the objective \[poisson\] is not supported"),
        ("=regression", "=binary sigmoid:x", r"^header: sigmoid must hold numbers, not \[x\]"),
        ("version=v4", "version=v9", r"^header: version \[v9\] is not supported"),
        ("end of trees", "", "cut short"),
        ("feature_names=a b", "feature_names=a a", r"feature \[a\] stands twice in "),
        ("feature_names=a b", "feature_names=a", "2 features, but 1 names"),
        ("feature_names=a b", "", "^header: there are no feature_names"),
        ("version=v4", "version=v4\ntree_sizes=1 2", "tree_sizes has 2 entries, but there are 1 trees"),
        ("Tree=0", "Tree=1", r"^tree 0: \[Tree=1\] stands where \[Tree=0\] should"),
        ("num_leaves=3", "num_leaves=0", "^tree 0: num_leaves must be a whole number from 1 to .*, not 0"),
        ("num_leaves=3", "num_leaves=4", "^tree 0: leaf_value has 3 entries, not 4"),
        ("split_feature=0 1", "split_feature=0", "^tree 0: split_feature has 1 entries, not 2"),
        ("split_feature=0 1", "split_feature=0 2", "^tree 0, node 1: feature 2 is beyond the 2 features"),
        ("split_feature=0 1", "split_feature=0 -1", "^tree 0, node 1: feature -1 is beyond the 2 features"),
        ("split_feature=0 1", "", r"^tree 0: there is no \[split_feature\]"),
        (
            "split_feature=0 1",
            "split_feature=0 1\nsplit_feature=0 1",
            r"^tree 0: \[split_feature\] stands twice",
        ),
        (
            "threshold=0.5 1.5",
            "threshold=0.5 nan",
            r"^tree 0: threshold\[1\] must be a finite number, not nan",
        ),
        ("threshold=0.5 1.5", "threshold=0.5 1_5", r"^tree 0: threshold must hold numbers, not \[0.5 1_5\]"),
        ("leaf_value=1 2 3", "leaf_value=1 2 1e999", r"^tree 0: leaf_value\[2\] must be a finite number"),
        ("decision_type=2 10", "decision_type=2 12", "^tree 0, node 1: decision_type 12 is not supported"),
        ("decision_type=2 10", "decision_type=2 1", "^tree 0, node 1: threshold 1.5 is none of 0 sets"),
        (
            "left_child=1 -1",
            "left_child=2 -1",
            "^tree 0, node 0: left_child 2 is none of 2 nodes and 3 leaves",
        ),
        ("right_child=-2 -3", "right_child=-2 -4", "^tree 0, node 1: right_child -4 is none of 2 nodes"),
        ("left_child=1 -1", "left_child=99999999999999999999 -1", "left_child must hold whole numbers"),
        ("num_cat=0", "num_cat=1", r"^tree 0: there is no \[cat_boundaries\]"),
        ("num_cat=0", "num_cat=1\ncat_boundaries=0 2\ncat_threshold=1", "^tree 0: cat_boundaries must rise"),
        (
            "num_cat=0",
            "num_cat=1\ncat_boundaries=0 1\ncat_threshold=-1",
            "cat_threshold must hold numbers of 32 bits",
        ),
        (TREE, "", "the model has no trees"),
    ],
)
def test_a_damaged_text_is_refused_with_its_place(old, new, message):
    assert reader.load(source_of(MODEL.encode()), None).num_features == 2
    assert old in MODEL

    with pytest.raises(ModelError, match=message):
        reader.load(source_of(MODEL.replace(old, new).encode()), None)


def small_dump():
    leaf = [{"leaf_index": i, "leaf_value": float(i)} for i in range(3)]
    node = {"threshold": 0.5, "decision_type": "<=", "default_left": True, "missing_type": "NaN"}
    inner = {"split_index": 1, "split_feature": 1, **node, "left_child": leaf[0], "right_child": leaf[1]}
    root = {"split_index": 0, "split_feature": 0, **node, "left_child": inner, "right_child": leaf[2]}
    return {
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "max_feature_idx": 1,
        "objective": "regression",
        "feature_names": ["a", "b"],
        "tree_info": [{"num_leaves": 3, "tree_structure": root}],
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"split_index": 1}, "^tree 0: node 1 stands twice"),
        ({"split_index": 7}, "^tree 0: split_index must be a whole number from 0 to 1, not 7"),
        ({"right_child": None}, "^tree 0: a node must be an object, not None"),
        ({"right_child": {"leaf_index": 0, "leaf_value": 1}}, "^tree 0: leaf 0 stands twice"),
        ({"right_child": {"leaf_value": 1, "leaf_const": 1}}, "^tree 0: a linear tree is not supported"),
        ({"right_child": {"leaf_index": 2, "leaf_value": "1"}}, "^tree 0: leaf_value must hold numbers"),
        ({"decision_type": ">"}, r"^tree 0, node 0: decision_type \[>\] is not supported"),
        ({"missing_type": []}, r"^tree 0, node 0: missing_type \[\[\]\] is not supported"),
        ({"default_left": 1}, "^tree 0, node 0: default_left must be true or false"),
        ({"threshold": "a||b", "decision_type": "=="}, "^tree 0, node 0: threshold must hold categories"),
        ({"threshold": "99999999", "decision_type": "=="}, "^tree 0, node 0: a category must be from 0 to"),
        ({"threshold": None}, "^tree 0: threshold must hold numbers"),
        ({"split_feature": 5}, "^tree 0, node 0: feature 5 is beyond the 2 features"),
    ],
)
def test_a_damaged_dump_is_refused_with_its_place(change, message):
    dump = small_dump()
    assert len(reader.load(source_of(dump), None).model.trees) == 1
    dump["tree_info"][0]["tree_structure"].update(change)

    with pytest.raises(ModelError, match=message):
        reader.load(source_of(dump), None)


def test_a_dump_that_holds_itself_or_is_one_long_path_is_refused():
    dump, deep = small_dump(), small_dump()
    root = dump["tree_info"][0]["tree_structure"]
    root["left_child"] = root
    with pytest.raises(ModelError, match="node 0 stands twice"):
        reader.load(source_of(dump), None)

    node = {"leaf_index": 0, "leaf_value": 0.0}
    for i in range(100_000):
        node = {"split_index": i, "left_child": node, "right_child": {"leaf_index": i + 1, "leaf_value": 0.0}}
    deep["tree_info"][0] = {"num_leaves": 100_001, "tree_structure": node}
    with pytest.raises(ModelError, match="the tree is more than 4096 deep"):
        reader.load(source_of(deep), None)
    while "left_child" in node:  # Python itself cannot free such a chain at once
        node = node.pop("left_child")


def test_other_things_are_not_recognised():
    for given in (
        b"",
        b"tree",
        b"tree\xff",
        b"{}",
        b"[1]",
        b"treelite\n",
        {},
        [],
        {"tree_info": 1},
        None,
        7,
        object(),
    ):
        assert not reader.recognises(source_of(given))
    assert reader.recognises(source_of(MODEL.encode()))
    assert reader.recognises(source_of(MODEL.replace("\n", "\r\n").encode()))
    assert not other_reader.recognises(source_of(MODEL.encode()))


def test_altered_text_is_refused_or_loaded():
    survives_all(reader, MODEL.encode(), times=600)
    data, _ = golden_model("lgb_rank_cat.txt")
    begin = data.index(b"\nend of trees")
    short = data[: data.index(b"\nTree=2")] + data[begin : begin + 20]
    short = b"\n".join(line for line in short.split(b"\n") if not line.startswith(b"tree_sizes"))
    reader.load(source_of(short), None)
    survives_all(reader, short, times=400)


def test_an_altered_dump_is_refused_or_loaded():
    survives_all(reader, small_dump(), times=600)


def test_a_thousand_trees_load_in_well_under_a_second():
    booster, _ = train({"objective": "regression", "num_leaves": 64, "min_data_in_leaf": 1}, rounds=1)
    text = booster.model_to_string()
    begin, end = text.index("Tree=0"), text.index("end of trees")
    trees = "".join(text[begin:end].replace("Tree=0", f"Tree={i}") for i in range(1000))
    header = "\n".join(line for line in text[:begin].split("\n") if not line.startswith("tree_sizes"))
    source = source_of((header + trees + text[end:]).encode())

    start = time.process_time()
    loaded = reader.load(source, None)
    seconds = time.process_time() - start

    assert sum(len(tree.leaf_value) for tree in loaded.model.trees) == 64_000
    assert seconds < 1
