"""The parser: script text to syntax tree, by the grammar in `painless.lark`."""

from __future__ import annotations

import functools
import re
from importlib import resources
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from rescora.script import tree
from rescora.script.errors import CompileError

MAX_DEPTH = 80  # levels of a tree: what walks it may call itself so often, several calls a level
_INT_LIMIT, _LONG_LIMIT = 2**31, 2**63
# The names of operators' terminals, the loosest first.
_TIGHTNESS = {
    name: level
    for level, name in enumerate(
        ("OR", "AND", "BIT_OR", "BIT_XOR", "BIT_AND", "EQUALITY", "COMPARISON", "SHIFT", "SIGN", "FACTOR")
    )
}
# Words that are no names, but behind a dot.
_RESERVED = frozenset(
    [
        *("if", "else", "while", "do", "for", "in", "continue", "break", "return", "new", "try", "catch"),
        *("throw", "this", "instanceof", "true", "false", "null"),
    ]
)
# What is Painless and not of this language: each is refused by its name, wherever in it the grammar stops.
_REFUSED = (
    (r"->", "a lambda [->]"),
    (r"::", "a method reference [::]"),
    (r"==?~", "a regular expression"),
    (r"\w+\s*\[\s*\]", "an array"),
    (r"\bnew\s+\w+\s*\[", "an array"),
    (r"\b(instanceof|try|catch|throw|this|switch|import|assert|synchronized)\b", "[{0}]"),
)


def read(source: str) -> tree.Script:
    """
    Return the tree of a script.

    Raises
    ------
    CompileError
        If it is not grammatical, or nested too deeply.

    Examples
    --------
    >>> read("return 1 + 2").statements[0].value.rest[0][0]
    '+'
    """
    try:
        return _parser().parse(source + "\n;")  # type: ignore[return-value]  # the transformer's `script`
    except UnexpectedInput as error:
        raise _unexpected(error, source) from None


@functools.cache
def _parser() -> Lark:
    grammar = resources.files("rescora.script").joinpath("painless.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", start="script", maybe_placeholders=False, transformer=_Reader())


def _unexpected(error: UnexpectedInput, source: str) -> CompileError:
    place = min(error.pos_in_stream or 0, len(source))
    if isinstance(error, UnexpectedCharacters):
        return _refused(source, place) or CompileError(_character(source, place), place)
    token = error.token if isinstance(error, UnexpectedToken) else Token("$END", "")
    if token.type == "$END" or place == len(source):
        return CompileError("unexpected end of script", len(source))
    text = str(token)
    refused = _refused(source, place)
    if refused is not None:
        return refused
    previous = getattr(error, "token_history", None) or [None]
    if token.type == "NAME" and isinstance(previous[-1], Token) and previous[-1].type == "NAME":
        unknown = previous[-1]
        return CompileError(f"invalid declaration: cannot resolve type [{unknown}]", unknown.start_pos or 0)
    return CompileError(f"invalid sequence of tokens near ['{text}'].", place)


def _refused(source: str, place: int) -> CompileError | None:
    """Return what is not supported at a place, or just before it, where the grammar stopped behind it."""
    for pattern, what in _REFUSED:
        for found in re.finditer(pattern, source):
            between = source[found.end() : place]
            if found.start() <= place and (place <= found.end() or not between.strip()):
                return CompileError.unsupported(what.format(*found.groups()), found.start())
    return None


def _character(source: str, place: int) -> str:
    found = source[place : place + 1]
    if found in ("'", '"'):
        return (
            f"unexpected character [{found}]: a string has no end, or an escape that is not \\\\ or \\{found}"
        )
    return f"unexpected character [{found}]."


def _depth(place: int, *nodes: tree.Node | None) -> int:
    depth = 1 + max([node.depth for node in nodes if node is not None], default=0)
    if depth > MAX_DEPTH:
        raise CompileError(f"the script is nested more than {MAX_DEPTH} levels deep", place)
    return depth


def _named(name: Token) -> str:
    """Return a name, unless it is a word of the language."""
    if name in _RESERVED:
        raise CompileError(f"invalid sequence of tokens near ['{name}'].", _place(name))
    return str(name)


def _place(token: Any) -> int:
    place: int = token.start_pos
    return place


def _whole(token: Token) -> tree.Literal:
    """Read an integer literal. 2147483648 may follow a minus: the compiler refuses it elsewhere."""
    text, place = str(token).lower(), _place(token)
    kind, limit = ("long", _LONG_LIMIT) if text.endswith("l") else ("int", _INT_LIMIT)
    digits = text.rstrip("l")
    if text.startswith("0x") and text[-1] in "df":  # Painless takes the last letter for a suffix
        raise CompileError(
            f"Illegal tree structure: [{token}] ends like a decimal; [{token}L] is a long",
            place,
            "illegal_state_exception",
        )
    try:
        radix = 16 if digits.startswith("0x") else 8 if len(digits) > 1 and digits.startswith("0") else 10
        number = int(digits, radix)
        in_range = number <= limit
    except ValueError:
        in_range = False
    if not in_range:
        raise too_large(kind, str(token), place)
    return tree.Literal(place, 1, kind, number)


