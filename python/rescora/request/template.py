"""A request with holes: ``{{name}}`` inside its strings, filled from parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.request.queries.registry import HARD_DEPTH
from rescora.request.values import illegal, plain, scalar, scalar_text

_TAG = re.compile(r"\{\{\{?\s*(.*?)\s*\}?\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")

# Values as they were given stand under their names with this before them, their texts under the names alone.
_AS_GIVEN = "="
_PARAMS = re.compile(r"\b(?:script\.(?:params|parameters)|learning_to_rank\.params)\b")

Fill = Callable[[Mapping[str, Any]], Any]


class Template:
    """
    A request whose strings may hold variables.

    A variable becomes text, as in Elasticsearch's search templates; but a string among the ``params``
    of a script or a model that is nothing but a variable becomes the value itself: a number, a list.

    Parameters
    ----------
    body : object
        Any JSON value; ``"{{query}}"`` in a string marks a parameter.

    Attributes
    ----------
    variables : frozenset of str
        The names in use.

    Raises
    ------
    RequestError
        If a tag is malformed, or a kind of mustache that is not supported.

    Examples
    --------
    >>> template = Template({"match": {"title": "the {{animal}}"}})
    >>> sorted(template.variables)
    ['animal']
    >>> template.render({"animal": "fox"})
    {'match': {'title': 'the fox'}}
    """

    def __init__(self, body: Any, path: str = "") -> None:
        names: set[str] = set()
        self._body = body
        self._fill = _compile(body, path, names, HARD_DEPTH * 2)
        self._names = frozenset(names)
        self.variables = frozenset(name.removeprefix(_AS_GIVEN) for name in names)

    def texts(self, params: Mapping[str, Any] | None) -> dict[str, Any]:
        """Return the parameters as the request wants them: one for each variable, and none too many."""
        given = params or {}
        if not isinstance(given, Mapping):
            raise illegal(f"params must be an object, not [{show(given)}]", "params")
        for name in given:
            if name not in self.variables:
                hint = did_you_mean(name, self.variables)
                raise illegal(
                    f"unknown parameter [{show(name)}], no {{{{{show(name)}}}}} is in the request{hint}",
                    "params",
                )
        return {
            name: _value(given, name[1:]) if name.startswith(_AS_GIVEN) else _text(given, name)
            for name in self._names
        }

    def render(self, params: Mapping[str, Any] | None = None) -> Any:
        """Return the request with every variable replaced."""
        texts = self.texts(params)
        return self._body if self._fill is None else self._fill(texts)


def _value(params: Mapping[str, Any], name: str) -> Any:
    try:
        return params[name]
    except KeyError:
        raise illegal(
            f"missing parameter [{name}]{did_you_mean(name, [k for k in params if isinstance(k, str)])}",
            "params",
        ) from None


def _text(params: Mapping[str, Any], name: str) -> str:
    value = plain(_value(params, name))
    path = f"params.{name}"
    if not isinstance(value, str | bool | int | float):
        raise illegal(f"a string, number or boolean is wanted, not [{show(value)}]", path)
    return scalar_text(scalar(value, path), path)


def _compile(body: Any, path: str, names: set[str], levels: int) -> Fill | None:
    """Return what fills `body`, or None where nothing is to be filled."""
    if isinstance(body, str):
        return _compile_string(body, path, names)
    if not isinstance(body, dict | list | tuple):
        return None
    if levels == 0:
        raise illegal("the request is nested too deeply", path)
    pairs = body.items() if isinstance(body, dict) else enumerate(body)
    fills: dict[Any, Fill] = {}
    for key, value in pairs:
        place = f"{path}.{show(key)}" if isinstance(body, dict) else f"{path}[{key}]"
        if isinstance(key, str) and "{{" in key:
            raise UnsupportedError("a variable in a key", path=place)
        fill = _compile(value, place.removeprefix("."), names, levels - 1)
        if fill is not None:
            fills[key] = fill
    if not fills:
        return None
    whole = dict(body) if isinstance(body, dict) else list(body)

    def refill(texts: Mapping[str, Any]) -> Any:
        copy: Any = whole.copy()
        for key, fill in fills.items():
            copy[key] = fill(texts)
        return copy

    return refill


def _compile_string(body: str, path: str, names: set[str]) -> Fill | None:
    if "{{" not in body:
        return None
    pieces: list[tuple[str, bool]] = []  # text, and whether it is a variable's name
    used: set[str] = set()
    end = 0
    for tag in _TAG.finditer(body):
        name = tag[1]
        if _NAME.fullmatch(name) is None:
            raise _bad_tag(name, body, path)
        pieces += [(body[end : tag.start()], False), (name, True)]
        used.add(name)
        end = tag.end()
    if "{{" in body[end:]:
        raise illegal(f"Improperly closed variable in [{show(body)}]", path)
    pieces.append((body[end:], False))
    pieces = [piece for piece in pieces if piece[0]]
    if len(pieces) == 1:
        only = pieces[0][0]
        if _PARAMS.search(path):
            only = _AS_GIVEN + only
        names.add(only)
        return lambda texts: texts[only]
    names |= used
    return lambda texts: "".join([texts[piece] if variable else piece for piece, variable in pieces])


def _bad_tag(name: str, body: str, path: str) -> RequestError:
    if name[:1] in ("#", "^", "/", ">", "=", "&", "!"):
        return UnsupportedError(f"the mustache tag [{{{{{show(name)}}}}}]", path=path)
    return illegal(f"[{show(name)}] in [{show(body)}] is not a variable's name", path)
