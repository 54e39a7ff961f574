"""The syntax tree of a script: nodes, each with its place in the source."""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, gc=False):
    """A node; `place` is its offset in characters, `depth` the number of levels beneath."""

    place: int
    depth: int


class Expression(Node, frozen=True, gc=False):
    """An expression."""


class Statement(Node, frozen=True, gc=False):
    """A statement."""


class Literal(Expression, frozen=True, gc=False):
    """A literal; `type` is Painless's name of its type, "null" for null."""

    type: str
    value: bool | int | float | str | None


class Name(Expression, frozen=True, gc=False):
    """A variable, or one of ``doc``, ``params``, ``_score``."""

    name: str


class ClassName(Expression, frozen=True, gc=False):
    """A class, before one of its static members."""

    name: str


class Unary(Expression, frozen=True, gc=False):
    """One of ``+ - ! ~`` before a value."""

    operator: str
    value: Expression


class Chain(Expression, frozen=True, gc=False):
    """Operators one after another, from left to right: ``a + b * c`` is a chain of a and a shorter chain."""

    first: Expression
    rest: list[tuple[str, int, Expression]]  # operator, its place, what stands to its right


class Ternary(Expression, frozen=True, gc=False):
    """``condition ? then : otherwise``."""

    condition: Expression
    then: Expression
    otherwise: Expression


class Elvis(Expression, frozen=True, gc=False):
    """``value ?: otherwise``: the latter where the former is null."""

    value: Expression
    otherwise: Expression


class Cast(Expression, frozen=True, gc=False):
    """``(type) value``."""

    type: str
    value: Expression


class Assignment(Expression, frozen=True, gc=False):
    """``target = value``; with an operator, ``target += value``."""

    target: Expression
    operator: str
    value: Expression


class Step(Expression, frozen=True, gc=False):
    """``++x``, ``x++`` and their opposites; `before` tells whether the value is that after the step."""

    target: Expression
    operator: str
    before: bool


class Field(Expression, frozen=True, gc=False):
    """``of.name``; `safe` is that of ``?.``."""

    of: Expression
    name: str
    safe: bool


class Index(Expression, frozen=True, gc=False):
    """``of[index]``."""

    of: Expression
    index: Expression


class Method(Expression, frozen=True, gc=False):
    """``of.name(arguments)``."""

    of: Expression
    name: str
    arguments: tuple[Expression, ...]
    safe: bool


class Call(Expression, frozen=True, gc=False):
    """``name(arguments)``."""

    name: str
    arguments: tuple[Expression, ...]


class ListLiteral(Expression, frozen=True, gc=False):
    """``[a, b]``."""

    items: tuple[Expression, ...]


class MapLiteral(Expression, frozen=True, gc=False):
    """``[a: b]``."""

    items: tuple[tuple[Expression, Expression], ...]


class New(Expression, frozen=True, gc=False):
    """``new Type(arguments)``."""

    type: str
    arguments: tuple[Expression, ...]


class Nothing(Statement, frozen=True, gc=False):
    """A lone semicolon."""


class Block(Statement, frozen=True, gc=False):
    """Statements in braces."""

    statements: tuple[Statement, ...]


class Declarator(Node, frozen=True, gc=False):
    """One variable of a declaration."""

    name: str
    value: Expression | None


class Declaration(Statement, frozen=True, gc=False):
    """Variables of one type."""

    type: str
    declarators: tuple[Declarator, ...]


class ExpressionStatement(Statement, frozen=True, gc=False):
    """An expression as a statement: its value is unused, unless it is the script's last."""

    value: Expression


class If(Statement, frozen=True, gc=False):
    """Conditions with their statements, of which the first that holds is taken; `otherwise` if none does."""

    branches: tuple[tuple[Expression, Statement], ...]
    otherwise: Statement | None


class While(Statement, frozen=True, gc=False):
    """``while``; with `body_first`, ``do … while``."""

    condition: Expression
    body: Statement
    body_first: bool


class For(Statement, frozen=True, gc=False):
    """``for (start; condition; update) body``."""

    start: tuple[Statement, ...]
    condition: Expression | None
    update: tuple[Expression, ...]
    body: Statement


class ForEach(Statement, frozen=True, gc=False):
    """``for (type name : items) body``."""

    type: str
    name: str
    items: Expression
    body: Statement


class Return(Statement, frozen=True, gc=False):
    """``return value``; not `written` if implicit, of the last value."""

    value: Expression | None
    written: bool = True


class Break(Statement, frozen=True, gc=False):
    """``break``."""


class Continue(Statement, frozen=True, gc=False):
    """``continue``."""


class Function(Node, frozen=True, gc=False):
    """A function of the script's own; `parameters` are (type, name)."""

    type: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    body: Block


class Script(Node, frozen=True, gc=False):
    """A whole script."""

    functions: tuple[Function, ...]
    statements: tuple[Statement, ...]
