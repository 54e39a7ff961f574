"""The match family: analyzes text, and makes queries of the terms."""

from .analysis import ANALYZERS, analyze
from .mapping import Field, as_text
from .minimum import minimum_should_match
from .queries import MUST, SHOULD, Bool, MatchAll, MatchNone, Phrase, PhrasePrefix, Term
from .values import exact


def zero_terms(options: dict):
    return MatchAll() if options.get("zero_terms_query", "none").lower() == "all" else MatchNone()


def occur_of(options: dict) -> str:
    return MUST if options.get("operator", "or").lower() == "and" else SHOULD


def words(kind: Field, text: object, options: dict):
    name = options.get("analyzer") or kind.query_analyzer()
    if name not in ANALYZERS:
        msg = f"No analyzer found for [{name}]"
        raise ValueError(msg)
    return analyze(name, as_text(text)).tokens


def whole(kind: Field, options: dict) -> bool:
    """Return whether the query's text is taken as one word, or one number."""
    return kind.is_number or (options.get("analyzer") or kind.query_analyzer()) == "keyword"


def match(kind: Field, text: object, options: dict):
    """Any or all of the words."""
    if whole(kind, options):
        return exact(kind, text)
    tokens = words(kind, text, options)
    if not tokens:
        return zero_terms(options)
    if len(tokens) == 1:
        return Term(kind.name, tokens[0].term)
    occur = occur_of(options)
    return Bool(tuple((occur, Term(kind.name, token.term)) for token in tokens))


def with_minimum(query, wanted: object):
    """Ask that many of the optional clauses; where all words are required there are none."""
    if wanted is None or not isinstance(query, Bool):
        return query
    return Bool(query.clauses, minimum_should_match(len(query.of(SHOULD)), wanted))


def match_phrase(kind: Field, text: object, options: dict):
    """The words in order, as near one another as slop says."""
    if whole(kind, options):
        return exact(kind, text)
    tokens = words(kind, text, options)
    if not tokens:
        return zero_terms(options)
    if len(tokens) == 1:
        return Term(kind.name, tokens[0].term)
    return Phrase(
        kind.name,
        tuple((token.term,) for token in tokens),
        tuple(token.position for token in tokens),
        int(options.get("slop", 0)),
    )


def match_phrase_prefix(kind: Field, text: object, options: dict):
    """Match a phrase whose last word is only a word's beginning."""
    if kind.type != "text":
        msg = f"phrase prefix queries are for text fields, not for [{kind.name}], a {kind.type}"
        raise ValueError(msg)
    tokens = words(kind, text, options)
    if not tokens:
        return zero_terms(options)
    return PhrasePrefix(
        kind.name,
        tuple(token.term for token in tokens),
        tuple(token.position for token in tokens),
        int(options.get("slop", 0)),
        int(options.get("max_expansions", 50)),
    )
