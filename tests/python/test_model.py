"""A model: whatever it is read from, it scores as its library does, or is refused."""

import copy
import dataclasses
import json
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import rescora
from ranking import stump
from reference.model import walk
from rescora import Model, ModelError
from rescora.model.ensemble import Ensemble, Linear
from rescora.model.formats import lightgbm as lightgbm_reader
from rescora.model.formats import scikit_learn as scikit_learn_reader
from rescora.model.parsing.source import read_source

TREES = [stump("f0", 2.5, -0.5, 1.5), stump("f1", 0.0, 0.25, -0.25, missing="right")]
ROWS = np.array([[2, 1], [3, -1], [np.nan, np.nan], [2.5, 0], [np.inf, -np.inf]], np.float32)
SCORES = [-0.75, 1.75, -0.75, 1.25, 1.75]
NAMES = ["a", "b", "c"]


def training_data(kind=np.float32):
    random = np.random.default_rng(6)
    rows = random.normal(size=(300, 3)).astype(kind)
    return rows, rows[:, 0] * 2 - rows[:, 1] * rows[:, 2] + random.normal(size=300) / 10


@pytest.fixture(scope="module")
def lightgbm_booster():
    library = pytest.importorskip("lightgbm", reason="LightGBM is not installed")
    told = {"objective": "regression", "num_leaves": 15, "verbose": -1, "num_threads": 1}
    return library.train(told, library.Dataset(*training_data(), feature_name=NAMES), 20)


@pytest.fixture(scope="module")
def xgboost_booster():
    library = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    data = library.DMatrix(*training_data(), feature_names=NAMES)
    return library.train({"max_depth": 4, "nthread": 1}, data, 20)


# -- where it comes from


def test_a_model_is_read_from_a_path_bytes_a_dict_or_an_object(tmp_path, lightgbm_booster):
    path = tmp_path / "model.txt"
    lightgbm_booster.save_model(path)
    rows, _ = training_data()
    want = lightgbm_booster.predict(rows)

    text = path.read_bytes()
    given = (
        path,
        str(path),
        text,
        bytearray(text),
        memoryview(text),
        lightgbm_booster.dump_model(),
        lightgbm_booster,
    )
    for source in given:
        model = Model.load(source)
        assert model.format == "lightgbm"
        assert model.feature_names == tuple(NAMES)
        assert model.predict(rows).tobytes() == want.tobytes(), type(source)


def test_a_format_may_be_named(lightgbm_booster):
    text = lightgbm_booster.model_to_string().encode()

    assert Model.load(text, format="lightgbm").num_trees == 20
    with pytest.raises(
        ModelError, match=r"^unknown format \[lightgm\], did you mean \[lightgbm\]\?; known are rescora"
    ):
        Model.load(text, format="lightgm")
    with pytest.raises(ModelError):
        Model.load(text, format="xgboost")


@pytest.mark.parametrize(
    "source",
    [b"", b"no model", b"\xff\xfe", b"{}", b"[]", {}, [], {"a": [1]}, object(), 7, None, np.zeros(3)],
)
def test_what_is_no_model_is_refused(source):
    with pytest.raises(ModelError):
        Model.load(source)


