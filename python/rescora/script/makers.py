"""Building blocks of the tables of methods: argument types, and how a result is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled, Value

# A method: the types that its arguments are converted to (None: left as they are), and what it becomes.
Arguments = tuple[str | None, ...]
Make = Callable[..., "Compiled"]


def operation(type: str, name: str, **options: Any) -> Make:
    """Return the function that compiles an operation that cannot fail."""

    def make(compiler: Compiler, of: Value, _place: int, *arguments: Value) -> Value:
        return compiler.emit(type, name, of, *arguments, **options)

    return make


def masked(type: str, name: str, **options: Any) -> Make:
    """Return the function that compiles an operation that may fail."""

    def make(compiler: Compiler, of: Value, place: int, *arguments: Value) -> Value:
        return compiler.masked(type, name, of, *arguments, place=place, **options)

    return make


def itself(_compiler: Compiler, of: Any, _place: int) -> Any:
    """Return what was asked."""
    return of
