"""scikit-learn's live estimators score here as they do themselves."""

import copy
import random

import numpy as np
import pytest

from reference.model import walk
from rescora import ModelError
from rescora.model.ensemble import Linear, Rule
from rescora.model.formats import scikit_learn as reader
from rescora.model.parsing.source import Source

pytest.importorskip("sklearn", reason="scikit-learn is the oracle of this file")

from sklearn import dummy, ensemble, linear_model, svm, tree  # after the skip
from threadpoolctl import threadpool_limits  # comes with scikit-learn

NAMES = ("bm25", "clicks", "age", "length")


def made_rows(kind=np.float64, seed=3, rows=300):
    """Return columns of different kinds: reals, a few values, tiny numbers, counts."""
    rng = np.random.default_rng(seed)
    columns = [
        rng.normal(size=rows),
        rng.choice([0.0, 1.0, 2.5, 7.25], rows),
        rng.choice([0.0, 1e-40, 3e-40, -1e-40], rows),
        rng.integers(0, 50, rows),
    ]
    return np.stack(columns, 1).astype(kind)


X = made_rows()
X_NAN = X.copy()
X_NAN[::4, 1] = X_NAN[::7, 0] = np.nan
Y = X[:, 0] + X[:, 1] + (X[:, 2] > 0) + 0.1 * X[:, 3]
IS_HIGH = Y > 5
# NaN of one column tell the target alone, so that a split between NaN and all else is the best: at infinity.
Y_OF_NAN = np.isnan(X_NAN[:, 1]) + 0.01 * X[:, 0]


@pytest.fixture(autouse=True)
def one_thread():
    """Keep OpenMP's threads from waiting for each other, which takes seconds on a busy machine."""
    with threadpool_limits(1):
        yield


def loaded(estimator, names=None):
    return reader.load(Source(None, estimator), names)


def edge_rows(estimator, kind, with_nan):
    """Return rows that hit each threshold or lie one number beside it, and rows of odd numbers."""
    odd = [0.0, -0.0, 1e-45, -1e-45, 1e-40, 1e38, -1e38]
    values = {0: odd, 1: odd, 2: odd, 3: odd} if not with_nan else {i: [*odd, np.nan] for i in range(4)}
    for one in loaded(estimator).model.trees:
        for feature, threshold in zip(one.feature.tolist(), one.threshold.tolist(), strict=True):
            near = kind(threshold)
            beside = [np.nextafter(near, kind(side)) for side in (-np.inf, np.inf)]
            values[feature] = [*values[feature], *(v for v in (near, *beside) if abs(v) < 1e38)]
    rows = []
    for feature, wanted in values.items():
        for value in dict.fromkeys(wanted[:75]):
            row = X[len(rows) % len(X)].astype(kind)
            row[feature] = value
            rows.append(row)
    return np.stack(rows)


def own_raw(estimator, rows):
    if hasattr(estimator, "decision_function"):
        return estimator.decision_function(rows)
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(rows)[:, 1]
    return estimator.predict(rows)


