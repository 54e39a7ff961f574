"""Feature extractors: a model's columns, read and checked without an index."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rescora.errors import ModelError, RequestError, did_you_mean, model_error, show
from rescora.reading.limits import check_size
from rescora.request.mustache import Mustache

STATISTICS = ("count", "tf", "df", "ttf", "idf")
AGGREGATES = ("min", "max", "mean", "sum")
_KINDS = ("query", "field", "script", "first_pass_score", "param", "term_statistics")
DEEPEST = 200  # of a body: copies and templates are made of it by functions that call themselves
_OPTIONS = {"query": ("default_score",), "param": ("default",)}


@dataclass(frozen=True, eq=False)
class Feature:
    """
    One column of a model, and how an index computes it.

    Attributes
    ----------
    name : str
    kind : str
        ``query``, ``field``, ``script``, ``first_pass_score``, ``param``, ``term_statistics``; empty if the
        column has no extractor and can only be given to `Model.predict`.
    body : object
        What stands under that key.
    template : Mustache or None
        The body's JSON, if it has variables.
    default : float
        ``default_score`` of a query: its score when a parameter is missing. NaN for a ``param`` that is not
        given, unless it has a ``default``.
    """

    name: str
    kind: str = ""
    body: Any = None
    template: Mustache | None = None
    default: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the extractor as `parse_features` reads it."""
        said: dict[str, Any] = {"feature_name": self.name}
        if self.kind:
            said[self.kind] = copy.deepcopy(self.body)
        if self.kind == "query" and self.default:
            said["default_score"] = self.default
        if self.kind == "param" and not math.isnan(self.default):
            said["default"] = self.default
        return said


def parse_features(given: Sequence[Any], path: str = "features") -> list[Feature]:
    """
    Read names and extractors.

    Raises
    ------
    ModelError
        For one that is malformed; the message names its place.

    Examples
    --------
    >>> title = {"feature_name": "title_bm25", "query": {"match": {"title": "{{query_text}}"}}}
    >>> [(one.name, one.kind) for one in parse_features([title, "clicks"])]
    [('title_bm25', 'query'), ('clicks', '')]
    """
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Sequence):
        raise ModelError(f"must be a list of names and extractors, not [{show(given)}]", path=path)
    check_size(given, path, error=model_error)
    features = [_feature(one, f"{path}[{i}]") for i, one in enumerate(given)]
    seen: set[str] = set()
    for i, feature in enumerate(features):
        if feature.name in seen:
            raise ModelError(f"the name [{show(feature.name)}] is given twice", path=f"{path}[{i}]")
        seen.add(feature.name)
    return features


def _feature(given: Any, path: str) -> Feature:
    if isinstance(given, str):
        return Feature(_name(given, path))
    if isinstance(given, Mapping) and set(given) == {"query_extractor"}:
        path = f"{path}.query_extractor"
        given = given["query_extractor"]
    if not isinstance(given, Mapping):
        raise ModelError(f"must be a name or an extractor, not [{show(given)}]", path=path)
    if "feature_name" not in given:
        raise ModelError("Required [feature_name]", path=path)
    name = _name(given["feature_name"], f"{path}.feature_name")
    kinds = [kind for kind in _KINDS if kind in given]
    if len(kinds) > 1:
        raise ModelError(f"cannot be both [{kinds[0]}] and [{kinds[1]}]", path=path)
    kind = kinds[0] if kinds else ""
    known = ("feature_name", *kinds, *_OPTIONS.get(kind, ()))
    for key in given:
        if key not in known:
            raise ModelError(f"unknown field [{show(key)}]{did_you_mean(key, (*known, *_KINDS))}", path=path)
    if not kind:
        return Feature(name)
    body = given[kind]
    _check_body(kind, body, f"{path}.{kind}")
    text = _json(body, f"{path}.{kind}")
    own = json.loads(text)  # which nobody else can change
    return Feature(name, kind, own, _template(text, f"{path}.{kind}"), _default(kind, given, path))


