"""List and map literals: those of constants can be read, all others can only be results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script.errors import CompileError
from rescora.script.parameters import ListValue, MapValue
from rescora.script.types import LIST, Missing, Static, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Compiled


class MadeList(Static):
    """A list of documents' values: a result, which cannot be read."""

    type = "List"

    def __init__(self, items: list[Compiled]) -> None:
        self.items = items


class MadeMap(Static):
    """A map to documents' values: a result, which cannot be read."""

    type = "Map"

    def __init__(self, entries: list[tuple[Value, Compiled]]) -> None:
        self.entries = entries


class Grown(Static):
    """A list or a map that is added to: registers that hold its last cell and how many items it has."""

    def __init__(self, kind: int, chain: Register, count: Register) -> None:
        self.type = "List" if kind == LIST else "Map"
        self.kind = kind
        self.chain = chain
        self.count = count


def refuse_made(of: Compiled, place: int) -> None:
    """Refuse to read a list or a map that was made of anything but constants."""
    if isinstance(of, MadeList | MadeMap | Grown):
        raise CompileError.unsupported("looking into a list or map of anything but constants", place)


def list_of(compiler: Compiler, node: tree.ListLiteral) -> ListValue | MadeList:
    """Compile ``[1, 2]``."""
    items = _kept(compiler, node.items)
    if not all(map(_is_constant, items)):
        return MadeList(items)
    kinds = {item.type for item in items}
    kind = kinds.pop() if len(kinds) == 1 else "def"
    if kind not in ("int", "double", "String"):
        kind = "def"
    return ListValue(compiler, ("literal", tuple(item.constant for item in items)), kind)


def map_of(compiler: Compiler, node: tree.MapLiteral) -> MapValue | MadeMap:
    """Compile ``['a': 1]``."""
    parts = _kept(compiler, [one for entry in node.items for one in entry])
    entries = [
        (key_of(compiler, key, at.place), value)
        for key, value, (at, _) in zip(parts[::2], parts[1::2], node.items, strict=True)
    ]
    if not all(map(_is_constant, parts)):
        return MadeMap(entries)
    kinds = {str(key.constant): value.type for key, value in entries}
    source = {str(key.constant): value.constant for key, value in entries}
    return MapValue(("literal", tuple(source.items())), kinds, ())


def _kept(compiler: Compiler, nodes: Sequence[tree.Expression]) -> list[Compiled]:
    """Compile what stands in a literal, and keep it as it is now: variables may change before it is used."""
    made = (compiler.value(node) for node in nodes)
    return [
        compiler.copied(one) if isinstance(one, Value) and one.register in compiler.variables else one
        for one in made
    ]


def key_of(compiler: Compiler, key: Compiled, place: int) -> Value:
    """Return a key, which must be a text: a map of other keys is no JSON."""
    if key.type == "def":
        return compiler.convert(key, "String", place)
    if not isinstance(key, Value) or key.type != "String":
        raise CompileError.unsupported("a map whose keys are no strings", place)
    return key


def _is_constant(value: Compiled) -> bool:
    """Tell whether a value is one that a parameter could be too."""
    if not isinstance(value, Value) or (value.constant is None and value.type != "null"):
        return False
    if isinstance(value.constant, Missing):
        return False
    if value.type == "long":  # a parameter as small as an int would be one
        return not -(2**31) <= int(value.constant) < 2**31
    return value.type in ("null", "boolean", "int", "double", "String")
