"""Every score written slowly and plainly: the oracle for the engine. Imports nothing of `rescora`."""

from .search import Reference, Result

__all__ = ["Reference", "Result"]