FEW = {"n_estimators": 8, "max_depth": 4, "random_state": 1}
GROWN = {"max_depth": 6, "random_state": 1}
REGRESSORS = {
    "boosting": ensemble.GradientBoostingRegressor(**FEW),
    "boosting of absolute errors": ensemble.GradientBoostingRegressor(**FEW, loss="absolute_error"),
    "boosting of a quantile": ensemble.GradientBoostingRegressor(**FEW, loss="quantile", alpha=0.3),
    "boosting of Huber's loss": ensemble.GradientBoostingRegressor(**FEW, loss="huber", learning_rate=0.37),
    "boosting from zero": ensemble.GradientBoostingRegressor(**FEW, init="zero"),
    "boosting from a median": ensemble.GradientBoostingRegressor(
        **FEW, init=dummy.DummyRegressor(strategy="median")
    ),
    "histograms": ensemble.HistGradientBoostingRegressor(max_iter=8, random_state=1),
    "histograms of absolute errors": ensemble.HistGradientBoostingRegressor(
        max_iter=8, loss="absolute_error"
    ),
    "random forest": ensemble.RandomForestRegressor(**FEW),
    "extra trees": ensemble.ExtraTreesRegressor(**FEW),
    "tree": tree.DecisionTreeRegressor(**GROWN),
    "extra tree": tree.ExtraTreeRegressor(**GROWN),
    "stump": tree.DecisionTreeRegressor(max_depth=1),
}
CLASSIFIERS = {
    "boosting": ensemble.GradientBoostingClassifier(**FEW),
    "boosting, exponential": ensemble.GradientBoostingClassifier(**FEW, loss="exponential"),
    "boosting from zero": ensemble.GradientBoostingClassifier(**FEW, init="zero"),
    "histograms": ensemble.HistGradientBoostingClassifier(max_iter=8, random_state=1),
    "random forest": ensemble.RandomForestClassifier(**FEW),
    "extra trees": ensemble.ExtraTreesClassifier(**FEW),
    "tree": tree.DecisionTreeClassifier(**GROWN),
    "extra tree": tree.ExtraTreeClassifier(**GROWN),
}
TAKE_NAN = ("histograms", "random forest", "extra trees", "tree", "extra tree", "stump")


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", REGRESSORS)
def test_a_regressor_has_its_own_bits(name, kind):
    estimator = copy.copy(REGRESSORS[name]).fit(X, Y)
    rows = np.concatenate([X[:60].astype(kind), edge_rows(estimator, kind, with_nan=False)])

    np.testing.assert_array_equal(walk.predict(loaded(estimator), rows), estimator.predict(rows))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", CLASSIFIERS)
def test_a_classifier_has_its_own_bits_and_gives_the_probability_of_the_second_class(name, kind):
    estimator = copy.copy(CLASSIFIERS[name]).fit(X, IS_HIGH)
    rows = np.concatenate([X[:60].astype(kind), edge_rows(estimator, kind, with_nan=False)])

    raw, out = (walk.predict(loaded(estimator), rows, raw=raw) for raw in (True, False))

    np.testing.assert_array_equal(raw, own_raw(estimator, rows))
    np.testing.assert_allclose(
        out, estimator.predict_proba(rows)[:, 1], rtol=4e-16
    )  # two libraries' exp: 2 ulp


@pytest.mark.parametrize("target", [Y, Y_OF_NAN], ids=["of values", "of NaN"])
@pytest.mark.parametrize("name", [name for name in TAKE_NAN if name in REGRESSORS])
def test_nan_goes_where_training_with_nan_sent_it(name, target):
    estimator = copy.copy(REGRESSORS[name]).fit(X_NAN, target)
    for kind in (np.float32, np.float64):
        rows = np.concatenate([X_NAN[:60].astype(kind), edge_rows(estimator, kind, with_nan=True)])

        np.testing.assert_array_equal(walk.predict(loaded(estimator), rows), estimator.predict(rows))


@pytest.mark.parametrize("name", [name for name in TAKE_NAN if name in CLASSIFIERS])
def test_nan_goes_where_a_classifier_sends_it(name):
    estimator = copy.copy(CLASSIFIERS[name]).fit(X_NAN, IS_HIGH)
    rows = np.concatenate([X_NAN[:60], edge_rows(estimator, np.float64, with_nan=True)])

    np.testing.assert_array_equal(walk.predict(loaded(estimator), rows, raw=True), own_raw(estimator, rows))


def test_a_split_between_nan_and_all_else_is_at_infinity():
    estimator = tree.DecisionTreeRegressor(max_depth=1).fit(X_NAN, Y_OF_NAN)

    only = loaded(estimator).model.trees[0]

    assert (only.threshold.tolist(), only.rule.tolist()) == ([np.inf], [0])


