"""CatBoost's models, read from its JSON or from live objects, score as CatBoost does."""

import functools
import json
import random

import numpy as np
import pytest

from models_mutated import changed, damaged
from reference.model import walk
from rescora import ModelError
from rescora.model.ensemble import Rule
from rescora.model.formats import catboost as reader
from rescora.model.parsing.source import Source, read_source

catboost = pytest.importorskip("catboost", reason="CatBoost is the oracle of this file")

COMMON = {"iterations": 13, "verbose": 0, "allow_writing_files": False, "thread_count": 1, "random_seed": 7}
NAMES = ("bm25", "clicks", "age", "length")


def made_rows(seed=3, rows=300):
    """Return columns of different kinds: reals, a few values with NaN, tiny numbers, counts."""
    rng = np.random.default_rng(seed)
    columns = [
        rng.normal(size=rows),
        rng.choice([0.0, 1.0, 2.5, np.nan], rows),
        rng.choice([0.0, 1e-40, 3e-40, -1e-40], rows),
        rng.integers(0, 50, rows),
    ]
    return np.stack(columns, 1).astype(np.float32)


X = made_rows()
Y = X[:, 0] + np.nan_to_num(X[:, 1], nan=-2) + (X[:, 2] > 0) + 0.1 * X[:, 3]


def trained(kind="CatBoostRegressor", y=Y, rows=X, **parameters):
    return getattr(catboost, kind)(**{**COMMON, "depth": 4, **parameters}).fit(rows, y)


def loaded(model, names=None):
    return reader.load(Source(None, model), names)


@functools.cache
def plain():
    return trained()


def exported(model, tmp_path):
    model.save_model(str(tmp_path / "model.json"), format="json")
    return (tmp_path / "model.json").read_bytes()


def edge_rows(model):
    """Return rows that hit each border or lie one float32 beside it, and rows of odd numbers."""
    odd = [0.0, -0.0, 1e-45, -1e-45, 1e-40, np.nan, np.inf, -np.inf, 3.4028235e38, -3.4028235e38]
    rows = []
    for feature, borders in model.get_borders().items():
        exact = np.array(borders, np.float32)
        with np.errstate(over="ignore"):  # beside the largest number is infinity
            beside = [np.nextafter(exact, np.float32(side)) for side in (-np.inf, np.inf)]
        for value in np.concatenate([exact, *beside, np.array(odd, np.float32)]):
            row = X[len(rows) % len(X)].copy()
            row[feature] = value
            rows.append(row)
    return np.stack(rows)


def raw_of(model, rows):
    return np.ravel(model.predict(rows, prediction_type="RawFormulaVal"))


KINDS = {
    "symmetric": {},
    "stumps": {"depth": 1},
    "deep": {"depth": 9, "iterations": 3},  # beyond CatBoost's own eight levels in bytes
    "nan above": {"nan_mode": "Max"},
    "by depth": {"grow_policy": "Depthwise"},
    "by leaf": {"grow_policy": "Lossguide", "max_leaves": 7},
}


@pytest.mark.parametrize("parameters", KINDS.values(), ids=KINDS)
def test_raw_scores_have_the_bits_of_catboost(parameters):
    model = trained(**parameters)
    rows = np.concatenate([X, edge_rows(model)])

    got = walk.predict(loaded(model), rows, raw=True)

    np.testing.assert_array_equal(got, raw_of(model, rows))


def test_float64_rows_are_rounded_to_float32_as_in_catboost():
    model = plain()
    exact = edge_rows(model).astype(np.float64)
    rows = np.concatenate([exact * (1 + 2.0**-26), exact * (1 - 2.0**-26)])

    got = walk.predict(loaded(model), rows, raw=True)

    np.testing.assert_array_equal(got, raw_of(model, rows))


def test_one_row_has_the_score_that_it_has_among_many():
    model = plain()

    got = [walk.predict(loaded(model), X[i : i + 1], raw=True)[0] for i in range(9)]

    assert got == [raw_of(model, X[i : i + 1])[0] for i in range(9)]


def test_a_ranker_gives_raw_scores():
    groups = np.repeat(np.arange(30), 10)
    model = catboost.CatBoostRanker(**COMMON, depth=3).fit(X, Y > 1, group_id=groups)

    np.testing.assert_array_equal(walk.predict(loaded(model), X), model.predict(X))


