"""``params``: the types of parameters are compiled in, their values are inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.emitter import Input
from rescora.script.errors import CompileError
from rescora.script.operators import chosen
from rescora.script.types import KINDS, Missing, Static, Value, lane

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.paths import Path
    from rescora.script.signature import Signature
    from rescora.script.types import Compiled


def parameters_of(compiler: Compiler) -> MapValue:
    """Return ``params``."""
    return MapValue(("param", ()), dict(compiler.signature[1]), ())


def _at(compiler: Compiler, source: tuple[str, Any], signature: Signature, path: Path) -> Compiled:
    """Return the value of a parameter."""
    if isinstance(signature, tuple):
        if signature[0] == "list":
            return ListValue(compiler, source, signature[1])
        return MapValue(source, dict(signature[1]), path)
    if signature == "null":
        return missing(compiler, path, given=True)
    kind, value = source
    if kind == "literal":
        return compiler.literal(signature, value)
    register = compiler.emitter.input(Input("param", path, lane(signature)))
    if signature == "String":
        compiler.paths[register] = path
    return Value(signature, register, True)


def missing(compiler: Compiler, path: Path, *, given: bool = False) -> Value:
    """Return a null that records which parameter is missing."""
    null = compiler.zero("null")
    return Value("null", null.register, True, Missing(path, given))


class ListValue(Static):
    """A list among the parameters or in the source."""

    type = "List"

    def __init__(self, compiler: Compiler, source: tuple[str, Any], kind: str) -> None:
        self.source = source
        self.kind = kind
        self._compiler = compiler

    @property
    def count(self) -> Register:
        """The register of its length."""
        return self._compiler.emitter.input(Input("size", self.source, "long"))

    def number(self, place: int) -> int:
        """Return the constant's number in the program."""
        if self.kind == "other":
            raise CompileError.unsupported("reading a list of lists or objects", place)
        return self._compiler.emitter.constant(Input("list", self.source, "list"))

    def item(self, compiler: Compiler, at: Register, place: int) -> Value:
        """Return the item at an index; where there is none the document fails."""
        name = {"int": "long", "long": "long", "double": "double", "float": "double", "String": "text"}.get(
            self.kind, "def"
        )
        number, mask = self.number(place), compiler.mask
        width = 2 if name == "def" else 1
        operation = "list_def" if name == "def" else f"list_{name}"
        register = compiler.emitter.emit(operation, at, mask=mask, aux=number, place=place, width=width)
        return Value("def" if name == "def" else self.kind, register, True)

    def has(self, compiler: Compiler, value: Value, place: int) -> Value:
        """Return whether a value is in the list; as in Java, numbers of another type are not."""
        if value.type not in ("int", "long", "double", "String") or self.kind == "def":
            return self._has_among_many(compiler, value, place)
        if value.type != self.kind:
            return compiler.literal("boolean", False)
        name = {"int": "long", "long": "long", "double": "double", "String": "text"}[value.type]
        return compiler.emit("boolean", f"list_has_{name}", value, aux=self.number(place))

    def _has_among_many(self, compiler: Compiler, value: Value, place: int) -> Value:
        if value.type in ("String", "int", "long", "double") and self.kind == "def":
            name = {"String": "text", "double": "double"}.get(value.type, "long")
            kind = 0 if name == "text" else KINDS.index(value.type)  # a Long equals no Integer
            number = self.number(place)
            return compiler.emit("boolean", f"list_has_{name}", value, aux=number, constant=kind)
        raise CompileError.unsupported(f"[contains] of a [{value.type}] in a list", place)


class MapValue(Static):
    """An object among the parameters or in the source, or all of them."""

    type = "Map"

    def __init__(self, source: tuple[str, Any], items: dict[str, Signature], path: Path) -> None:
        self.source = source
        self.items = items
        self.path = path

    @property
    def is_all(self) -> bool:
        """Whether it is ``params``."""
        return self.source == ("param", ())

    def named(self, compiler: Compiler, key: str, place: int = 0) -> Compiled:
        """Return the value of a constant key; null where there is none."""
        path = (*self.path, key)
        if path == ("_source",):
            raise CompileError.unsupported(
                "[params._source]", place, ": use [doc], which has the values of fields"
            )
        if key not in self.items:
            return missing(compiler, path)
        kind, value = self.source
        inner = path if kind == "param" else dict(value)[key]
        return _at(compiler, (kind, inner), self.items[key], path)

    def number(self, compiler: Compiler, place: int) -> int:
        """Return the constant's number in the program, for keys that depend on documents."""
        if any(not isinstance(kind, str) for kind in self.items.values()):
            raise CompileError.unsupported("a key that is no constant in a map of lists or maps", place)
        return compiler.emitter.constant(Input("map", self.source, "map"))

    def under(self, compiler: Compiler, key: Value, place: int) -> Value:
        """Return the value of a key that depends on documents, or null."""
        aux = self.number(compiler, place)
        return Value("def", compiler.emitter.emit("map_def", key.register, aux=aux, width=2), True)

    def under_or(self, compiler: Compiler, key: Value, default: Value, place: int) -> Value:
        """Return the value of a key that depends on documents, or the default."""
        has = self.has(compiler, key, place)
        found = self.under(compiler, key, place)
        kinds = set(self.items.values())
        if len(kinds) == 1 and kinds == {
            default.type
        }:  # all of one type: the def's second register is the value
            return chosen(compiler, has, Value(default.type, found.register + 1, True), default, place)
        return chosen(compiler, has, found, default, place)

    def has(self, compiler: Compiler, key: Value, place: int) -> Value:
        """Return whether there is such a key."""
        return compiler.emit("boolean", "map_has", key, aux=self.number(compiler, place))
