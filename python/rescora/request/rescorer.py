"""Rescorers, as they were understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from rescora.queries.query import Query
    from rescora.queries.source import Script


class Rescorer(msgspec.Struct, frozen=True, kw_only=True):
    """One stage; every kind has a class below."""

    window_size: int = 10
    path: str = ""


class QueryRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``query``: first * query_weight combined with second * rescore_query_weight."""

    query: Query
    query_weight: float = 1.0
    rescore_query_weight: float = 1.0
    score_mode: str = "total"


class ScriptRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``script``: what the script gives replaces the score."""

    script: Script


class EarlyExit(msgspec.Struct, frozen=True, kw_only=True):
    """All documents are scored by the first trees, only the best by all; only these remain."""

    after_trees: int
    keep: int


class ModelRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``learning_to_rank``: a model's score replaces the score, its window is the hits."""

    model_id: str
    params: dict[str, Any] = {}
    early_exit: EarlyExit | None = None
