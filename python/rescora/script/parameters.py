"""Parameters: their kinds decide the program, their values are its inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.dates.formats import date_format
from rescora.documents.geo import check_point, read_point
from rescora.errors import RequestError, show
from rescora.request.units import distance, duration
from rescora.request.values import illegal, utf8
from rescora.script.emitter import Input
from rescora.script.errors import CompileError
from rescora.script.operators import chosen
from rescora.script.paths import Path, follow
from rescora.script.types import KINDS, NUMERIC, Missing, Static, Value, lane

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled

# The kinds of a set of parameters: a name of KINDS, ("list", kind) or ("map", ((key, signature), …)).
Signature = Any
MAX_ITEMS = 100_000  # values in all of a script's parameters
_DATE = date_format("strict_date_optional_time||epoch_millis")


def signature_of(value: Any, path: str = "params", levels: int = 20) -> Signature:
    """
    Return the kinds of parameters.

    Raises
    ------
    RequestError
        If a value is of no kind that a script knows.

    Examples
    --------
    >>> signature_of({"w": 0.5, "names": ["a"]})
    ('map', (('w', 'double'), ('names', ('list', 'String'))))
    """
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind(value)
    if levels == 0:
        raise illegal("parameters are nested too deeply", path)
    if isinstance(value, Mapping):
        return "map", tuple(
            [(k, signature_of(v, f"{path}.{show(k)}", levels - 1)) for k, v in _items(value, path)]
        )
    if isinstance(value, list | tuple):
        return "list", _kind_of_items(value, path, levels)
    if isinstance(value, np.ndarray) and value.ndim == 1:
        return "list", _kind_of_items(value.tolist(), path, levels)
    for base in (bool, int, float, str):  # numpy's scalars, enums and others
        if isinstance(value, base):
            return signature_of(base(value), path, levels)
    if hasattr(value, "item"):
        return signature_of(value.item(), path, levels - 1)
    raise illegal(
        f"a script's parameter must be a number, boolean, string, list or object, not [{show(value)}]", path
    )


def _items(value: Mapping[Any, Any], path: str) -> list[tuple[str, Any]]:
    for key in value:
        if not isinstance(key, str):
            raise illegal(f"a parameter's name must be a string, not [{show(key)}]", path)
        utf8(key, path)
    return list(value.items())


def _whole(value: int) -> str:
    if -(2**31) <= value < 2**31:
        return "int"
    if -(2**63) <= value < 2**63:
        return "long"
    raise illegal(f"a script's parameter must fit in 64 bits, not [{show(value)}]", "params")


def _text(value: str) -> str:
    utf8(value, "params")
    return "String"


_KINDS: dict[type, Callable[[Any], str]] = {
    bool: lambda _: "boolean",
    int: _whole,
    float: lambda _: "double",
    str: _text,
    type(None): lambda _: "null",
}


def _kind_of_items(items: Any, path: str, levels: int) -> str:
    if len(items) > MAX_ITEMS:
        raise illegal(f"a script's parameter has at most {MAX_ITEMS:,} values, not {len(items):,}", path)
    types = set(map(type, items))
    if types == {float}:
        return "double"
    kinds = {signature_of(item, path, levels - 1) for item in items}
    if len(kinds) == 1:
        [kind] = kinds
        return (
            kind
            if isinstance(kind, str) and kind in (*NUMERIC, "String")
            else "def"
            if kind in KINDS
            else "other"
        )
    if kinds == {"int", "long"}:
        return "def"
    return (
        "def"
        if all(kind in KINDS for kind in kinds if isinstance(kind, str))
        and all(isinstance(kind, str) for kind in kinds)
        else "other"
    )


def parameters_of(compiler: Compiler) -> MapValue:
    """Return ``params``."""
    return MapValue(("param", ()), dict(compiler.signature[1]), ())


def _at(compiler: Compiler, source: tuple[str, Any], signature: Signature, path: Path) -> Compiled:
    """Return what stands in a parameter."""
    if isinstance(signature, tuple):
        if signature[0] == "list":
            return ListValue(compiler, source, signature[1])
        return MapValue(source, dict(signature[1]), path)
    if signature == "null":
        return missing(compiler, path)
    kind, value = source
    if kind == "literal":
        return compiler.literal(signature, value)
    register = compiler.emitter.input(Input("param", path, lane(signature)))
    if signature == "String":
        compiler.paths[register] = path
    return Value(signature, register, True)


def missing(compiler: Compiler, path: Path) -> Value:
    """Return a null that knows which parameter is not there."""
    null = compiler.zero("null")
    return Value("null", null.register, True, Missing(path))


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
            return compiler.emit("boolean", f"list_has_{name}", value, aux=self.number(place))
        raise CompileError.unsupported(f"[contains] of a [{value.type}] in a list", place)


class MapValue(Static):
    """An object among the parameters or in the source, or all of them."""

    type = "Map"

    def __init__(self, source: tuple[str, Any], items: dict[str, Signature], path: Path) -> None:
        self.source = source
        self.items = items
        self.path = path

    def named(self, compiler: Compiler, key: str) -> Compiled:
        """Return the value under a key that is known; null where there is none."""
        path = (*self.path, key)
        if key not in self.items:
            return missing(compiler, path)
        kind, value = self.source
        inner = path if kind == "param" else dict(value)[key]
        return _at(compiler, (kind, inner), self.items[key], path)

    def number(self, compiler: Compiler, place: int) -> int:
        """Return the constant's number in the program, for keys that the documents have."""
        if any(not isinstance(kind, str) for kind in self.items.values()):
            raise CompileError.unsupported("a key that is no constant in a map of lists or maps", place)
        return compiler.emitter.constant(Input("map", self.source, "map"))

    def under(self, compiler: Compiler, key: Value, place: int) -> Value:
        """Return the value under a key that only the documents know, or null."""
        aux = self.number(compiler, place)
        return Value("def", compiler.emitter.emit("map_def", key.register, aux=aux, width=2), True)

    def under_or(self, compiler: Compiler, key: Value, default: Value, place: int) -> Value:
        """Return the value under a key that only the documents know, or the default."""
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


