"""Document access in scripts: ``doc['field']`` and ``field('field')``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.errors import did_you_mean
from rescora.script.errors import CompileError
from rescora.script.operators import chosen
from rescora.script.types import Static, Value

if TYPE_CHECKING:
    from rescora.schema.field import Field
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled

# How the values of a field's type are seen: their type here, the column, and the name of its operations.
_SEEN = {
    **dict.fromkeys(("long", "integer", "short", "byte"), ("long", "integer", "long")),
    "boolean": ("boolean", "integer", "long"),
    "date": ("ZonedDateTime", "integer", "long"),
    "geo_point": ("GeoPoint", "integer", "long"),
    "keyword": ("String", "keyword", "text"),
    **dict.fromkeys(("double", "float", "half_float", "scaled_float"), ("double", "real", "double")),
}


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

    def __init__(self, compiler: Compiler, field: Field) -> None:
        self.field = field
        self.slot = compiler.emitter.column(field.number, "vector")
        self.count = compiler.emitter.gather("count", self.slot)


def doc_values(compiler: Compiler, key: Compiled, place: int) -> DocValues | VectorField:
    """Return ``doc[key]``; the key must be known, for it decides which column is read."""
    name = _field_name(compiler, key, place)
    field = compiler.mappings.field(name)
    if field is None and name == "_id":
        raise CompileError("Fielddata access on the _id field is disallowed, as Elasticsearch has it", place)
    if field is None and name == "_seq_no":
        raise CompileError.unsupported(f"the field [{name}]", place)
    if field is None:
        hint = did_you_mean(name, [one.name for one in compiler.mappings.fields])
        raise CompileError(f"No field found for [{name}] in mapping{hint}", place)
    if field.type == "dense_vector":
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
    return compiler.literal("boolean", compiler.mappings.field(_field_name(compiler, key, place)) is not None)


def _keyword_beside(compiler: Compiler, field: Field) -> str:
    """Return which keyword field holds a text field's values, if there is one."""
    for child in compiler.mappings.multi_fields(field.name):
        if child.type == "keyword":
            return f"[{child.name}]"
    return "a keyword field, which its mapping may have beside it,"


def _seen(compiler: Compiler, field: Field, place: int) -> tuple[str, str, str]:
    found = _SEEN.get(field.type)
    if found is None:
        if field.type == "text":
            raise CompileError(
                "Text fields are not optimised for operations that require per-document field data like "
                f"aggregations and sorting, so these operations are disabled. [{field.name}] is text: "
                f"use {_keyword_beside(compiler, field)} instead",
                place,
            )
        raise CompileError(
            f"Fielddata is not supported on field [{field.name}] of type [{field.type}]", place
        )
    return found


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
    field = compiler.mappings.field(name)
    return FieldAccess(None if field is None else DocValues(compiler, field, place))
