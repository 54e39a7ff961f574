"""The tree of a script. The checker fills in static types and writes the casts that are implied."""

from dataclasses import dataclass, field


@dataclass
class Node:
    at: int = field(kw_only=True, default=0)


@dataclass
class Expression(Node):
    type: str | None = field(kw_only=True, default=None)


@dataclass
class Number(Expression):
    """A literal as it is written; `negative` where a minus stands right before it."""

    kind: str
    text: str
    negative: bool = False


@dataclass
class Constant(Expression):
    """A value that is known: a string, a boolean, null, and after checking every number."""

    kind: str
    value: object


@dataclass
class Name(Expression):
    name: str


@dataclass
class ClassName(Expression):
    """A class before a dot, as in Math.PI."""

    name: str


@dataclass
class Member(Expression):
    """target.name"""

    target: Expression
    name: str
    null_safe: bool = False


@dataclass
class Index(Expression):
    """target[index]"""

    target: Expression
    index: Expression


@dataclass
class MethodCall(Expression):
    target: Expression
    name: str
    arguments: list
    null_safe: bool = False


@dataclass
class FunctionCall(Expression):
    name: str
    arguments: list


@dataclass
class Unary(Expression):
    operator: str
    operand: Expression


@dataclass
class Binary(Expression):
    """Arithmetic, bits, comparison: both sides are always evaluated."""

    operator: str
    left: Expression
    right: Expression


@dataclass
class Logical(Expression):
    """&& and ||, which may leave the right side alone."""

    operator: str
    left: Expression
    right: Expression


@dataclass
class Conditional(Expression):
    condition: Expression
    if_true: Expression
    if_false: Expression


@dataclass
class Elvis(Expression):
    left: Expression
    right: Expression


@dataclass
class Cast(Expression):
    """A conversion, written or implied, to `to`."""

    to: str
    operand: Expression
    explicit: bool = True


@dataclass
class Assign(Expression):
    """target = value, or target operator= value."""

    target: Expression
    operator: str | None
    value: Expression


@dataclass
class Step(Expression):
    """++ and --: `prefix` ones give the new value, the others the old."""

    target: Expression
    operator: str
    prefix: bool


@dataclass
class Declare(Node):
    declared: str
    variables: list  # (name, expression or None)


@dataclass
class Evaluate(Node):
    """An expression as a statement."""

    expression: Expression


@dataclass
class Block(Node):
    statements: list


@dataclass
class If(Node):
    condition: Expression
    then: Block
    otherwise: Block | None


@dataclass
class While(Node):
    condition: Expression
    body: Block


@dataclass
class DoWhile(Node):
    body: Block
    condition: Expression


@dataclass
class For(Node):
    start: Node | None
    condition: Expression | None
    after: Expression | None
    body: Block


@dataclass
class ForEach(Node):
    declared: str
    name: str
    values: Expression
    body: Block


@dataclass
class Break(Node):
    pass


@dataclass
class Continue(Node):
    pass


@dataclass
class Return(Node):
    """`implied` where a last expression stands without the word."""

    value: Expression | None
    implied: bool = False


@dataclass
class Function(Node):
    returns: str
    name: str
    parameters: list  # (type, name)
    body: Block


@dataclass
class Program(Node):
    functions: dict
    body: Block
