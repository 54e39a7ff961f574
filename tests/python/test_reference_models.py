"""The slow scorers of model files pass every golden, and agree with the libraries that are installed."""

import json

import numpy as np
import pytest

from models_strategy import MAKERS, rows_for
from reference.goldens import beside
from reference.model import catboost, elasticsearch, lightgbm, o19s, ranklib, solr, xgboost
from reference.model.single import single
from reference.model.ubjson import read

SCORERS = {"lgb": (lightgbm, ".txt"), "xgb": (xgboost, ".json")}
NAMES = ["lgb_rank", "lgb_rank_nan", "lgb_rank_zero_as_missing", "lgb_rank_cat", "lgb_l2_boost_from_average"]
NAMES += ["lgb_rf", "lgb_binary", "lgb_stumps_const", "xgb_ndcg", "xgb_ndcg_nan", "xgb_cat"]
NAMES += ["xgb_reg_base_score", "xgb_logistic", "xgb_dart", "xgb_linear_booster"]
LOGISTIC = ("lgb_binary", "xgb_logistic")
SEEDS = range(12)


def golden_file(name):
    path = beside() / "golden" / "ltr" / name
    if not path.exists():
        pytest.skip(f"NOT RUN: {path} is not there; RESCORA_SHARED names its folder")
    return path


def golden(name):
    scorer, ending = SCORERS[name[:3]]
    model = golden_file(name + ending).read_bytes()
    return scorer, model, dict(np.load(golden_file(f"{name}.npz")))


def bits(scores):
    """Return scores as whole numbers; every NaN is the same."""
    same = np.where(np.isnan(scores), np.nan, scores).astype(scores.dtype)
    return same.view(f"u{scores.dtype.itemsize}")


@pytest.fixture(autouse=True)
def quietly():
    with np.errstate(all="ignore"):  # rows hold infinities and denormals
        yield


@pytest.mark.parametrize("name", NAMES)
def test_raw_scores_are_the_goldens_bits(name):
    scorer, model, expected = golden(name)

    scores = scorer.score(model, expected["X"], raw=True)

    assert scores.dtype == expected["raw"].dtype
    np.testing.assert_array_equal(bits(scores), bits(expected["raw"]))


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_the_goldens(name):
    scorer, model, expected = golden(name)

    scores = scorer.score(model, expected["X"])

    if name in LOGISTIC:  # C's exp and NumPy's may differ in the last bit
        np.testing.assert_array_max_ulp(scores, expected["out"], maxulp=1)
    else:
        np.testing.assert_array_equal(bits(scores), bits(expected["out"]))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "xgb_linear_booster"])
def test_leaves_are_the_goldens(name):
    scorer, model, expected = golden(name)

    leaves = scorer.leaves(model, expected["X"][: len(expected["leaf"])])

    np.testing.assert_array_equal(leaves.reshape(expected["leaf"].shape), expected["leaf"])


def test_xgboosts_two_notations_say_the_same():
    scorer, _, expected = golden("xgb_ndcg")
    packed = golden_file("xgb_ndcg.ubj").read_bytes()

    assert set(read(packed)) == {"learner", "version"}
    np.testing.assert_array_equal(bits(scorer.score(packed, expected["X"], raw=True)), bits(expected["raw"]))


def test_elasticsearchs_scores_are_the_goldens_bits_and_lie_above_zero_once_moved():
    model = json.loads(golden_file("es_eland_xgb.json").read_bytes())
    expected = np.load(golden_file("es_eland_xgb.npz"))
    names = model["definition"]["trained_model"]["ensemble"]["feature_names"]

    raw = elasticsearch.score(model, expected["X"], names, raw=True)
    moved = elasticsearch.score(model, expected["X"], names)

    np.testing.assert_array_equal(bits(raw), bits(expected["raw"]))
    np.testing.assert_array_equal(bits(moved), bits(expected["bounded"]))
    assert moved.min() >= 0


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("seed", SEEDS)
def test_lightgbm_reads_the_same_out_of_models_by_chance(seed, kind):
    library = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    made = MAKERS["lightgbm"](seed, trees=8, leaves=12, features=4)
    rows = rows_for(made, seed, 60, kind)
    booster = library.Booster(model_str=made.data.decode())

    np.testing.assert_array_equal(lightgbm.leaves(made.data, rows), booster.predict(rows, pred_leaf=True))
    raw = booster.predict(rows, raw_score=True)
    np.testing.assert_array_equal(bits(lightgbm.score(made.data, rows, raw=True)), bits(raw))
    np.testing.assert_array_max_ulp(lightgbm.score(made.data, rows), booster.predict(rows), maxulp=2)  # exp


def test_lightgbms_linear_leaves_are_its_own_bits():
    library = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(300, 4))
    params = {
        "objective": "regression",
        "linear_tree": True,
        "verbose": -1,
        "num_leaves": 7,
        "num_threads": 1,
    }
    booster = library.train(params, library.Dataset(rows, rows[:, 0] * rows[:, 1] + rows[:, 2]), 5)
    rows[rng.random(rows.shape) < 0.1] = np.nan

    scores = lightgbm.score(booster.model_to_string().encode(), rows)

    np.testing.assert_array_equal(bits(scores), bits(booster.predict(rows)))


