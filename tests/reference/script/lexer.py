"""The lexer: a script's source to tokens."""

import re
from typing import NamedTuple

from .errors import CompileError

KEYWORDS = frozenset(
    [
        "if",
        "else",
        "while",
        "do",
        "for",
        "in",
        "continue",
        "break",
        "return",
        "new",
        "try",
        "catch",
        "throw",
        "this",
        "instanceof",
        "null",
        "true",
        "false",
    ]
)
OPERATORS = [
    ">>>=",
    "<<=",
    ">>=",
    ">>>",
    "===",
    "!==",
    "==~",
    "::",
    "->",
    "?.",
    "?:",
    "==",
    "!=",
    "<=",
    ">=",
    "&&",
    "||",
    "++",
    "--",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "^=",
    "|=",
    "<<",
    ">>",
    "=~",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ".",
    ",",
    ";",
    "=",
    "<",
    ">",
    "!",
    "~",
    "?",
    ":",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "^",
    "|",
]

TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n\r]*|/\*.*?\*/)"
    r"|(?P<hex>0[xX][0-9a-fA-F]+[lL]?)"
    r"|(?P<octal>0[0-7]+[lL]?)"
    r"|(?P<decimal>(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[dDfF]?(?![\w]))"
    r"|(?P<integer>(?:0|[1-9][0-9]*)[lLfFdD]?)"
    r"|(?P<string>\"(?:\\\"|\\\\|[^\\\"])*\"|'(?:\\'|\\\\|[^\\'])*')"
    r"|(?P<name>[_a-zA-Z][_a-zA-Z0-9]*)"
    r"|(?P<operator>" + "|".join(map(re.escape, OPERATORS)) + ")",
    re.DOTALL,
)


class Token(NamedTuple):
    kind: str  # hex, octal, decimal, integer, string, name, keyword, operator, end
    text: str
    at: int


def tokens(source: str) -> list[Token]:
    """Split the source; white space and comments vanish."""
    found = []
    at = 0
    while at < len(source):
        match = TOKEN.match(source, at)
        if not match:
            msg = f"unexpected character [{source[at : at + 10]}]"
            raise CompileError(msg, at)
        kind, text = match.lastgroup, match.group()
        if kind == "name" and text in KEYWORDS:
            kind = "keyword"
        if kind == "decimal" and re.fullmatch(r"[0-9]+", text):
            kind = "integer"
        if kind in ("hex", "octal", "decimal", "integer") and re.match(r"\w", source[match.end() :]):
            msg = f"unexpected character [{source[match.end()]}] after a number"
            raise CompileError(msg, match.end())
        if kind != "space":
            found.append(Token(kind, text, at))
        at = match.end()
    return [*found, Token("end", "", at)]


def unquote(text: str) -> str:
    """Read a string literal: a backslash stands before the quote or before itself, nowhere else."""
    quote = text[0]
    return re.sub(rf"\\([\\{quote}])", r"\1", text[1:-1])
