"""Compile functions: each call is inlined, so that no lane has to wait."""

from __future__ import annotations

import functools
from importlib import resources
from typing import TYPE_CHECKING

from rescora.script import tree
from rescora.script.compiler import Frame, declared_type
from rescora.script.effects import assigned_names, leaves
from rescora.script.emitter import Label
from rescora.script.errors import CompileError
from rescora.script.reader import read
from rescora.script.statements import run_all
from rescora.script.types import Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

MAX_CALLS = 12  # functions that have called one another; recursion has a limit of its own
RECURSION_FAULT = 12  # plan::FaultCode::recursion


@functools.cache
def predefined() -> dict[str, tree.Function]:
    """Return the functions of ``predefined.painless``."""
    source = resources.files("rescora.script").joinpath("predefined.painless").read_text("utf-8")
    return {one.name: one for one in read(source).functions}


@functools.cache
def predefined_assigned() -> frozenset[str]:
    """Return the names that the predefined functions set."""
    return frozenset[str]().union(*map(assigned_names, predefined().values()))


def inline(compiler: Compiler, function: tree.Function, arguments: list[Compiled], place: int) -> Compiled:
    """Compile a function's body for these arguments."""
    if len(arguments) != len(function.parameters):
        raise CompileError(
            f"[{function.name}] takes {len(function.parameters)} arguments, not {len(arguments)}", place
        )
    key = key_of(function)
    depth = sum(frame.key == key for frame in compiler.frames)
    if depth >= compiler.recursion or len(compiler.frames) > MAX_CALLS + compiler.recursion:
        compiler.emitter.fail(RECURSION_FAULT, compiler.mask, place)
        return _result(compiler, function, place) or compiler.zero("null")
    frame = Frame(key, function.type)
    result = _result(compiler, function, place)
    compiler.frames.append(frame)
    try:
        return _body(compiler, function, arguments, result, repeated=depth > 0, place=place)
    finally:
        compiler.frames.pop()


def _body(
    compiler: Compiler,
    function: tree.Function,
    arguments: list[Compiled],
    result: Value | None,
    *,
    repeated: bool,
    place: int,
) -> Value:
    """Compile a function's body in the frame that was made for it."""
    frame = compiler.frame
    for (kind, name), value in zip(function.parameters, arguments, strict=True):
        compiler.declare(kind, name, value, place)
    frame.result = _settable(compiler, result) if result is not None else None
    if any(_leaves_early(one) for one in function.body.statements):
        frame.returned = compiler.emitter.varying()
        compiler.emitter.move(frame.returned, compiler.emitter.literal(0, "long"))
    end = Label()
    if repeated:  # where nobody calls on, recursion ends
        compiler.emitter.jump_if_none(compiler.here(), end)
    with compiler.scope():
        run_all(compiler, function.body.statements)
    compiler.emitter.place_label(end)
    return frame.result if frame.result is not None else compiler.zero("null")


def _leaves_early(one: tree.Statement) -> bool:
    return not isinstance(one, tree.Return) and leaves(one, tree.Return)


def key_of(function: tree.Function) -> str:
    """Return the identity of a function: a script's own may have the name of a predefined one."""
    if predefined().get(function.name) is function:
        return function.name
    return f"{function.name}/{len(function.parameters)}"


def _result(compiler: Compiler, function: tree.Function, place: int) -> Value | None:
    """Return a value of the type that a function gives; of a def it is what earlier rounds have seen."""
    if function.type == "void":
        return None
    kind = declared_type(function.type, place)
    if kind == "def":
        kind = compiler.types.get(key_of(function), "def")
    return compiler.zero(kind) if kind != "def" else compiler.boxed(compiler.zero("null"))


def _settable(compiler: Compiler, start: Value) -> Value:
    register = compiler.emitter.varying(2 if start.type == "def" else 1)
    compiler.put(register, start, None)
    return Value(start.type, register)
