"""What a script sets: variables that are never set again need no register of their own."""

from __future__ import annotations

import functools

import msgspec

from rescora.script import tree
from rescora.script.functions import predefined


def assigned_names(script: tree.Script) -> frozenset[str]:
    """Return the names that some assignment, or a step, sets; those of the predefined functions too."""
    return _names_in(script) | _predefined_names()


@functools.cache
def _predefined_names() -> frozenset[str]:
    return frozenset[str]().union(*map(_names_in, predefined().values()))


def _names_in(node: tree.Node) -> frozenset[str]:
    names: set[str] = set()
    _collect(node, names)
    return frozenset(names)


def sets(node: object) -> bool:
    """Tell whether an expression sets a variable."""
    names: set[str] = set()
    _collect(node, names)
    return bool(names)


def _collect(node: object, names: set[str]) -> None:
    if isinstance(node, tree.Assignment | tree.Step) and isinstance(node.target, tree.Name):
        names.add(node.target.name)
    if isinstance(node, tree.Node):
        for part in msgspec.structs.astuple(node)[2:]:
            _collect(part, names)
    elif isinstance(node, list | tuple):
        for part in node:
            _collect(part, names)
