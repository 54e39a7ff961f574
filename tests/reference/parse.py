"""Elasticsearch's query objects become the queries of queries.py; hardly checked, for tests are trusted."""

import numpy as np

from .features import parse_distance_feature, parse_rank_feature
from .functions import GREATEST, FunctionScore, One, Weighted, parse_function
from .mapping import Mapping, as_text
from .match import match, match_phrase, match_phrase_prefix, occur_of, whole, with_minimum, zero_terms
from .minimum import minimum_should_match
from .queries import (
    FILTER,
    MUST,
    MUST_NOT,
    SHOULD,
    Blended,
    Bool,
    Boosting,
    ConstantScore,
    DisMax,
    Exists,
    Ids,
    MatchAll,
    MatchNone,
    Prefix,
    Term,
    boosted,
)
from .scripts import ScriptFilter, ScriptScore, parse_call
from .values import any_of, exact, value_range, word_of

# Every option the reference knows; any other in a request is refused, for its answer would be wrong.
KNOWN_TEXT = """
query operator minimum_should_match boost zero_terms_query analyzer slop max_expansions fields type
tie_breaker must filter should must_not adjust_pure_negative queries positive negative
negative_boost value field values gt gte lt lte _name lenient
"""
KNOWN_OPTIONS = frozenset(KNOWN_TEXT.split())


def parse(query: dict, mapping: Mapping):
    """Read one query object, its boost included."""
    ((name, body),) = query.items()
    if name not in PARSERS:
        msg = f"unknown query [{name}]"
        raise ValueError(msg)
    return PARSERS[name](body, mapping)


def refuse_unknown(options: dict) -> None:
    unknown = sorted(set(options) - KNOWN_OPTIONS)
    if unknown:
        msg = f"the reference does not know the option [{unknown[0]}]"
        raise ValueError(msg)


def boost_of(options: dict) -> np.float32:
    return np.float32(options.get("boost", 1))


def field_and_options(body: dict, value_name: str) -> tuple[str, dict]:
    """Read {field: value} or {field: {value_name: value, option: ...}}."""
    ((name, options),) = body.items()
    options = options if isinstance(options, dict) else {value_name: options}
    refuse_unknown(options)
    return name, options


def on_field(build, value_name: str):
    """Make the parser of a query on one field; a field that is not mapped matches nothing."""

    def parser(body: dict, mapping: Mapping):
        name, options = field_and_options(body, value_name)
        kind = mapping.fields.get(name)
        return boosted(MatchNone() if kind is None else build(kind, options), boost_of(options))

    return parser


def build_match(kind, options):
    return with_minimum(match(kind, options["query"], options), options.get("minimum_should_match"))


def build_phrase(kind, options):
    return match_phrase(kind, options["query"], options)


def build_phrase_prefix(kind, options):
    return match_phrase_prefix(kind, options["query"], options)


def build_prefix(kind, options):
    if kind.is_number:
        msg = f"Can only use prefix queries on keyword, text and wildcard fields - not on [{kind.name}]"
        raise ValueError(msg)
    return Prefix(kind.name, as_text(options["value"]))


def as_list(value: object) -> list:
    return list(value) if isinstance(value, list | tuple) else [value]


def parse_bool(body: dict, mapping: Mapping):
    refuse_unknown(body)
    clauses = tuple(
        (occur, parse(clause, mapping))
        for occur in (MUST, FILTER, SHOULD, MUST_NOT)
        for clause in as_list(body.get(occur, []))
    )
    if not clauses:
        return boosted(MatchAll(), boost_of(body))
    wanted = body.get("minimum_should_match")
    optional = sum(occur == SHOULD for occur, _ in clauses)
    minimum = 0 if wanted is None else minimum_should_match(optional, wanted)
    if body.get("adjust_pure_negative", True) and all(occur == MUST_NOT for occur, _ in clauses):
        clauses += ((FILTER, MatchAll()),)
    return boosted(Bool(clauses, minimum), boost_of(body))


def parse_dis_max(body: dict, mapping: Mapping):
    refuse_unknown(body)
    queries = tuple(parse(query, mapping) for query in as_list(body["queries"]))
    return boosted(DisMax(queries, np.float32(body.get("tie_breaker", 0))), boost_of(body))


