"""Compile loops: the body runs under a mask until no lane's condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.compiler import Loop, declared_type, statement
from rescora.script.effects import leaves
from rescora.script.emitter import Label
from rescora.script.errors import CompileError
from rescora.script.iteration import Items, items_of
from rescora.script.types import NUMERIC

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register


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
        """Return the lanes where the condition holds: none if it fails."""
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
        """Compile the body, and drop the lanes that left in it."""
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
