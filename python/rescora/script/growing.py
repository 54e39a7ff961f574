"""Lists and maps that a script builds by ``add`` and ``put``: results only, which cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.documents import DocValues
from rescora.script.errors import CompileError
from rescora.script.literals import Grown, MadeList, MadeMap, key_of
from rescora.script.parameters import ListValue
from rescora.script.results import append_all, appended
from rescora.script.types import LIST, MAP, Value

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

_KINDS = {"ArrayList": LIST, "HashMap": MAP, "LinkedHashMap": MAP}
BEGIN = ": a list that grows begins as [new ArrayList()], a map as [new HashMap()]"


def made(compiler: Compiler, node: tree.New) -> Grown:
    """Compile ``new``: empty, or with all items of another list."""
    kind = _KINDS.get(node.type)
    if kind is None or len(node.arguments) > (1 if kind == LIST else 0):
        raise CompileError.unsupported(f"[new {node.type}] of {len(node.arguments)} arguments", node.place)
    if not compiler.context.printed:
        raise CompileError.unsupported(f"[new {node.type}] outside of [script_fields]", node.place)
    others = [compiler.value(one) for one in node.arguments]
    zero = compiler.emitter.literal(0, "long")
    grown = Grown(kind, compiler.emitter.varying(), compiler.emitter.varying())
    compiler.variables.add(grown.count)
    for register in (grown.chain, grown.count):
        compiler.emitter.move(register, zero)
    for one in others:
        _add_all(compiler, grown, node.place, one)
    return grown


def _append(compiler: Compiler, of: Grown, place: int, item: Compiled) -> None:
    if _grows(item):  # and may be added to later
        raise CompileError.unsupported("a list or map that grows in another one", place)
    longer = appended(compiler, Value("long", of.chain), item, place)
    compiler.emitter.move(of.chain, longer.register, compiler.mask)


def _grows(item: Compiled) -> bool:
    """Tell whether a value contains a list or a map that is added to."""
    parts: list[Compiled] = []
    if isinstance(item, MadeList):
        parts = item.items
    elif isinstance(item, MadeMap):
        parts = [value for _, value in item.entries]
    return isinstance(item, Grown) or any(map(_grows, parts))


def _count(compiler: Compiler, of: Grown, more: int) -> None:
    """Count what was added, a number in a register for each lane."""
    sum_ = compiler.emitter.emit("add_long", of.count, more)
    compiler.emitter.move(of.count, sum_, compiler.mask)


def _add(compiler: Compiler, of: Grown, place: int, item: Compiled) -> Value:
    _append(compiler, of, place, item)
    _count(compiler, of, compiler.emitter.literal(1, "long"))
    return compiler.literal("boolean", True)


def _add_all(compiler: Compiler, of: Grown, place: int, other: Compiled) -> Value:
    if isinstance(other, MadeList):
        for item in other.items:
            _append(compiler, of, place, item)
        count = compiler.emitter.literal(len(other.items), "long")
    elif isinstance(other, DocValues | ListValue):
        append_all(compiler, Value("long", of.chain), other, place)
        count = other.count
    else:
        raise CompileError.unsupported(f"adding all of a [{other.type}]", place)
    _count(compiler, of, count)
    return compiler.emit("boolean", "less_long", compiler.literal("long", 0), Value("long", count))


def _put(compiler: Compiler, of: Grown, place: int, key: Compiled, value: Compiled) -> Value:
    for part in (key_of(compiler, key, place), value):
        _append(compiler, of, place, part)
    return compiler.zero("null")


def _size(_compiler: Compiler, of: Grown, _place: int) -> Value:
    return Value("int", of.count)


def _empty(compiler: Compiler, of: Grown, _place: int) -> Value:
    return compiler.emit("boolean", "equal_long", Value("int", of.count), compiler.literal("int", 0))


# Of a map only the last value under a key counts, so how many there are is not known.
GROWN: dict[str, dict[str, Any]] = {
    "List": {
        "add": ((None,), _add),
        "addAll": ((None,), _add_all),
        "size": ((), _size),
        "isEmpty": ((), _empty),
    },
    "Map": {"put": ((None, None), _put)},
}
