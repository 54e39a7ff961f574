"""A script that is ready to run."""

import math

import numpy as np

from .checker import check
from .documents import Doc, Document
from .errors import ScriptError, illegal_argument
from .evaluator import Evaluator
from .functions import Place
from .parser import parse
from .syntax import Name, Node, Program
from .values import Value, of_json


class Script:
    """
    A checked script.

    Parameters
    ----------
    program : Program
        Its tree.
    returns : str
        The type that its result is converted to: def, double for scores, boolean for filters.
    """

    def __init__(self, program: Program, returns: str):
        self.program = program
        self.returns = returns
        self.uses_score = mentions(program, "_score")

    def run(
        self, doc: Document, params: dict | None = None, score: float = 0.0, place: Place | None = None
    ) -> Value:
        """Run the script on a document, and return its result with its type."""
        given = of_json(params or {})
        evaluator = Evaluator(self.program, Doc(doc), given, float(score), place or Place())
        with np.errstate(all="ignore"):
            try:
                return evaluator.run(self.program.body, {}, self.returns)
            except RecursionError:
                raise ScriptError("stack_overflow_error", "an expression too deep") from None

    def run_score(
        self, doc: Document, params: dict | None = None, score: float = 0.0, place: Place | None = None
    ) -> np.float32:
        """Run the script as a score; what is negative or no number is an error."""
        place = place or Place()
        with np.errstate(all="ignore"):
            result = np.float32(self.run(doc, params, score, place).value)
        if math.isnan(result) or result < 0:
            raise illegal_argument(
                f"script_score script returned an invalid score [{result!s}] for doc [{place.document}]. "
                "Must be a non-negative score!"
            )
        return result


def mentions(node: object, name: str) -> bool:
    if isinstance(node, Name):
        return node.name == name
    if isinstance(node, Node):
        return any(mentions(one, name) for one in vars(node).values())
    if isinstance(node, list | tuple):
        return any(mentions(one, name) for one in node)
    return isinstance(node, dict) and any(mentions(one, name) for one in node.values())


def parse_script(source: str, returns: str = "def") -> Script:
    """
    Read and check a script.

    Parameters
    ----------
    source : str
        The script.
    returns : str
        The type its result is converted to; "double" makes it a score, "boolean" a filter.

    Raises
    ------
    CompileError
        If the script cannot be right, or uses what is not supported.
    """
    program = parse(source)
    check(program, returns)
    return Script(program, returns)
