"""Static analysis of expressions: the certain type, and whether evaluation may fail or have side effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.types import NUMERIC, REAL, WHOLE

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler

_EQUALITY = frozenset(["==", "!=", "===", "!=="])
_ORDER = frozenset(["<", "<=", ">", ">="])
_ARITHMETIC = frozenset(["+", "-", "*"])
_SHIFTS = frozenset(["<<", ">>", ">>>"])
_BITS = frozenset(["&", "|", "^"])
_NUMBERS = frozenset(["whole", "real"])


def can_fail(compiler: Compiler, node: tree.Expression, target: str = "") -> bool:
    """
    Tell whether it matters for which lanes an expression is calculated: it may fail, or set a variable.

    Parameters
    ----------
    compiler : Compiler
        The types of variables.
    node : tree.Expression
        The expression.
    target : str
        The type that it is converted to. What is declared as a def may not be fit for it.
    """
    if target in NUMERIC and _reads_def(compiler, node):
        return True
    return not isinstance(node, tree.Literal | tree.Name) and sort_of(compiler, node) == ""


def sort_of(compiler: Compiler, node: tree.Expression) -> str:
    """Return "boolean", "whole" or "real" where an expression surely gives that; else ""."""
    if isinstance(node, tree.Literal):
        return _sort(node.type)
    if isinstance(node, tree.Name):
        variable = compiler.find(node.name)
        return _sort(variable.type) if variable is not None else "real" if node.name == "_score" else ""
    if isinstance(node, tree.Unary):
        found = sort_of(compiler, node.value)
        takes = {"!": ("boolean",), "~": ("whole",)}.get(node.operator, _NUMBERS)
        return found if found in takes else ""
    if not isinstance(node, tree.Chain):
        return ""
    found = sort_of(compiler, node.first)
    for sign, _, right in node.rest:
        found = _together(sign, found, sort_of(compiler, right))
    return found


def _sort(type: str) -> str:
    return "boolean" if type == "boolean" else "whole" if type in WHOLE else "real" if type in REAL else ""


def _together(sign: str, left: str, right: str) -> str:
    """Return what an operator makes of two sorts; a division may be one by zero."""
    kinds = {left, right}
    numbers = kinds <= _NUMBERS
    if sign in ("&&", "||"):
        return "boolean" if kinds == {"boolean"} else ""
    if sign in _EQUALITY:
        return "boolean" if numbers or kinds == {"boolean"} else ""
    if sign in _ORDER:
        return "boolean" if numbers else ""
    if sign in _ARITHMETIC and numbers:
        return "real" if "real" in kinds else "whole"
    if sign in _BITS and kinds == {"boolean"}:
        return "boolean"
    return "whole" if sign in _SHIFTS | _BITS and kinds == {"whole"} else ""


def _reads_def(compiler: Compiler, node: tree.Expression) -> bool:
    if isinstance(node, tree.Name):
        variable = compiler.find(node.name)
        return variable is not None and variable.declared in ("def", "Object")
    if isinstance(node, tree.Unary):
        return _reads_def(compiler, node.value)
    parts = [node.first, *[right for _, _, right in node.rest]] if isinstance(node, tree.Chain) else []
    return any(_reads_def(compiler, part) for part in parts)