@pytest.mark.parametrize("loss", ["Logloss", "CrossEntropy", "Focal:focal_alpha=0.4;focal_gamma=2"])
def test_a_classifier_gives_the_probability_of_the_second_class(loss):
    model = trained("CatBoostClassifier", Y > 1, loss_function=loss)

    raw, out = (walk.predict(loaded(model), X, raw=raw) for raw in (True, False))

    np.testing.assert_array_equal(raw, raw_of(model, X))
    np.testing.assert_allclose(out, model.predict_proba(X)[:, 1], rtol=4e-16)  # two libraries' exp: 2 ulp


@pytest.mark.parametrize("loss", ["Poisson", "Tweedie:variance_power=1.5"])
def test_counts_are_the_exponential_of_the_raw_score(loss):
    model = trained(y=np.abs(Y), loss_function=loss)

    raw, out = (walk.predict(loaded(model), X, raw=raw) for raw in (True, False))

    np.testing.assert_array_equal(raw, raw_of(model, X))
    np.testing.assert_allclose(out, model.predict(X), rtol=1e-15)  # CatBoost's fast exp: 4 ulp


@pytest.mark.parametrize("loss", ["MAE", "Quantile:alpha=0.3", "LogLinQuantile", "Huber:delta=1", "Lq:q=3"])
def test_other_objectives_give_the_raw_score(loss):
    model = trained(y=np.abs(Y), loss_function=loss)

    np.testing.assert_array_equal(walk.predict(loaded(model), X), model.predict(X))


def test_scale_and_bias_are_applied_in_float64_to_the_sum():
    model = trained()
    model.set_scale_and_bias(0.3, [0.7])

    np.testing.assert_array_equal(walk.predict(loaded(model), X), model.predict(X))


def test_summed_models_give_the_raw_score_though_the_file_names_no_objective():
    model = catboost.sum_models([trained(), trained(depth=2)], weights=[0.5, 0.25])

    np.testing.assert_array_equal(walk.predict(loaded(model), X), model.predict(X))


def read_back(document, tmp_path):
    """Return the live model of a changed document; CatBoost's reader of JSON is an ulp off in some leaves."""
    (tmp_path / "changed.json").write_text(json.dumps(document))
    return catboost.CatBoost().load_model(str(tmp_path / "changed.json"), format="json")


def test_a_tree_without_splits_is_a_constant(tmp_path):
    document = json.loads(exported(plain(), tmp_path))
    document["oblivious_trees"][1:] = [{"leaf_values": [0.5], "splits": splits} for splits in (None, [])]
    model = read_back(document, tmp_path)

    assert [len(tree.leaf_value) for tree in loaded(document).model.trees] == [16, 1, 1]
    np.testing.assert_array_equal(walk.predict(loaded(model), X), model.predict(X))


@pytest.mark.parametrize("treatment", ["AsIs", "AsFalse", "AsTrue"])
@pytest.mark.parametrize("had_nan", [False, True])
def test_nan_is_above_the_borders_only_where_training_saw_it_and_took_it_as_true(
    treatment, had_nan, tmp_path
):
    document = json.loads(exported(plain(), tmp_path))
    for feature in document["features_info"]["float_features"]:
        feature.update(nan_value_treatment=treatment, has_nans=had_nan)
    model = read_back(document, tmp_path)
    rows = edge_rows(model)

    goes_left = {bool(rule & Rule.NAN_LEFT) for tree in loaded(model).model.trees for rule in tree.rule}

    assert goes_left == {not (had_nan and treatment == "AsTrue")}
    np.testing.assert_array_equal(walk.predict(loaded(model), rows), model.predict(rows))


def test_path_bytes_dict_and_live_object_give_the_same_model(tmp_path):
    model = plain()
    data = exported(model, tmp_path)

    want = walk.predict(loaded(model), X[:20])

    for given in (tmp_path / "model.json", data, json.loads(data)):
        assert reader.recognises(read_source(given))
        np.testing.assert_array_equal(walk.predict(reader.load(read_source(given), None), X[:20]), want)


def test_a_symmetric_tree_has_one_node_fewer_than_leaves():
    tree = loaded(trained(depth=6)).model.trees[0]

    assert (len(tree.feature), len(tree.leaf_value)) == (63, 64)
    assert set(tree.rule.tolist()) <= {0, int(Rule.NAN_LEFT)}


# Names


def named(names=NAMES, **parameters):
    return catboost.CatBoostRegressor(**COMMON, depth=3, **parameters).fit(
        catboost.Pool(X, Y, feature_names=list(names))
    )


def test_names_are_those_of_the_file():
    assert loaded(named()).feature_names == NAMES
    assert loaded(named(("a", "b", "", "d"))).feature_names == ("a", "b", "2", "d")
    assert loaded(trained()).feature_names == ()
    assert loaded(trained()).num_features == 4