def test_a_path_that_is_not_there_is_the_systems_error(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        Model.load(tmp_path / "nowhere")


def test_columns_are_taken_by_name(lightgbm_booster, xgboost_booster):
    rows, _ = training_data()
    columns = ["c", "unused", "a", "b"]
    placed = np.stack([rows[:, 2], rows[:, 0] * 9, rows[:, 0], rows[:, 1]], axis=1)
    for booster in (lightgbm_booster, xgboost_booster):
        model = Model.load(booster, columns)

        assert model.feature_names == tuple(columns)
        assert model.predict(placed).tobytes() == Model.load(booster).predict(rows).tobytes()
    with pytest.raises(ModelError, match=r"\[b\]"):
        Model.load(lightgbm_booster, ["a", "c", "d"])
    with pytest.raises(ModelError, match=r"features\[2\]: the name \[a\] is given twice"):
        Model.load(lightgbm_booster, ["a", "b", "a", "c"])


# -- what it must score


def test_rows_with_known_scores_are_a_contract():
    model = Model.load(TREES, test_rows=(ROWS, SCORES))
    assert model.num_trees == 2

    wrong = list(SCORES)
    wrong[3] = np.nextafter(np.float32(1.25), np.float32(2))
    wrong[4] = 0
    with pytest.raises(ModelError) as raised:
        Model.load(TREES, test_rows=(ROWS, wrong))
    assert str(raised.value) == (
        "row 3 of the test rows scores 1.25, and should score 1.2500001192092896; its values are [2.5 0. ]"
    )


@pytest.mark.parametrize(
    ("test_rows", "message"),
    [
        ((ROWS, SCORES[:3]), r"test_rows\[1\]: 5 scores are wanted, not \(3,\)"),
        ((ROWS, [SCORES]), r"test_rows\[1\]: 5 scores are wanted"),
        ((ROWS[0], SCORES), "test_rows: X must have two dimensions"),
        ((ROWS[:, :1], SCORES), "test_rows: X has 1 columns"),
        ((ROWS, ["x"] * 5), "test_rows: "),
        (([["a"] * 2], [1]), "test_rows: X must be numbers"),
        (([[1], [1, 2]], [1, 2]), "test_rows: X must be numbers"),
    ],
)
def test_a_contract_must_make_sense(test_rows, message):
    with pytest.raises(ModelError, match=message):
        Model.load(TREES, test_rows=test_rows)


def test_a_live_object_is_asked_itself(lightgbm_booster, monkeypatch):
    real = lightgbm_reader.load

    def tampered(source, names):
        loaded = real(source, names)
        tree = loaded.model.trees[0]
        tree = dataclasses.replace(tree, leaf_value=np.nextafter(tree.leaf_value, np.inf))
        trees = [tree, *loaded.model.trees[1:]]
        return dataclasses.replace(loaded, model=dataclasses.replace(loaded.model, trees=trees))

    monkeypatch.setattr(lightgbm_reader, "load", tampered)

    with pytest.raises(
        ModelError, match=r"^row \d+ of rows made of its thresholds scores .*, and should score"
    ):
        Model.load(lightgbm_booster)
    assert Model.load(lightgbm_booster, check=False).num_trees == 20
    assert Model.load(lightgbm_booster.model_to_string().encode()).num_trees == 20  # no one to ask


def test_thresholds_one_step_away_are_seen(xgboost_booster, monkeypatch):
    from rescora.model.formats import xgboost as reader

    real = reader.load

    def tampered(source, names):
        loaded = real(source, names)
        trees = [
            dataclasses.replace(
                tree, threshold=np.nextafter(tree.threshold.astype(np.float32), np.float32(9)).astype(float)
            )
            for tree in loaded.model.trees
        ]
        return dataclasses.replace(loaded, model=dataclasses.replace(loaded.model, trees=trees))

    monkeypatch.setattr(reader, "load", tampered)

    with pytest.raises(ModelError, match="of rows made of its thresholds"):
        Model.load(xgboost_booster)


def test_an_object_that_cannot_predict_is_refused(lightgbm_booster, monkeypatch):
    def fails(*_, **__):
        raise KeyError("broken")

    monkeypatch.setattr(type(lightgbm_booster), "predict", fails)

    with pytest.raises(
        ModelError, match="the object itself cannot score rows, which check=False does not ask for"
    ):
        Model.load(lightgbm_booster)


def scikit_learn_estimators():
    from sklearn import ensemble, linear_model, svm

    random = {"random_state": 1}
    return [
        ensemble.GradientBoostingRegressor(n_estimators=8, **random),
        ensemble.HistGradientBoostingRegressor(max_iter=8, **random),
        ensemble.HistGradientBoostingRegressor(max_iter=8, loss="poisson", **random),
        ensemble.HistGradientBoostingRegressor(max_iter=8, loss="gamma", **random),
        ensemble.RandomForestRegressor(n_estimators=20, **random),
        ensemble.RandomForestRegressor(n_estimators=20, n_jobs=2, **random),
        linear_model.LinearRegression(),
        linear_model.Ridge(),
        linear_model.PoissonRegressor(),
        linear_model.GammaRegressor(),
        linear_model.TweedieRegressor(power=1.5),
        svm.LinearSVR(max_iter=100_000, **random),
    ]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_scikit_learns_estimators_agree_with_themselves(kind):
    pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    rows, wanted = training_data(kind)
    for estimator in scikit_learn_estimators():
        estimator.fit(rows, np.exp(wanted / 9))

        model = Model.load(estimator, ["x", "y", "z"])

        np.testing.assert_allclose(model.predict(rows), estimator.predict(rows), rtol=1e-5)


def test_sums_that_blas_orders_may_differ_by_their_rounding_and_not_more(monkeypatch):
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    random = np.random.default_rng(2)
    rows = random.normal(size=(400, 200))
    estimator = linear_model.LinearRegression().fit(rows, random.normal(size=400))
    assert Model.load(estimator).num_features == 200

    real = scikit_learn_reader.load

    def tampered(source, names):
        loaded = real(source, names)
        weight = loaded.model.weight * (1 + 1e-12)
        return dataclasses.replace(loaded, model=dataclasses.replace(loaded.model, weight=weight))

    monkeypatch.setattr(scikit_learn_reader, "load", tampered)
    with pytest.raises(ModelError, match="of rows made of its thresholds"):
        Model.load(estimator)


def test_outputs_that_are_exponentials_may_differ_in_their_last_bits_and_not_more(monkeypatch):
    linear_model = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    rows, wanted = training_data(np.float64)
    estimator = linear_model.PoissonRegressor().fit(rows, np.exp(wanted / 9))
    real = scikit_learn_reader.load

    def tampered(source, names):
        loaded = real(source, names)
        output = dataclasses.replace(loaded.model.output, bias=loaded.model.output.bias + 1e-11)
        return dataclasses.replace(loaded, model=dataclasses.replace(loaded.model, output=output))

    monkeypatch.setattr(scikit_learn_reader, "load", tampered)
    with pytest.raises(ModelError, match="of rows made of its thresholds"):
        Model.load(estimator)


@pytest.mark.parametrize("told", [{"booster": "gblinear"}, {"booster": "dart", "rate_drop": 0.5}, {}])
def test_every_booster_of_xgboost_agrees_with_itself(told):
    library = pytest.importorskip("xgboost", reason="XGBoost is not installed")
    rows, wanted = training_data()
    data = library.DMatrix(rows, wanted)
    booster = library.train({"nthread": 1, **told}, data, 12)

    scores = Model.load(booster).predict(rows)

    assert scores.tobytes() == booster.predict(data, output_margin=True).tobytes()


# -- Elasticsearch's two rules


def test_scores_may_be_moved_above_0_as_elasticsearch_does():
    moved = Model.load(TREES, elasticsearch_shift=True)

    assert moved.predict(ROWS).tolist() == [score + 0.75 for score in SCORES]
    assert moved.predict(ROWS, raw=True).tolist() == SCORES
    assert Model.load(TREES, elasticsearch_shift=False).predict(ROWS).tolist() == SCORES
    high = [stump("f0", 2.5, 1.0, 2.0)]
    assert Model.load(high, elasticsearch_shift=True).predict([[0.0]]).tolist() == [1.0]


def test_elasticsearchs_own_models_are_moved_unless_told_otherwise():
    nodes = [
        {"node_index": 0, "split_feature": 0, "threshold": 1.0, "left_child": 1, "right_child": 2},
        {"node_index": 1, "leaf_value": -2.0},
        {"node_index": 2, "leaf_value": 1.5},
    ]
    tree = {"tree": {"feature_names": ["f"], "tree_structure": nodes, "target_type": "regression"}}
    definition = {"definition": {"trained_model": tree}}
    rows = [[0.0], [2.0], [np.inf], [-np.inf]]

    assert Model.load(definition).predict(rows).tolist() == [0, 3.5, 3.5, 3.5]  # infinity is missing: right
    plain = {"elasticsearch_shift": False, "elasticsearch_infinity": False}
    assert Model.load(definition, **plain).predict(rows).tolist() == [-2, 1.5, 1.5, -2]


def test_infinity_may_be_missing_as_in_elasticsearch():
    rows = [[np.inf, np.inf], [-np.inf, -np.inf], [np.nan, np.nan]]

    as_numbers, as_missing = Model.load(TREES), Model.load(TREES, elasticsearch_infinity=True)

    assert as_numbers.predict(rows).tolist() == [1.25, -0.25, -0.75]
    assert as_missing.predict(rows).tolist() == [-0.75] * 3


def test_a_weighted_sum_has_neither():
    linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m", "features": [{"name": "a"}]}
    linear |= {"params": {"weights": {"a": 1.0}}}

    for option in ("elasticsearch_shift", "elasticsearch_infinity"):
        with pytest.raises(ModelError, match=rf"\[{option}\] is of trees"):
            Model.load(linear, **{option: True})


# -- rows


def test_rows_may_be_of_any_numbers():
    model = Model.load(TREES)
    whole = np.array([[2, 1], [3, -1]])

    kinds = [np.int8, np.float16, ">f4", "<f8", np.longdouble]
    given = [whole.tolist(), whole, *(whole.astype(kind) for kind in kinds)]
    given += [np.asfortranarray(whole, kind) for kind in (np.float32, np.float64)]
    given += [np.repeat(whole.astype(kind), 2, axis=1)[::-1, ::2][::-1] for kind in (np.float32, np.float64)]
    for rows in given:
        scores = model.predict(rows)
        assert scores.tolist() == SCORES[:2]
        assert scores.dtype == np.float32
    assert model.predict(np.array([[True, True]])).tolist() == [-0.75]
    assert model.predict([[1e300, -1e300]]).tolist() == [1.75]
    assert model.predict(np.zeros((0, 2))).shape == (0,)


@pytest.mark.parametrize(
    ("rows", "kind", "message"),
    [
        ([1.0, 2.0], TypeError, r"X must have two dimensions, \(rows, features\), not 1"),
        (np.zeros((1, 2, 1)), TypeError, "not 3"),
        (3.0, TypeError, "not 0"),
        ([["a", "b"]], TypeError, "X must be numbers, not <U1"),
        ([[None, 1.0]], TypeError, "X must be numbers, not object"),
        ([[1j, 2j]], TypeError, "X must be numbers, not complex128"),
        ([[1.0], [1.0, 2.0]], TypeError, "X must be numbers, in two dimensions"),
        (np.array([["2020", "2021"]], "M8[Y]"), TypeError, "X must be numbers"),
        (np.zeros((4, 3)), ModelError, "X has 3 columns, the model has 2 features"),
        (np.zeros((0, 0)), ModelError, "X has 0 columns"),
    ],
)
def test_rows_that_are_none_are_refused(rows, kind, message):
    for ask in (Model.load(TREES).predict, Model.load(TREES).predict_leaves):
        with pytest.raises(kind, match=message):
            ask(rows)


def test_a_data_frames_columns_are_taken_by_name(lightgbm_booster):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    rows, _ = training_data()
    frame = pandas.DataFrame({"z": 1.0, "c": rows[:, 2], "b": rows[:, 1], "a": rows[:, 0]})
    model = Model.load(lightgbm_booster)

    assert model.predict(frame).tobytes() == model.predict(rows).tobytes()
    with pytest.raises(ModelError, match="X has 4 columns, the model has 3 features"):
        model.predict(frame.rename(columns={"a": "A"}))
    other = frame[["c", "b", "a"]].set_axis([0, 1, 2], axis=1)  # no names: as they stand
    assert model.predict(other).tobytes() == model.predict(rows[:, ::-1]).tobytes()
    Model.load(lightgbm_booster, test_rows=(frame, lightgbm_booster.predict(rows, raw_score=True)))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_leaves_are_the_librarys(lightgbm_booster, kind):
    rows, _ = training_data(kind)
    rows[::7, 1] = np.nan

    leaves = Model.load(lightgbm_booster).predict_leaves(rows)

    assert leaves.dtype == np.int32
    np.testing.assert_array_equal(leaves, lightgbm_booster.predict(rows, pred_leaf=True))


def test_a_weighted_sum_has_no_leaves():
    linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m", "features": [{"name": "a"}]}
    model = Model.load(linear | {"params": {"weights": {"a": 1.0}}})

    with pytest.raises(ModelError, match="a weighted sum has no leaves"):
        model.predict_leaves([[1.0]])


@pytest.mark.parametrize("accumulate", ["float32", "float64"])
def test_a_weighted_sum_takes_float64_as_it_is_if_it_adds_float64(accumulate):
    weight, feature = np.array([1.0, 1e-3]), np.array([0, 1], np.int32)
    linear = Linear(feature, weight, base=0.5, accumulate=accumulate)
    base = Model.load(TREES)._loaded
    model = Model(dataclasses.replace(base, model=linear), ())
    rows = np.array([[0.1, 1 / 3], [1e-9, 2.0]])

    np.testing.assert_array_equal(model.predict(rows), walk.predict(model._loaded, rows))


# -- the object


def test_a_model_says_what_it_is(lightgbm_booster):
    assert repr(Model.load(TREES)) == "<rescora.Model of xgboost: 2 trees, 2 features>"
    assert repr(Model.load(lightgbm_booster)) == "<rescora.Model of lightgbm: 20 trees, 3 features>"
    assert repr(Model.load(TREES[:1])) == "<rescora.Model of xgboost: 1 tree, 1 feature>"
    linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m", "features": [{"name": "a"}]}
    linear |= {"params": {"weights": {"a": 1.0}}}
    assert repr(Model.load(linear)) == "<rescora.Model of solr: weighted sum, 1 feature>"
    with pytest.raises(AttributeError):
        Model.load(TREES).other = 1


EXTRACTORS = [
    {"feature_name": "f1", "query": {"match": {"title": "{{text}}"}}, "default_score": 0.1},
    {"feature_name": "spare"},
    {"feature_name": "f0", "param": "p", "default": -2.0},
]


def test_a_model_survives_a_file_a_pickle_and_a_copy(tmp_path, lightgbm_booster):
    plain = Model.load(TREES, EXTRACTORS, default_params={"text": "fox", "l": [1, {"a": None}]})
    for model, rows in ((plain, ROWS[:, [1, 1, 0]]), (Model.load(lightgbm_booster), training_data()[0])):
        model.save(tmp_path / "model")
        again = Model.load(tmp_path / "model")
        for other in (again, pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model)):
            assert other.predict(rows).tobytes() == model.predict(rows).tobytes()
            assert other.predict(rows).dtype == model.predict(rows).dtype
            assert (other.format, other.features) == (model.format, model.features)
            assert other.feature_names == model.feature_names
            assert other.default_params == model.default_params
            assert repr(other) == repr(model)
        assert again.to_bytes() == model.to_bytes()


