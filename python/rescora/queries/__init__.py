"""The query language: a family of queries is a file, which reads it and makes the core's queries of it."""

# Importing a family enters its kinds.
from rescora.queries import (
    compound,
    decay,
    documents,
    feature,
    function_score,
    match,
    multi_match,
    range,
    script,
    term,
)
from rescora.queries.compiler import Compiler
from rescora.queries.registry import PARSERS, parse_query

__all__ = [
    "PARSERS",
    "Compiler",
    "compound",
    "decay",
    "documents",
    "feature",
    "function_score",
    "match",
    "multi_match",
    "parse_query",
    "range",
    "script",
    "term",
]
