"""Models of the learning-to-rank plugin of Elasticsearch and OpenSearch, with the feature set beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Linear, Loaded, Normalizer, Output, Rule, Tree, lower_float32
from rescora.model.formats import ranklib, xgboost
from rescora.model.parsing.columns import Columns, distinct
from rescora.model.parsing.decimals import single, singles
from rescora.model.parsing.nested import Split, at, grow, mapping, sequence, text
from rescora.model.parsing.source import Source

NAME = "o19s"

_SET_KEYS = ("featureset", "feature_set", "features")
_BODY_KEYS = ("model", "name", "type", "validation", *_SET_KEYS)
_DEFINITION_KEYS = ("type", "definition", "feature_normalizers")
_FEATURE_KEYS = ("name", "params", "template_language", "template")
_AS_IT_IS = ("binary:logitraw", "rank:ndcg", "rank:map", "rank:pairwise", "reg:linear")
_LOGISTIC = ("binary:logistic", "reg:logistic")
# What XGBoost's dump has; the last three are statistics.
_NODE_KEYS = frozenset(
    {"nodeid", "depth", "split", "split_condition", "yes", "no", "missing", "children", "leaf"}
    | {"gain", "cover"}
)


@dataclass(frozen=True)
class _Body:
    """A model and its feature set."""

    type: str
    definition: Any
    normalizers: Mapping[str, Any]
    features: tuple[str, ...] | None  # the feature set's names in its order; None if there is no set
    extractors: Sequence[dict[str, Any]]


def recognises(source: Source) -> bool:
    """Whether it is a body that creates a model from a feature set, or a stored model."""
    body = source.json
    for _ in range(4):
        if not isinstance(body, Mapping):
            return False
        kind = body.get("type")
        if isinstance(kind, str) and kind.startswith("model/") and "definition" in body:
            return True
        body = body.get("_source", body.get("model"))
    return False


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Read a model of the plugin.

    Scores are float32. A feature that did not match is NaN to trees of XGBoost, and 0 to all other models.
    XGBoost's base score is left out, as the plugin does. Without a feature set, `feature_names` is one.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        Names of the columns, if they are not the feature set's in its order.

    Raises
    ------
    ModelError
        If the model is damaged, its type is unknown, or a feature is a script or an expression.

    Notes
    -----
    Source: the plugin's StoredLtrModel.java, XGBoostJsonParser.java, XGBoostRawJsonParser.java,
    LinearRankerParser.java and FeatureNormalizingRanker.java.
    """
    body = _body(source.json)
    if body.features is None and feature_names is not None:
        body = replace(body, features=distinct(feature_names, "feature_names"))
    reader = _READERS.get(body.type)
    if reader is None:
        hint = did_you_mean(body.type, _READERS)
        raise ModelError(f"[{show(body.type)}] is not supported{hint}", path="model.type")
    loaded = reader(body, feature_names)
    normalizers = _normalizers(body.normalizers, loaded)
    return replace(loaded, format=NAME, normalizers=normalizers, extractors=body.extractors)


def _body(given: Any) -> _Body:
    """Find the parts, at whatever depth this sort of body has them."""
    outer = mapping(given, "the body")
    if "_source" in outer:
        outer = mapping(outer["_source"], "_source")
    levels = [outer]
    while "definition" not in levels[-1] and len(levels) < 4:
        levels.append(mapping(levels[-1].get("model"), "model"))
    *around, model = levels
    mapping(model, "model", _DEFINITION_KEYS)
    for level in around:
        mapping(level, "the body", (*_BODY_KEYS, "feature_normalizers"))
    features, extractors = _feature_set(
        _the_one([level[k] for level in around for k in _SET_KEYS if k in level])
    )
    normalizers = _the_one(
        [level["feature_normalizers"] for level in levels if "feature_normalizers" in level]
    )
    return _Body(
        text(model.get("type"), "model.type"),
        model.get("definition"),
        mapping({} if normalizers is None else normalizers, "feature_normalizers"),
        features,
        extractors,
    )


def _the_one(found: list[Any]) -> Any:
    if len(found) > 1:
        raise ModelError("the body must have one feature set, and feature_normalizers once")
    return found[0] if found else None


def _feature_set(given: Any) -> tuple[tuple[str, ...] | None, list[dict[str, Any]]]:
    """Return the names and the extractors of a feature set, which may be wrapped, or only its list."""
    if given is None:
        return None, []
    for _ in range(2):
        if isinstance(given, Mapping):
            known = mapping(
                given, "the feature set", ("name", "type", "validation", "featureset", "features")
            )
            given = known.get("featureset", known.get("features"))
    features = sequence(given, "features")
    extractors = [_extractor(feature, f"features[{i}]") for i, feature in enumerate(features)]
    return distinct([each["feature_name"] for each in extractors], "the feature set"), extractors