def test_default_parameters_must_be_named_and_json():
    for given in ([1], {1: 2}, "x"):
        with pytest.raises(ModelError, match="default_params: must be an object"):
            Model.load(TREES, default_params=given)
    for value in (object(), {1, 2}, 1j, float("nan")):
        with pytest.raises(ModelError, match=r"default_params: "):
            Model.load(TREES, default_params={"a": value})


def test_what_is_given_stays_the_callers():
    params, features = {"text": ["fox"]}, copy.deepcopy(EXTRACTORS)
    model = Model.load(TREES, features, default_params=params)
    before = model.to_bytes()

    params["text"].append("dog")
    features[0]["query"]["match"]["title"] = "other"
    model.features[0]["query"]["match"]["title"] = "another"
    model.default_params["new"] = 1

    assert model.to_bytes() == before


def test_models_may_be_asked_by_many_threads_at_once(lightgbm_booster):
    rows = np.tile(training_data()[0], (10, 1))
    model = Model.load(lightgbm_booster)
    want, leaves = model.predict(rows).tobytes(), model.predict_leaves(rows).tobytes()

    def ask(_):
        return model.predict(rows).tobytes() == want and model.predict_leaves(rows).tobytes() == leaves

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(64)))


def test_the_walk_agrees_with_a_model_that_was_stored(lightgbm_booster):
    model = Model.load(Model.load(lightgbm_booster).to_bytes())
    rows, _ = training_data(np.float64)

    assert isinstance(model._loaded.model, Ensemble)
    assert model.predict(rows).tobytes() == walk.predict(model._loaded, rows).tobytes()
    assert json.loads(model.to_bytes())["format"] == "lightgbm"
    assert read_source(model.to_bytes()).json["rescora_model"] == 1


