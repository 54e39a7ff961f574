"""What a name in a template refers to: the scopes around it, from the innermost outwards."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from rescora.errors import RequestError, show
from rescora.reading.values import plain

_INDEX = re.compile(r"[+-]?\d{1,10}")


class Missing:
    """What a name refers to that is nowhere; None is the value null, which is somewhere."""


MISSING: Final = Missing()


class MissingParameter(RequestError):  # noqa: N818 - it is a finding, which callers answer with a default
    """
    A variable of a template that was not given.

    There is no suggestion of a similar name: learning to rank meets this in the normal course of things,
    and must not pay for a sentence that no one reads.

    Attributes
    ----------
    name : str
        The variable as the template has it, with its dots.

    Examples
    --------
    >>> str(MissingParameter("query_string"))
    'params: Parameter [query_string] is missing'
    """

    def __init__(self, name: str) -> None:
        self.name = name
        reason = f"Parameter [{show(name)}] is missing"
        super().__init__(reason, path="params", type="mustache_invalid_parameter_exception")


class Name:
    """A name in a tag, and what it refers to."""

    __slots__ = ("parts", "path", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts = text.split(".")
        self.path = f"params.{show(text)}"

    def find(self, scopes: Sequence[Any]) -> Any:
        """
        Return the value, innermost scope first, or that it is missing.

        Where the last part alone is missing the search ends; where an earlier one is, it goes on outwards.
        """
        if self.text == ".":
            return scopes[-1]
        for scope in reversed(scopes):
            value = _member(scope, self.text)
            if value is not MISSING:
                return value
            if len(self.parts) > 1:
                holder = self._holder(scope)
                if holder is not MISSING:
                    return _member(holder, self.parts[-1])
        return MISSING

    def _holder(self, scope: Any) -> Any:
        """Return what all parts but the last lead to from `scope`; null leads to nothing more."""
        for part in self.parts[:-1]:
            scope = _member(scope, part)
            if scope is MISSING or scope is None:
                break
        return scope


def _member(scope: Any, name: str) -> Any:
    """Return what an object has under `name`, or a list at that place."""
    if isinstance(scope, Mapping):
        return plain(scope[name]) if name in scope else MISSING
    if not isinstance(scope, list | tuple):
        return MISSING
    if name == "size":
        return len(scope)
    index = int(name) if _INDEX.fullmatch(name) else -1
    item = plain(scope[index]) if 0 <= index < len(scope) else None
    return MISSING if item is None else item


def listed(value: Any) -> Any:
    """Return NumPy's arrays as lists: once for each parameter, as it takes time."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def is_true(value: Any) -> bool:
    """Tell whether a section is written; zero and an empty object are true, as in Java."""
    if value is None or value is MISSING or value is False:
        return False
    return not isinstance(value, str | list | tuple) or len(value) > 0
