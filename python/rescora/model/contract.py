"""Verify a loaded model: against given rows and scores, or against the library's live object."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Ensemble
from rescora.model.flat import CATEGORICAL, flatten

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from rescora.model.ensemble import Linear
    from rescora.model.scorer import Scorer

ROWS = 64
_SEED = 20_250
_HALF_ULP = 2.0**-53  # what one operation on float64 rounds off, relative to its result
_EXPONENTIAL = 1e-12  # what the exponential of a sum of other last bits may differ by, relatively


class Live(NamedTuple):
    """A library's live object: its names of columns, if any, and how to get scores of it."""

    names: Sequence[str]
    ask: Callable[[NDArray[Any]], Any]
    raw: bool = True  # whether it gives raw scores, and not outputs


def check_rows(model: Scorer, given: ArrayLike, expected: ArrayLike) -> None:
    """
    Check that the model gives these raw scores for these rows, to the last bit.

    Raises
    ------
    ModelError
        For the first row whose score differs; the message shows both.
    """
    try:
        rows = model.rows(given)
        wanted = np.asarray(expected, np.float64)
    except (TypeError, ValueError) as error:
        raise ModelError(str(error), path="test_rows") from None
    if wanted.shape != (len(rows),):
        raise ModelError(f"{len(rows)} scores are wanted, not {wanted.shape}", path="test_rows[1]")
    ours = model.predict(rows, raw=True)
    _refuse_first(_differs(ours, wanted.astype(ours.dtype)), rows, ours, wanted, "the test rows")


def check_live(model: Scorer, given: Any) -> None:
    """
    Check that the model scores as the live object that it was read from, on rows made of its thresholds.

    Raw scores are compared, to the last bit, where the library fixes their bits and gives them. It does not

    - for scikit-learn's linear models, whose n products BLAS adds in any order: there the difference may be
      ``2 * (n + 1) * 2**-53`` of the summed magnitudes of products and intercept;
    - for its forests with ``n_jobs``, whose trees are added in any order: the same, of the largest leaves;
    - for those of its regressors whose ``predict`` is an exponential of the raw score (HistGradientBoosting
      with the loss ``poisson`` or ``gamma``, PoissonRegressor, GammaRegressor, TweedieRegressor): outputs are
      compared in place of raw scores, and may differ by ``1e-12`` of themselves.

    What is no library's object is not asked.

    Raises
    ------
    ModelError
        For the first row whose score differs, or if the object itself cannot score the rows.
    """
    live = _live(given, model)
    if live is None:
        return
    rows = _rows(model)
    wanted = _asked(live, _arranged(rows, model.loaded.feature_names, live.names))
    ours = model.predict(rows, raw=live.raw)
    differs = _differs(ours, wanted.astype(ours.dtype))
    if differs.any():  # or perhaps not by more than is allowed
        with np.errstate(invalid="ignore"):  # of two infinities
            differs &= ~(np.abs(ours - wanted) <= _allowed(model, given, rows, wanted, live.raw))
    _refuse_first(differs, rows, ours, wanted, "rows made of its thresholds")