def test_categories_of_a_data_frame_are_refused_for_libraries_look_at_their_codes():
    pandas = pytest.importorskip("pandas", reason="data frames of pandas are in question")
    frame = pandas.DataFrame({"f0": pandas.Categorical([10, 20, 10])})
    model = rescora.Model.load([{"nodeid": 0, "leaf": 1.0}], features=["f0"])

    with pytest.raises(rescora.ModelError, match=r"column \[f0\] holds categories"):
        model.predict(frame)


def test_a_row_that_is_not_aligned_is_scored_from_a_copy():
    model = rescora.Model.load([{"nodeid": 0, "leaf": 1.0}], features=["f0"])
    rows = np.frombuffer(b"x" + np.zeros(4, np.float32).tobytes(), np.float32, offset=1).reshape(4, 1)

    assert not rows.flags.aligned
    np.testing.assert_array_equal(np.ones(4, np.float32), model.predict(rows))


def test_a_damaged_stored_model_names_itself_and_harms_no_other():
    index = rescora.Index.from_documents([{"_id": "a", "n": 1}])
    model = rescora.Model.load([{"nodeid": 0, "leaf": 1.0}], features=[{"feature_name": "n", "field": "n"}])
    index.put_model("good", model)
    index.put_model("bad", model)
    damaged = index._models.store() | {"bad": "{}"}
    index._models.restore(damaged, "some.rescora")
    stage = {"window_size": 10, "learning_to_rank": {"model_id": "good"}}

    assert index.search(rescore=stage).scores.tolist() == [1.0]
    with pytest.raises(rescora.CorruptFileError, match=r"some.rescora: model \[bad\]"):
        index.search(rescore=stage | {"learning_to_rank": {"model_id": "bad"}})
    assert index._models.store()["bad"] == "{}"  # saving keeps what nobody has read
    index.delete_model("bad")
    assert list(index.models) == ["good"]


def test_a_parameters_name_has_no_braces():
    with pytest.raises(rescora.ModelError, match="without braces"):
        rescora.Model.load([{"nodeid": 0, "leaf": 1.0}], features=[{"feature_name": "f", "param": "{{x}}"}])


def test_parameters_cannot_change_what_a_statistic_is():
    index = rescora.Index.from_documents([{"_id": "a", "t": "red"}])
    asked = {"field": "t", "query": "{{{q}}}", "statistic": "df", "aggregate": "sum"}
    model = rescora.Model.load(
        [{"nodeid": 0, "leaf": 1.0}], features=[{"feature_name": "f", "term_statistics": asked}]
    )
    index.put_model("m", model)
    ask = {"model_id": "m", "params": {"q": 'x","query":5,"y":"'}}

    with pytest.raises(rescora.RequestError, match="unknown field \\[y\\]"):
        index.search(rescore={"window_size": 10, "learning_to_rank": ask})
