"""Statements: which lanes do what. A branch is for the lanes of its mask, skipped where there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.compiler import Loop, declared_type, statement
from rescora.script.emitter import Label
from rescora.script.errors import CompileError
from rescora.script.iteration import Items, items_of
from rescora.script.types import NUMERIC, Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled


def run_all(compiler: Compiler, statements: tuple[tree.Statement, ...]) -> None:
    """Compile statements one after another; behind one that lanes can leave by, for those that stay."""
    with compiler.under(compiler.mask):
        for one in statements:
            compiler.run(one)
            leave(compiler, one)


def leave(compiler: Compiler, one: tree.Statement) -> None:
    """Take those lanes out of the mask that left in a statement just compiled."""
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
    """Compile a value that nobody takes."""
    compiler.value(node.value)


@statement(tree.Return)
def return_(compiler: Compiler, node: tree.Return) -> None:
    """Compile ``return``; of a value that only stands last no type is asked."""
    if node.value is None:
        _go(compiler)
        return
    kind = declared_type(compiler.frame.declared, node.place) if node.written else ""
    if len(compiler.frames) == 1:
        value: Compiled = compiler.context.compiled(compiler, node.value, kind)
    else:
        value = compiler.value_for(node.value, kind)
    give(compiler, value, node.place)


def give(compiler: Compiler, value: Compiled, place: int) -> None:
    """Make a value the function's result for the lanes that are here, and let them go."""
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


class Rounds:
    """A loop's lanes while it is compiled: `lanes` is a variable that loses those that are through."""

    def __init__(self, compiler: Compiler) -> None:
        emitter = compiler.emitter
        self.compiler = compiler
        self.zero = emitter.literal(0, "long")
        self.loop = Loop(emitter.varying(), emitter.varying())
        self.lanes = emitter.varying()
        self.end = Label()
        emitter.move(self.lanes, compiler.here())
        emitter.move(self.loop.broken, self.zero)
        self.begin = emitter.position()
        self.head = Label()
        emitter.place_label(self.head)

    def condition(self, node: tree.Expression) -> Register:
        """Return where the condition holds: nowhere if it fails."""
        with self.compiler.under(self.lanes), self.compiler.failing():
            return self.compiler.truth(node).register
        return self.zero

    def keep(self, holds: Register | None, place: int) -> None:
        """Go on with the lanes in which a condition holds; count the step."""
        emitter = self.compiler.emitter
        if holds is not None:
            emitter.into(self.lanes, "and_", self.lanes, holds)
        emitter.jump_if_none(self.lanes, self.end)
        emitter.count_step(emitter.counters(), self.lanes, place)

    def once(self, body: tree.Statement) -> None:
        """Compile the body, and let go the lanes that left in it."""
        compiler, emitter = self.compiler, self.compiler.emitter
        frame = compiler.frame
        emitter.move(self.loop.continued, self.zero)
        frame.loops.append(self.loop)
        lanes = emitter.varying()  # the body's mask must not change under it
        emitter.move(lanes, self.lanes)
        with compiler.under(lanes), compiler.scope():
            compiler.run(body)
        frame.loops.pop()
        frame.ended = False
        if leaves(body, tree.Break):
            emitter.into(self.lanes, "without", self.lanes, self.loop.broken)
        if frame.returned is not None and leaves(body, tree.Return):
            emitter.into(self.lanes, "without", self.lanes, frame.returned)

    def again(self) -> None:
        """Go back to the head; here the loop ends."""
        emitter = self.compiler.emitter
        emitter.jump(self.head)
        emitter.place_label(self.end)
        emitter.loop(self.begin)


@statement(tree.While)
def while_(compiler: Compiler, node: tree.While) -> None:
    """Compile ``while`` and ``do … while``."""
    rounds = Rounds(compiler)
    if node.body_first:
        rounds.keep(None, node.place)
        rounds.once(node.body)
    holds = rounds.condition(node.condition)
    if node.body_first:
        compiler.emitter.into(rounds.lanes, "and_", rounds.lanes, holds)
    else:
        rounds.keep(holds, node.place)
        rounds.once(node.body)
    rounds.again()


@statement(tree.For)
def for_(compiler: Compiler, node: tree.For) -> None:
    """Compile ``for (start; condition; update)``."""
    with compiler.scope():
        for one in node.start:
            compiler.run(one)
        if compiler.frame.ended:
            return
        rounds = Rounds(compiler)
        holds = None
        if node.condition is not None:
            holds = rounds.condition(node.condition)
        rounds.keep(holds, node.place)
        rounds.once(node.body)
        with compiler.under(rounds.lanes), compiler.failing():
            for update in node.update:
                compiler.value(update)
        rounds.again()


@statement(tree.ForEach)
def for_each(compiler: Compiler, node: tree.ForEach) -> None:
    """Compile ``for (type name : items)``."""
    items = items_of(compiler, node.items)
    with compiler.scope():
        at = compiler.emitter.varying()
        compiler.emitter.move(at, compiler.emitter.literal(0, "long"))
        rounds = Rounds(compiler)
        rounds.keep(compiler.emitter.emit("less_long", at, items.count), node.place)
        with compiler.under(rounds.lanes), compiler.failing() as failed:
            _declare_item(compiler, node, items, at)
        if not failed():
            rounds.once(node.body)
        compiler.emitter.into(at, "add_long", at, compiler.emitter.literal(1, "long"))
        rounds.again()


def _declare_item(compiler: Compiler, node: tree.ForEach, items: Items, at: Register) -> None:
    item = items.item(compiler, at, node.place)
    kind = declared_type(node.type, node.place)
    if item.type in (*NUMERIC, "def") and kind in NUMERIC:  # an item is cast, however much is lost
        item = compiler.cast(item, kind, node.place)
    compiler.declare(node.type, node.name, item, node.place)


@statement(tree.Break)
def break_(compiler: Compiler, node: tree.Break) -> None:
    """Compile ``break``."""
    if not compiler.frame.loops:
        raise CompileError("Break statement outside of a loop.", node.place)
    broken = compiler.frame.loops[-1].broken
    compiler.emitter.into(broken, "or_", broken, compiler.here())


@statement(tree.Continue)
def continue_(compiler: Compiler, node: tree.Continue) -> None:
    """Compile ``continue``."""
    if not compiler.frame.loops:
        raise CompileError("Continue statement outside of a loop.", node.place)
    continued = compiler.frame.loops[-1].continued
    compiler.emitter.into(continued, "or_", continued, compiler.here())
