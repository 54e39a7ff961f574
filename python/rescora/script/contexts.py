"""Where a script stands decides what it is given and what must come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rescora.script.errors import CompileError
from rescora.script.results import AS_JSON, printed, printed_result
from rescora.script.types import SIMPLE, Value

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled


class Context(NamedTuple):
    """
    A use of scripts.

    Attributes
    ----------
    name : str
        Elasticsearch's: "score", "filter" or "field".
    has_score : bool
        Whether there is a ``_score``.
    result : str
        The type that must come out; "def" for any.
    printed : bool
        Whether the result is shown: a float then is the double of its own decimals, 0.33333334.
    """

    name: str
    has_score: bool
    result: str
    printed: bool = False

    def compiled(self, compiler: Compiler, node: tree.Expression, target: str) -> Value:
        """Compile a result as the context wants it; `target` is what a declaration asks for."""
        if self.printed:
            return printed_result(compiler, node, target)
        return self.converted(compiler, compiler.value_for(node, target), node.place)

    def converted(self, compiler: Compiler, value: Compiled, place: int) -> Value:
        """Return a result as the context wants it."""
        if self.printed:
            return printed(compiler, value, place)
        if self.result == "boolean":
            return compiler.as_truth(value, place)
        if self.result != "def":
            return compiler.convert(value, self.result, place)
        if value.type in ("Month", "DayOfWeek"):
            name: Value = value.text(compiler, place)  # type: ignore[union-attr]  # an Enumerated
            return name
        if isinstance(value, Value) and value.type in ("ZonedDateTime", "Instant"):
            return compiler.emit("String", "date_text", value, aux=AS_JSON)
        if not isinstance(value, Value) or value.type not in (*SIMPLE, "def"):
            raise CompileError.unsupported(f"a script that gives a [{value.type}]", place)
        return value


SCORE = Context("score", True, "double")
FILTER = Context("filter", False, "boolean")
FIELD = Context("field", True, "def")
PRINTED_FIELD = Context("printed field", True, "def", printed=True)