def test_nan_has_a_side_in_trees_that_never_saw_it():
    estimator = tree.DecisionTreeRegressor(max_depth=3).fit(X, Y)
    rows = np.where(np.random.default_rng(0).random(X.shape) < 0.5, np.nan, X)

    assert {int(rule) for rule in loaded(estimator).model.trees[0].rule} == {0, int(Rule.NAN_LEFT)}
    np.testing.assert_array_equal(walk.predict(loaded(estimator), rows), estimator.predict(rows))


def test_float64_rows_are_compared_as_they_are_by_histograms_and_rounded_by_other_trees():
    assert loaded(copy.copy(REGRESSORS["histograms"]).fit(X, Y)).model.wide
    assert not loaded(copy.copy(REGRESSORS["random forest"]).fit(X, Y)).model.wide


@pytest.mark.parametrize("loss", ["poisson", "gamma"])
def test_counts_are_the_exponential_of_the_raw_score(loss):
    estimator = ensemble.HistGradientBoostingRegressor(max_iter=8, loss=loss).fit(X, np.abs(Y) + 0.1)

    raw, out = (walk.predict(loaded(estimator), X, raw=raw) for raw in (True, False))

    np.testing.assert_array_equal(raw, estimator._raw_predict(X)[:, 0])
    np.testing.assert_allclose(out, estimator.predict(X), rtol=4e-16)  # two libraries' exp: 2 ulp


def test_early_stopping_leaves_the_trees_that_were_kept():
    estimator = ensemble.GradientBoostingRegressor(
        n_estimators=200, n_iter_no_change=2, learning_rate=0.5
    ).fit(X, Y)

    assert len(loaded(estimator).model.trees) == estimator.n_estimators_ < 200
    np.testing.assert_array_equal(walk.predict(loaded(estimator), X), estimator.predict(X))


def test_a_tree_that_is_one_leaf_is_a_constant():
    estimator = ensemble.GradientBoostingRegressor(n_estimators=2).fit(X, np.full(len(X), 0.1))

    np.testing.assert_array_equal(walk.predict(loaded(estimator), X), estimator.predict(X))


# Linear regressors


LINEAR = [
    linear_model.LinearRegression(),
    linear_model.LinearRegression(fit_intercept=False),
    linear_model.Ridge(),
    linear_model.RidgeCV(),
    linear_model.Lasso(alpha=0.01),
    linear_model.ElasticNet(alpha=0.01),
    linear_model.LassoLarsIC(),
    linear_model.OrthogonalMatchingPursuit(),
    linear_model.BayesianRidge(),
    linear_model.ARDRegression(),
    linear_model.HuberRegressor(max_iter=1000),
    linear_model.SGDRegressor(max_iter=50, tol=None, eta0=1e-4),
    linear_model.QuantileRegressor(),
    linear_model.TweedieRegressor(power=0),
    svm.LinearSVR(random_state=1, max_iter=100_000),
]


def linear_scores(model, rows):
    """Return the sums of float64 rows, which `walk.ready` would round."""
    return np.array([float(walk.raw_of_terms(model, row)) + model.output.bias for row in rows.tolist()])


def tolerance(model, rows):
    """Return the difference that two orders of one sum may have."""
    terms = np.abs(rows[:, model.feature] * model.weight).sum(1) + abs(model.output.bias)
    return 2 * (rows.shape[1] + 1) * 2.0**-53 * terms


@pytest.mark.parametrize("estimator", LINEAR, ids=lambda one: type(one).__name__)
def test_a_linear_regressor_differs_by_no_more_than_the_order_of_a_sum(estimator):
    estimator = copy.copy(estimator).fit(X, Y)
    rows = np.concatenate([X, made_rows(seed=8) * 1e3])
    model = loaded(estimator).model

    got, want = linear_scores(model, rows), estimator.predict(rows)

    assert isinstance(model, Linear)
    assert (np.abs(got - want) <= tolerance(model, rows)).all()


