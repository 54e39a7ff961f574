"""A model's features become the core's columns: templates are filled, queries compiled, equal ones once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.core import _core
from rescora.errors import RequestError, show
from rescora.model.features import as_json, check_statistics
from rescora.queries import parse_query
from rescora.queries.compound import MatchAll, MatchNone
from rescora.queries.scripts import SCORE
from rescora.queries.source import parse_script
from rescora.reading.limits import Levels
from rescora.reading.values import illegal
from rescora.request.body import decode
from rescora.request.mustache import MissingParameter

if TYPE_CHECKING:
    from rescora.model.features import Feature
    from rescora.model.model import Model
    from rescora.queries import Compiler

Params = Mapping[str, Any]
_LEVELS = 30  # that the queries of extractors may be nested


def compile_columns(compiler: Compiler, model: Model, params: Params, path: str) -> _core.Columns:
    """
    Return the columns of a model, one a feature, for a request with these parameters.

    Raises
    ------
    RequestError
        If the model has no extractors, a rendered extractor cannot be right, or a parameter is none.
    """
    if not any(feature.kind for feature in model._features):
        raise illegal("the model has no feature extractors: load it with `features`", path)
    return compile_features(compiler, model._features, {**model._loaded.default_params, **params}, path)


def compile_features(
    compiler: Compiler, features: Sequence[Feature], params: Params, path: str
) -> _core.Columns:
    """Return the columns of features; features that ask the same share one column, which is computed once."""
    known: dict[tuple[str, str], _core.Column] = {}
    named = []
    for feature in features:
        try:
            named.append((feature.name, _column(compiler, feature, params, known)))
        except RequestError as error:
            raise _failed(feature, error, path) from error
    return _core.Columns(named)


def _failed(feature: Feature, cause: RequestError, path: str) -> RequestError:
    return RequestError(
        f"cannot compute the feature [{show(feature.name)}]: {cause}",
        path=path,
        type=cause.type,
        status=cause.status,
    )


def _column(
    compiler: Compiler, feature: Feature, params: Params, known: dict[tuple[str, str], _core.Column]
) -> _core.Column:
    if not feature.kind:
        return _core.Column.constant(math.nan)
    if feature.template is None:
        key, body = (feature.kind, as_json(feature.body)), feature.body
    else:
        try:
            text = feature.template.render(params, detect_missing=True)
        except MissingParameter:
            return _without_parameter(compiler, feature)
        key, body = (feature.kind, text), None
        if key not in known:
            body = decode(text)
    if feature.kind == "param":
        return _param(feature, params)
    found = known.get(key)
    if found is None:
        found = known[key] = _COMPILERS[feature.kind](compiler, body)
    return found


def _without_parameter(compiler: Compiler, feature: Feature) -> _core.Column:
    """Return what stands for an extractor whose parameter is not given: Elasticsearch's rule for queries."""
    if feature.kind == "query" and feature.default > 0:
        boost = float(np.float32(feature.default))
        return _core.Column.query(compiler.compile(MatchAll(boost=boost)))
    if feature.kind == "query":
        return _core.Column.query(compiler.compile(MatchNone()))
    return _core.Column.constant(math.nan)


def _query(compiler: Compiler, body: Any) -> _core.Column:
    return _core.Column.query(
        compiler.compile(parse_query(body, "query", Levels(_LEVELS, compiler.max_clauses)))
    )


def _script(compiler: Compiler, body: Any) -> _core.Column:
    return _core.Column.script(compiler.script(parse_script(body, "script"), SCORE))


def _field(compiler: Compiler, body: Any) -> _core.Column:
    found = compiler.schema.field(body)
    if found is None or not found.kind.keeps_numbers:
        said = "is not mapped" if found is None else f"of type [{found.type}] holds no numbers"
        raise illegal(f"the field [{show(body)}] {said}", "field")
    return _core.Column.field(found.number)


def _first_pass(_compiler: Compiler, _body: Any) -> _core.Column:
    return _core.Column.first_pass()


def _statistic(compiler: Compiler, body: Any) -> _core.Column:
    check_statistics(body, "term_statistics")  # again: the parameters may have changed it
    found = compiler.schema.field(body["field"])
    if found is None or not found.kind.has_words:
        said = "is not mapped" if found is None else f"of type [{found.type}] has no words"
        raise illegal(f"the field [{show(body['field'])}] {said}", "term_statistics.field")
    compiler.begin()  # the limit on words is each text's
    words = compiler.words(found.search_analyzer, body["query"], "term_statistics.query")
    distinct = list(dict.fromkeys(word for word, _ in words))
    return _core.Column.statistic(found.number, distinct, body["statistic"], body.get("aggregate", "sum"))


def _param(feature: Feature, params: Params) -> _core.Column:
    value = params.get(feature.body)
    if value is None:
        return _core.Column.constant(feature.default)
    if not isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)):
        raise illegal(f"the parameter [{feature.body}] must be a number, not [{show(value)}]", "param")
    try:
        return _core.Column.constant(float(value))
    except OverflowError:
        raise illegal(f"the parameter [{feature.body}] is too large: [{show(value)}]", "param") from None


_COMPILERS: dict[str, Callable[[Compiler, Any], _core.Column]] = {
    "query": _query,
    "script": _script,
    "field": _field,
    "first_pass_score": _first_pass,
    "term_statistics": _statistic,
}
