"""Compile calls: of the script's own functions, and of the built-in ones."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from rescora.script.classes import derived
from rescora.script.compiler import declared_type
from rescora.script.documents import DocValues, VectorField, doc_values, field_access
from rescora.script.emitter import Input
from rescora.script.errors import CompileError
from rescora.script.functions import inline, predefined
from rescora.script.inputs import VectorShape
from rescora.script.parameters import ListValue
from rescora.script.types import NUMERIC, Value, said_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled
    from rescora.script.whitelist import Signature

# Not to be called by scripts: they serve the others.
_INTERNAL = frozenset(
    ["linearDecay", "expDecay", "gaussDecay", "indexOf", *(name for name in predefined() if "_" in name)]
)


def call_function(compiler: Compiler, node: tree.Call) -> Compiled:
    """Compile ``name(…)``."""
    own = compiler.functions.get((node.name, len(node.arguments)))
    if own is not None:
        kinds = [declared_type(kind, node.place) for kind, _name in own.parameters]
        return inline(compiler, own, compiler.values(node.arguments, kinds), node.place)
    builtin = _BUILTIN.get(node.name)
    if builtin is not None:
        made = builtin(compiler, node, *compiler.values(_counted(node)))
        return made.declared(made.type not in NUMERIC) if isinstance(made, Value) else made
    function = predefined().get(node.name)
    if function is None or (node.name in _INTERNAL and compiler.frame.key not in predefined()):
        names = [*[name for name, _ in compiler.functions], *_BUILTIN, *(set(predefined()) - _INTERNAL)]
        raise CompileError(
            f"Unknown call [{node.name}] with [{len(node.arguments)}] arguments."
            f"{compiler.near(node.name, names)}",
            node.place,
        )
    kinds = [kind for kind, _name in function.parameters]
    return inline(compiler, function, compiler.values(node.arguments, kinds), node.place)


@functools.cache
def signatures() -> dict[str, Signature]:
    """Return the types of the functions that every script has, by name and count of arguments."""
    written = {
        f"{one.name}/{len(one.parameters)}": (tuple([kind for kind, _ in one.parameters]), one.type)
        for one in predefined().values()
        if one.name not in _INTERNAL
    }
    decay = ("String", "String", "String", "double")
    shapes = ("Linear", "Exp", "Gauss")
    return {
        **written,
        **{f"decayDate{shape}/5": ((*decay, "ZonedDateTime"), "double") for shape in shapes},
        **{f"decayGeo{shape}/5": ((*decay, "GeoPoint"), "double") for shape in shapes},
        **{f"{name}/2": (("Object", "String"), "double") for name in _VECTORS},
        "randomScore/1": (("int",), "double"),
        "randomScore/2": (("int", "String"), "double"),
    }


def _counted(node: tree.Call) -> tuple[tree.Expression, ...]:
    least, most = _COUNTS[node.name]
    if not least <= len(node.arguments) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise CompileError(f"[{node.name}] takes {wanted} arguments, not {len(node.arguments)}", node.place)
    return node.arguments


def _field(compiler: Compiler, node: tree.Call, key: Compiled) -> Compiled:
    return field_access(compiler, key, node.place)


def _dollar(compiler: Compiler, node: tree.Call, key: Compiled, default: Compiled) -> Compiled:
    if not isinstance(default, Value):
        raise CompileError.cast(default.type, "def", node.place)
    return field_access(compiler, key, node.place).get(compiler, default, node.place)


def _random(compiler: Compiler, node: tree.Call, seed: Compiled, key: Compiled | None = None) -> Value:
    seed = compiler.convert(seed, "int", node.place)
    if key is None:
        return compiler.emit("double", "random_by_document", seed)
    values = doc_values(compiler, key, node.place)
    if not isinstance(values, DocValues):
        raise CompileError("randomScore takes no vector", node.place)
    values.require(compiler, node.place)
    return compiler.emit("double", "random_by_value", seed, aux=values.slot)


def _decay_numbers(
    compiler: Compiler, node: tree.Call, distance: Value, values: list[Value], name: str
) -> Compiled:
    function = predefined()[name]
    return inline(compiler, function, [distance, *values], node.place)


def _decay_date(shape: str) -> Callable[..., Compiled]:
    def call(
        compiler: Compiler,
        node: tree.Call,
        origin: Compiled,
        scale: Compiled,
        offset: Compiled,
        decay: Compiled,
        date: Compiled,
    ) -> Compiled:
        place = node.place
        date = compiler.convert(date, "ZonedDateTime", place)
        when = Value(
            "long", derived(compiler, "date", compiler.convert(origin, "String", place), "long", place)
        )
        gap = compiler.emit("long", "absolute_long", compiler.emit("long", "subtract_long", date, when))
        offset_ = Value(
            "long",
            derived(compiler, "milliseconds", compiler.convert(offset, "String", place), "long", place),
        )
        # whole milliseconds beyond the offset, as Elasticsearch subtracts before it goes to doubles
        beyond = compiler.emit("long", "subtract_long", gap, offset_)
        beyond = compiler.emit("long", "maximum_long", beyond, compiler.literal("long", 0))
        scale_ = Value(
            "long", derived(compiler, "milliseconds", compiler.convert(scale, "String", place), "long", place)
        )
        values = [
            compiler.widened(scale_, "double"),
            compiler.literal("double", 0.0),
            compiler.convert(decay, "double", place),
        ]
        return _decay_numbers(compiler, node, compiler.widened(beyond, "double"), values, f"{shape}Decay")

    return call


def _decay_geo(shape: str) -> Callable[..., Compiled]:
    def call(
        compiler: Compiler,
        node: tree.Call,
        origin: Compiled,
        scale: Compiled,
        offset: Compiled,
        decay: Compiled,
        point: Compiled,
    ) -> Compiled:
        place = node.place
        point = compiler.convert(point, "GeoPoint", place)
        text = compiler.convert(origin, "String", place)
        lat = Value("double", derived(compiler, "latitude", text, "double", place))
        lon = Value("double", derived(compiler, "longitude", text, "double", place))
        values = [
            Value(
                "double", derived(compiler, "metres", compiler.convert(one, "String", place), "double", place)
            )
            for one in (scale, offset)
        ]
        distance = compiler.emit("double", "arc_distance", point, lat, lon)
        return _decay_numbers(
            compiler, node, distance, [*values, compiler.convert(decay, "double", place)], f"{shape}Decay"
        )

    return call


def _vector_source(compiler: Compiler, query: Compiled, place: int) -> tuple[str, Any]:
    """Return where a query vector comes from: a list of numbers, or its bytes in hexadecimal."""
    if isinstance(query, ListValue) and query.kind in (*NUMERIC, "def"):
        return query.source
    if isinstance(query, Value) and query.type == "String":
        if query.constant is not None:
            return "literal", query.constant
        if query.register in compiler.paths:
            return "param", compiler.paths[query.register]
    hint = said_missing(query) or (": all of its items must be numbers" if query.type == "List" else "")
    raise CompileError.cast(query.type, "List of numbers", place, hint)


def _vector(operation: str) -> Callable[..., Compiled]:
    def call(compiler: Compiler, node: tree.Call, query: Compiled, key: Compiled) -> Value:
        field = doc_values(compiler, key, node.place)
        if not isinstance(field, VectorField):
            raise CompileError(
                f"[{node.name}] wants a dense_vector field, not [{field.field.type}]", node.place
            )
        if operation == "hamming" and field.field.element_type == "float":
            raise CompileError("hamming distance is only supported for byte or bit vectors", node.place)
        source = _vector_source(compiler, query, node.place)
        constant = compiler.emitter.constant(
            Input(
                "vector",
                (VectorShape(field.field.dims, field.field.element_type), source),
                "vector",
                node.place,
            )
        )
        register = compiler.emitter.emit(
            operation, mask=compiler.mask, aux=field.slot, constant=constant, place=node.place
        )
        return Value("double", register)

    return call


_VECTORS = ("cosineSimilarity", "dotProduct", "l1norm", "l2norm", "hamming")
_BUILTIN: dict[str, Callable[..., Compiled]] = {
    "field": _field,
    "$": _dollar,
    "randomScore": _random,
    **{f"decayDate{shape.capitalize()}": _decay_date(shape) for shape in ("linear", "exp", "gauss")},
    **{f"decayGeo{shape.capitalize()}": _decay_geo(shape) for shape in ("linear", "exp", "gauss")},
    "cosineSimilarity": _vector("cosine_similarity"),
    "dotProduct": _vector("dot_product"),
    "l1norm": _vector("l1_norm"),
    "l2norm": _vector("l2_norm"),
    "hamming": _vector("hamming"),
}
_COUNTS: dict[str, tuple[int, int]] = {
    "field": (1, 1),
    "$": (2, 2),
    "randomScore": (1, 2),
    **{name: (5, 5) for name in _BUILTIN if name.startswith("decay")},
    **dict.fromkeys(_VECTORS, (2, 2)),
}