def _extractor(given: Any, path: str) -> dict[str, Any]:
    """Return a feature as an extractor: its template, a query of Elasticsearch's with mustache in it."""
    with at(path):
        feature = mapping(given, "a feature", _FEATURE_KEYS)
        name = text(feature.get("name"), "name")
        language = feature.get("template_language", "mustache")
        if language != "mustache":
            raise ModelError(f"feature [{show(name)}]: template_language [{show(language)}] is not supported")
        template = feature.get("template")
        if isinstance(template, str):
            template = _decoded(template, f"the template of [{show(name)}]")
        return {"feature_name": name, "query": dict(mapping(template, "template"))}


def _decoded(given: Any, what: str) -> Any:
    """Return a definition, which may be an object or the text of one."""
    if not isinstance(given, str):
        return given
    try:
        return msgspec.json.decode(given)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ModelError(f"{what} is no JSON: {error}") from None


def _linear(body: _Body, feature_names: tuple[str, ...] | None) -> Loaded:
    weights = mapping(_decoded(body.definition, "definition"), "definition")
    own = distinct(weights, "definition") if body.features is None else body.features
    columns = Columns(own, feature_names)
    _known(weights, frozenset(own))
    used = [name for name in own if name in weights]  # summed in the order of the feature set
    if not used:
        raise ModelError("the definition has no weights", path="model.definition")
    values = [single(weights[name], f"the weight of feature [{show(name)}]") for name in used]
    numbers = np.array([columns[name] for name in used], np.int32)
    model = Linear(numbers, np.array(values, np.float64), accumulate="float32")
    return Loaded(NAME, model, columns.names, len(columns.names), absent=0.0)


def _known(names: Iterable[Any], own: Collection[str]) -> None:
    """Refuse a name that is not in the feature set, which `own` is, quickly searched."""
    strange = next((name for name in names if name not in own), None)
    if strange is not None:
        hint = did_you_mean(strange, own)
        raise ModelError(f"feature [{show(strange)}] is not in the feature set{hint}")


def _ranklib(body: _Body, feature_names: tuple[str, ...] | None) -> Loaded:
    """Read RankLib's file, whose feature 1 is the first of the feature set."""
    content = text(body.definition, "definition")
    loaded = ranklib.load(Source(content.encode("utf-8", "replace")), body.features)
    if body.features is None or feature_names is None:
        return loaded
    columns = Columns(body.features, feature_names)
    return replace(
        loaded,
        model=_moved(loaded.model, body.features, columns),
        feature_names=columns.names,
        num_features=len(columns.names),
    )


def _moved(model: Ensemble | Linear, own: tuple[str, ...], columns: Columns) -> Ensemble | Linear:
    """Return the model with the feature set's numbers replaced by those of the columns."""
    parts = [model] if isinstance(model, Linear) else model.trees
    used = {int(number) for part in parts for number in np.unique(part.feature)}
    where = np.zeros(len(own), np.int32)
    for number in used:
        where[number] = columns[own[number]]
    if isinstance(model, Linear):
        return replace(model, feature=where[model.feature])
    return replace(model, trees=[replace(tree, feature=where[tree.feature]) for tree in model.trees])


def _output(objective: Any) -> Output:
    if objective in _LOGISTIC:
        return Output(transform="sigmoid")
    if objective not in _AS_IT_IS:
        hint = did_you_mean(objective, (*_AS_IT_IS, *_LOGISTIC))
        raise ModelError(f"the objective [{show(objective)}] is not supported{hint}")
    return Output()


def _dump(body: _Body, feature_names: tuple[str, ...] | None) -> Loaded:
    """Read the trees of XGBoost's dump, with or without an objective around them."""
    definition = _decoded(body.definition, "definition")
    output = Output()
    if isinstance(definition, Mapping):
        mapping(definition, "definition", ("objective", "splits"))
        output = _output(definition.get("objective", "rank:ndcg"))
        definition = definition.get("splits")
    names = _Names(body.features)
    trees = [_tree(root, i, names) for i, root in enumerate(sequence(definition, "definition"))]
    columns = Columns(names.all, feature_names)
    if feature_names is not None:
        where = np.array([columns[name] if name in names.used else 0 for name in names.all], np.int32)
        trees = [replace(tree, feature=where[tree.feature]) if len(tree.feature) else tree for tree in trees]
    return Loaded(NAME, Ensemble(trees, "float32", output=output), columns.names, len(columns.names))


class _Names:
    """The numbers of feature names: the feature set's, or given as names appear."""

    def __init__(self, features: tuple[str, ...] | None) -> None:
        self.fixed = features is not None
        self.all: dict[str, int] = {name: i for i, name in enumerate(features or ())}
        self.used: set[str] = set()

    def number(self, given: Any) -> int:
        name = text(given, "split")
        if self.fixed:
            _known([name], self.all)
        self.used.add(name)
        return self.all.setdefault(name, len(self.all))