@pytest.mark.parametrize("seed", SEEDS)
def test_xgboost_reads_the_same_out_of_models_by_chance(seed):
    library = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    made = MAKERS["xgboost"](seed, trees=8, leaves=12, features=4)
    rows = rows_for(made, seed, 60)
    rows[np.isinf(rows)] = 5  # which it refuses
    learner = json.loads(made.data)["learner"]
    names, types = learner["feature_names"] or None, learner["feature_types"]
    matrix = library.DMatrix(rows, feature_names=names, feature_types=types, enable_categorical=True)
    booster = library.Booster(model_file=bytearray(made.data))

    raw = booster.predict(matrix, output_margin=True)
    np.testing.assert_array_equal(bits(xgboost.score(made.data, rows, raw=True)), bits(raw))
    np.testing.assert_array_max_ulp(xgboost.score(made.data, rows), booster.predict(matrix), maxulp=1)


def with_short_leaves(model):
    """Round leaves to three decimals: CatBoost's own reader gets longer ones wrong in the last bit."""
    if isinstance(model, dict):
        short = {
            "leaf_values": lambda values: [round(value, 3) for value in values],
            "value": lambda v: round(v, 3),
        }
        return {key: short.get(key, with_short_leaves)(value) for key, value in model.items()}
    return [with_short_leaves(value) for value in model] if isinstance(model, list) else model


@pytest.mark.parametrize("seed", SEEDS)
def test_catboost_reads_the_same_out_of_models_by_chance(seed, tmp_path):
    library = pytest.importorskip("catboost", reason="CatBoost is not installed")
    made = MAKERS["catboost"](seed, trees=8, leaves=12, features=4)
    model = with_short_leaves(json.loads(made.data))
    rows = rows_for(made, seed, 60)
    (tmp_path / "model.json").write_text(json.dumps(model))

    expected = library.CatBoost().load_model(tmp_path / "model.json", format="json").predict(rows)

    np.testing.assert_array_equal(bits(catboost.score(model, rows)), bits(expected))


@pytest.mark.parametrize("policy", ["SymmetricTree", "Lossguide", "Depthwise"])
@pytest.mark.parametrize("nan_mode", ["Min", "Max"])
def test_catboosts_trained_trees_give_its_own_bits(policy, nan_mode, tmp_path):
    library = pytest.importorskip("catboost", reason="CatBoost is not installed")
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(300, 4)).astype(np.float32)
    wanted = rows[:, 0] * 2 + rows[:, 1]
    rows[rng.random(rows.shape) < 0.2] = np.nan
    told = {"verbose": 0, "allow_writing_files": False, "thread_count": 1, "nan_mode": nan_mode}
    model = library.CatBoostRegressor(iterations=8, depth=4, grow_policy=policy, **told).fit(rows, wanted)
    model.save_model(tmp_path / "model.json", format="json")

    scores = catboost.score((tmp_path / "model.json").read_bytes(), rows)

    np.testing.assert_array_equal(bits(scores), bits(model.predict(rows)))


# The other formats have no library here: small models, worked out by hand.

RANKLIB = """## LambdaMART
## No. of trees = 2

<ensemble>
<tree id="1" weight="0.1">
<split>
<feature> 2 </feature>
<threshold> 0.5 </threshold>
<split pos="left"><output> -1.0 </output></split>
<split pos="right"><output> 2.0 </output></split>
</split>
</tree>
<tree id="2" weight="0.1">
<split><output> 3.0 </output></split>
</tree>
</ensemble>
"""


def test_ranklib_goes_left_at_the_threshold_and_rounds_after_every_tree():
    rows = np.float32([[9, 0.5], [9, np.nextafter(np.float32(0.5), np.float32(1))], [9, np.nan]])
    weight = float(np.float32(0.1))

    low = np.float32(float(np.float32(-weight)) + 3 * weight)
    high = np.float32(float(np.float32(2 * weight)) + 3 * weight)

    assert ranklib.score(RANKLIB.encode(), rows).tolist() == [low, high, low]


def test_a_random_forest_of_ranklib_is_the_mean_of_its_ensembles():
    ensemble = RANKLIB.partition("\n\n")[2]
    forest = "## Random Forests\n\n" + ensemble + "\n" + ensemble.replace("3.0", "-3.0")
    one, other = ranklib.score(RANKLIB.encode(), np.zeros((1, 2)))[0], np.float32(-4 * float(np.float32(0.1)))

    assert ranklib.score(forest.encode(), np.zeros((1, 2)))[0] == (float(one) + float(other)) / 2


