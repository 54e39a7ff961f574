"""Requests, read and checked: a body becomes frozen values, and every message names its path."""

from rescora.request.body import is_dfs, parse_body, parse_source
from rescora.request.rescore import check_rescore_windows, parse_rescore
from rescora.request.rescorer import QueryRescorer, Rescorer
from rescora.request.search import SearchRequest, SourceSpec
from rescora.request.template import Template

__all__ = [
    "QueryRescorer",
    "Rescorer",
    "SearchRequest",
    "SourceSpec",
    "Template",
    "check_rescore_windows",
    "is_dfs",
    "parse_body",
    "parse_rescore",
    "parse_source",
]
