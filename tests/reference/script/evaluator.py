"""Walks the checked tree, once for each document."""

from . import arithmetic, methods, statics
from .documents import Doc
from .errors import ScriptError, class_cast, illegal_argument, null_pointer, out_of_bounds
from .functions import FUNCTIONS_OF_SCORES, Place
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
    Program,
    Return,
    Step,
    Unary,
    While,
)
from .types import BOXES, CLASS_OF, NUMERIC, PRIMITIVES, TAGS
from .values import NULL, Value

MOST_ITERATIONS = 1_000_000
MOST_CALLS = 100  # one inside another; Java's stack is deeper, and no fixed depth


class Leave(Exception):
    pass


class LeaveLoop(Leave):
    pass


class NextTurn(Leave):
    pass


class LeaveFunction(Leave):
    def __init__(self, value: Value):
        super().__init__()
        self.value = value


class Frame:
    """One call's variables, and how many turns its loops have taken."""

    def __init__(self, variables: dict[str, Value]):
        self.variables = variables
        self.turns = 0


def default(declared: str) -> Value:
    """Return what a variable holds that was given nothing."""
    if declared == "boolean":
        return Value("boolean", False)
    return arithmetic.convert(Value("int", 0), declared) if declared in PRIMITIVES else NULL


class Evaluator:
    """One run of a script on one document."""

    def __init__(self, program: Program, doc: Doc, params: Value, score: float, place: Place):
        self.program = program
        self.doc = doc
        self.place = place
        self.given = {"doc": Value("doc", doc), "params": params, "_score": Value("double", float(score))}
        self.frames: list[Frame] = []

    def run(self, body: Block, variables: dict[str, Value], returns: str) -> Value:
        """Run a script or a function; one that runs to its end gives nothing or zero."""
        if len(self.frames) > MOST_CALLS:
            raise ScriptError("stack_overflow_error", "too many calls one inside another")
        self.frames.append(Frame(variables))
        try:
            self.block(body)
        except LeaveFunction as leave:
            return leave.value
        finally:
            self.frames.pop()
        return default(returns)

    # Statements

    def block(self, block: Block) -> None:
        for statement in block.statements:
            STATEMENTS[type(statement)](self, statement)

    def declaration(self, node: Declare) -> None:
        for name, start in node.variables:
            value = default(node.declared) if start is None else self.value(start)
            self.frames[-1].variables[name] = value

    def evaluate(self, node: Evaluate) -> None:
        self.value(node.expression)

    def branch(self, node: If) -> None:
        if self.value(node.condition).value:
            self.block(node.then)
        elif node.otherwise:
            self.block(node.otherwise)

    def turn(self, body: Block) -> bool:
        """Run a loop's body once; return whether the loop goes on."""
        frame = self.frames[-1]
        frame.turns += 1
        if frame.turns >= MOST_ITERATIONS:
            raise ScriptError(
                "painless_error",
                "The maximum number of statements that can be executed in a loop has been reached.",
            )
        try:
            self.block(body)
        except LeaveLoop:
            return False
        except NextTurn:
            pass
        return True

    def while_loop(self, node: While) -> None:
        while self.value(node.condition).value and self.turn(node.body):
            pass

    def do_while(self, node: DoWhile) -> None:
        while self.turn(node.body) and self.value(node.condition).value:
            pass

    def for_loop(self, node: For) -> None:
        if node.start:
            STATEMENTS[type(node.start)](self, node.start)
        while node.condition is None or self.value(node.condition).value:
            if not self.turn(node.body):
                return
            if node.after:
                self.value(node.after)

    def for_each(self, node: ForEach) -> None:
        for one in elements(self.value(node.values)):
            self.frames[-1].variables[node.name] = converted(one, node.declared, explicit=True)
            if not self.turn(node.body):
                return

    def leave_loop(self, _node: Break) -> None:
        raise LeaveLoop

    def next_turn(self, _node: Continue) -> None:
        raise NextTurn

    def give(self, node: Return) -> None:
        raise LeaveFunction(NULL if node.value is None else self.value(node.value))

    # Expressions

    def value(self, node) -> Value:
        return EXPRESSIONS[type(node)](self, node)

    def constant(self, node: Constant) -> Value:
        return Value(node.kind, node.value)

    def name(self, node: Name) -> Value:
        variables = self.frames[-1].variables
        return variables[node.name] if node.name in variables else self.given[node.name]

    def member(self, node: Member) -> Value:
        target = self.value(node.target)
        if target.type == "null":
            return self.of_null(node)
        if target.type == "map":
            return methods.find(target.value, Value("string", node.name))
        if target.type == "doc":
            return target.value.get(Value("string", node.name))
        for name in methods.getters(node.name):
            method = methods.find_method(class_of(target), name, 0)
            if method:
                return call(method, name, target, [])
        raise illegal_argument(f"dynamic getter [{class_of(target)}, {node.name}] not found")

    def of_null(self, node) -> Value:
        if node.null_safe:
            return NULL
        raise null_pointer(f"what [{node.name}] is asked of")

    def index(self, node: Index) -> Value:
        target, index = self.value(node.target), self.value(node.index)
        if target.type == "null":
            raise null_pointer("what is indexed")
        if target.type == "map":
            return methods.find(target.value, index)
        if target.type == "doc":
            return target.value.get(index)
        if target.type not in ("list", "doc_values"):
            raise illegal_argument(
                f"Attempting to address a non-array type [{class_of(target)}] as an array."
            )
        place = converted(index, "int", explicit=False).value
        values = elements(target)
        if place < 0:  # from the end
            place += len(values)
        if target.type == "doc_values":
            return target.value.get(place)
        if not 0 <= place < len(values):
            raise out_of_bounds(place, len(values))
        return values[place]

    def method_call(self, node: MethodCall) -> Value:
        if isinstance(node.target, ClassName):
            return self.static_call(node)
        target = self.value(node.target)
        if target.type == "null":
            # A call on null fails before its arguments are looked at only where it is null safe.
            if not node.null_safe:
                self.all_of(node.arguments)
            return self.of_null(node)
        arguments = self.all_of(node.arguments)
        method = methods.find_method(class_of(target), node.name, len(arguments))
        if method is None:
            raise methods.no_method(class_of(target), node.name, len(arguments))
        return call(method, node.name, target, arguments)

    def all_of(self, nodes: list) -> list[Value]:
        return [self.value(one) for one in nodes]

    def static_call(self, node: MethodCall) -> Value:
        arguments = self.all_of(node.arguments)
        method = statics.STATIC_METHODS[node.target.name][node.name, len(arguments)]
        return call(method, node.name, None, arguments)

    def function_call(self, node: FunctionCall) -> Value:
        arguments = self.all_of(node.arguments)
        own = self.program.functions.get((node.name, len(arguments)))
        if own is not None:
            return self.own_call(own, arguments)
        function = FUNCTIONS_OF_SCORES[node.name, len(arguments)]
        given = [bare(one, to) for one, to in zip(arguments, function.parameters, strict=True)]
        return Value("double", float(function.call(self.doc, self.place, *given)))

    def own_call(self, own: Function, arguments: list[Value]) -> Value:
        names = (name for _, name in own.parameters)
        return self.run(own.body, dict(zip(names, arguments, strict=True)), own.returns)

    def unary(self, node: Unary) -> Value:
        operand = self.value(node.operand)
        if node.operator == "!":
            return Value("boolean", not operand.value)
        return arithmetic.unary(node.operator, operand)

    def logical(self, node: Logical) -> Value:
        left = self.value(node.left)
        if left.value == (node.operator == "||"):
            return left
        return self.value(node.right)

    def binary(self, node: Binary) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator in ("==", "!="):
            return Value("boolean", arithmetic.same(left, right) == (node.operator == "=="))
        if node.operator in ("===", "!=="):
            return Value("boolean", identical(node, left, right) == (node.operator == "==="))
        if node.operator in arithmetic.COMPARE:
            return arithmetic.less(node.operator, left, right)
        return arithmetic.binary(node.operator, left, right)

    def conditional(self, node: Conditional) -> Value:
        return self.value(node.if_true if self.value(node.condition).value else node.if_false)

    def elvis(self, node: Elvis) -> Value:
        left = self.value(node.left)
        return self.value(node.right) if left.type == "null" else left

    def cast(self, node: Cast) -> Value:
        return converted(self.value(node.operand), node.to, node.explicit)

    def assign(self, node: Assign) -> Value:
        variables, name = self.frames[-1].variables, node.target.name
        if node.operator is None:
            variables[name] = self.value(node.value)
        else:
            before = variables[name]
            after = arithmetic.binary(node.operator, before, self.value(node.value))
            variables[name] = narrowed(after, node.target.type, before)
        return variables[name]

    def step(self, node: Step) -> Value:
        variables, name = self.frames[-1].variables, node.target.name
        before = variables[name]
        after = arithmetic.binary(node.operator[0], before, Value("int", 1))
        variables[name] = narrowed(after, node.target.type, before)
        return variables[name] if node.prefix else before