def parse_constant_score(body: dict, mapping: Mapping):
    refuse_unknown(body)
    return boosted(ConstantScore(parse(body["filter"], mapping)), boost_of(body))


def parse_boosting(body: dict, mapping: Mapping):
    refuse_unknown(body)
    positive, negative = parse(body["positive"], mapping), parse(body["negative"], mapping)
    return boosted(Boosting(positive, negative, np.float32(body["negative_boost"])), boost_of(body))


def parse_terms(body: dict, mapping: Mapping):
    options = {key: value for key, value in body.items() if key in ("boost", "_name")}
    ((name, values),) = ((key, value) for key, value in body.items() if key not in options)
    kind = mapping.fields.get(name)
    return boosted(MatchNone() if kind is None else any_of(kind, as_list(values)), boost_of(options))


def parse_exists(body: dict, mapping: Mapping):
    """Find documents with a value of a field, or of any field of an object."""
    refuse_unknown(body)
    name = body["field"]
    inner = [kind.name for kind in mapping.fields.values() if kind.source.startswith(f"{name}.")]
    names = [name] if name in mapping.fields else inner
    if len(names) > 1:
        query = ConstantScore(Bool(tuple((SHOULD, Exists(one)) for one in names)))
    else:
        query = ConstantScore(Exists(names[0])) if names else MatchNone()
    return boosted(query, boost_of(body))


def parse_ids(body: dict, _mapping: Mapping):
    refuse_unknown(body)
    ids = frozenset(map(as_text, as_list(body["values"])))
    return boosted(Ids(ids) if ids else MatchNone(), boost_of(body))


def parse_match_all(body: dict, _mapping: Mapping):
    refuse_unknown(body)
    return boosted(MatchAll(), boost_of(body))


def parse_match_none(_body: dict, _mapping: Mapping):
    return MatchNone()


def parse_script_score(body: dict, mapping: Mapping):
    if set(body) - {"query", "script", "min_score", "boost", "_name"}:
        msg = f"the reference does not know script_score with {sorted(body)}"
        raise ValueError(msg)
    least = body.get("min_score")
    least = None if least is None else np.float32(least)
    query = ScriptScore(parse(body["query"], mapping), parse_call(body["script"], "double"), least)
    return boosted(query, boost_of(body))


def parse_script_filter(body: dict, _mapping: Mapping):
    if set(body) - {"script", "boost", "_name"}:
        msg = f"the reference does not know script with {sorted(body)}"
        raise ValueError(msg)
    return boosted(ScriptFilter(parse_call(body["script"], "boolean")), boost_of(body))


FUNCTION_SCORE = (
    "query",
    "functions",
    "score_mode",
    "boost_mode",
    "max_boost",
    "min_score",
    "boost",
    "_name",
)


def parse_function_score(body: dict, mapping: Mapping):
    """Read the functions of the list, or the one that stands beside the query, perhaps a weight alone."""
    entries = body.get("functions")
    if entries is None:
        entries = [{key: value} for key, value in body.items() if key not in FUNCTION_SCORE]
    functions = tuple(parse_weighted(entry, mapping) for entry in entries)
    alone = len(functions) == 1 and functions[0].filter is None
    least = body.get("min_score")
    query = FunctionScore(
        parse(body.get("query") or {"match_all": {}}, mapping),
        functions,
        "first" if alone else body.get("score_mode", "multiply").lower(),
        body.get("boost_mode", "multiply").lower() if functions else "multiply",
        np.float32(body.get("max_boost", GREATEST)),
        None if least is None else np.float32(least),
    )
    return boosted(query, boost_of(body))


def parse_weighted(entry: dict, mapping: Mapping) -> Weighted:
    """Read one function; a filter that is match_all is none."""
    functions = [
        parse_function(name, body, mapping)
        for name, body in entry.items()
        if name not in ("weight", "filter")
    ]
    weight, keep = entry.get("weight"), entry.get("filter") or {"match_all": {}}
    weight = None if weight is None else np.float32(weight)
    return Weighted(
        functions[0] if functions else One(), weight, None if "match_all" in keep else parse(keep, mapping)
    )


def feature(build):
    """Make the parser of a query that has its field inside."""

    def parser(body: dict, mapping: Mapping):
        return boosted(build(body, mapping), boost_of(body))

    return parser