# Values of inputs.


class VectorShape(NamedTuple):
    """What a query vector must be like to be compared with a field's."""

    dims: int
    element_type: str


def _vector(value: Any, field: VectorShape) -> Any:
    """Return a query vector as the core compares it with a field's."""
    try:
        made = np.ascontiguousarray(value, np.float32)
    except (TypeError, ValueError, OverflowError):
        raise illegal(f"a query vector must be a list of numbers, not [{show(value)}]", "params") from None
    if field.element_type == "bit" and made.size * 8 == field.dims:  # packed, a byte for eight
        return made
    if made.size != field.dims:
        raise illegal(
            f"The query vector has a different number of dimensions [{made.size}] than the document vectors "
            f"[{field.dims}].",
            "params",
        )
    return made


def _point(text: str) -> tuple[float, float]:
    lat, lon = read_point(text)
    check_point(lat, lon, "an origin")
    return lat, lon


# From a parameter's value, or a literal's, to an input's.
DERIVED: dict[str, Callable[[Any], Any]] = {
    "size": len,
    "date": _DATE.millis,
    "milliseconds": lambda text: duration(text, "scale or offset"),
    "metres": distance,
    "latitude": lambda text: _point(text)[0],
    "longitude": lambda text: _point(text)[1],
    "list": list,
    "map": dict,
}


def value_of(source: Input, params: Any) -> Any:
    """Return the value of an input."""
    if source.kind == "literal":
        return source.value
    if source.kind == "param":
        return _plain(follow(params, source.value), source.type)
    if source.kind == "vector":
        field, (kind, value) = source.value
        return _vector(follow(params, value) if kind == "param" else value, field)
    kind, value = source.value
    try:
        return DERIVED[source.kind](follow(params, value) if kind == "param" else value)
    except RequestError:
        raise
    except ValueError as error:
        raise illegal(str(error), "params") from None


def _plain(value: Any, type: str) -> Any:
    if type == "String":
        return str(value)
    return float(value) if type == "double" else int(value)
