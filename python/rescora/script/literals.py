"""Lists and maps written in a script: allowed where everything in them is a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.errors import CompileError
from rescora.script.parameters import ListValue, MapValue
from rescora.script.types import KINDS, Value

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler


def list_of(compiler: Compiler, node: tree.ListLiteral) -> ListValue:
    """Compile ``[1, 2]``."""
    items = [_constant(compiler, item) for item in node.items]
    kinds = {item.type for item in items}
    kind = kinds.pop() if len(kinds) == 1 else "def"
    if kind not in ("int", "double", "String"):
        kind = "def"
    return ListValue(compiler, ("literal", tuple(item.constant for item in items)), kind)


def map_of(compiler: Compiler, node: tree.MapLiteral) -> MapValue:
    """Compile ``['a': 1]``."""
    entries: dict[str, tuple[str, Any]] = {}
    for key_node, value_node in node.items:
        key, value = _constant(compiler, key_node), _constant(compiler, value_node)
        if key.type != "String":
            raise CompileError.unsupported("a map whose keys are no strings", key_node.place)
        entries[str(key.constant)] = (value.type, value.constant)
    source = tuple((key, constant) for key, (_, constant) in entries.items())
    return MapValue(("literal", source), {key: kind for key, (kind, _) in entries.items()}, ())


def _constant(compiler: Compiler, node: tree.Expression) -> Value:
    value = compiler.value(node)
    if (
        not isinstance(value, Value)
        or (value.constant is None and value.type != "null")
        or value.type not in KINDS
    ):
        raise CompileError.unsupported("a list or map of anything but constants", node.place)
    if value.type in ("float", "short", "byte", "char"):
        raise CompileError.unsupported(f"a [{value.type}] in a list or map", node.place)
    if value.type == "long" and -(2**31) <= int(value.constant) < 2**31:
        raise CompileError.unsupported("a small [long] in a list or map", node.place)
    return value
