"""Script contexts: the inputs that a use of scripts gives, and the result type that it wants."""

from __future__ import annotations

from typing import NamedTuple


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


SCORE = Context("score", True, "double")
FILTER = Context("filter", False, "boolean")
FIELD = Context("field", True, "def")
PRINTED_FIELD = Context("printed field", True, "def", printed=True)