def identical(node: Binary, left: Value, right: Value) -> bool:
    """Compare as ===: primitives as ==, else the types too, as if equal objects were one."""
    if {node.left.type, node.right.type} <= PRIMITIVES:
        return arithmetic.same(left, right)
    return left.type == right.type and arithmetic.same(left, right)


def narrowed(after: Value, declared: str, before: Value) -> Value:
    """Convert the result of a compound assignment back: to the variable's type, or a `def`'s value's."""
    if declared != "def":
        return converted(after, declared, explicit=True)
    if before.type == after.type or before.type == "null":
        return after
    if before.type in NUMERIC:
        return arithmetic.cast(after, before.type, explicit=True)
    raise class_cast(f"Cannot cast {class_of(after)} to {class_of(before)}")


def class_of(value: Value) -> str:
    if value.type == "doc_values":
        return "DocValues"
    return "doc" if value.type == "doc" else CLASS_OF.get(value.type, value.type)


def converted(value: Value, to: str, explicit: bool) -> Value:
    """Convert a value to a static type, as it was decided before or as its own type allows."""
    if to in PRIMITIVES:
        return arithmetic.cast(value, to, explicit)
    if value.type == "null" or to in ("def", "Object"):
        return value
    if to == "Number":
        if value.type not in NUMERIC:
            raise class_cast(f"Cannot cast {class_of(value)} to Number")
        return value
    if to in BOXES:
        return arithmetic.cast(value, BOXES[to], explicit)
    if to == "String" and value.type == "char" and explicit:
        return Value("string", arithmetic.text_of(value))
    accepted = {"List": ("list", "doc_values"), "Map": ("map", "doc")}.get(to, (TAGS[to],))
    if value.type not in accepted:
        raise class_cast(f"Cannot cast {class_of(value)} to {to}")
    return value


