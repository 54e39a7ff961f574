"""Results of scripts: converted to the context's type, or, of a script field, to what an answer prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.compiler import EXPRESSIONS
from rescora.script.dates import Enumerated
from rescora.script.documents import Documents, DocValues, VectorField
from rescora.script.errors import CompileError
from rescora.script.literals import Grown, MadeList, MadeMap
from rescora.script.loops import Rounds
from rescora.script.parameters import ListValue, MapValue
from rescora.script.types import LIST, MAP, NUMERIC, RESULT, SIMPLE, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.script.compiler import Compiler
    from rescora.script.iteration import Items
    from rescora.script.types import Compiled

AS_JSON = 1  # of date_text: as Elasticsearch writes dates in its answers
_ONE_TYPE = (*NUMERIC, "boolean", "String", None)  # None: not known


def compiled(compiler: Compiler, node: tree.Expression, target: str) -> Value:
    """Compile a result as the script's context wants it; `target` is what a declaration asks for."""
    if compiler.context.printed:
        return _printed_result(compiler, node, target)
    return _converted(compiler, compiler.value_for(node, target), node.place)


def _converted(compiler: Compiler, value: Compiled, place: int) -> Value:
    """Return a result as a context wants it that does not print it."""
    result = compiler.context.result
    if result == "boolean":
        return compiler.as_truth(value, place)
    if result != "def":
        return compiler.convert(value, result, place)
    if isinstance(value, Enumerated):
        return value.text(compiler, place)
    if isinstance(value, Value) and value.type in ("ZonedDateTime", "Instant"):
        return compiler.emit("String", "date_text", value, aux=AS_JSON)
    if not isinstance(value, Value) or value.type not in (*SIMPLE, "def"):
        raise CompileError.unsupported(f"a script that gives a [{value.type}]", place)
    return value


def _printed_result(compiler: Compiler, node: tree.Expression, target: str) -> Value:
    """Compile what a script field gives; an arm of a conditional of no one type is printed as what it is."""
    if isinstance(node, tree.Ternary) and compiler.conditionals.get(id(node)) not in _ONE_TYPE:
        chosen = EXPRESSIONS[tree.Ternary](compiler, node, RESULT)  # whose arms come back to here
        return compiler.in_registers(chosen, node.place)
    return printed(compiler, compiler.value_for(node, target), node.place)


def printed(compiler: Compiler, value: Compiled, place: int) -> Value:
    """Return a value as an answer prints it: JSON has no char and no point, and one kind of number."""
    if isinstance(value, Value):
        return _printed_value(compiler, value, place)
    if isinstance(value, Enumerated):
        return value.text(compiler, place)
    if isinstance(value, Grown):
        return of_kind(compiler, value.kind, Value("long", value.chain))
    if isinstance(value, MadeList):
        return _chained(compiler, LIST, value.items, place)
    if isinstance(value, MadeMap):
        return _chained(compiler, MAP, (one for entry in value.entries for one in entry), place)
    if isinstance(value, ListValue | DocValues):
        return _listed(compiler, value, place)
    if isinstance(value, VectorField):
        return _vector(compiler, value, place)
    if isinstance(value, Documents) or (isinstance(value, MapValue) and value.is_all):
        raise CompileError("[doc], and [params] that holds it, cannot be walked", place, when_run=True)
    if isinstance(value, MapValue):
        keys = [(compiler.literal("String", key), value.named(compiler, key, place)) for key in value.items]
        return _chained(compiler, MAP, (one for entry in keys for one in entry), place)
    raise CompileError.unsupported(f"a script that gives a [{value.type}]", place)


def _printed_value(compiler: Compiler, value: Value, place: int) -> Value:
    if value.type == "def":
        return compiler.masked("def", "def_printed", value, place=place, width=2)
    if value.type == "char":
        reason = "cannot write xcontent for unknown value of type class java.lang.Character"
        raise CompileError(reason, place, when_run=True)
    if value.type == "float":  # the double of its own decimals, 0.33333334
        written = compiler.emit("String", "text_of_float", value)
        return compiler.masked("double", "parse_double", written, place=place)
    if value.type in ("ZonedDateTime", "Instant"):
        return compiler.emit("String", "date_text", value, aux=AS_JSON)
    if value.type == "GeoPoint":
        parts = [
            (compiler.literal("String", name), compiler.emit("double", part, value))
            for name, part in (("lat", "latitude"), ("lon", "longitude"))
        ]
        return _chained(compiler, MAP, (one for entry in parts for one in entry), place)
    if value.type not in SIMPLE:
        raise CompileError.unsupported(f"a script that gives a [{value.type}]", place)
    return value


def _chained(compiler: Compiler, kind: int, items: Iterable[Compiled], place: int) -> Value:
    """Return a list or a map that has these items."""
    chain = compiler.literal("long", 0)
    for item in items:
        chain = appended(compiler, chain, item, place)
    return of_kind(compiler, kind, chain)


def appended(compiler: Compiler, chain: Value, item: Compiled, place: int) -> Value:
    """Return a chain that is longer by an item, as it is printed."""
    boxed = compiler.boxed(printed(compiler, item, place))
    return compiler.masked("long", "append_def", chain, boxed, place=place)


def of_kind(compiler: Compiler, kind: int, chain: Value) -> Value:
    """Return a chain as it is now as a list or a map."""
    register = compiler.emitter.varying(2)
    compiler.emitter.move(register, compiler.emitter.literal(kind, "long"))
    compiler.emitter.move(register + 1, chain.register)
    return Value("def", register, True)


def _listed(compiler: Compiler, items: Items, place: int) -> Value:
    """Return a list of items whose number depends on the document."""
    chain = Value("long", compiler.emitter.varying())
    compiler.emitter.move(chain.register, compiler.emitter.literal(0, "long"))
    append_all(compiler, chain, items, place)
    return of_kind(compiler, LIST, chain)


def append_all(compiler: Compiler, chain: Value, items: Items, place: int) -> None:
    """Make a chain, a variable, longer by all items, in the lanes that are here."""
    emitter = compiler.emitter
    at, one = emitter.varying(), emitter.literal(1, "long")
    emitter.move(at, emitter.literal(0, "long"))
    rounds = Rounds(compiler)
    rounds.keep(emitter.emit("less_long", at, items.count), place)
    with compiler.under(rounds.lanes):
        longer = appended(compiler, chain, items.item(compiler, at, place), place)
        emitter.move(chain.register, longer.register, rounds.lanes)
    emitter.into(at, "add_long", at, one)
    rounds.again()


def _vector(compiler: Compiler, value: VectorField, place: int) -> Value:
    """Fail where there is a vector, whose values Elasticsearch does not let out; none is an empty list."""
    has = compiler.emit("boolean", "less_long", compiler.literal("long", 0), Value("long", value.count))
    with compiler.failing(), compiler.under(compiler.both(has.register)):
        raise CompileError(
            "accessing a vector field's value through 'get' or 'value' is not supported, use 'vectorValue' "
            "or 'magnitude' instead",
            place,
            when_run=True,
        )
    return of_kind(compiler, LIST, compiler.literal("long", 0))