def _differs(ours: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = (ours != wanted) & ~(np.isnan(ours) & np.isnan(wanted))
    return differs


def _refuse_first(
    differs: NDArray[np.bool_], rows: NDArray[Any], ours: NDArray[Any], wanted: NDArray[Any], where: str
) -> None:
    if not differs.any():
        return
    row = int(np.argmax(differs))
    raise ModelError(
        f"row {row} of {where} scores {ours[row].item()!r}, and should score {wanted[row].item()!r}; its "
        f"values are {np.array2string(rows[row], threshold=12)}"
    )


def _allowed(
    model: Scorer, given: Any, rows: NDArray[Any], wanted: NDArray[Any], raw: bool
) -> float | NDArray[np.float64]:
    """Return the tolerance of each score: 0 where the library fixes the bits."""
    if type(given).__module__.split(".")[0] != "sklearn":
        return 0.0
    if not raw:
        relative: NDArray[np.float64] = _EXPONENTIAL * np.abs(wanted)
        return relative
    own = model.loaded.model
    if not isinstance(own, Ensemble):
        return _reordered(len(own.feature)) * _magnitudes(own, rows)
    if own.output.mean and getattr(given, "n_jobs", None) not in (None, 1):
        largest = [np.abs(tree.leaf_value).max() for tree in own.trees]
        return _reordered(len(largest)) * float(np.mean(largest))
    return 0.0


def _reordered(terms: int) -> float:
    """Return by how much two sums of so many terms may differ, relative to their summed magnitudes."""
    return 2 * (terms + 1) * _HALF_ULP


def _magnitudes(linear: Linear, rows: NDArray[Any]) -> NDArray[np.float64]:
    """Return the summed magnitudes of a linear model's products and intercept, row by row."""
    products = np.abs(rows[:, linear.feature].astype(np.float64)) @ np.abs(linear.weight)
    total: NDArray[np.float64] = products + abs(linear.output.bias or 0.0)
    return total


def _live(given: Any, model: Scorer) -> Live | None:
    """Return how to ask a library's live object; None for anything else."""
    library = type(given).__module__.split(".")[0]
    booster = getattr(given, "booster_", given)
    if library == "lightgbm" and hasattr(booster, "model_to_string"):
        return Live(booster.feature_name(), lambda rows: booster.predict(rows, raw_score=True))
    if library == "catboost" and hasattr(given, "predict"):
        return Live(given.feature_names_, lambda rows: given.predict(rows, prediction_type="RawFormulaVal"))
    if library == "xgboost":
        booster = given.get_booster() if hasattr(given, "get_booster") else given
        return Live(booster.feature_names or (), lambda rows: _ask_xgboost(given, booster, rows))
    if library == "sklearn":
        return _live_scikit_learn(given, model)
    return None


def _live_scikit_learn(given: Any, model: Scorer) -> Live | None:
    names = getattr(given, "feature_names_in_", ())
    if hasattr(given, "decision_function"):
        return Live(names, given.decision_function)
    if hasattr(given, "predict_proba"):
        return Live(names, lambda rows: given.predict_proba(rows)[:, 1])
    if hasattr(given, "predict"):
        return Live(names, given.predict, raw=model.loaded.model.output.transform == "identity")
    return None


def _ask_xgboost(given: Any, booster: Any, rows: NDArray[Any]) -> Any:
    """Ask by a DMatrix: `inplace_predict` does not know linear boosters, and rounds DART's sums otherwise."""
    best = getattr(given, "best_iteration", None) if given is not booster else _best_iteration(booster)
    range_ = (0, best + 1) if best is not None else (0, 0)
    matrix = sys.modules["xgboost"].DMatrix(
        rows, feature_types=booster.feature_types, enable_categorical=True
    )
    return booster.predict(matrix, iteration_range=range_, output_margin=True, validate_features=False)


def _best_iteration(booster: Any) -> int | None:
    try:
        found = booster.best_iteration
    except AttributeError:  # trained without early stopping
        return None
    return int(found)


def _asked(live: Live, rows: NDArray[Any]) -> NDArray[np.float64]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # names of columns, which are not in question
            return np.asarray(live.ask(rows), np.float64).reshape(len(rows))
    except Exception as error:  # a library's, of whatever kind
        reason = "the object itself cannot score rows, which check=False does not ask for"
        raise ModelError(f"{reason}: {show(str(error), 200)}") from error


def _arranged(rows: NDArray[Any], names: Sequence[str], own: Sequence[str]) -> NDArray[Any]:
    """Return the rows in the library's order of columns; a column that no tree asks for may be 0."""
    places = {name: place for place, name in enumerate(names)}
    if not any(name in places for name in own):  # columns without names, or with others: they are numbered
        return rows
    arranged = np.zeros((len(rows), len(own)), rows.dtype)
    for place, name in enumerate(own):
        if name in places:
            arranged[:, place] = rows[:, places[name]]
    return arranged


def _rows(model: Scorer) -> NDArray[Any]:
    """Return rows whose values stand on thresholds and beside them; some miss where trees know that."""
    random = np.random.default_rng(_SEED)
    loaded = model.loaded
    rows = random.standard_normal((ROWS, loaded.num_features)).astype(np.float32)
    if not isinstance(loaded.model, Ensemble):
        return rows.astype(np.float32 if loaded.model.accumulate == "float32" else np.float64)
    thresholds, categorical = _thresholds(loaded.model)
    for feature, values in thresholds.items():
        drawn = random.choice(values, ROWS)
        beside = np.nextafter(drawn, random.choice(np.array([-np.inf, np.inf], np.float32), ROWS))
        rows[:, feature] = np.where(random.random(ROWS) < 0.5, drawn, beside)
    for feature, most in categorical.items():
        rows[:, feature] = random.integers(0, most, ROWS)
    if loaded.format in ("lightgbm", "xgboost"):
        rows[random.random(rows.shape) < 0.1] = np.nan
    return rows


def _thresholds(model: Ensemble) -> tuple[dict[int, NDArray[np.float32]], dict[int, int]]:
    """Return each feature's thresholds, and how many categories each of the others has."""
    flat = flatten(model.trees)
    is_set = flat.rule & CATEGORICAL != 0
    is_number = ~is_set & (np.abs(flat.threshold) < np.finfo(np.float32).max)
    thresholds = {
        int(feature): flat.threshold[is_number & (flat.feature == feature)].astype(np.float32)
        for feature in np.unique(flat.feature[is_number])
    }
    words = np.diff(flat.set_begin)[flat.threshold[is_set].astype(np.int64)]
    categorical: dict[int, int] = {}
    for feature, count in zip(flat.feature[is_set].tolist(), words.tolist(), strict=True):
        categorical[feature] = max(32 * count, categorical.get(feature, 0))
    return thresholds, categorical
