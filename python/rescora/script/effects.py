"""Static analysis: assigned variables, recursion, and statements that leave a loop or function."""

from __future__ import annotations

import msgspec

from rescora.script import tree


def assigned_names(node: tree.Node) -> frozenset[str]:
    """Return the names that an assignment or a step sets; other variables need no register of their own."""
    names: set[str] = set()
    _collect(node, names)
    return frozenset(names)


# A function stands in itself so often. One that calls itself twice doubles at each level.
_LEVELS_OF_ONE_CALL, _LEVELS_OF_SEVERAL = 24, 7


def levels_of_recursion(script: tree.Script) -> int:
    """Return how deep a script's functions may recurse."""
    names = {one.name for one in script.functions}
    most = max([_calls(one.body, names) for one in script.functions], default=0)
    return _LEVELS_OF_ONE_CALL if most <= 1 else _LEVELS_OF_SEVERAL


def _calls(node: object, names: set[str]) -> int:
    """Count the calls of these functions."""
    if isinstance(node, list | tuple):
        return sum(_calls(part, names) for part in node)
    if not isinstance(node, tree.Node):
        return 0
    here = isinstance(node, tree.Call) and node.name in names
    return here + sum(_calls(part, names) for part in msgspec.structs.astuple(node)[2:])


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


def leaves(node: object, kind: type[tree.Statement]) -> bool:
    """Tell whether a statement holds one of a kind by which lanes leave it; a loop keeps its own breaks."""
    if isinstance(node, kind):
        return True
    if isinstance(node, tree.Block):
        return any(leaves(one, kind) for one in node.statements)
    if isinstance(node, tree.If):
        return any(leaves(one, kind) for _, one in node.branches) or leaves(node.otherwise, kind)
    if isinstance(node, tree.While | tree.For | tree.ForEach):
        return kind is tree.Return and leaves(node.body, kind)
    return False
