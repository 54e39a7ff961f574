"""
scikit-learn's live estimators: boosted trees, forests, trees, linear regressors. No pickles: those run code.

Trees compare in float64; all but those of HistGradientBoosting round their rows to float32 first. Sums are in
float64 in the order of the trees, and the raw score has the library's bits:

- ``GradientBoosting``: a start (``init``: a constant, or zero), then learning rate times leaf, tree by tree.
- ``HistGradientBoosting``: a start, then leaf by leaf.
- forests: the mean of the trees; of a classifier, of their shares of the second class. With ``n_jobs`` the
  library itself adds in no fixed order, and two of its own predictions may differ in the last bits.

The raw score is ``decision_function`` where there is one; the output is the probability of the second class
of a classifier and ``predict`` of a regressor. Where it is an exponential, its last bits may be those of
another ``exp``.

A linear regressor is the sum of its products in the order of the features, and then the intercept, all in
float64. The library leaves the order of this sum to BLAS, so only this is promised: with n features the two
differ by at most ``2 * (n + 1) * 2**-53`` of the summed magnitudes of products and intercept. What was
trained on float32 sums float32 rows in float32 there, and in float64 here.

NaN goes where the tree says (``missing_go_to_left``). What was trained without missing values may refuse NaN
in the library; its trees say where all the same, as a rule to the side that had more rows in training.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Linear, Loaded, Output, Rule, Transform, Tree
from rescora.model.parsing.arrays import numbered_apart, refuse_infinite
from rescora.model.parsing.columns import Columns
from rescora.model.parsing.nested import MOST_FEATURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescora.model.parsing.source import Source

    Reader = Callable[[Any, Columns], Ensemble | Linear]

NAME = "scikit-learn"

# What makes an output of a raw score, by the name of scikit-learn's link: a transform and its slope.
LINKS: dict[str, tuple[Transform, float]] = {
    "IdentityLink": ("identity", 1.0),
    "LogLink": ("exp", 1.0),
    "LogitLink": ("sigmoid", 1.0),
    "HalfLogitLink": ("sigmoid", 2.0),
}
# The strategies of a DummyRegressor or DummyClassifier that give every row the same.
CONSTANT = ("mean", "median", "quantile", "constant", "prior", "most_frequent", "uniform")


def recognises(source: Source) -> bool:
    """Return whether it is an estimator of scikit-learn's own; a derived one may predict otherwise."""
    return source.data is None and str(type(source.given).__module__).startswith("sklearn.")


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Return the model in the internal form.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        The names of the caller's columns.

    Raises
    ------
    ModelError
        If it is not fitted, or has something that Rescora does not have.
    """
    estimator = source.given
    kind = type(estimator).__name__
    read = READERS.get(kind)
    if read is None or not recognises(source):
        raise ModelError(f"an estimator [{kind}] is not supported{did_you_mean(kind, READERS)}")
    if not hasattr(estimator, "n_features_in_"):
        raise ModelError(f"this {kind} is not fitted")
    try:
        columns = _columns(estimator, feature_names)
        model = read(estimator, columns)
    except ModelError:
        raise
    except Exception as error:  # attributes that somebody has altered may be anything, and raise anything
        reason = f"this {kind} is not fitted, or has been altered: {show(str(error), 200)}"
        raise ModelError(reason) from error
    return Loaded(NAME, model, columns.names, columns.count)


def _columns(estimator: Any, given: tuple[str, ...] | None) -> Columns:
    own = [str(name) for name in getattr(estimator, "feature_names_in_", ())]
    count = int(estimator.n_features_in_)
    if not 0 <= count <= MOST_FEATURES:
        raise ModelError(f"must be from 0 to {MOST_FEATURES}, not {count}", path="n_features_in_")
    return Columns(own, given, count)


# Boosted trees


def _gradient_boosting(estimator: Any, columns: Columns) -> Ensemble:
    stages = np.asarray(estimator.estimators_)
    if stages.ndim != 2 or stages.shape[1] != 1:
        raise ModelError("a classifier of more than two classes is not supported")
    rate = _finite(estimator.learning_rate, "learning_rate")
    trees = []
    for i, stage in enumerate(stages[:, 0]):
        value = rate * _regression(stage.tree_, f"tree {i}")
        trees.append(_tree(_nodes(stage.tree_, value), columns, f"tree {i}"))
    return _ensemble(trees, base=_start(estimator), output=_output(estimator._loss.link))


def _start(estimator: Any) -> float:
    """Return where the sum starts, which the estimator works out with its own logarithms."""
    first = estimator.init_
    if isinstance(first, str) and first == "zero":
        return 0.0
    kind = type(first).__name__
    if kind not in ("DummyRegressor", "DummyClassifier"):
        raise ModelError(f"init [{kind}] is not supported, for its start is not the same for every row")
    if first.strategy not in CONSTANT:
        raise ModelError(f"init with strategy [{show(first.strategy)}] is not supported")
    row = np.zeros((1, estimator.n_features_in_), np.float32)
    return _finite(np.ravel(estimator._raw_predict_init(row))[0], "init")


def _hist_gradient_boosting(estimator: Any, columns: Columns) -> Ensemble:
    if estimator.n_trees_per_iteration_ != 1:
        raise ModelError("a classifier of more than two classes is not supported")
    # Categories are encoded first, by equality with those of the training; no set of bits says that.
    if estimator.is_categorical_ is not None:
        raise ModelError("categorical features of HistGradientBoosting are not supported")
    trees = []
    for i, stage in enumerate(estimator._predictors):
        trees.append(_tree(_hist_nodes(stage[0].nodes, f"tree {i}"), columns, f"tree {i}"))
    base = _finite(np.ravel(estimator._baseline_prediction)[0], "_baseline_prediction")
    return _ensemble(trees, base=base, wide=True, output=_output(estimator._loss.link))


def _output(link: Any) -> Output:
    kind = type(link).__name__
    if kind not in LINKS:
        raise ModelError(f"a loss with link [{kind}] is not supported")
    transform, slope = LINKS[kind]
    return Output(transform=transform, slope=slope)


# Forests and trees


def _forest(estimator: Any, columns: Columns) -> Ensemble:
    trees = [_single(one, columns, f"tree {i}") for i, one in enumerate(estimator.estimators_)]
    return _ensemble(trees, output=Output(mean=True))


def _one_tree(estimator: Any, columns: Columns) -> Ensemble:
    return _ensemble([_single(estimator, columns, "tree 0")])


def _single(estimator: Any, columns: Columns, path: str) -> Tree:
    tree = estimator.tree_
    value = _share(tree, path) if hasattr(estimator, "classes_") else _regression(tree, path)
    return _tree(_nodes(tree, value), columns, path)


def _regression(tree: Any, path: str) -> NDArray[np.float64]:
    """Return every node's value."""
    value = np.asarray(tree.value, np.float64)
    if value.ndim != 3 or value.shape[1:] != (1, 1):
        raise ModelError(f"a model of {value[0].size} outputs is not supported", path=path)
    return value[:, 0, 0]