def elements(value: Value) -> list[Value]:
    if value.type == "null":
        raise null_pointer("what is iterated over")
    if value.type == "doc_values":
        return value.value.values
    if value.type != "list":
        raise illegal_argument(f"Cannot iterate over [{class_of(value)}]")
    return value.value


def bare(value: Value, to: str):
    """Convert an argument to a parameter's type, and take its type off unless the parameter is a def."""
    if to == "def":
        return value
    given = converted(value, to, explicit=False)
    if given.type == "null":
        raise null_pointer("an argument")
    return given.value.values if to == "List" and given.type == "doc_values" else given.value


def call(method: methods.Method, name: str, target: Value | None, arguments: list[Value]) -> Value:
    if method.call is None:  # what every object has
        result = methods.ON_VALUES[name](target, *arguments)
    else:
        given = [bare(one, to) for one, to in zip(arguments, method.parameters, strict=True)]
        result = method.call(*given) if target is None else method.call(target.value, *given)
    return result if method.returns == "def" else Value(TAGS.get(method.returns, method.returns), result)


STATEMENTS = {
    Declare: Evaluator.declaration,
    Evaluate: Evaluator.evaluate,
    If: Evaluator.branch,
    While: Evaluator.while_loop,
    DoWhile: Evaluator.do_while,
    For: Evaluator.for_loop,
    ForEach: Evaluator.for_each,
    Break: Evaluator.leave_loop,
    Continue: Evaluator.next_turn,
    Return: Evaluator.give,
}
EXPRESSIONS = {
    Constant: Evaluator.constant,
    Name: Evaluator.name,
    Member: Evaluator.member,
    Index: Evaluator.index,
    MethodCall: Evaluator.method_call,
    FunctionCall: Evaluator.function_call,
    Unary: Evaluator.unary,
    Binary: Evaluator.binary,
    Logical: Evaluator.logical,
    Conditional: Evaluator.conditional,
    Elvis: Evaluator.elvis,
    Cast: Evaluator.cast,
    Assign: Evaluator.assign,
    Step: Evaluator.step,
}