def _tree(root: Any, number: int, names: _Names) -> Tree:
    def read(node: Any) -> Split | float:
        return _node(node, names)

    tree = grow(root, read, f"tree {number}")
    return replace(tree, threshold=lower_float32(tree.threshold.astype(np.float32)))  # the plugin asks for <


def _node(given: Any, names: _Names) -> Split | float:
    node = mapping(given, "a node", _NODE_KEYS)
    if "leaf" in node:
        return single(node["leaf"], "leaf")
    children = node.get("children")
    if not isinstance(children, (list, tuple)) or len(children) != 2:
        raise ModelError("a node must have a leaf or two children")
    ids = [mapping(child, "a child").get("nodeid") for child in children]
    yes, no, missing = (node.get(key) for key in ("yes", "no", "missing"))
    if any(type(each) is not int for each in ids) or yes == no or missing not in (None, yes, no):
        raise ModelError("yes, no and missing must be the nodeids of the two children")
    if ids not in ([yes, no], [no, yes]):
        raise ModelError("yes and no must be the nodeids of the two children")
    left, right = children if ids[0] == yes else children[::-1]
    rule = Rule.NAN_LEFT if missing == yes else Rule(0)
    threshold = single(node.get("split_condition"), "split_condition")
    return Split(names.number(node.get("split")), threshold, rule, left, right)


def _raw(body: _Body, feature_names: tuple[str, ...] | None) -> Loaded:
    """Read what XGBoost saved, and leave out what the plugin does not look at."""
    definition = mapping(_decoded(body.definition, "definition"), "definition")
    learner = mapping(definition.get("learner"), "learner")
    own = distinct(sequence(learner.get("feature_names"), "learner.feature_names"), "learner.feature_names")
    types = sequence(learner.get("feature_types"), "learner.feature_types")
    if len(types) != len(own) or any(each != "float" for each in types):
        raise ModelError("learner.feature_types must be [float] for every feature; others are not supported")
    output = _output(mapping(learner.get("objective"), "learner.objective").get("name"))
    booster = mapping(learner.get("gradient_booster"), "learner.gradient_booster").get("name")
    if booster != "gbtree":
        raise ModelError(f"the gradient_booster [{show(booster)}] is not supported")
    if body.features is not None:
        _known(own, frozenset(body.features))
    loaded = xgboost.load(Source(None, definition), feature_names or body.features)
    if not isinstance(loaded.model, Ensemble):
        raise ModelError(f"the gradient_booster [{show(booster)}] must have trees")
    _check_leaves(learner)
    return replace(loaded, model=replace(loaded.model, base=0.0, output=output))


def _check_leaves(learner: Mapping[str, Any]) -> None:
    """
    Refuse a tree whose leaves have other values in `base_weights`, where the plugin looks.

    XGBoost itself looks in `split_conditions`; the two are equal unless a tree was changed once it had grown.
    """
    for i, tree in enumerate(learner["gradient_booster"]["model"]["trees"]):
        path, leaf = f"tree {i}", np.asarray(tree["left_children"]) == -1
        values, weights = (
            singles(tree.get(key), key, path, len(leaf)) for key in ("split_conditions", "base_weights")
        )
        if not np.array_equal(values[leaf], weights[leaf]):
            raise ModelError("base_weights that differ from the leaves' values are not supported", path=path)


_READERS = {
    "model/xgboost+json": _dump,
    "model/xgboost+json+raw": _raw,
    "model/ranklib": _ranklib,
    "model/linear": _linear,
}


def _normalizers(given: Mapping[str, Any], loaded: Loaded) -> dict[int, Normalizer]:
    columns = {name: i for i, name in enumerate(loaded.feature_names)}
    found: dict[int, Normalizer] = {}
    for name, each in given.items():
        path = f"feature_normalizers.{show(name, 40)}"
        with at(path):
            _known([name], columns)
            found[columns[name]] = _normalizer(each)
    return found


def _normalizer(given: Any) -> Normalizer:
    kinds = mapping(given, "a normalizer", ("min_max", "standard"))
    if len(kinds) != 1:
        raise ModelError(f"a normalizer must be one of min_max and standard, not {show(list(kinds))}")
    if "standard" in kinds:
        params = mapping(kinds["standard"], "standard", ("mean", "standard_deviation"))
        divisor = single(params.get("standard_deviation"), "standard_deviation")
        if divisor <= 0:
            raise ModelError(f"standard_deviation must be above 0, not {divisor}")
        return Normalizer(single(params.get("mean"), "mean"), divisor)
    params = mapping(kinds["min_max"], "min_max", ("minimum", "maximum"))
    low, high = (single(params.get(key), key) for key in ("minimum", "maximum"))
    with np.errstate(over="ignore"):
        divisor = float(np.float32(high) - np.float32(low))
    if not 0 < divisor < np.inf:
        raise ModelError(f"minimum must be below maximum, not {low} and {high}")
    return Normalizer(low, divisor)
