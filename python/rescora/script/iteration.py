"""Lists that a for-each loop iterates over: a document's values, and lists among the parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rescora.script.errors import CompileError
from rescora.script.literals import refuse_made

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.emitter import Register
    from rescora.script.types import Value


class Items(Protocol):
    """A sequence: a length, and an item at every index."""

    @property
    def count(self) -> Register:
        """The register of its length."""

    def item(self, compiler: Compiler, at: Register, place: int) -> Value:
        """Return the item at an index that a register holds; it must be there."""


def items_of(compiler: Compiler, node: tree.Expression) -> Items:
    """Compile the sequence that a loop iterates over."""
    found = compiler.value(node)
    refuse_made(found, node.place)
    if not hasattr(found, "item"):
        raise CompileError(f"Cannot iterate over [{found.type}].", node.place, when_run=found.loose)
    return found  # type: ignore[return-value]  # has `item`, and so `count`
