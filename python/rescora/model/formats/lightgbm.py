"""
LightGBM's models: the text file, `dump_model()`, and live boosters and scikit-learn wrappers.

A model gives what ``Booster.predict`` gives for a row of a NumPy array. Its categories are the numbers that
it was trained on; of a data frame these are the codes of ``pandas_categorical``, which LightGBM looks up only
in data frames. The score of a classifier is the probability of the second class.

Source: LightGBM's gbdt_model_text.cpp and gbdt_prediction.cpp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from rescora.errors import ModelError, show
from rescora.model.ensemble import Ensemble, Loaded, Output
from rescora.model.formats.lightgbm_trees import read_floats, tree_of_dump, tree_of_text
from rescora.model.parsing.arrays import CategorySets
from rescora.model.parsing.columns import Columns
from rescora.model.parsing.nested import whole_or_text
from rescora.model.parsing.source import class_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.model.ensemble import Transform, Tree
    from rescora.model.parsing.source import Source

NAME = "lightgbm"

_VERSIONS = ("v2", "v3", "v4")
# Lines after the last tree; which of them comes first has changed with the versions.
_AFTER_TREES = ("end of trees", "feature_importances:", "feature importances:")

_SQRT = ("regression", "regression_l1", "fair", "quantile", "mape")  # may have been trained on square roots
_IDENTITY = ("lambdarank", "rank_xendcg", "huber", *_SQRT)
_TRANSFORMS: dict[str, Transform] = {
    **dict.fromkeys(_IDENTITY, "identity"),
    "binary": "sigmoid",
    "cross_entropy": "sigmoid",
    "cross_entropy_lambda": "log1p_exp",
    **dict.fromkeys(("poisson", "gamma", "tweedie"), "exp"),
    "xentropy": "sigmoid",  # version 2's names
    "xentlambda": "log1p_exp",
}


def recognises(source: Source) -> bool:
    """Return whether `source` is a model of LightGBM."""
    if source.data is not None and re.match(rb"\s*tree\r?\n", source.data[:64]):
        return True
    if _live(source.given):
        return True
    dump = source.json
    return isinstance(dump, Mapping) and "tree_info" in dump and "max_feature_idx" in dump


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Return the model.

    A live booster, or a wrapper of one, gives the trees up to its best iteration, if it has one, as its
    `predict` does.

    Raises
    ------
    ModelError
        If it is damaged, or has several outputs, linear trees, or an objective that is not known.
    """
    live = _live(source.given)
    if live:
        return _load_text(_text_of(source.given, live), feature_names)
    if isinstance(source.json, Mapping):
        return _load_dump(source.json, feature_names)
    if source.text is None:
        raise ModelError("the file is not UTF-8")
    return _load_text(source.text, feature_names)


# -- live objects


def _live(given: object) -> str:
    return class_of(given, "lightgbm", ("Booster", "LGBMModel"))


def _text_of(given: Any, kind: str) -> str:
    try:
        booster = given.booster_ if kind == "LGBMModel" else given
        text = booster.model_to_string()  # by default up to the best iteration
    except Exception as error:  # another library's object: whatever it says is the reason
        raise ModelError(f"{type(given).__name__} gives no model: {show(error, 300)}") from error
    if not isinstance(text, str):
        raise ModelError(f"{type(given).__name__} gives no model, but {show(text)}")
    return text


# -- the text file


def _load_text(text: str, feature_names: tuple[str, ...] | None) -> Loaded:
    lines = [line.rstrip("\r") for line in text.lstrip().split("\n")]
    begins = [i for i, line in enumerate(lines) if line.startswith("Tree=")]
    end = next((i for i, line in enumerate(lines) if line in _AFTER_TREES), None)
    if end is None or (begins and begins[-1] > end):
        raise ModelError("the file is cut short: [end of trees] does not follow the trees")
    header = _pairs(lines[1 : begins[0] if begins else end], "header")
    _check_count(header, len(begins))
    columns = _columns(header, _words(header, "feature_names"), feature_names)
    trees = []
    for number, (begin, stop) in enumerate(pairwise([*begins, end])):
        path = f"tree {number}"
        if lines[begin] != f"Tree={number}":
            raise ModelError(f"[{show(lines[begin])}] stands where [Tree={number}] should", path=path)
        trees.append(tree_of_text(_pairs(lines[begin + 1 : stop], path), columns, path))
    return _loaded(header, "average_output" in header, trees, columns)