def test_columns_are_those_of_the_caller():
    model, order = named(), ("extra", "length", "bm25", "age", "clicks")
    rows = np.stack([X[:, 0], X[:, 3], X[:, 0], X[:, 2], X[:, 1]], 1)

    got = loaded(model, order)

    assert (got.feature_names, got.num_features) == (order, 5)
    np.testing.assert_array_equal(walk.predict(got, rows), model.predict(X))


def test_a_feature_that_no_split_asks_for_need_not_be_a_column():
    model = named(ignored_features=[1, 2])

    got = loaded(model, ("length", "bm25"))

    np.testing.assert_array_equal(walk.predict(got, X[:, [3, 0]]), model.predict(X))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            ("bm25", "click", "age", "length"),
            r"uses feature \[clicks\], which is not .*, did you mean \[click\]",
        ),
        (("bm25", "clicks", "age", "length", "bm25"), r"feature \[bm25\] stands twice in feature_names"),
    ],
)
def test_names_that_do_not_fit_are_refused(names, message):
    with pytest.raises(ModelError, match=message):
        loaded(named(), names)


def test_a_nameless_model_takes_the_callers_names_in_order():
    assert loaded(trained(), NAMES).feature_names == NAMES
    with pytest.raises(ModelError, match="feature_names has 2 names, but the model 4 features"):
        loaded(trained(), NAMES[:2])


# What is refused


def test_categories_are_refused_by_name():
    pandas = pytest.importorskip("pandas", reason="CatBoost takes categories from a table")
    table = pandas.DataFrame(X, columns=NAMES)
    table["colour"] = [("red", "green", "blue")[i % 3] for i in range(len(X))]
    model = catboost.CatBoostRegressor(**COMMON, cat_features=["colour"]).fit(table, Y)

    with pytest.raises(ModelError, match=r"a categorical feature is not supported: \[colour\]"):
        loaded(model)


@pytest.mark.parametrize("policy", ["SymmetricTree", "Lossguide"])
def test_several_outputs_are_refused(policy):
    model = trained("CatBoostClassifier", np.arange(len(X)) % 3, grow_policy=policy)

    with pytest.raises(ModelError, match="a model of 3 outputs is not supported"):
        loaded(model)


def test_a_model_that_is_not_trained_is_refused():
    with pytest.raises(ModelError, match="CatBoost does not write it as JSON"):
        loaded(catboost.CatBoostRanker())


def test_the_binary_file_is_refused_with_what_to_do(tmp_path):
    trained().save_model(str(tmp_path / "model.cbm"))
    source = read_source(tmp_path / "model.cbm")

    assert reader.recognises(source)
    with pytest.raises(ModelError, match='format="json"'):
        reader.load(source, None)


def at(document, *path):
    for key in path:
        document = document[key]
    return document


BROKEN = [
    (("oblivious_trees",), [], "oblivious_trees must have at least one tree"),
    (("oblivious_trees", 2, "leaf_values"), [0.0] * 5, "tree 2: leaf_values must have 16 entries, not 5"),
    (("oblivious_trees", 2, "leaf_values"), [0.0] * 32, "tree 2: a model of 2 outputs"),
    (("oblivious_trees", 2, "leaf_values", 3), "x", "tree 2: leaf_values must hold numbers"),
    (
        ("oblivious_trees", 2, "leaf_values", 3),
        float("nan"),
        r"tree 2: leaf_values\[3\] must be a finite number, not nan",
    ),
    (("oblivious_trees", 2, "leaf_values", 3), 10**400, "tree 2: leaf_values must hold numbers"),
    (
        ("oblivious_trees", 2, "splits", 1, "border"),
        float("inf"),
        "tree 2, split 1: split_index .* is feature .* not . at inf",
    ),
    (("oblivious_trees", 2, "splits", 1, "border"), 1e300, "tree 2, split 1: split_index .* is feature"),
    (
        ("oblivious_trees", 2, "splits", 1, "split_index"),
        -1,
        "tree 2, split 1: split_index must be a whole number from 0 to .*, not -1",
    ),
    (("oblivious_trees", 2, "splits", 1, "float_feature_index"), 99, "not 99 at"),
    (("oblivious_trees", 2, "splits", 1, "split_type"), "OnlineCtr", r"type \[OnlineCtr\] is not supported"),
    (("oblivious_trees", 2, "splits"), [{}] * 17, "tree 2: a tree may have 16 splits, not 17"),
    (("oblivious_trees", 2), None, "tree 2: must be an object, not None"),
    (
        ("features_info", "float_features", 0, "borders"),
        [1.0, 0.5],
        "float feature 0: borders must .* ascend",
    ),
    (("features_info", "float_features", 0, "borders"), [1e39], "float feature 0: borders must be float32"),
    (
        ("features_info", "float_features", 1, "flat_feature_index"),
        0,
        "flat_feature_index 0 stands there twice",
    ),
    (
        ("features_info", "float_features", 1, "flat_feature_index"),
        10**12,
        "float feature 1: flat_feature_index must be a whole number from 0",
    ),
    (("features_info", "float_features", 1, "nan_value_treatment"), "AsHope", r"\[AsHope\] is not supported"),
    (("features_info", "text_features"), [{"feature_id": "title"}], r"a text feature .*: \[title\]"),
    (("features_info", "ctrs"), [{}], r"\(CTR\) is not supported"),
    (("ctr_data",), {"x": 1}, "ctr_data: statistics of categorical features"),
    (("trees",), [], "not both"),
    (("treees",), [1], r"\[treees\] is not supported, did you mean \[trees\]"),
    (("scale_and_bias",), [1, 0.5], "scale_and_bias: bias must be a list"),  # CatBoost would take 0.5 as 0
    (("scale_and_bias",), [1, [0, 0]], "a model of 2 outputs"),
    (("model_info", "params", "loss_function", "type"), 7, "type must be the objective's name"),
]


