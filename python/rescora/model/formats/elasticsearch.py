"""Elasticsearch's trained models for learning to rank: trees, and the queries that extract their features."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Loaded, Output, Transform, Tree
from rescora.model.formats.elasticsearch_trees import TreeBody, make_tree
from rescora.model.parsing.columns import Columns, distinct
from rescora.model.parsing.decimals import finite
from rescora.model.parsing.nested import at, mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.model.parsing.source import Source

NAME = "elasticsearch"

# What a compressed definition may inflate to: some three million nodes.
MOST_INFLATED = 512 * 1024**2
MOST_PARTS = 1 << 24  # objects and lists in it: `{},` takes three bytes, and a hundred as a node
_GZIP = zlib.MAX_WBITS | 16
_PIECE = 1 << 18  # bytes that are given to the inflater, and taken from it, at a time

_LTR = "learning_to_rank"
_SAID_OF_A_MODEL = frozenset(  # what says nothing of scores
    {"model_id", "created_by", "create_time", "version", "description", "tags", "metadata", "license_level"}
    | {"model_size_bytes", "estimated_heap_memory_usage_bytes", "estimated_operations", "fully_defined"}
    | {"heap_bytes_estimate", "model_aliases", "type", "platform_architecture"}
)
_CONFIG_KEYS = _SAID_OF_A_MODEL | {
    "model_type",
    "inference_config",
    "input",
    "definition",
    "compressed_definition",
}
_LTR_KEYS = ("feature_extractors", "default_params", "num_top_feature_importance_values")
_EXTRACTOR_KEYS = ("feature_name", "query", "default_score")


class _Model(msgspec.Struct, forbid_unknown_fields=True):
    tree: TreeBody | None = None
    ensemble: Any = None  # inside an ensemble; its own is read apart


class _Ensemble(msgspec.Struct, forbid_unknown_fields=True):
    trained_models: list[_Model]
    feature_names: list[str] | None = None
    aggregate_output: Any = None
    target_type: str = "regression"
    classification_labels: Any = None
    classification_weights: Any = None


_Members: TypeAlias = tuple[list[TreeBody], list[float] | None, Transform]  # trees, their weights, the end


class _Trained(msgspec.Struct, forbid_unknown_fields=True):
    tree: TreeBody | None = None
    ensemble: _Ensemble | None = None


class _Definition(msgspec.Struct, forbid_unknown_fields=True):
    trained_model: _Trained
    preprocessors: Any = None


def recognises(source: Source) -> bool:
    """Whether it is a trained model's body, a response with one, or a bare definition."""
    body = _unwrapped(source.json)
    if not isinstance(body, Mapping):
        return False
    definition = body.get("definition", body)
    return "compressed_definition" in body or (
        isinstance(definition, Mapping) and "trained_model" in definition
    )


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Read a trained model of Elasticsearch.

    Values are compared in float64, and what is infinite counts as missing. The output is shifted as
    Elasticsearch does it, so that no score is negative; the raw score is not. Leaves are added up in order in
    float64. Elasticsearch adds with compensation: the last bits of its float64 may differ, hardly ever the
    float32 that a hit has.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        Names of the columns, if they are not the names of the trees in the order of their appearance.

    Raises
    ------
    ModelError
        If Elasticsearch would refuse to create the model, or it is none for learning to rank.

    Notes
    -----
    Source: Elasticsearch's TreeInferenceModel.java, EnsembleInferenceModel.java, WeightedSum.java,
    Exponent.java, BoundedWindowInferenceModel.java and LearningToRankConfig.java.
    """
    body = mapping(_unwrapped(source.json), "a trained model")
    bare = "trained_model" in body
    extractors, default_params = ((), {}) if bare else _config(body)
    definition = _typed(body) if bare else _definition(body)
    if definition.preprocessors is not None and definition.preprocessors != []:
        raise ModelError("[preprocessors] is not supported", path="definition.preprocessors")
    columns, model = _model(definition.trained_model, feature_names)
    return Loaded(
        NAME,
        model,
        columns.names,
        len(columns.names),
        extractors=extractors,
        default_params=default_params,
    )


def _unwrapped(given: Any) -> Any:
    """Return the only model of a response that lists models; whatever else it is, as it is."""
    listed = given.get("trained_model_configs") if isinstance(given, Mapping) else None
    return listed[0] if isinstance(listed, (list, tuple)) and len(listed) == 1 else given


def _config(body: Mapping[str, Any]) -> tuple[Sequence[dict[str, Any]], dict[str, Any]]:
    """Return the extractors and default parameters; refuse what is no model for learning to rank."""
    mapping(body, "a trained model", _CONFIG_KEYS)
    if body.get("model_type", "tree_ensemble") != "tree_ensemble":
        raise ModelError(f"[{show(body['model_type'])}] is not supported", path="model_type")
    if mapping(body.get("input") or {}, "input").get("field_names"):
        reason = f"cannot specify [input.field_names] for a model of type [{_LTR}]"
        raise ModelError(reason, path="input.field_names")
    inference = body.get("inference_config")
    if inference is None:
        return (), {}
    kinds = list(mapping(inference, "inference_config"))
    if kinds != [_LTR]:
        said = ", ".join(show(kind) for kind in kinds)
        raise ModelError(
            f"[inference_config] must be of type [{_LTR}], not [{said}]", path="inference_config"
        )
    return _learning_to_rank(inference[_LTR])


def _learning_to_rank(given: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    path = f"inference_config.{_LTR}"
    config = mapping(given, path, _LTR_KEYS)
    listed = config.get("feature_extractors") or []
    listed = [{name: listed[name]} for name in listed] if isinstance(listed, Mapping) else listed
    listed = sequence(listed, f"{path}.feature_extractors") if listed else []
    found = [_extractor(each, f"{path}.feature_extractors[{i}]") for i, each in enumerate(listed)]
    names = {each["feature_name"] for each in found}
    if len(names) < len(found):
        raise ModelError("[feature_extractors] contains duplicate [feature_name] values", path=path)
    return found, dict(mapping(config.get("default_params") or {}, f"{path}.default_params"))


def _extractor(given: Any, path: str) -> dict[str, Any]:
    with at(path):
        wrapped = mapping(given, "a feature extractor", ("query_extractor",))
        extractor = mapping(wrapped.get("query_extractor"), "query_extractor", _EXTRACTOR_KEYS)
        text(extractor.get("feature_name"), "feature_name")
        mapping(extractor.get("query"), "query")
        if finite(extractor.get("default_score", 0.0), "default_score") < 0:
            raise ModelError(f"default_score must be at least 0, not {show(extractor['default_score'])}")
    return dict(extractor)


def _definition(body: Mapping[str, Any]) -> _Definition:
    if ("definition" in body) == ("compressed_definition" in body):
        raise ModelError("either [definition] or [compressed_definition] must be given, and not both")
    if "definition" in body:
        return _typed(body["definition"])
    packed = text(body["compressed_definition"], "compressed_definition")
    return _typed(_inflated(packed))


def _inflated(packed: str) -> bytes:
    """Return what the base64 of a gzip file holds, if that is not more than any model needs."""
    with at("compressed_definition"):
        try:
            data = base64.b64decode(packed, validate=True)
            length = _length_inflated(data)
            inflated = zlib.decompress(data, _GZIP, bufsize=max(length, 1))  # in one piece of memory
        except (zlib.error, binascii.Error, ValueError) as error:
            if isinstance(error, ModelError):
                raise
            raise ModelError(f"must be gzip in base64, but: {error}") from None
        if inflated.count(b"{") + inflated.count(b"[") > MOST_PARTS:
            raise ModelError(f"has more than {MOST_PARTS:,} objects and lists")
        return inflated


def _length_inflated(data: bytes) -> int:
    """Return what a gzip file would inflate to, keeping none of it."""
    inflater = zlib.decompressobj(_GZIP)
    length = read = 0
    while not inflater.eof:
        more = inflater.unconsumed_tail
        if not more:
            more = data[read : read + _PIECE]
            read += len(more)
        piece = inflater.decompress(more, _PIECE)
        if not more and not piece:
            break
        length += len(piece)
        if length > MOST_INFLATED:
            raise ModelError(f"inflates to more than {MOST_INFLATED:,} bytes")
    if not inflater.eof or inflater.unused_data or read < len(data):
        raise ModelError("is cut short, or has something behind its end")
    return length


def _typed(given: Any) -> _Definition:
    """Return a definition, given as JSON or as its objects, with every field of its type."""
    try:
        if isinstance(given, bytes):
            return msgspec.json.decode(given, type=_Definition)
        return msgspec.convert(given, _Definition)
    except msgspec.ValidationError as error:
        raise _placed(str(error)) from None
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError, TypeError) as error:
        raise ModelError(f"is no trained model: {show(str(error))}", path="definition") from None


def _placed(said: str) -> ModelError:
    """Return an error with the place that msgspec puts at the end: ``… - at `$.trained_model`.``."""
    found = re.fullmatch(r"(.*?)(?: - at `\$(.*)`)?", said, re.DOTALL)
    reason, place = (found[1], found[2] or "") if found else (said, "")
    node = re.search(r"(?:trained_models\[(\d+)\]\.)?tree\.tree_structure\[(\d+)\]\.?(.*)", place)
    if node is None:
        return ModelError(show(reason, 200), path=f"definition{place}")
    reason = f"[{node[3]}] {reason}" if node[3] else reason
    return ModelError(show(reason, 200), path=f"tree {node[1] or 0}, node {node[2]}")


def _model(trained: _Trained, feature_names: tuple[str, ...] | None) -> tuple[Columns, Ensemble]:
    if (trained.tree is None) == (trained.ensemble is None):
        raise ModelError("must be one of [tree] and [ensemble]", path="definition.trained_model")
    if trained.tree is not None:
        members: _Members = ([trained.tree], None, "identity")
    else:
        assert trained.ensemble is not None
        members = _members(trained.ensemble)
    trees, weights, transform = members
    for i, tree in enumerate(trees):
        _refuse_classification(tree, f"tree {i}")
    columns = Columns(_all_names(trees), feature_names)
    made = [make_tree(tree, f"tree {i}", columns) for i, tree in enumerate(trees)]
    least = java_sum([float(tree.leaf_value.min()) for tree in made])
    if weights is not None:
        made = [
            _weighted(tree, weight, f"tree {i}")
            for i, (tree, weight) in enumerate(zip(made, weights, strict=True))
        ]
    # Elasticsearch's bound leaves the weights out. After exp nothing is negative.
    shift = 0.0 - least if least < 0 and transform == "identity" else 0.0
    return columns, Ensemble(made, "float64", wide=True, output=Output(transform=transform, shift=shift))


def _members(ensemble: _Ensemble) -> _Members:
    path = "definition.trained_model.ensemble"
    _refuse_classification(ensemble, path)
    if ensemble.classification_weights is not None:
        raise ModelError("[classification_weights] is not supported", path=path)
    if not ensemble.trained_models:
        raise ModelError("[trained_models] must not be empty", path=path)
    distinct(ensemble.feature_names or (), f"{path}.feature_names")
    trees = [_member(model, f"tree {i}") for i, model in enumerate(ensemble.trained_models)]
    weights, transform = _aggregate(ensemble.aggregate_output, f"{path}.aggregate_output")
    if weights is not None and len(weights) != len(trees):
        reason = f"[aggregate_output] expects value array of size [{len(weights)}] but number of models is "
        raise ModelError(f"{reason}[{len(trees)}]", path=path)
    return trees, weights, transform


def _member(model: _Model, path: str) -> TreeBody:
    if model.ensemble is not None:
        raise ModelError("an [ensemble] in an ensemble is not supported", path=path)
    if model.tree is None:
        raise ModelError("must be a [tree]", path=path)
    return model.tree


def _refuse_classification(model: TreeBody | _Ensemble, path: str) -> None:
    if model.target_type.lower() != "regression":
        raise ModelError(f"target_type [{show(model.target_type)}] is not supported", path=path)
    if model.classification_labels is not None:
        reason = "[target_type] should be [classification] if [classification_labels] is provided"
        raise ModelError(reason, path=path)


def _aggregate(given: Any, path: str) -> tuple[list[float] | None, Transform]:
    """Return the weights of the trees, if there are any, and what becomes of their sum."""
    if given is None:
        return None, "identity"
    listed = given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given
    with at(path):
        kinds = mapping(listed, "aggregate_output")
        if len(kinds) != 1:
            raise ModelError(f"must have one aggregator, not {len(kinds)}")
        ((kind, options),) = kinds.items()
        if kind not in ("weighted_sum", "exponent"):
            # logistic_regression of a regression is the likelier class, 0 or 1: no score to rank by
            hint = did_you_mean(kind, ("weighted_sum", "exponent"))
            raise ModelError(f"[{show(kind)}] is not supported for regression{hint}")
        weights = mapping(options, kind, ("weights",)).get("weights")
        found = None if weights is None else [finite(w, "a weight") for w in sequence(weights, "weights")]
    return found, "exp" if kind == "exponent" else "identity"


def _all_names(trees: Sequence[TreeBody]) -> dict[str, None]:
    """Return the names of all trees, in the order of their first appearance."""
    found: dict[str, None] = {}
    for i, tree in enumerate(trees):
        found |= dict.fromkeys(distinct(tree.feature_names, f"tree {i}, feature_names"))
    return found


def _weighted(tree: Tree, weight: float, path: str) -> Tree:
    with np.errstate(over="ignore"):
        values = tree.leaf_value * weight
    if not np.isfinite(values).all():
        raise ModelError("leaf_value times weight must be finite", path=path)
    return replace(tree, leaf_value=values)


def java_sum(values: Sequence[float]) -> float:
    """
    Return the sum as Java's ``DoubleStream.sum`` has it, which carries along what rounding lost.

    Examples
    --------
    >>> java_sum([0.1] * 10), 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1
    (1.0, 0.9999999999999999)
    """
    total = lost = 0.0
    for value in values:
        less = value - lost
        higher = total + less
        lost = (higher - total) - less
        total = higher
    return total - lost
