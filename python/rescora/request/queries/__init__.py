"""The query language: a name leads to a parser; a family of queries is a file."""

# Importing a family enters its parsers.
from rescora.request.queries import compound, feature, function_score, match, multi_match, script, terms
from rescora.request.queries.registry import PARSERS, parse_query

__all__ = [
    "PARSERS",
    "compound",
    "feature",
    "function_score",
    "match",
    "multi_match",
    "parse_query",
    "script",
    "terms",
]
