"""The parser: tokens to a syntax tree, by recursive descent, with binding powers for operators."""

from .errors import CompileError
from .lexer import Token, tokens, unquote
from .syntax import (
    Assign,
    Binary,
    Block,
    Break,
    Cast,
    ClassName,
    Conditional,
    Constant,
    Continue,
    Declare,
    DoWhile,
    Elvis,
    Evaluate,
    For,
    ForEach,
    Function,
    FunctionCall,
    If,
    Index,
    Logical,
    Member,
    MethodCall,
    Name,
    Number,
    Program,
    Return,
    Step,
    Unary,
    While,
)
from .types import CLASSES, PRIMITIVES, REFERENCES

POWERS = {
    operator: power
    for power, operators in enumerate(
        ("||", "&&", "|", "^", "&", "== != === !==", "< <= > >=", "<< >> >>>", "+ -", "* / %"), 1
    )
    for operator in operators.split()
}
ASSIGNMENTS = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "<<=", ">>=", ">>>="])
VALUE_TYPES = frozenset({"def", *PRIMITIVES})
TYPES = VALUE_TYPES | REFERENCES
REFUSED = {
    "new": "objects cannot be made",
    "try": "exceptions cannot be caught",
    "throw": "exceptions cannot be thrown",
    "this": "there is no [this]",
    "instanceof": "[instanceof] is not supported",
}