def test_ranklibs_linear_models_start_from_the_constant():
    rows = np.array([[2.0, 4.0], [np.nan, 1.0]])

    assert ranklib.score(b"## Linear Regression\n0:1.0 2:0.5 1:0.25\n", rows).tolist() == [3.5, 1.5]
    assert ranklib.score(b"## Coordinate Ascent\n2:0.5 1:0.25\n", rows).tolist() == [2.5, 0.5]


def plugin_model(kind, definition, normalizers=None):
    inner = {"type": f"model/{kind}", "definition": definition, "feature_normalizers": normalizers or {}}
    return {"model": {"name": "m", "model": inner}}


def test_o19s_trees_go_left_below_the_threshold_and_where_missing_says():
    left, right = {"nodeid": 1, "leaf": 1.5}, {"nodeid": 2, "leaf": -0.5}
    tree = {"nodeid": 0, "split": "b", "split_condition": 2.0, "yes": 1, "no": 2, "missing": 1}
    tree["children"] = [right, left]
    rows = np.array([[0, 2.0], [0, 1.0], [0, np.nan]])

    assert o19s.score(plugin_model("xgboost+json", [tree]), rows, ["a", "b"]).tolist() == [-0.5, 1.5, 1.5]
    split = {"objective": "binary:logistic", "splits": [tree]}
    sure = o19s.score(plugin_model("xgboost+json", json.dumps(split)), rows[1:2], ["a", "b"])
    assert sure.tolist() == [np.float32(1 / (1 + np.exp(-1.5)))]


def test_o19s_normalizes_what_is_absent_too():
    model = plugin_model("linear", {"a": 2.0, "b": 1.0}, {"b": {"min_max": {"minimum": 1.0, "maximum": 3.0}}})

    assert o19s.score(model, np.array([[1, 3.0], [1, np.nan]]), ["a", "b"]).tolist() == [3.0, 1.5]


def solr_model(trees):
    norm = {"class": "org.apache.solr.ltr.norm.StandardNormalizer", "params": {"avg": "1", "std": "2"}}
    features = [{"name": "a"}, {"name": "b", "norm": norm}]
    kind = "org.apache.solr.ltr.model.MultipleAdditiveTreesModel"
    return {"class": kind, "name": "m", "features": features, "params": {"trees": trees}}


def test_solr_moves_thresholds_up_and_gives_0_where_a_feature_is_unknown():
    unknown = {"feature": "z", "threshold": "1", "left": {"value": "9"}, "right": {"value": "9"}}
    root = {"feature": "b", "threshold": "0.5", "left": {"value": "4"}, "right": unknown}
    rows = np.array([[0, 2.0], [0, 2.000001], [0, 2.00001], [0, np.nan]])  # b becomes (b - 1) / 2

    assert solr.score(solr_model([{"weight": "0.5", "root": root}]), rows).tolist() == [2, 2, 0, 2]


def test_solrs_linear_model_adds_in_the_order_of_its_features():
    model = solr_model([]) | {"class": "org.apache.solr.ltr.model.LinearModel"}
    model["params"] = {"weights": {"b": 1.0, "a": "3"}}

    assert solr.score(model, np.array([[1, 3.0], [np.nan, np.nan]])).tolist() == [4.0, -0.5]


def elasticsearch_model(test, threshold):
    nodes = [
        {
            "node_index": 0,
            "split_feature": 0,
            "threshold": threshold,
            "left_child": 1,
            "right_child": 2,
            **test,
        },
        {"node_index": 1, "leaf_value": [-2.0]},
        {"node_index": 2, "leaf_value": 1.5},
    ]
    tree = {"tree": {"feature_names": ["b"], "tree_structure": nodes}}
    return {"trained_model": {"ensemble": {"trained_models": [tree], "target_type": "regression"}}}


@pytest.mark.parametrize(
    ("test", "left"),
    [
        ({}, [0, -0.0, -1]),
        ({"decision_type": "lt"}, [-0.0, -1]),
        ({"decision_type": "GTE"}, [0, 1]),
        ({"decision_type": "gt", "default_left": True}, [1, np.nan, np.inf, -np.inf]),
    ],
)
def test_elasticsearch_orders_as_java_does_and_takes_infinities_for_missing(test, left):
    values = [0, -0.0, 1, -1, np.nan, np.inf, -np.inf]
    rows = np.array([[7, value] for value in values])

    scores = elasticsearch.score(elasticsearch_model(test, 0.0), rows, ["a", "b"])

    assert sorted(scores) == sorted([0.0] * len(left) + [3.5] * (7 - len(left)))  # moved up by 2
    assert str([value for value, score in zip(values, scores, strict=True) if score == 0]) == str(
        [value for value in values if str(value) in map(str, left)]
    )


def test_decimals_are_rounded_once():
    assert single("7.038531e-26") < np.float32(7.038531e-26)
    assert single("1e39") == np.inf
    assert single("1.000000059604644775390625") == np.float32(1)  # a tie
    assert single("1.00000005960464477539062500001") == np.nextafter(np.float32(1), np.float32(2))