def _name(given: Any, path: str) -> str:
    if not isinstance(given, str) or not given:
        raise ModelError(f"a name must be a string that is not empty, not [{show(given)}]", path=path)
    return given


def as_json(body: Any) -> str:
    """Return the text of a body, equal for equal ones: its template. ValueError if it can have none."""
    if _is_deep(body):
        raise ValueError(f"it is nested more than {DEEPEST} deep")
    return json.dumps(body, ensure_ascii=False, allow_nan=False)


def _is_deep(body: Any) -> bool:
    level = [body]
    for _ in range(DEEPEST + 1):
        inner = [
            each
            for outer in level
            if isinstance(outer, (Mapping, list, tuple))
            for each in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
        level = list({id(each): each for each in inner}.values())  # objects may be in several places
        if not level:
            return False
    return True


def _json(body: Any, path: str) -> str:
    try:
        return as_json(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelError(f"is not JSON: {error}", path=path) from None


def _template(text: str, path: str) -> Mustache | None:
    try:
        return Mustache(text, path) if "{{" in text else None
    except RequestError as error:
        raise ModelError(error.reason, path=path) from None


def _default(kind: str, given: Mapping[str, Any], path: str) -> float:
    key = "default_score" if kind == "query" else "default"
    if kind not in _OPTIONS or key not in given:
        return math.nan if kind == "param" else 0.0
    value = given[key]
    try:
        number = math.nan if isinstance(value, (bool, str)) else float(value)
    except (TypeError, ValueError, OverflowError):  # OverflowError: an int of more than 308 digits
        number = math.nan
    if not math.isfinite(number):
        raise ModelError(f"must be a number, not [{show(value)}]", path=f"{path}.{key}")
    if kind == "query" and number < 0:
        raise ModelError(f"must be at least 0, not [{number}]", path=f"{path}.{key}")
    return number


def _check_body(kind: str, body: Any, path: str) -> None:
    """Refuse an extractor that no index could compute."""
    if kind == "query" and not isinstance(body, Mapping):
        raise ModelError(f"must be a query, not [{show(body)}]", path=path)
    if kind == "param" and isinstance(body, str) and "{{" in body:
        raise ModelError(f"must be the parameter's name, without braces, not [{show(body)}]", path=path)
    if kind in ("field", "param") and not (isinstance(body, str) and body):
        raise ModelError(f"must be a name, not [{show(body)}]", path=path)
    if kind == "script" and not isinstance(body, (str, Mapping)):
        raise ModelError(f"must be a script, not [{show(body)}]", path=path)
    if kind == "first_pass_score" and body is not True:
        raise ModelError(f"must be true, not [{show(body)}]", path=path)
    if kind == "term_statistics":
        check_statistics(body, path)


def check_statistics(body: Any, path: str) -> None:
    """Refuse what is no ``term_statistics``; ModelError names the key."""
    if not isinstance(body, Mapping):
        raise ModelError(f"must be an object, not [{show(body)}]", path=path)
    for key in body:
        if key not in ("field", "query", "statistic", "aggregate"):
            hint = did_you_mean(key, ("field", "query", "statistic", "aggregate"))
            raise ModelError(f"unknown field [{show(key)}]{hint}", path=path)
    for key in ("field", "query"):
        if not isinstance(body.get(key), str):
            raise ModelError(f"Required [{key}]: a string", path=path)
    statistic = body.get("statistic")
    if statistic not in STATISTICS:
        raise ModelError(
            f"must be one of {', '.join(STATISTICS)}, not [{show(statistic)}]", path=f"{path}.statistic"
        )
    aggregate = body.get("aggregate")
    if statistic == "count":
        if aggregate is not None:
            raise ModelError("a count has no [aggregate]", path=f"{path}.aggregate")
    elif aggregate not in AGGREGATES:
        raise ModelError(
            f"must be one of {', '.join(AGGREGATES)}, not [{show(aggregate)}]", path=f"{path}.aggregate"
        )
