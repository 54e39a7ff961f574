"""
XGBoost's models: `save_model` as JSON or UBJSON, dumps, live boosters and scikit-learn wrappers.

A file, and a live booster, gives what ``Booster.predict`` gives without an ``iteration_range``: all trees. A
wrapper gives what its own `predict` gives: the trees up to its best iteration, if training stopped early. The
score of a classifier is the probability of the second class. Categories are the numbers that were trained on.

Source: XGBoost's learner.cc, gblinear.cc and regression_loss.h.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Ensemble, Linear, Loaded, Output
from rescora.model.formats import ubjson, xgboost_dump
from rescora.model.formats.xgboost_trees import load_trees, parameter, part_of, refuse_unknown
from rescora.model.parsing.columns import Columns
from rescora.model.parsing.decimals import singles
from rescora.model.parsing.source import class_of

if TYPE_CHECKING:
    from rescora.model.ensemble import Transform
    from rescora.model.parsing.source import Source

NAME = "xgboost"

# What a part of the model may hold; what is beyond may change scores.
_BOOSTER_KEYS = {"name", "model", "gbtree", "weight_drop"}
_TERMS_KEYS = {"weights", "boosted_rounds", "param"}


def recognises(source: Source) -> bool:
    """Return whether `source` is a model of XGBoost."""
    if source.data is not None:
        if source.data[:4] in (b"binf", b"bs64"):
            return True
        if ubjson.looks_like(source.data):
            return b"learner" in source.data[:64]
    if _live(source.given) or xgboost_dump.recognises(source):
        return True
    learner = source.json.get("learner") if isinstance(source.json, Mapping) else None
    return isinstance(learner, Mapping) and "gradient_booster" in learner


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Return the model.

    A dump has no base score, no weights of `dart` and no objective: its scores are sums that start at 0. It
    names its features but not their order, so it needs `feature_names`, unless they are but ``f0``, ``f1``…

    Raises
    ------
    ModelError
        If it is damaged, or has several outputs or an objective that is not known.
    """
    kind = _live(source.given)
    if kind:
        return _load_model(*_of_live(source.given, kind), feature_names)
    if source.data is not None and source.data[:4] in (b"binf", b"bs64"):
        raise ModelError("XGBoost's old binary format is not supported; save the model as JSON")
    if source.data is not None and ubjson.looks_like(source.data):
        return _load_model(ubjson.decode(source.data), None, feature_names)
    if xgboost_dump.recognises(source):
        return xgboost_dump.load(source, feature_names)
    return _load_model(source.json, None, feature_names)


# -- live objects


def _live(given: object) -> str:
    return class_of(given, "xgboost", ("Booster", "XGBModel"))


def _of_live(given: Any, kind: str) -> tuple[Any, int | None]:
    """Return the model as `save_model` has it, and how many of its rounds `predict` uses if not all."""
    try:
        booster = given.get_booster() if kind == "XGBModel" else given
        data, rounds = bytes(booster.save_raw("ubj")), None
        if kind == "XGBModel":
            _refuse_missing_value(given.missing)
            best = getattr(
                given, "best_iteration", None
            )  # the wrapper has none if training did not stop early
            rounds = None if best is None else int(best) + 1
    except ModelError:
        raise
    except Exception as error:  # another library's object: whatever it says is the reason
        raise ModelError(f"{type(given).__name__} gives no model: {show(error, 300)}") from error
    return ubjson.decode(data), rounds


def _refuse_missing_value(missing: Any) -> None:
    if missing is not None and not math.isnan(missing):
        raise ModelError(f"missing={show(missing)} is not supported: what is missing must be NaN")


# -- the model as a whole


def _load_model(model: Any, rounds: int | None, feature_names: tuple[str, ...] | None) -> Loaded:
    learner = part_of(part_of(model, "", ""), "learner", "")
    parameters = part_of(learner, "learner_model_param", "learner")
    for name in ("num_class", "num_target"):
        outputs = parameter(parameters, name, 1)
        if outputs > 1:
            raise ModelError(
                f"a model of several outputs is not supported: {name} is {outputs}", path="learner"
            )
    columns = _columns(learner, parameter(parameters, "num_feature", None), feature_names)
    margin, transform = _objective(learner)
    base = margin(_base_score(parameters))
    booster = part_of(learner, "gradient_booster", "learner")
    refuse_unknown(booster, _BOOSTER_KEYS, "learner.gradient_booster")
    kind = booster.get("name")
    if not isinstance(kind, str):  # in UBJSON it may be an array, which is equal to nothing
        raise ModelError(f"the booster [{show(kind)}] is not supported", path="learner.gradient_booster")
    output = Output(transform=transform)
    return Loaded(
        format=NAME,
        model=_load_terms(booster, columns, base, output)
        if kind == "gblinear"
        else Ensemble(load_trees(booster, columns, rounds), "float32", base=float(base), output=output),
        feature_names=columns.names,
        num_features=columns.count,
    )


