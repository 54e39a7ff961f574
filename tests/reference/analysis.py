"""Analyzers: each token with its position and its offsets in UTF-16 units."""

from functools import cache
from typing import NamedTuple

from nltk.stem.porter import PorterStemmer

from .unicode import lower, properties
from .words import longest_word

MOST_UNITS = 255  # the longest token, and as far as the standard tokenizer looks from a token's start

STOP_TEXT = """
a an and are as at be but by for if in into is it no not of on or such that the their then there
these they this to was will with
"""
STOP_WORDS = frozenset(STOP_TEXT.split())

# Java's Character.isWhitespace: the separators that may break, and the control characters that do.
WHITE_SPACE = frozenset(
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u2028\u2029\u205f\u3000"
)


class Token(NamedTuple):
    term: str
    position: int
    start: int
    end: int


class Analysis(NamedTuple):
    tokens: list[Token]
    trailing: int  # positions that removed words leave after the last token


def units(text: str) -> int:
    """Count the UTF-16 units of a text."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible(text: str, start: int) -> str:
    """Return what the standard tokenizer sees from here: at most 255 units, no half of a pair."""
    piece = text[start : start + MOST_UNITS]
    while units(piece) > MOST_UNITS:
        piece = piece[:-1]
    return piece


def standard_words(text: str) -> list[tuple[int, int]]:
    """Find the standard tokenizer's words, as (first, last + 1) character numbers."""
    found, at = [], 0
    while at < len(text):
        length = longest_word(visible(text, at))
        if length:
            found.append((at, at + length))
        at += length or 1
    return found


def runs(text: str, belongs) -> list[tuple[int, int]]:
    """Find the runs of characters that belong, cut once they have 255 units."""
    found, first = [], None
    for i, character in enumerate(text):
        if belongs(character):
            first = i if first is None else first
            if units(text[first : i + 1]) >= MOST_UNITS:
                found.append((first, i + 1))
                first = None
        elif first is not None:
            found.append((first, i))
            first = None
    if first is not None:
        found.append((first, len(text)))
    return found


def is_letter(character: str) -> bool:
    return "Letter" in properties(character)


def is_visible(character: str) -> bool:
    return character not in WHITE_SPACE


def lower_case(word: str) -> str:
    return "".join(map(lower, word))


def without_possessive(word: str) -> str:
    return word[:-2] if len(word) >= 2 and word[-2] in "'\u2019\uff07" and word[-1] in "sS" else word


@cache
def stem(word: str) -> str:
    """Stem by Porter's algorithm in its author's later form, which is what Lucene has."""
    if units(word) <= 2:
        return word
    return PorterStemmer(mode="MARTIN_EXTENSIONS").stem(word, to_lowercase=False)


def emit(text: str, places: list[tuple[int, int]], change=str, removed=frozenset()) -> Analysis:
    """Make tokens of the words at these places; a removed word keeps its position empty."""
    tokens, holes = [], 0
    unit_at = [0]
    for character in text:
        unit_at.append(unit_at[-1] + units(character))
    for position, (first, last) in enumerate(places):
        term = change(text[first:last])
        if term in removed:
            holes += 1
        else:
            holes = 0
            tokens.append(Token(term, position, unit_at[first], unit_at[last]))
    return Analysis(tokens, holes)


def standard(text: str) -> Analysis:
    return emit(text, standard_words(text), lower_case)


def english(text: str) -> Analysis:
    analysis = emit(text, standard_words(text), lambda word: lower_case(without_possessive(word)), STOP_WORDS)
    return Analysis([token._replace(term=stem(token.term)) for token in analysis.tokens], analysis.trailing)


def whitespace(text: str) -> Analysis:
    return emit(text, runs(text, is_visible))


def simple(text: str) -> Analysis:
    return emit(text, runs(text, is_letter), lower_case)


def stop(text: str) -> Analysis:
    return emit(text, runs(text, is_letter), lower_case, STOP_WORDS)


def keyword(text: str) -> Analysis:
    return emit(text, [(0, len(text))])


ANALYZERS = {
    "standard": standard,
    "english": english,
    "whitespace": whitespace,
    "simple": simple,
    "stop": stop,
    "keyword": keyword,
}


def analyze(name: str, text: str) -> Analysis:
    if name not in ANALYZERS:
        msg = f"the reference has no analyzer [{name}]"
        raise ValueError(msg)
    return ANALYZERS[name](text)