def _share(tree: Any, path: str) -> NDArray[np.float64]:
    """Return every node's share of the second class."""
    value = np.asarray(tree.value, np.float64)
    if value.ndim != 3 or value.shape[1:] != (1, 2):
        raise ModelError(
            "a classifier of other than two classes, or of several outputs, is not supported", path=path
        )
    if not np.allclose(value.sum(axis=2), 1):
        raise ModelError("counts in leaves, as before scikit-learn 1.3, are not supported", path=path)
    return value[:, 0, 1]


# The arrays of one tree


class Nodes(NamedTuple):
    """A tree as scikit-learn has it: leaves among the inner nodes, one entry each in every array."""

    inner: NDArray[np.bool_]
    feature: NDArray[np.int64]
    threshold: NDArray[np.float64]
    nan_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: NDArray[np.float64]


def _nodes(tree: Any, value: NDArray[np.float64]) -> Nodes:
    left = np.asarray(tree.children_left, np.int64)
    # Before scikit-learn 1.3 trees had no missing values, and NaN was refused.
    nan_left = getattr(tree, "missing_go_to_left", np.zeros(len(left)))
    return Nodes(
        inner=left != -1,
        feature=np.asarray(tree.feature, np.int64),
        threshold=np.asarray(tree.threshold, np.float64),
        nan_left=np.asarray(nan_left) != 0,
        left=left,
        right=np.asarray(tree.children_right, np.int64),
        value=value,
    )


def _hist_nodes(nodes: Any, path: str) -> Nodes:
    if np.any(nodes["is_categorical"]):
        raise ModelError("categorical features of HistGradientBoosting are not supported", path=path)
    return Nodes(
        inner=nodes["is_leaf"] == 0,
        feature=nodes["feature_idx"].astype(np.int64),
        threshold=nodes["num_threshold"].astype(np.float64),
        nan_left=nodes["missing_go_to_left"] != 0,
        left=nodes["left"].astype(np.int64),
        right=nodes["right"].astype(np.int64),
        value=nodes["value"].astype(np.float64),
    )