MULTI_MATCH = {
    "best_fields": (match, 0),
    "most_fields": (match, 1),
    "phrase": (match_phrase, 0),
    "phrase_prefix": (match_phrase_prefix, 0),
    "cross_fields": (None, 0),
}


def lenient(build):
    """Make a builder that finds nothing where a field cannot have the value."""

    def built(kind, text: object, options: dict):
        try:
            return build(kind, text, options)
        except ValueError:
            return MatchNone()

    return built


def parse_multi_match(body: dict, mapping: Mapping):
    """One text in several fields, perhaps with boosts as in title^3; fields not mapped are left out."""
    refuse_unknown(body)
    fields = []
    for field in as_list(body["fields"]):
        name, _, boost = field.partition("^")
        if name in mapping.fields:
            fields.append((mapping.fields[name], np.float32(boost or 1)))
    if not fields:
        return MatchNone()
    kind = body.get("type", "best_fields").lower()
    build, default_tie = MULTI_MATCH[kind]
    tie_breaker = np.float32(body.get("tie_breaker", default_tie))
    if build is None:
        queries = cross_fields(fields, body, tie_breaker)
    else:
        wanted = body.get("minimum_should_match")
        build = lenient(build) if body.get("lenient") else build
        queries = [
            boosted(with_minimum(build(field, body["query"], body), wanted), boost) for field, boost in fields
        ]
    query = queries[0] if len(queries) == 1 else DisMax(tuple(queries), tie_breaker)
    return boosted(query, boost_of(body))


def cross_fields(fields: list, body: dict, tie_breaker: np.float32) -> list:
    """Group the fields by analyzer; each word of the text is looked for in all fields of a group at once."""
    groups: dict[str, list] = {}
    for field, boost in fields:
        groups.setdefault(body.get("analyzer") or field.query_analyzer(), []).append((field, boost))
    wanted = body.get("minimum_should_match")
    queries = []
    for group in groups.values():
        first, boost = group[0]
        query = (
            match(first, body["query"], body) if len(group) == 1 else blend_words(group, body, tie_breaker)
        )
        query = with_minimum(query, wanted)
        queries.append(boosted(query, boost) if len(group) == 1 else query)
    return queries


def blend_words(group: list, body: dict, tie_breaker: np.float32):
    """Build what `match` would, with a blended term in each term's place."""
    with_words = [field for field, _ in group if field.has_words]
    if not with_words or whole(with_words[0], body):
        return blend(as_text(body["query"]), group, tie_breaker)
    query = match(with_words[0], body["query"], body)
    if isinstance(query, Term):
        return blend(query.term, group, tie_breaker)
    if not isinstance(query, Bool):
        return zero_terms(body)
    occur = occur_of(body)
    return Bool(tuple((occur, blend(term.term, group, tie_breaker)) for _, term in query.clauses))


def blend(word: str, group: list, tie_breaker: np.float32):
    """Blend the fields that have words; a number's field stands beside them, as a query of its own."""
    blended = tuple((field.name, word_of(field, word), boost) for field, boost in group if field.has_words)
    queries = [boosted(exact(field, word), boost) for field, boost in group if not field.has_words]
    if blended:
        queries.append(Blended(blended, tie_breaker))
    return queries[0] if len(queries) == 1 else DisMax(tuple(queries), tie_breaker)


PARSERS = {
    "match": on_field(build_match, "query"),
    "match_phrase": on_field(build_phrase, "query"),
    "match_phrase_prefix": on_field(build_phrase_prefix, "query"),
    "term": on_field(lambda kind, options: exact(kind, options["value"]), "value"),
    "prefix": on_field(build_prefix, "value"),
    "range": on_field(value_range, "gte"),
    "multi_match": parse_multi_match,
    "bool": parse_bool,
    "dis_max": parse_dis_max,
    "constant_score": parse_constant_score,
    "boosting": parse_boosting,
    "terms": parse_terms,
    "exists": parse_exists,
    "ids": parse_ids,
    "match_all": parse_match_all,
    "match_none": parse_match_none,
    "function_score": parse_function_score,
    "rank_feature": feature(parse_rank_feature),
    "distance_feature": feature(parse_distance_feature),
    "script_score": parse_script_score,
    "script": parse_script_filter,
}
