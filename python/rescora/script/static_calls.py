"""Static checks of members and calls: the receiver's type and the result's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.errors import did_you_mean
from rescora.script import tree
from rescora.script.classes import constant_type
from rescora.script.conversions import canonical
from rescora.script.errors import CompileError
from rescora.script.statics import Expressions, checks
from rescora.script.whitelist import BOXES, PRIMITIVES, STATIC, VIRTUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.script.conversions import Type
    from rescora.script.statics import Asked
    from rescora.script.whitelist import Signature


@checks(tree.Field)
def field(expressions: Expressions, node: tree.Field, _asked: Asked, read: bool) -> Type:
    """Check ``of.name``."""
    expressions.used(read, node, f"result of member [{node.name}] not used")
    if isinstance(node.of, tree.ClassName):
        return constant_type(node.of.name, node.name)
    of = expressions.of(node.of)
    if of in ("def", "Map", "HashMap"):
        return "def"
    return _safe(node.safe, of, None, node.place)


@checks(tree.Index)
def index(expressions: Expressions, node: tree.Index, _asked: Asked, read: bool) -> Type:
    """Check ``of[index]``."""
    expressions.used(read, node, "result of brace operator not used")
    of = expressions.of(node.of)
    expressions.converted(node.index, "int" if of in ("List", "ArrayList") else "def")
    if of is None or of in ("def", "Map", "HashMap", "List", "ArrayList"):
        return "def" if of else None
    raise CompileError(
        f"Attempting to index a non-list, non-map [{canonical(of)}].", node.place, "class_cast_exception"
    )


@checks(tree.Method)
def method(expressions: Expressions, node: tree.Method, _asked: Asked, _read: bool) -> Type:
    """Check ``of.name(…)``."""
    count = len(node.arguments)
    if isinstance(node.of, tree.ClassName):
        return _static(expressions, node, node.of.name, count)
    of = expressions.of(node.of)
    if of == "void":
        raise CompileError("value required: instead found unexpected type [void]", node.of.place)
    box = BOXES.get(str(of), of)
    if box not in VIRTUAL:
        return _safe(node.safe, of, _dynamic(expressions, of, node), node.place)
    found = VIRTUAL[str(box)].get(f"{node.name}/{count}")
    if found is None:
        names = [name.partition("/")[0] for name in VIRTUAL[str(box)]]
        raise CompileError(
            f"method [{canonical(box)}, {node.name}/{count}] not found{did_you_mean(node.name, names)}",
            node.place,
        )
    return _safe(node.safe, of, _called(expressions, node.arguments, found), node.place)


def _dynamic(expressions: Expressions, of: Type, node: tree.Method) -> Type:
    for one in node.arguments:
        if expressions.of(one) == "void":
            raise CompileError.cast("void", "def", one.place)
    if of in ("Map", "HashMap", "List", "ArrayList"):
        return {"size": "int", "get": "def", "isEmpty": "boolean", "containsKey": "boolean"}.get(node.name)
    return "def" if of == "def" else None


def _safe(safe: bool, of: Type, result: Type, place: int) -> Type:
    """Check ``?.``: what may be null is asked, and what may be null is given."""
    if safe and of in PRIMITIVES:
        raise CompileError("Result of null safe operator must be nullable", place)
    if safe and result in PRIMITIVES:
        raise CompileError("Result of null safe operator must be nullable", place)
    return result


def _static(expressions: Expressions, node: tree.Method, name: str, count: int) -> Type:
    known = STATIC.get(name)
    found = known.get(f"{node.name}/{count}") if known is not None else None
    if found is not None:
        return _called(expressions, node.arguments, found)
    if known is None:
        for one in node.arguments:
            expressions.of(one)
        return None
    names = sorted({one.partition("/")[0] for one in known})
    counts = sorted(one.partition("/")[2] for one in known if one.partition("/")[0] == node.name)
    hint = f": it takes {' or '.join(counts)} arguments" if counts else did_you_mean(node.name, names)
    raise CompileError(f"static method [java.lang.{name}, {node.name}/{count}] not found{hint}", node.place)


@checks(tree.Call)
def call(expressions: Expressions, node: tree.Call, _asked: Asked, _read: bool) -> Type:
    """Check ``name(…)``."""
    count = len(node.arguments)
    own = expressions.functions.get((node.name, count))
    if own is not None:
        return _called(expressions, node.arguments, (tuple(kind for kind, _ in own.parameters), own.type))
    found = expressions.builtin.get(f"{node.name}/{count}")
    if found is not None:
        return _called(expressions, node.arguments, found)
    for one in node.arguments:  # the compiler words what is unknown
        expressions.of(one)
    return None


def _called(expressions: Expressions, arguments: Sequence[tree.Expression], signature: Signature) -> Type:
    for one, kind in zip(arguments, signature[0], strict=True):
        expressions.converted(one, kind, internal=True)
    return signature[1]