def _tree(nodes: Nodes, columns: Columns, path: str) -> Tree:
    """Return the tree with its inner nodes and its leaves each numbered for themselves."""
    count = len(nodes.inner)
    if count == 0 or any(array.shape != (count,) for array in nodes):
        raise ModelError("its arrays must have one length, and a node", path=path)
    inner, leaf = nodes.inner, ~nodes.inner
    threshold, value = nodes.threshold[inner], nodes.value[leaf]
    # Infinity is a threshold: whatever is not missing goes left.
    if np.isnan(threshold).any():
        raise ModelError("a threshold must be a number, not NaN", path=path)
    refuse_infinite(value, "value", path)
    number = numbered_apart(leaf)
    left, right = (number[_children(side[inner], count, path)] for side in (nodes.left, nodes.right))
    rule = np.where(nodes.nan_left[inner], np.uint8(Rule.NAN_LEFT), np.uint8(0))
    return Tree(columns.of(nodes.feature[inner], path), threshold, rule, left, right, value)


def _children(given: NDArray[np.int64], count: int, path: str) -> NDArray[np.int64]:
    if len(given) and not 0 <= given.min() <= given.max() < count:
        raise ModelError(f"a child must be one of the {count} nodes", path=path)
    return given


def _ensemble(trees: list[Tree], **settings: Any) -> Ensemble:
    if not trees:
        raise ModelError("a model must have at least one tree")
    return Ensemble(trees, "float64", **settings)


# Linear regressors


def _linear(estimator: Any, columns: Columns) -> Linear:
    weight = np.asarray(estimator.coef_, np.float64)
    if weight.ndim == 2 and len(weight) == 1:  # trained on one column of targets
        weight = weight[0]
    if weight.ndim != 1:
        raise ModelError(f"a model of {len(weight)} outputs is not supported", path="coef_")
    if len(weight) != columns.features:
        raise ModelError(f"has {len(weight)} entries, not {columns.features}", path="coef_")
    refuse_infinite(weight, "coef_", "")
    output = Output(bias=_finite(np.ravel(estimator.intercept_)[0], "intercept_"))
    return Linear(columns.of(np.arange(len(weight)), "coef_"), weight, output=output)


def _generalized_linear(estimator: Any, columns: Columns) -> Linear:
    model, output = _linear(estimator, columns), _output(estimator._base_loss.link)
    return Linear(
        model.feature, model.weight, output=Output(bias=model.output.bias, transform=output.transform)
    )


def _finite(given: Any, path: str) -> float:
    number = float(given)
    if not math.isfinite(number):
        raise ModelError(f"must be a finite number, not {number}", path=path)
    return number


LINEAR = (
    "LinearRegression",
    "Ridge",
    "RidgeCV",
    "Lasso",
    "LassoCV",
    "ElasticNet",
    "ElasticNetCV",
    "Lars",
    "LarsCV",
    "LassoLars",
    "LassoLarsCV",
    "LassoLarsIC",
    "OrthogonalMatchingPursuit",
    "OrthogonalMatchingPursuitCV",
    "BayesianRidge",
    "ARDRegression",
    "HuberRegressor",
    "QuantileRegressor",
    "TheilSenRegressor",
    "SGDRegressor",
    "PassiveAggressiveRegressor",
    "LinearSVR",
)
READERS: dict[str, Reader] = {
    "GradientBoostingRegressor": _gradient_boosting,
    "GradientBoostingClassifier": _gradient_boosting,
    "HistGradientBoostingRegressor": _hist_gradient_boosting,
    "HistGradientBoostingClassifier": _hist_gradient_boosting,
    "RandomForestRegressor": _forest,
    "RandomForestClassifier": _forest,
    "ExtraTreesRegressor": _forest,
    "ExtraTreesClassifier": _forest,
    "DecisionTreeRegressor": _one_tree,
    "DecisionTreeClassifier": _one_tree,
    "ExtraTreeRegressor": _one_tree,
    "ExtraTreeClassifier": _one_tree,
    "PoissonRegressor": _generalized_linear,
    "GammaRegressor": _generalized_linear,
    "TweedieRegressor": _generalized_linear,
    **dict.fromkeys(LINEAR, _linear),
}
