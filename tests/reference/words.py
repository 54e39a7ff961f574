"""
The standard tokenizer: a pattern over character properties, and its longest match.

The rules are those of UAX #29, with Lucene's own for emoji, for scripts that need a dictionary, and for Han
and Hiragana, of which each character is a word.
"""

from functools import cache

from .unicode import properties

# A pattern is a nested tuple: ("one", names), ("then", a, b, ...), ("or", a, b, ...), ("many", a).
EMPTY = ("then",)


def one(*names):
    """Match one character that has any of these properties."""
    return ("one", names)


def then(*parts):
    return ("then", *parts)


def either(*parts):
    return ("or", *parts)


def many(part):
    return ("many", part)


def some(part):
    return then(part, many(part))


def maybe(part):
    return either(part, EMPTY)


def glued(*names):
    """Match such a character and the marks that hang on it (WB4)."""
    return then(one(*names), many(one("Glue")))


def plainly_glued(*names):
    """Do the same, but leave an emoji's presentation selectors to stand for themselves."""
    return then(one(*names), many(one("PlainGlue")))


def word_pattern():
    underscore = glued("ExtendNumLet")
    letter = glued("ALetter", "Hebrew_Letter")
    letters = then(letter, many(then(glued("MidLetter", "MidNumLet", "Single_Quote"), letter)))
    digits = then(
        glued("Numeric"), many(then(glued("MidNum", "MidNumLet", "Single_Quote"), glued("Numeric")))
    )
    hebrew = then(
        glued("Hebrew_Letter"),
        either(glued("Single_Quote"), then(glued("Double_Quote"), glued("Hebrew_Letter"))),
    )
    group = either(some(glued("Katakana")), some(either(letters, digits, hebrew)))
    return then(many(underscore), group, many(then(some(underscore), group)), many(underscore))


def emoji_pattern():
    style = maybe(one("EmojiStyle"))
    picture = then(many(one("ZWJ")), plainly_glued("EmojiChar"), style)
    base = then(many(one("ZWJ")), plainly_glued("Emoji_Modifier_Base"))
    element = either(picture, then(maybe(base), plainly_glued("Emoji_Modifier")))
    tags = then(some(one("Tag")), one("TagEnd"))
    sequence = then(element, either(many(then(one("ZWJ"), element)), tags))
    keycap = then(plainly_glued("KeyCapBase"), style, plainly_glued("KeyCap"))
    flag = then(glued("Regional_Indicator"), glued("Regional_Indicator"))
    return either(sequence, keycap, flag)


TOKEN = either(
    word_pattern(), some(glued("Complex_Context")), glued("Han"), glued("Hiragana"), emoji_pattern()
)

# Matching: a state is the set of what may follow, each a sequence of patterns still to be matched.


def expand(rest):
    """Yield the sequences that begin with one character, or are empty, out of a sequence of patterns."""
    if not rest:
        yield rest
        return
    kind, *parts = rest[0]
    if kind == "one":
        yield rest
    elif kind == "then":
        yield from expand((*parts, *rest[1:]))
    elif kind == "or":
        for part in parts:
            yield from expand((part, *rest[1:]))
    elif kind == "many":
        yield from expand(rest[1:])
        # A repeated part always takes at least one character here, so this ends.
        yield from expand((parts[0], *rest))


@cache
def start():
    return frozenset(expand((TOKEN,)))


@cache
def step(state, names):
    """Return the state after a character with these properties."""
    return frozenset(
        after for rest in state if rest and names.intersection(rest[0][1]) for after in expand(rest[1:])
    )


def longest_word(text: str) -> int:
    """Return the length of the longest word that the text begins with, 0 if none."""
    state, length = start(), 0
    for i, character in enumerate(text):
        state = step(state, properties(character))
        if not state:
            break
        if () in state:
            length = i + 1
    return length