class Parser:
    """One source, read once from left to right."""

    def __init__(self, source: str):
        self.tokens = tokens(source)
        self.place = 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def ahead(self, distance: int) -> Token:
        return self.tokens[min(self.place + distance, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.now
        self.place += token.kind != "end"
        return token

    def sees(self, *texts: str) -> bool:
        return self.now.kind in ("operator", "keyword") and self.now.text in texts

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.sees(*texts) else None

    def expect(self, text: str) -> Token:
        return self.accept(text) or self.fail(f"expected [{text}]")

    def fail(self, reason: str = ""):
        found = "end of script" if self.now.kind == "end" else f"[{self.now.text}]"
        reason = REFUSED.get(self.now.text, reason) if self.now.kind == "keyword" else reason
        msg = f"unexpected {found}: {reason}"
        raise CompileError(msg, self.now.at)

    def name(self) -> str:
        if self.now.kind != "name" or self.now.text in TYPES:
            self.fail("expected a name")
        return self.take().text

    def type(self) -> str:
        if self.now.kind != "name" or self.now.text not in TYPES:
            self.fail("expected a type")
        name = self.take().text
        if self.sees("["):
            self.fail("arrays are not supported")
        return name

    # Statements

    def program(self) -> Program:
        functions = {}
        while self.is_function():
            function = self.function()
            key = (function.name, len(function.parameters))
            if key in functions:
                msg = f"duplicate function [{function.name}/{key[1]}]"
                raise CompileError(msg, function.at)
            functions[key] = function
        statements = []
        while self.now.kind != "end":
            statements.append(self.statement())
        return Program(functions, Block(statements))

    def is_function(self) -> bool:
        first, second, third = self.now, self.ahead(1), self.ahead(2)
        is_type = first.kind == "name" and (first.text in TYPES or first.text == "void")
        return is_type and second.kind == "name" and third.text == "(" and third.kind == "operator"

    def function(self) -> Function:
        at = self.now.at
        returns = self.take().text if self.now.text == "void" else self.type()
        name = self.name()
        self.expect("(")
        parameters = []
        while not self.sees(")"):
            if parameters:
                self.expect(",")
            parameters.append((self.type(), self.name()))
        self.expect(")")
        return Function(returns, name, parameters, self.block(), at=at)

    def block(self) -> Block:
        at = self.expect("{").at
        statements = []
        while not self.sees("}"):
            if self.now.kind == "end":
                self.fail("expected [}]")
            statements.append(self.statement(in_block=True))
        self.expect("}")
        return Block(statements, at=at)

    def trailer(self) -> Block:
        """Read what follows a condition: a block or one statement."""
        return self.block() if self.sees("{") else Block([self.statement()], at=self.now.at)

    def statement(self, in_block: bool = False):
        read = {"if": self.read_if, "while": self.read_while, "for": self.read_for}.get(self.now.text)
        if self.now.kind == "keyword" and read:
            return read()
        if self.sees("{"):
            self.fail("a block stands only after a condition or a loop")
        statement = self.delimited()
        # The last statement of a block or of the whole needs no semicolon.
        if not self.accept(";") and self.now.kind != "end" and not (in_block and self.sees("}")):
            self.fail("expected [;]")
        return statement

    def delimited(self):
        at = self.now.at
        if self.accept("do"):
            body = self.block()
            self.expect("while")
            return DoWhile(body, self.condition(), at=at)
        if self.accept("break"):
            return Break(at=at)
        if self.accept("continue"):
            return Continue(at=at)
        if self.accept("return"):
            done = self.sees(";", "}") or self.now.kind == "end"
            return Return(None if done else self.expression(), at=at)
        if self.is_declaration():
            return self.declaration()
        return Evaluate(self.expression(), at=at)

    def is_declaration(self) -> bool:
        second = self.ahead(1)
        return (
            self.now.kind == "name"
            and self.now.text in TYPES
            and (second.kind == "name" or second.text == "[")
        )

    def declaration(self) -> Declare:
        at = self.now.at
        declared = self.type()
        variables = []
        while not variables or self.accept(","):
            name = self.name()
            variables.append((name, self.expression() if self.accept("=") else None))
        return Declare(declared, variables, at=at)

    def condition(self):
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return condition

    def read_if(self) -> If:
        at = self.take().at
        condition, then = self.condition(), self.trailer()
        return If(condition, then, self.trailer() if self.accept("else") else None, at=at)

    def read_while(self) -> While:
        at = self.take().at
        return While(self.condition(), self.loop_body(), at=at)

    def loop_body(self) -> Block:
        return Block([]) if self.accept(";") else self.trailer()

    def read_for(self):
        at = self.take().at
        self.expect("(")
        each = self.for_each_head()
        if each:
            declared, name = each
            values = self.expression()
            self.expect(")")
            return ForEach(declared, name, values, self.trailer(), at=at)
        start = None if self.sees(";") else self.for_start()
        self.expect(";")
        condition = None if self.sees(";") else self.expression()
        self.expect(";")
        after = None if self.sees(")") else self.expression()
        self.expect(")")
        return For(start, condition, after, self.loop_body(), at=at)

    def for_start(self):
        return self.declaration() if self.is_declaration() else Evaluate(self.expression(), at=self.now.at)

    def for_each_head(self) -> tuple[str, str] | None:
        """Read `type name :` or `name in`, if that is what stands here."""
        if self.is_declaration() and self.ahead(2).text == ":":
            head = self.type(), self.name()
            self.take()
            return head
        if self.now.kind == "name" and self.ahead(1)[:2] == ("keyword", "in"):
            name = self.name()
            self.take()
            return "def", name
        return None

    # Expressions

    def expression(self):
        at = self.now.at
        left = self.operators(1)
        if self.accept("?"):
            if_true = self.expression()
            self.expect(":")
            return Conditional(left, if_true, self.expression(), at=at)
        if self.accept("?:"):
            return Elvis(left, self.expression(), at=at)
        if self.sees(*ASSIGNMENTS):
            operator = self.take().text[:-1] or None
            return Assign(left, operator, self.expression(), at=at)
        return left

    def operators(self, least: int):
        """Read operators that bind at least so strongly; equal ones group from the left."""
        left = self.unary()
        while self.now.kind == "operator" and POWERS.get(self.now.text, 0) >= least:
            operator = self.take()
            right = self.operators(POWERS[operator.text] + 1)
            kind = Logical if operator.text in ("&&", "||") else Binary
            left = kind(operator.text, left, right, at=operator.at)
        if self.sees("=~", "==~", "instanceof"):
            self.fail("regular expressions are not supported")
        return left

    def unary(self):
        at = self.now.at
        if step := self.accept("++", "--"):
            return Step(self.chain(), step.text, prefix=True, at=at)
        if sign := self.accept("+", "-"):
            operand = self.unary()
            if sign.text == "-" and isinstance(operand, Number) and not operand.negative:
                operand.negative = True
                return operand
            return Unary(sign.text, operand, at=at)
        return self.unary_without_sign()

    def unary_without_sign(self):
        at = self.now.at
        if negation := self.accept("!", "~"):
            return Unary(negation.text, self.unary(), at=at)
        to = self.cast_type()
        if to:
            operand = self.unary() if to in VALUE_TYPES else self.unary_without_sign()
            return Cast(to, operand, at=at)
        target = self.chain()
        step = self.accept("++", "--")
        return Step(target, step.text, prefix=False, at=step.at) if step else target

    def cast_type(self) -> str | None:
        """Read `(type)`; after one that is no number, a sign is an operator between two values."""
        inner = self.ahead(1)
        if not self.sees("(") or self.ahead(2).text != ")" or inner.kind != "name" or inner.text not in TYPES:
            return None
        if inner.text not in VALUE_TYPES and self.ahead(3).text in ("+", "-", "++", "--"):
            return None
        self.take()
        name = self.type()
        self.take()
        return name

    def chain(self):
        node = self.primary()
        while self.sees(".", "?.", "["):
            opened = self.take()
            if opened.text == "[":
                node = Index(node, self.expression(), at=opened.at)
                self.expect("]")
                continue
            node = self.member(node, opened)
        return node

    def member(self, target, opened: Token):
        safe = opened.text == "?."
        if self.now.kind == "integer" and not safe:  # list.0 is list[0]
            number = self.take()
            return Index(target, Number("integer", number.text, at=number.at), at=opened.at)
        if self.now.kind not in ("name", "keyword"):
            self.fail("expected a name")
        name = self.take()
        if self.sees("("):
            return MethodCall(target, name.text, self.arguments(), safe, at=name.at)
        return Member(target, name.text, safe, at=name.at)

    def arguments(self) -> list:
        self.expect("(")
        found = []
        while not self.sees(")"):
            if found:
                self.expect(",")
            found.append(self.expression())
        self.expect(")")
        return found

    def primary(self):
        token = self.now
        if token.kind in ("integer", "decimal", "hex", "octal"):
            self.take()
            return Number(token.kind, token.text, at=token.at)
        if token.kind == "string":
            self.take()
            return Constant("string", unquote(token.text), at=token.at)
        if self.accept("true", "false"):
            return Constant("boolean", token.text == "true", at=token.at)
        if self.accept("null"):
            return Constant("null", None, at=token.at)
        if self.accept("("):
            inner = self.expression()
            self.expect(")")
            # A number in brackets takes no minus from outside: -(2147483648) is too large.
            return inner
        if token.kind == "name":
            self.take()
            return self.named(token)
        return self.fail("list and map literals are not supported" if self.sees("[") else "expected a value")

    def named(self, token: Token):
        if self.sees("("):
            return FunctionCall(token.text, self.arguments(), at=token.at)
        if self.sees("->", "::"):
            self.fail("lambdas are not supported")
        if token.text in CLASSES and self.sees("."):
            return ClassName(token.text, at=token.at)
        return Name(token.text, at=token.at)


def parse(source: str) -> Program:
    """Read a script; nothing is known yet of its names and types."""
    if not source.strip():
        msg = "the script is empty"
        raise CompileError(msg)
    return Parser(source).program()