def _pairs(lines: Sequence[str], path: str) -> dict[str, str]:
    """Return ``key=value`` lines as a dict; a line that is a mere key has an empty value."""
    pairs: dict[str, str] = {}
    for line in filter(None, lines):
        key, _, value = line.partition("=")
        if key in pairs:
            raise ModelError(f"[{show(key)}] stands twice", path=path)
        pairs[key] = value.strip()
    return pairs


def _words(pairs: Mapping[str, Any], key: str) -> list[str]:
    return [word for word in str(pairs.get(key, "")).split(" ") if word]


def _check_count(header: dict[str, str], trees: int) -> None:
    sizes = _words(header, "tree_sizes")  # not in the oldest files
    if sizes and len(sizes) != trees:
        raise ModelError(f"tree_sizes has {len(sizes)} entries, but there are {trees} trees", path="header")


# -- dump_model()


def _load_dump(dump: Mapping[str, Any], feature_names: tuple[str, ...] | None) -> Loaded:
    names, trees_given = dump.get("feature_names"), dump.get("tree_info")
    if not isinstance(names, (list, tuple)) or not isinstance(trees_given, (list, tuple)):
        raise ModelError(
            f"feature_names and tree_info must be lists, not {show(names)} and {show(trees_given)}"
        )
    average = dump.get("average_output", False)
    if not isinstance(average, bool):
        raise ModelError(f"average_output must be true or false, not {show(average)}")
    columns, make_sets = _columns(dump, names, feature_names), CategorySets()
    trees = [tree_of_dump(tree, columns, make_sets, f"tree {i}") for i, tree in enumerate(trees_given)]
    return _loaded(dump, average, trees, columns)


# -- the model as a whole


def _columns(
    header: Mapping[str, Any], names: Sequence[str], feature_names: tuple[str, ...] | None
) -> Columns:
    count = whole_or_text(header.get("max_feature_idx"), "max_feature_idx", "header", most=2**31 - 2) + 1
    automatic = list(names) == [f"Column_{i}" for i in range(len(names))]
    if not names:
        raise ModelError("there are no feature_names", path="header")
    return Columns(names, feature_names, count, automatic=automatic)


def _loaded(header: Mapping[str, Any], average: bool, trees: Sequence[Tree], columns: Columns) -> Loaded:
    version = header.get("version")
    if version not in _VERSIONS:
        raise ModelError(f"version [{show(version)}] is not supported", path="header")
    for name in ("num_class", "num_tree_per_iteration"):
        outputs = whole_or_text(header.get(name), name, "header", least=1)
        if outputs != 1:
            raise ModelError(
                f"a model of several outputs is not supported: {name} is {outputs}", path="header"
            )
    if not trees:
        raise ModelError("the model has no trees")
    divide = float(len(trees)) if average else None
    return Loaded(
        format=NAME,
        model=Ensemble(trees, "float64", wide=True, output=_output(header.get("objective", ""), divide)),
        feature_names=columns.names,
        num_features=columns.count,
    )


def _output(objective: object, divide: float | None) -> Output:
    """Return what the objective, ``binary sigmoid:1``, makes of a sum; a custom one is not in the file."""
    name, *settings = objective.split() or ["regression"] if isinstance(objective, str) else [show(objective)]
    transform, slope = _TRANSFORMS.get(name), 1.0
    if transform is None:
        raise ModelError(f"the objective [{show(name)}] is not supported", path="header")
    for setting in settings:
        if setting == "sqrt" and name in _SQRT:
            transform = "signed_square"
        elif setting.startswith("sigmoid:") and name == "binary":
            slope = float(read_floats({"sigmoid": setting[8:]}, "sigmoid", "header", 1)[0])
        else:
            reason = f"[{show(setting)}] of the objective [{name}] is not supported"
            raise ModelError(reason, path="header")
    return Output(divide=divide, transform=transform, slope=slope)