def too_large(kind: str, text: str, place: int) -> CompileError:
    """Return the error for a literal that its type cannot hold."""
    hint = "" if kind == "long" else f" If you want a long constant then change it to [{text}L]."
    return CompileError(f"Invalid {kind} constant [{text}].{hint}", place)


def _negated(literal: tree.Literal, place: int) -> tree.Literal:
    value = literal.value
    if literal.type in ("int", "long"):
        limit = _LONG_LIMIT if literal.type == "long" else _INT_LIMIT
        value = value if value == -limit else -value  # type: ignore[operator]  # a number
    else:
        value = -value  # type: ignore[operator]  # a number
    return tree.Literal(place, 1, literal.type, value)


@v_args(inline=True)
class _Reader(Transformer[Token, Any]):
    """One method for each name in the grammar."""

    def script(self, *parts: Any) -> tree.Script:
        functions = tuple([part for part in parts if isinstance(part, tree.Function)])
        statements = tuple([part for part in parts[len(functions) :] if not isinstance(part, tree.Nothing)])
        return tree.Script(0, _depth(0, *parts), functions, statements)

    def function(self, kind: Token, name: Token, *rest: Any) -> tree.Function:
        *parameters, body = rest
        return tree.Function(
            _place(name), _depth(_place(name), body), str(kind), _named(name), tuple(parameters), body
        )

    def parameter(self, kind: Token, name: Token) -> tuple[str, str]:
        return str(kind), _named(name)

    def type(self, name: Token) -> Token:
        return name

    def block(self, *statements: tree.Statement) -> tree.Block:
        place = statements[0].place if statements else 0
        kept = tuple([one for one in statements if not isinstance(one, tree.Nothing)])
        return tree.Block(place, _depth(place, *statements), kept)

    def nothing(self) -> tree.Nothing:
        return tree.Nothing(0, 1)

    def if_(self, word: Token, condition: Any, then: Any) -> tree.If:
        return tree.If(_place(word), _depth(_place(word), condition, then), ((condition, then),), None)

    def if_else(self, word: Token, condition: Any, then: Any, otherwise: Any) -> tree.If:
        place = _place(word)
        if isinstance(otherwise, tree.If):  # else if: one level, however many follow
            depth = max(_depth(place, condition, then), otherwise.depth)
            return tree.If(place, depth, ((condition, then), *otherwise.branches), otherwise.otherwise)
        return tree.If(place, _depth(place, condition, then, otherwise), ((condition, then),), otherwise)

    def while_(self, word: Token, condition: Any, body: Any) -> tree.While:
        return tree.While(_place(word), _depth(_place(word), condition, body), condition, body, False)

    def do(self, word: Token, body: Any, _while: Token, condition: Any) -> tree.While:
        return tree.While(_place(word), _depth(_place(word), condition, body), condition, body, True)

    def for_(self, word: Token, start: Any, condition: Any, update: Any, body: Any) -> tree.For:
        depth = _depth(_place(word), *start, condition, *update, body)
        return tree.For(_place(word), depth, start, condition, update, body)

    def for_each(self, word: Token, kind: Token, name: Token, items: Any, body: Any) -> tree.ForEach:
        return tree.ForEach(
            _place(word), _depth(_place(word), items, body), str(kind), _named(name), items, body
        )

    def for_in(self, word: Token, name: Token, items: Any, body: Any) -> tree.ForEach:
        return tree.ForEach(_place(word), _depth(_place(word), items, body), "def", _named(name), items, body)

    def start(self, *parts: Any) -> tuple[tree.Statement, ...]:
        if parts and isinstance(parts[0], Token):
            return (self._declared(*parts),)
        return tuple([tree.ExpressionStatement(part.place, part.depth, part) for part in parts])

    def condition(self, expression: Any = None) -> Any:
        return expression

    def update(self, *expressions: Any) -> tuple[tree.Expression, ...]:
        return expressions

    def declaration(self, *parts: Any) -> tree.Declaration:
        return self._declared(*parts)

    def _declared(self, kind: Token, *declarators: tree.Declarator) -> tree.Declaration:
        return tree.Declaration(_place(kind), _depth(_place(kind), *declarators), str(kind), declarators)

    def declarator(self, name: Token, value: Any = None) -> tree.Declarator:
        return tree.Declarator(_place(name), _depth(_place(name), value), _named(name), value)

    def return_nothing(self, word: Token) -> tree.Return:
        return tree.Return(_place(word), 1, None)

    def return_(self, word: Token, value: Any) -> tree.Return:
        return tree.Return(_place(word), _depth(_place(word), value), value)

    def break_(self, word: Token) -> tree.Break:
        return tree.Break(_place(word), 1)

    def continue_(self, word: Token) -> tree.Continue:
        return tree.Continue(_place(word), 1)

    def expression_statement(self, value: Any) -> tree.ExpressionStatement:
        return tree.ExpressionStatement(value.place, _depth(value.place, value), value)

    def assignment(self, target: Any, sign: Token, value: Any) -> tree.Assignment:
        place = _place(sign)
        return tree.Assignment(place, _depth(place, target, value), target, str(sign)[:-1], value)

    def ternary(self, condition: Any, sign: Token, then: Any, otherwise: Any) -> tree.Ternary:
        place = _place(sign)
        return tree.Ternary(place, _depth(place, condition, then, otherwise), condition, then, otherwise)

    def elvis(self, value: Any, sign: Token, otherwise: Any) -> tree.Elvis:
        return tree.Elvis(_place(sign), _depth(_place(sign), value, otherwise), value, otherwise)

    def operation(self, first: Any, *rest: Any) -> Any:
        """Group values by how tight their operators bind, from left to right."""
        values: list[Any] = [first]
        signs: list[Token] = []
        for sign, right in zip(rest[::2], rest[1::2], strict=True):
            while signs and _TIGHTNESS[signs[-1].type] >= _TIGHTNESS[sign.type]:
                right_of = values.pop()
                values.append(self._binary(values.pop(), signs.pop(), right_of))
            signs.append(sign)
            values.append(right)
        while signs:
            right_of = values.pop()
            values.append(self._binary(values.pop(), signs.pop(), right_of))
        return values[0]

    def _binary(self, left: Any, sign: Token, right: Any) -> tree.Chain:
        place = _place(sign)
        link = (str(sign), place, right)
        depth = _depth(place, right)
        if isinstance(left, tree.Chain):  # (a + b) + c is a + b + c: no level deeper
            left.rest.append(link)
            return tree.Chain(left.place, max(left.depth, depth), left.first, left.rest)
        return tree.Chain(left.place, max(_depth(place, left), depth), left, [link])

    def unary(self, sign: Token, value: Any) -> tree.Expression:
        place = _place(sign)
        if (
            sign == "-"
            and isinstance(value, tree.Literal)
            and value.type in ("int", "long", "float", "double")
        ):
            return _negated(value, place)
        return tree.Unary(place, _depth(place, value), str(sign), value)

    def prefix_step(self, sign: Token, target: Any) -> tree.Step:
        return tree.Step(_place(sign), _depth(_place(sign), target), target, str(sign)[0], True)

    def postfix_step(self, target: Any, sign: Token) -> tree.Step:
        return tree.Step(_place(sign), _depth(_place(sign), target), target, str(sign)[0], False)

    def cast(self, kind: Token, value: Any) -> tree.Cast:
        return tree.Cast(_place(kind), _depth(_place(kind), value), str(kind), value)

    def field(self, of: Any, dot: Token, name: Token) -> tree.Field:
        return tree.Field(_place(dot), _depth(_place(dot), of), of, str(name), dot == "?.")

    def element(self, of: Any, _dot: Token, number: Token) -> tree.Index:
        return tree.Index(_place(number), _depth(_place(number), of), of, _whole(number))

    def method(self, of: Any, dot: Token, name: Token, arguments: Any) -> tree.Method:
        place = _place(dot)
        return tree.Method(place, _depth(place, of, *arguments), of, str(name), arguments, dot == "?.")

    def index(self, of: Any, bracket: Token, index: Any) -> tree.Index:
        return tree.Index(_place(bracket), _depth(_place(bracket), of, index), of, index)

    def arguments(self, *values: Any) -> tuple[tree.Expression, ...]:
        return values

    def group(self, inner: Any) -> Any:
        return inner

    def name(self, name: Token) -> tree.Name:
        return tree.Name(_place(name), 1, _named(name))

    def class_name(self, name: Token) -> tree.ClassName:
        return tree.ClassName(_place(name), 1, str(name))

    def call(self, name: Token, arguments: Any) -> tree.Call:
        return tree.Call(_place(name), _depth(_place(name), *arguments), str(name), arguments)

    def integer(self, token: Token) -> tree.Literal:
        return _whole(token)

    def decimal(self, token: Token) -> tree.Literal:
        text = str(token).lower()
        kind = "float" if text.endswith("f") else "double"
        return tree.Literal(_place(token), 1, kind, float(text.rstrip("fd")))

    def string(self, token: Token) -> tree.Literal:
        return tree.Literal(_place(token), 1, "String", re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL))

    def true(self, token: Token) -> tree.Literal:
        return tree.Literal(_place(token), 1, "boolean", True)

    def false(self, token: Token) -> tree.Literal:
        return tree.Literal(_place(token), 1, "boolean", False)

    def null(self, token: Token) -> tree.Literal:
        return tree.Literal(_place(token), 1, "null", None)

    def list_literal(self, bracket: Token, items: Any) -> tree.ListLiteral:
        return tree.ListLiteral(_place(bracket), _depth(_place(bracket), *items), items)

    def map_literal(self, bracket: Token, *entries: Any) -> tree.MapLiteral:
        nodes = [node for entry in entries for node in entry]
        return tree.MapLiteral(_place(bracket), _depth(_place(bracket), *nodes), entries)

    def entry(self, key: Any, value: Any) -> tuple[tree.Expression, tree.Expression]:
        return key, value

    def new(self, word: Token, kind: Token, arguments: Any) -> tree.New:
        return tree.New(_place(word), _depth(_place(word), *arguments), str(kind), arguments)
