"""Scripts of a request: compiled for the index's fields, with their parameters' values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.errors import RequestError, ScriptError
from rescora.script.contexts import FIELD, FILTER, SCORE, Context
from rescora.script.errors import CompileError

if TYPE_CHECKING:
    from rescora import _core
    from rescora.documents.mapping import Mappings
    from rescora.request import nodes
    from rescora.script.program import Programs

__all__ = ["FIELD", "FILTER", "SCORE", "Scripts"]


class Scripts:
    """
    Compiles the scripts of one index's requests, each but once.

    Parameters
    ----------
    mappings : Mappings
        The fields of the index.
    """

    def __init__(self, mappings: Mappings) -> None:
        self._mappings = mappings
        self._programs: Programs | None = None

    def compile(self, script: nodes.Script, context: Context) -> _core.Script:
        """
        Return the core's script.

        Raises
        ------
        ScriptError
            If the script cannot be right; it marks the place.
        RequestError
            If a parameter is of no kind that a script can have.
        """
        try:
            return self._known().script(script.source, script.params, context)
        except CompileError as error:
            cause = RequestError(error.reason, type=error.type)
            raise ScriptError("compile error", script.source, error.place, cause, path=script.path) from None

    def _known(self) -> Programs:
        if self._programs is None:
            from rescora.script.program import (
                Programs,
            )  # the grammar's library is loaded with the first script

            self._programs = Programs(self._mappings)
        return self._programs
