"""Compile errors and bind errors of scripts, before the source is added to them."""

from __future__ import annotations

# The failures of documents, as plan::FaultCode numbers them, that are known of while compiling.
_FAULTS = {"null_pointer_exception": 3, "class_cast_exception": 4, "illegal_argument_exception": 7}


class BindError(Exception):
    """
    A parameter that is not what a script takes it for: a vector of other dimensions, a text that is no date.

    Attributes
    ----------
    reason, place, type : str, int, str
        What is wrong, at which character it is used, and the name of the exception that Painless throws.
    """

    def __init__(self, reason: str, place: int, type: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.type = type


class CompileError(Exception):
    """
    A script with a static error.

    Attributes
    ----------
    reason, place, type : str, int, str
        What is wrong, at which character, and the name of the exception that Painless would have thrown.
    fault : int or None
        Of what Painless throws only when a document gets there, `plan::FaultCode`'s number. A wrong cast and
        a null always are such failures: what is wrong by the types that are written was refused before.
    entered : bool
        Whether the program fails there already.
    """

    def __init__(
        self, reason: str, place: int, type: str = "illegal_argument_exception", *, when_run: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.type = type
        always = type in ("null_pointer_exception", "class_cast_exception")
        self.fault = _FAULTS[type] if when_run or always else None
        self.entered = False

    @classmethod
    def unsupported(cls, what: str, place: int, hint: str = "") -> CompileError:
        """Return the error for what Painless has and this language has not."""
        return cls(f"{what} is not supported in scripts by this version of rescora{hint}", place)

    @classmethod
    def cast(cls, source: str, target: str, place: int, hint: str = "") -> CompileError:
        """Return the error for a value of one type where another is wanted."""
        return cls(f"Cannot cast from [{source}] to [{target}].{hint}", place, "class_cast_exception")