@pytest.mark.parametrize("estimator", [linear_model.PoissonRegressor(), linear_model.GammaRegressor()])
def test_a_generalized_linear_regressor_gives_the_exponential_of_its_sum(estimator):
    estimator = copy.copy(estimator).fit(X, np.abs(Y) + 0.1)

    model = loaded(estimator).model

    assert model.output.transform == "exp"
    np.testing.assert_allclose(np.exp(linear_scores(model, X)), estimator.predict(X), rtol=1e-13)


def test_one_column_of_targets_is_a_target():
    estimator = linear_model.LinearRegression().fit(X, Y[:, None])

    np.testing.assert_allclose(
        linear_scores(loaded(estimator).model, X), estimator.predict(X)[:, 0], rtol=1e-13
    )


# Names


def named(estimator):
    pandas = pytest.importorskip("pandas", reason="scikit-learn takes names from a table")
    return copy.copy(estimator).fit(pandas.DataFrame(X, columns=NAMES), Y)


@pytest.mark.parametrize("estimator", [REGRESSORS["tree"], linear_model.Ridge()], ids=["tree", "linear"])
def test_columns_are_those_of_the_caller(estimator):
    estimator, order = named(estimator), ("extra", "length", "bm25", "age", "clicks")
    rows = X[:, [0, 3, 0, 2, 1]].astype(np.float32)

    got = loaded(estimator, order)

    assert (got.feature_names, got.num_features) == (order, 5)
    np.testing.assert_array_equal(
        walk.predict(got, rows), walk.predict(loaded(estimator), X.astype(np.float32))
    )


def test_names_are_those_of_the_table():
    assert loaded(named(REGRESSORS["tree"])).feature_names == NAMES
    assert loaded(copy.copy(REGRESSORS["tree"]).fit(X, Y)).feature_names == ()
    assert loaded(copy.copy(REGRESSORS["tree"]).fit(X, Y), NAMES).feature_names == NAMES


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("bm25", "clicks", "age", "lenght"), r"\[length\], which is not .*, did you mean \[lenght\]"),
        (("bm25", "clicks", "age", "length", "age"), r"feature \[age\] stands twice in "),
    ],
)
def test_names_that_do_not_fit_are_refused(names, message):
    with pytest.raises(ModelError, match=message):
        loaded(named(linear_model.Ridge()), names)


# What is refused


THREE = np.arange(len(X)) % 3
TWO_TARGETS = np.stack([Y, -Y], 1)


def with_category():
    X_category = X.copy()
    X_category[:, 1] = THREE
    return ensemble.HistGradientBoostingRegressor(max_iter=2, categorical_features=[1]).fit(X_category, Y)


