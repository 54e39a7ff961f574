"""What exactly does a request ask of the core? Typed queries become the core's, for one index."""

from rescora.compile import compound, feature, function_score, script, text, values
from rescora.compile.compiler import Compiler
from rescora.compile.plan import FieldScript, Plan, Planner

__all__ = [
    "Compiler",
    "FieldScript",
    "Plan",
    "Planner",
    "compound",
    "feature",
    "function_score",
    "script",
    "text",
    "values",
]
