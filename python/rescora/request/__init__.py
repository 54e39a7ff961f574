"""Requests, read and checked: a body becomes frozen values, and every message names its path."""

from rescora.request.body import parse_body, parse_source
from rescora.request.nodes import (
    Bool,
    Boosting,
    ConstantScore,
    DisMax,
    Exists,
    Ids,
    Match,
    MatchAll,
    MatchNone,
    MatchPhrase,
    MatchPhrasePrefix,
    MultiMatch,
    Prefix,
    Query,
    QueryRescorer,
    Range,
    Rescorer,
    SearchRequest,
    SourceSpec,
    Term,
    Terms,
)
from rescora.request.queries import parse_query
from rescora.request.rescore import check_rescore_windows, parse_rescore
from rescora.request.settings import Settings, parse_settings
from rescora.request.template import Hole, NeedsValueError, Template

__all__ = [
    "Bool",
    "Boosting",
    "ConstantScore",
    "DisMax",
    "Exists",
    "Hole",
    "Ids",
    "Match",
    "MatchAll",
    "MatchNone",
    "MatchPhrase",
    "MatchPhrasePrefix",
    "MultiMatch",
    "NeedsValueError",
    "Prefix",
    "Query",
    "QueryRescorer",
    "Range",
    "Rescorer",
    "SearchRequest",
    "Settings",
    "SourceSpec",
    "Template",
    "Term",
    "Terms",
    "check_rescore_windows",
    "parse_body",
    "parse_query",
    "parse_rescore",
    "parse_settings",
    "parse_source",
]
