"""Models that LightGBM, XGBoost and an Elasticsearch ensemble answered for: the engine gives their bits."""

import numpy as np
import pytest

from reference.goldens import beside
from rescora import Model

FILES = [
    *(
        "es_eland_xgb.json",
        "lgb_binary.txt",
        "lgb_l2_boost_from_average.txt",
        "lgb_rank.txt",
        "lgb_rank_cat.txt",
    ),
    *(
        "lgb_rank_nan.txt",
        "lgb_rank_zero_as_missing.txt",
        "lgb_rf.txt",
        "lgb_stumps_const.txt",
        "xgb_cat.json",
    ),
    *("xgb_dart.json", "xgb_linear_booster.json", "xgb_logistic.json", "xgb_ndcg.json", "xgb_ndcg.ubj"),
    *("xgb_ndcg_nan.json", "xgb_reg_base_score.json"),
]


@pytest.fixture(params=FILES)
def golden(request):
    path = beside() / "golden" / "ltr" / request.param
    if not path.exists():
        pytest.skip(f"NOT RUN: {path} is not there; RESCORA_SHARED names its folder")
    return Model.load(path), dict(np.load(path.with_suffix(".npz")))


@pytest.mark.parametrize("way", ["choose", "walk", "select"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_row_has_its_raw_score_in_windows_of_any_size(golden, way, dtype):
    model, expected = golden
    rows = expected["X"].astype(dtype)
    if dtype == np.float64 and model.format == "xgboost":
        rows = rows.astype(np.float32)  # as the library, which has no other; `Model.predict` does so too

    for n in (1, 7, 33, 70, len(rows)):
        scores = model._core.predict(rows[:n], True, way)
        np.testing.assert_array_equal(expected["raw"][:n].astype(np.float64), scores)


def test_outputs_are_the_librarys_within_one_unit_in_the_last_place(golden):
    model, expected = golden
    output = expected["out"] if "out" in expected else expected["bounded"]

    scores = model.predict(expected["X"])

    assert scores.dtype == output.dtype
    assert (np.abs(scores - output) <= np.spacing(np.abs(output))).all()


def test_rows_fall_into_the_librarys_leaves(golden):
    model, expected = golden
    if expected.get("leaf", np.zeros(0)).size == 0:
        pytest.skip("the golden has no leaves")
    leaves = model.predict_leaves(expected["X"][: len(expected["leaf"])])

    if model.format == "lightgbm":  # XGBoost numbers leaves among all nodes
        np.testing.assert_array_equal(expected["leaf"], leaves)
    for tree in range(leaves.shape[1]):
        pairs = set(zip(expected["leaf"][:, tree].tolist(), leaves[:, tree].tolist(), strict=True))
        assert (
            len(pairs) == len(set(leaves[:, tree].tolist())) == len(set(expected["leaf"][:, tree].tolist()))
        )


def test_a_stored_model_gives_the_same_bits(golden):
    model, expected = golden

    again = Model.load(model.to_bytes())

    np.testing.assert_array_equal(model.predict(expected["X"]), again.predict(expected["X"]))
    assert again.format == model.format
