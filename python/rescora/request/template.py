"""A request with holes: ``{{name}}`` inside its strings, filled from parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.queries.hole import Hole
from rescora.reading.limits import HARD_DEPTH
from rescora.reading.values import illegal

_TAG = re.compile(r"\{\{\{?\s*(.*?)\s*\}?\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")
_PARAMS = re.compile(r"\b(?:script\.(?:params|parameters)|learning_to_rank\.params)\b")


Fill = Callable[[Callable[[Hole], Any]], Any]


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
        holes: list[Hole] = []
        self._body = body
        self._fill = _compile(body, path, holes, HARD_DEPTH * 2)
        self.holes = tuple(holes)
        self.variables = frozenset(name for hole in holes for name, variable in hole.pieces if variable)

    @classmethod
    def without_variables(cls, body: Any, path: str = "") -> Template:
        """Return a request in whose strings ``{{`` is text like any other."""
        template = cls(None, path)
        template._body = body
        return template

    def check(self, params: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return the parameters; RequestError unless they are an object that names only variables."""
        given = params or {}
        if type(given) is not dict and not isinstance(given, Mapping):
            raise illegal(f"params must be an object, not [{show(given)}]", "params")
        if self.variables.issuperset(given):
            return given
        name = next(name for name in given if name not in self.variables)
        hint = did_you_mean(name, self.variables)
        raise illegal(
            f"unknown parameter [{show(name)}], no {{{{{show(name)}}}}} is in the request{hint}", "params"
        )

    def render(self, params: Mapping[str, Any] | None = None) -> Any:
        """Return the request with every variable replaced."""
        given = self.check(params)
        return self._body if self._fill is None else self._fill(lambda hole: hole.filled(given))

    def with_holes(self) -> Any:
        """Return the request with a `Hole` in place of each string that has variables."""
        return self._body if self._fill is None else self._fill(lambda hole: hole)


def _compile(body: Any, path: str, holes: list[Hole], levels: int) -> Fill | None:
    """Return what fills `body`, or None where nothing is to be filled."""
    if isinstance(body, str):
        pieces = _pieces(body, path)
        if not pieces:
            return None
        hole = Hole(pieces, len(pieces) == 1 and _PARAMS.search(path) is not None, len(holes))
        holes.append(hole)
        return lambda give: give(hole)
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
        fill = _compile(value, place.removeprefix("."), holes, levels - 1)
        if fill is not None:
            fills[key] = fill
    if not fills:
        return None
    whole = dict(body) if isinstance(body, dict) else list(body)

    def refill(give: Callable[[Hole], Any]) -> Any:
        copy: Any = whole.copy()
        for key, fill in fills.items():
            copy[key] = fill(give)
        return copy

    return refill


def _pieces(body: str, path: str) -> tuple[tuple[str, bool], ...]:
    """Return the parts of a string, and whether each is a variable's name; none without variables."""
    if "{{" not in body:
        return ()
    pieces: list[tuple[str, bool]] = []
    end = 0
    for tag in _TAG.finditer(body):
        name = tag[1]
        if _NAME.fullmatch(name) is None:
            raise _bad_tag(name, body, path)
        pieces += [(body[end : tag.start()], False), (name, True)]
        end = tag.end()
    if "{{" in body[end:]:
        raise illegal(f"Improperly closed variable in [{show(body)}]", path)
    pieces.append((body[end:], False))
    return tuple(piece for piece in pieces if piece[0])


def _bad_tag(name: str, body: str, path: str) -> RequestError:
    if name[:1] in ("#", "^", "/", ">", "=", "&", "!"):
        return UnsupportedError(f"the mustache tag [{{{{{show(name)}}}}}]", path=path)
    return illegal(f"[{show(name)}] in [{show(body)}] is not a variable's name", path)