def _columns(learner: Mapping[str, Any], count: int, feature_names: tuple[str, ...] | None) -> Columns:
    names = learner.get("feature_names", [])
    if not isinstance(names, (list, tuple)):
        raise ModelError(f"feature_names must be a list, not {show(names)}", path="learner")
    return Columns(names, feature_names, count)


# -- objectives


def _c_logf() -> Callable[[float], float]:
    """
    Return the C library's `logf`, which is what XGBoost calls.

    The nearest float32 is another number in about one of a hundred cases, and NumPy's in one of five.
    """
    try:
        logf = ctypes.CDLL(None).logf
    except (OSError, TypeError, AttributeError):
        return math.log
    logf.argtypes, logf.restype = [ctypes.c_float], ctypes.c_float
    return logf


_logf = _c_logf()


def _identity(base: np.float32) -> np.float32:
    return base


def _logit(base: np.float32) -> np.float32:
    if not 0 < base < 1:
        raise ModelError(f"base_score must be between 0 and 1, not {base}", path="learner")
    one = np.float32(1)
    with np.errstate(over="ignore"):  # of one divided by a denormal; then the margin is refused
        odds = float(one / base - one)
    return _finite(-_logf(odds))


def _log(base: np.float32) -> np.float32:
    if not base > 0:
        raise ModelError(f"base_score must be above 0, not {base}", path="learner")
    return _finite(_logf(float(base)))


def _finite(margin: float) -> np.float32:
    if not math.isfinite(margin):
        raise ModelError("base_score must be a number with a finite margin", path="learner")
    return np.float32(margin)


# What makes a margin of the base score (ProbToMargin), and a prediction of a margin (PredTransform).
_Margin = Callable[[np.float32], np.float32]
_OBJECTIVES: dict[str, tuple[_Margin, Transform]] = {
    "binary:logistic": (_logit, "sigmoid_float32"),
    "reg:logistic": (_logit, "sigmoid_float32"),
    "binary:logitraw": (_identity, "identity"),  # version 1 made a logit of its base score; 3 no longer does
    "count:poisson": (_log, "exp_float32"),
    "reg:gamma": (_log, "exp_float32"),
    "reg:tweedie": (_log, "exp_float32"),
    "survival:cox": (_log, "exp_float32"),
    "rank:map": (_identity, "identity"),
    "rank:ndcg": (_identity, "identity"),
    "rank:pairwise": (_identity, "identity"),
    "reg:absoluteerror": (_identity, "identity"),
    "reg:linear": (_identity, "identity"),  # what reg:squarederror was called before 0.83
    "reg:pseudohubererror": (_identity, "identity"),
    "reg:quantileerror": (_identity, "identity"),
    "reg:squarederror": (_identity, "identity"),
    "reg:squaredlogerror": (_identity, "identity"),
}


def _objective(learner: Mapping[str, Any]) -> tuple[_Margin, Transform]:
    name = part_of(learner, "objective", "learner").get("name")
    known = _OBJECTIVES.get(name) if isinstance(name, str) else None
    if known is None:
        raise ModelError(f"the objective [{show(name)}] is not supported", path="learner")
    return known


def _base_score(parameters: Mapping[str, Any]) -> np.float32:
    """Return the base score of ``5E-1``, or of ``[5E-1]`` as it is written since 3.1."""
    given = parameters.get("base_score")
    try:
        if not isinstance(given, str) or not given.isascii() or "_" in given:
            raise ValueError
        numbers = [float(number) for number in given.strip().strip("[]()").split(",")]
    except ValueError:
        raise ModelError(
            f"base_score must be a number as [5E-1], not {show(given)}", path="learner"
        ) from None
    return np.float32(singles(numbers, "base_score", "learner", 1)[0])


# -- a linear model


def _load_terms(booster: Mapping[str, Any], columns: Columns, base: np.float32, output: Output) -> Linear:
    path = "learner.gradient_booster.model"
    model = part_of(booster, "model", "learner.gradient_booster")
    refuse_unknown(model, _TERMS_KEYS, path)
    weights = singles(model.get("weights"), "weights", path, columns.features + 1)
    with np.errstate(over="ignore"):
        start = float(weights[-1] + base)  # the bias, and the base score's margin
    return Linear(
        feature=columns.of(np.arange(columns.features), path),
        weight=weights[:-1].astype(np.float64),
        base=float(_finite(start)),
        accumulate="float32",
        skips_nan=True,
        output=output,
    )
