"""Compiled scripts for the core, and an LRU cache of them per index."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

from rescora.core import _core
from rescora.errors import RequestError

# Importing these enters what they know.
from rescora.script import expressions, statements, tree  # noqa: F401
from rescora.script.calls import signatures
from rescora.script.compiler import MAX_ROUNDS, Compiler, Frame
from rescora.script.effects import assigned_names, leaves, levels_of_recursion
from rescora.script.errors import BindError, CompileError
from rescora.script.flow import checked
from rescora.script.functions import predefined_assigned
from rescora.script.inputs import value_of
from rescora.script.paths import follow
from rescora.script.reader import read
from rescora.script.results import compiled
from rescora.script.signature import ForeignError, Signature, plain, signature_of
from rescora.script.statements import run_all
from rescora.script.types import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescora.schema.schema import Schema
    from rescora.script.checked import Checked
    from rescora.script.contexts import Context
    from rescora.script.emitter import Input

_CORE_KINDS = {"String": "text"}
_RESULTS = {"def": "Object"}  # what Elasticsearch declares where any value may come out
CACHE_SIZE = 500  # programs, as many as Elasticsearch keeps at least


class Program(NamedTuple):
    """
    A compiled script.

    Attributes
    ----------
    core : _core.Program
        What runs.
    inputs, constants : tuple of Input
        Where the values of its parameters come from.
    named : tuple of tuple of str
        The parameters that name fields: their values are part of the program.
    """

    core: _core.Program
    inputs: tuple[Input, ...]
    constants: tuple[Input, ...]
    named: tuple[tuple[str, ...], ...]

    def bind(self, params: Mapping[str, Any], salt: int = 0, description: str = "") -> _core.Script:
        """Return the program with its parameters' values."""
        inputs = [one.value if one.kind == "literal" else _bound(one, params) for one in self.inputs]
        constants = [_bound(one, params) for one in self.constants]
        return _core.Script(self.core, inputs, constants, salt, description)


def _bound(source: Input, params: Mapping[str, Any]) -> Any:
    try:
        return value_of(source, params)
    except RequestError as error:
        raise BindError(error.reason, source.place, error.type) from None


def compile_script(
    source: str, schema: Schema, signature: Signature, context: Context, params: Mapping[str, Any]
) -> Program:
    """
    Compile a script.

    Parameters
    ----------
    source : str
        The script.
    schema : Schema
        The fields that it may read.
    signature : Signature
        The kinds of its parameters.
    context : Context
        What it is for.
    params : dict
        Looked into for the names of fields alone.

    Raises
    ------
    CompileError
        If it cannot be right.
    """
    known = checked(read(source), signatures(), _given(context), _RESULTS.get(context.result, context.result))
    types: dict[Any, str] = {}
    assigned = assigned_names(known.script) | predefined_assigned()
    recursion = levels_of_recursion(known.script)
    for _ in range(MAX_ROUNDS):
        before = dict(types)
        compiler = Compiler(known, schema, signature, context, types, params, recursion, assigned)
        result = _whole(compiler, known)
        if types == before:
            return _finished(compiler, source, result)
    raise CompileError("the types of the script's [def] variables depend on one another in too many ways", 0)


def _given(context: Context) -> dict[str, str]:
    """Return the types of the names that a script is given."""
    return {"doc": "Map", "params": "Map"} | ({"_score": "double"} if context.has_score else {})


def _whole(compiler: Compiler, known: Checked) -> Value:
    """Compile the script itself, a function that nobody calls."""
    script, context = known.script, compiler.context
    frame = Frame("", context.result)
    compiler.frames.append(frame)
    tail = script.statements[-1]
    if isinstance(tail, tree.Return) and not any(leaves(one, tree.Return) for one in script.statements[:-1]):
        run_all(compiler, script.statements[:-1])
        assert tail.value is not None  # a script is no function of type void
        target = context.result if tail.written else ""
        if not frame.ended:
            with compiler.failing():
                return compiled(compiler, tail.value, target)
        return compiler.zero("null" if context.result == "def" else context.result)  # every document fails
    if context.result == "def" and not known.returns:
        compiler.widen("", "null", tail.place)
    kind = context.result if context.result != "def" else compiler.types.get("", "null")
    start = compiler.boxed(compiler.zero("null")) if kind == "def" else compiler.zero(kind)
    register = compiler.emitter.varying(2 if kind == "def" else 1)
    compiler.put(register, start, None)
    frame.result = Value(kind, register)
    frame.returned = compiler.emitter.varying()
    compiler.emitter.move(frame.returned, compiler.emitter.literal(0, "long"))
    run_all(compiler, script.statements)
    return frame.result


def _finished(compiler: Compiler, source: str, result: Value) -> Program:
    emitter = compiler.emitter
    width = 2 if result.type == "def" else 1
    register = emitter.varying(width)  # a result must be no input, for a block's lanes are written
    compiler.put(register, result, None)
    prologue, code, uniforms, registers, place = emitter.finish(register)
    kind = "null" if result.type == "def" else _CORE_KINDS.get(result.type, result.type)
    if result.type == "null":
        kind = "text"  # a text that is null
    core = _core.Program(
        source, prologue, code, list(emitter.columns), len(emitter.inputs), uniforms, registers, place, kind,
        compiler.uses_score,
    )  # fmt: skip
    inputs = tuple(source for _, source in emitter.inputs.values())
    constants = tuple(source for _, source in emitter.constants.values())
    return Program(core, inputs, constants, tuple(sorted(compiler.named)))


class Programs:
    """
    An index's LRU cache of programs. Thread-safe.

    Parameters
    ----------
    schema : Schema
        The fields of the index.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._kept: OrderedDict[Any, Program] = OrderedDict()
        self._names: dict[Any, tuple[tuple[str, ...], ...]] = {}
        self._lock = threading.Lock()

    def script(
        self, source: str, params: Mapping[str, Any], context: Context, salt: int = 0, description: str = ""
    ) -> _core.Script:
        """
        Return a script with its parameters' values, compiled at the first use.

        Raises
        ------
        CompileError
            If it cannot be right.
        BindError
            If a parameter is not what the script takes it for.
        RequestError
            For parameters that no script can have.
        """
        try:
            signature = signature_of(params)
        except ForeignError:
            params = plain(params)
            signature = signature_of(params)
        key = (source, signature, context.name)
        named = self._names.get(key, ())
        whole = (key, tuple([follow(params, path) for path in named]))
        with self._lock:
            program = self._kept.get(whole)
            if program is not None:
                self._kept.move_to_end(whole)
        if program is None:
            program = self._compile(source, params, context, key)
        return program.bind(params, salt, description)

    def _compile(self, source: str, params: Mapping[str, Any], context: Context, key: Any) -> Program:
        program = compile_script(source, self._schema, key[1], context, params)
        whole = (key, tuple([follow(params, path) for path in program.named]))
        with self._lock:
            if program.named:
                self._names[key] = program.named
            self._kept[whole] = program
            while len(self._kept) > CACHE_SIZE:
                forgotten, _ = self._kept.popitem(last=False)
                self._names.pop(forgotten[0], None)
        return program
