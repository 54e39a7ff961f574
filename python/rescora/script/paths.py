"""Paths of nested parameters."""

from __future__ import annotations

from typing import Any

Path = tuple[str, ...]


def follow(params: Any, path: Path) -> Any:
    """
    Return the value at a path.

    Examples
    --------
    >>> follow({"a": {"b": 5}}, ("a", "b"))
    5
    """
    for name in path:
        params = params[name]
    return params