REFUSED = [
    (ensemble.RandomForestRegressor, "this RandomForestRegressor is not fitted"),
    (lambda: ensemble.GradientBoostingClassifier(**FEW).fit(X, THREE), "more than two classes"),
    (lambda: ensemble.HistGradientBoostingClassifier(max_iter=2).fit(X, THREE), "more than two classes"),
    (lambda: ensemble.RandomForestClassifier(**FEW).fit(X, THREE), "tree 0: a classifier of other than two"),
    (lambda: tree.DecisionTreeClassifier().fit(X, np.zeros(len(X))), "other than two classes"),
    (lambda: ensemble.ExtraTreesRegressor(**FEW).fit(X, TWO_TARGETS), "tree 0: a model of 2 outputs"),
    (lambda: linear_model.LinearRegression().fit(X, TWO_TARGETS), "coef_: a model of 2 outputs"),
    (with_category, "categorical features of HistGradientBoosting are not supported"),
    (
        lambda: ensemble.GradientBoostingRegressor(**FEW, init=linear_model.Ridge()).fit(X, Y),
        r"init \[Ridge\] is not supported",
    ),
    (
        lambda: ensemble.GradientBoostingClassifier(
            **FEW, init=dummy.DummyClassifier(strategy="stratified", random_state=1)
        ).fit(X, IS_HIGH),
        r"strategy \[stratified\] is not supported",
    ),
    (lambda: linear_model.LogisticRegression().fit(X, IS_HIGH), r"\[LogisticRegression\] is not supported"),
    (svm.SVR, r"an estimator \[SVR\] is not supported"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_has_no_internal_form_is_refused_by_name(make, message):
    source = Source(None, make())

    assert reader.recognises(source)
    with pytest.raises(ModelError, match=message):
        reader.load(source, None)


class Derived(ensemble.RandomForestRegressor):
    def predict(self, X):
        return 2 * super().predict(X)


@pytest.mark.parametrize(
    "given", [None, 7, object(), {}, np.zeros(3), Derived(), ensemble.RandomForestRegressor]
)
def test_nothing_else_is_recognised(given):
    assert not reader.recognises(Source(None, given))
    assert not reader.recognises(Source(b"\x80\x04\x95"))  # a pickle
    with pytest.raises(ModelError, match="is not supported"):
        reader.load(Source(None, given), None)


def test_damaged_trees_are_named():
    estimator = tree.DecisionTreeRegressor(max_depth=2).fit(X, Y)
    estimator.tree_.children_left[0] = 99
    with pytest.raises(ModelError, match="tree 0: a child must be one of the 7 nodes"):
        loaded(estimator)

    estimator = tree.DecisionTreeRegressor(max_depth=2).fit(X, Y)
    estimator.tree_.threshold[0] = np.nan
    with pytest.raises(ModelError, match="tree 0: a threshold must be a number, not NaN"):
        loaded(estimator)

    estimator = tree.DecisionTreeRegressor(max_depth=2).fit(X, Y)
    estimator.tree_.feature[1] = 4
    with pytest.raises(ModelError, match="tree 0, node 1: feature 4 is beyond the 4 features"):
        loaded(estimator)


# Chance


ODD = [
    None,
    True,
    -1,
    10**9,
    0.5,
    float("nan"),
    "x",
    [],
    {},
    [[]],
    np.zeros((0, 1)),
    np.zeros((2, 2)),
    object(),
]
FUZZED = {
    "boosting": (ensemble.GradientBoostingClassifier(n_estimators=3, max_depth=2), IS_HIGH),
    "histograms": (ensemble.HistGradientBoostingRegressor(max_iter=3, max_depth=2), Y),
    "forest": (ensemble.RandomForestClassifier(n_estimators=3, max_depth=2), IS_HIGH),
    "linear": (linear_model.PoissonRegressor(), np.abs(Y)),
}


def read_or_refused(estimator):
    try:
        loaded(estimator)
    except ModelError:
        return


@pytest.mark.parametrize(("estimator", "target"), FUZZED.values(), ids=FUZZED)
def test_altered_attributes_are_refused_and_nothing_else_happens(estimator, target):
    estimator = copy.copy(estimator).fit(X, target)
    for name in vars(estimator):
        for odd in ODD:
            changed = copy.copy(estimator)
            setattr(changed, name, odd)
            read_or_refused(changed)


def test_altered_arrays_are_refused_and_nothing_else_happens():
    chance, forest = random.Random(4), copy.copy(FUZZED["forest"][0]).fit(X, IS_HIGH)
    names = ("children_left", "children_right", "feature", "threshold", "value", "missing_go_to_left")
    for _ in range(200):
        changed = copy.deepcopy(forest)
        array = getattr(changed.estimators_[chance.randrange(3)].tree_, chance.choice(names)).reshape(-1)
        odd = [-1, 0, 1, 100] if array.dtype.kind in "iu" else [np.nan, np.inf, -1.0]
        array[chance.randrange(len(array))] = chance.choice(odd) if array.dtype != np.uint8 else 1
        read_or_refused(changed)
