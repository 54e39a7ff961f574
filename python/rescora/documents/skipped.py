"""Documents that were left out of an index: which, and why."""

from __future__ import annotations

from typing import NamedTuple


class Skipped(NamedTuple):
    """
    A document that could not be indexed.

    Attributes
    ----------
    id : str or None
        Its id; None if it has none that can be read.
    reason : str
        What is wrong with it.
    """

    id: str | None
    reason: str


Skipped.__module__ = "rescora"  # where users find it; the body of a NamedTuple may not say so


def skips_errors(on_error: object) -> bool:
    """Tell whether documents that cannot be indexed are left out."""
    if on_error not in ("raise", "skip"):
        raise ValueError(f'on_error must be "raise" or "skip", not {on_error!r}')
    return on_error == "skip"
