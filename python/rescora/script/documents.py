"""Document access in scripts: ``doc['field']`` and ``field('field')``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import did_you_mean
from rescora.script.errors import CompileError
from rescora.script.operators import chosen
from rescora.script.types import Static, Value

if TYPE_CHECKING:
    from rescora.schema.field import Field, Seen
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled


class Documents(Static):
    """``doc``."""

    type = "Map"


class DocValues(Static):
    """The values of one field, ascending."""

    type = "List"

    def __init__(self, compiler: Compiler, field: Field, place: int) -> None:
        self.field = field
        self.kind, column, self.lane = _seen(compiler, field, place)
        self.slot = compiler.emitter.column(field.number, column)
        self.count = compiler.emitter.gather("count", self.slot)

    def first(self, compiler: Compiler, place: int) -> Value:
        """Return the first value; a document without one fails."""
        self.require(compiler, place)
        return self.first_or_nothing(compiler)

    def require(self, compiler: Compiler, place: int) -> None:
        """Let documents without a value fail."""
        compiler.emitter.emit("present", self.count, mask=compiler.mask, aux=self.slot, place=place)

    def first_or_nothing(self, compiler: Compiler) -> Value:
        """Return the first value, 0 or null where there is none."""
        register = compiler.emitter.gather(f"first_{self.lane}", self.slot)
        if self.lane == "text":
            compiler.keywords[register] = self.slot
        return Value(self.kind, register, True)

    def item(self, compiler: Compiler, at: Register, place: int) -> Value:
        """Return the value at an index; where there is none the document fails."""
        register = compiler.emitter.emit(
            f"value_{self.lane}", at, mask=compiler.mask, aux=self.slot, place=place
        )
        return Value(self.kind, register, True)

    def has(self, compiler: Compiler, value: Value, place: int) -> Value:
        """Return whether a value is among the document's."""
        if value.type != self.kind:
            if value.type == "def":
                raise CompileError.unsupported("[contains] of a [def] of several types", place)
            return compiler.literal("boolean", False)  # Java's equals: never
        return compiler.emit("boolean", f"contains_{self.lane}", value, aux=self.slot)


class VectorField(Static):
    """A document's vector."""

    type = "DenseVector"

    def __init__(self, compiler: Compiler, field: Any) -> None:
        self.field = field
        self.slot = compiler.emitter.column(field.number, field.storage)
        self.count = compiler.emitter.gather("count", self.slot)


def doc_values(compiler: Compiler, key: Compiled, place: int) -> DocValues | VectorField:
    """Return ``doc[key]``; the key must be known, for it decides which column is read."""
    name = _field_name(compiler, key, place)
    field = compiler.schema.field(name)
    if field is None and name == "_id":
        raise CompileError("Fielddata access on the _id field is disallowed, as Elasticsearch has it", place)
    if field is None and name == "_seq_no":
        raise CompileError.unsupported(f"the field [{name}]", place)
    if field is None:
        hint = did_you_mean(name, [one.name for one in compiler.schema.fields])
        raise CompileError(f"No field found for [{name}] in mapping{hint}", place)
    if field.kind.is_vector:
        return VectorField(compiler, field)
    return DocValues(compiler, field, place)


def _field_name(compiler: Compiler, key: Compiled, place: int) -> str:
    if isinstance(key, Value) and key.type == "String":
        if key.constant is not None:
            return str(key.constant)
        path = compiler.paths.get(key.register)
        if path is not None:
            return compiler.text_of_parameter(path)
        raise CompileError.unsupported("a field's name that is no constant and no parameter", place)
    raise CompileError.cast(key.type, "String", place)


def has_field(compiler: Compiler, key: Compiled, place: int) -> Value:
    """Return ``doc.containsKey(key)``."""
    return compiler.literal("boolean", compiler.schema.field(_field_name(compiler, key, place)) is not None)


def _seen(compiler: Compiler, field: Field, place: int) -> Seen:
    if field.kind.seen is None:
        raise CompileError(field.kind.not_seen(field, compiler.schema.multi_fields(field.name)), place)
    return field.kind.seen


class FieldAccess(Static):
    """``field('name')``: values, with a default for documents or mappings that have none."""

    type = "Field"

    def __init__(self, values: DocValues | None) -> None:
        self.values = values
        self.count: Register | None = None if values is None else values.count

    def get(self, compiler: Compiler, default: Value, place: int) -> Value:
        """Return the first value or the default."""
        if self.values is None:
            return default
        has = compiler.emit(
            "boolean", "less_long", compiler.literal("long", 0), Value("long", self.values.count)
        )
        first = self.values.first_or_nothing(compiler)
        if first.type == "double" and default.type in ("int", "long", "float"):
            default = compiler.widened(default, "double")
        if first.type == "long" and default.type == "int":
            default = compiler.widened(default, "long")
        return chosen(compiler, has, first, default, place)


def field_access(compiler: Compiler, key: Compiled, place: int) -> FieldAccess:
    """Return ``field(key)``."""
    name = _field_name(compiler, key, place)
    field = compiler.schema.field(name)
    return FieldAccess(None if field is None else DocValues(compiler, field, place))