@pytest.mark.parametrize(("path", "value", "message"), BROKEN)
def test_damage_is_named_with_its_place(path, value, message, tmp_path):
    document = json.loads(exported(plain(), tmp_path))
    at(document, *path[:-1])[path[-1]] = value

    with pytest.raises(ModelError, match=message):
        loaded(document)


def nested(tmp_path):
    return json.loads(exported(trained(grow_policy="Lossguide", max_leaves=5), tmp_path))


def test_a_node_that_is_its_own_child_is_refused(tmp_path):
    document = nested(tmp_path)
    document["trees"][1]["left"] = document["trees"][1]

    with pytest.raises(ModelError, match=r"tree 1, node .*: the tree is deeper than 4,096"):
        loaded(document)


def test_a_tree_of_a_hundred_thousand_nodes_in_one_path_is_refused(tmp_path):
    document = nested(tmp_path)
    split, node = document["trees"][0]["split"], {"value": 1.0}
    for _ in range(10**5):
        node = {"split": split, "left": {"value": 0.0}, "right": node}
    document["trees"][0] = node

    try:
        with pytest.raises(ModelError, match=r"tree 0, node .*: the tree is deeper than 4,096"):
            loaded(document)
    finally:
        while "right" in node:  # freed from above, so that nothing recurses
            node = node.pop("right")


def test_json_that_is_nested_too_deeply_is_not_recognised():
    data = b'{"features_info":{},"trees":[' + b'{"left":' * 100_000

    assert not reader.recognises(Source(data))
    with pytest.raises(ModelError, match="a model of CatBoost must be an object"):
        reader.load(Source(data), None)


@pytest.mark.parametrize("given", [None, 7, object(), [], {}, {"trees": []}, catboost, catboost.CatBoost])
def test_nothing_else_is_recognised(given):
    assert not reader.recognises(Source(None, given))


# Chance


def small_document(tmp_path, **parameters):
    document = json.loads(exported(trained(iterations=2, depth=2, **parameters), tmp_path))
    document["model_info"] = {"params": {"loss_function": {"type": "RMSE"}}}
    return document


def read_or_refused(given):
    source = Source(given) if isinstance(given, bytes) else Source(None, given)
    reader.recognises(source)
    try:
        walk.predict(reader.load(source, None), np.zeros((1, 8), np.float32))
    except ModelError:
        return
    except IndexError:  # of the row that is asked for more columns than it has
        assert reader.load(source, None).num_features > 8


@pytest.mark.parametrize("policy", ["SymmetricTree", "Depthwise"])
def test_altered_values_are_refused_and_nothing_else_happens(policy, tmp_path):
    chance, document = random.Random(5), small_document(tmp_path, grow_policy=policy)
    for _ in range(400):
        read_or_refused(changed(document, chance))


@pytest.mark.parametrize("policy", ["SymmetricTree", "Depthwise"])
def test_altered_bytes_are_refused_and_nothing_else_happens(policy, tmp_path):
    chance = random.Random(6)
    data = json.dumps(small_document(tmp_path, grow_policy=policy)).encode()
    for _ in range(600):
        read_or_refused(damaged(data, chance))
