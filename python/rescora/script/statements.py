"""Compile statements under lane masks. A branch without active lanes is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.compiler import declared_type, statement
from rescora.script.effects import leaves
from rescora.script.emitter import Label
from rescora.script.errors import CompileError
from rescora.script.results import compiled
from rescora.script.types import Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled


def run_all(compiler: Compiler, statements: tuple[tree.Statement, ...]) -> None:
    """Compile statements one after another; after one that lanes can leave by, for the remaining lanes."""
    with compiler.under(compiler.mask):
        for one in statements:
            compiler.run(one)
            leave(compiler, one)


def leave(compiler: Compiler, one: tree.Statement) -> None:
    """Remove the lanes from the mask that left in the statement just compiled."""
    if isinstance(one, tree.ExpressionStatement | tree.Declaration) or compiler.frame.ended:
        return
    frame = compiler.frame
    gone = [frame.returned] if frame.returned is not None and leaves(one, tree.Return) else []
    if frame.loops and leaves(one, tree.Break):
        gone.append(frame.loops[-1].broken)
    if frame.loops and leaves(one, tree.Continue):
        gone.append(frame.loops[-1].continued)
    for mask in gone:
        compiler.mask = compiler.but(mask)


@statement(tree.Block)
def block(compiler: Compiler, node: tree.Block) -> None:
    """Compile ``{ … }``."""
    with compiler.scope():
        run_all(compiler, node.statements)


@statement(tree.Nothing)
def nothing(_compiler: Compiler, _node: tree.Nothing) -> None:
    """Compile a semicolon."""


@statement(tree.Declaration)
def declaration(compiler: Compiler, node: tree.Declaration) -> None:
    """Compile ``type a = 1, b``."""
    for one in node.declarators:
        kind = declared_type(node.type, one.place)
        value = None if one.value is None else compiler.value_for(one.value, kind)
        compiler.declare(node.type, one.name, value, one.place)


@statement(tree.ExpressionStatement)
def expression_statement(compiler: Compiler, node: tree.ExpressionStatement) -> None:
    """Compile an expression whose value is unused."""
    compiler.value(node.value)


@statement(tree.Return)
def return_(compiler: Compiler, node: tree.Return) -> None:
    """Compile ``return``; an implicit one, of the last value, has no target type."""
    if node.value is None:
        _go(compiler)
        return
    kind = declared_type(compiler.frame.declared, node.place) if node.written else ""
    if len(compiler.frames) == 1:
        value: Compiled = compiled(compiler, node.value, kind)
    else:
        value = compiler.value_for(node.value, kind)
    give(compiler, value, node.place)


def give(compiler: Compiler, value: Compiled, place: int) -> None:
    """Make a value the function's result for the active lanes, which leave the function."""
    frame = compiler.frame
    frame.result = _returned(compiler, value, place)
    _go(compiler)


def _returned(compiler: Compiler, value: Compiled, place: int) -> Value:
    frame = compiler.frame
    assert frame.result is not None
    kind = frame.result.type
    if declared_type(frame.declared, place) == "def":
        if not isinstance(value, Value):
            raise CompileError.unsupported(f"a function that returns a [{value.type}]", place)
        kind = compiler.widen(frame.key, value.type, place)
        if kind != frame.result.type:  # another round will make room for it
            return frame.result
        made = compiler.as_type(value, kind, place)
    else:
        made = compiler.convert(value, kind, place)
    compiler.put(frame.result.register, made, compiler.mask)
    return frame.result


def _go(compiler: Compiler) -> None:
    frame = compiler.frame
    if compiler.mask is None:
        frame.ended = True
    elif frame.returned is not None:
        compiler.emitter.into(frame.returned, "or_", frame.returned, compiler.mask)


@statement(tree.If)
def if_(compiler: Compiler, node: tree.If) -> None:
    """Compile ``if … else if … else``."""
    frame = compiler.frame
    rest = compiler.mask
    ended: list[bool] = []
    for condition, body in node.branches:
        with compiler.under(rest):
            with compiler.failing() as failed:
                value = compiler.truth(condition)
            if failed():
                frame.ended = all(ended)
                return
            if (
                value.constant is not None
            ):  # a branch for all lanes, or for none: then it is not even looked at
                if not value.constant:
                    continue
                ended.append(_branch(compiler, body, rest))
                frame.ended = all(ended)
                return
            holds = value.register
            then, rest = compiler.both(holds), compiler.but(holds)
        ended.append(_branch(compiler, body, then))
    if node.otherwise is not None:
        ended.append(_branch(compiler, node.otherwise, rest))
        frame.ended = all(ended)


def _branch(compiler: Compiler, body: tree.Statement, mask: Register | None) -> bool:
    """Compile a branch, and tell whether all of its lanes have left the function."""
    end = Label()
    compiler.emitter.jump_if_none(mask if mask is not None else compiler.all_lanes(), end)
    with compiler.under(mask), compiler.scope():
        compiler.run(body)
    compiler.emitter.place_label(end)
    ended = compiler.frame.ended or _always_returns(body)
    compiler.frame.ended = False
    return ended


def _always_returns(node: tree.Statement | None) -> bool:
    if isinstance(node, tree.Return):
        return True
    if isinstance(node, tree.Block):
        return bool(node.statements) and _always_returns(node.statements[-1])
    if isinstance(node, tree.If):
        branches = [body for _, body in node.branches]
        return node.otherwise is not None and all(_always_returns(one) for one in (*branches, node.otherwise))
    return False
