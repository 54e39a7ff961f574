"""
Finds each expression's static type, writes the implied casts into the tree, refuses what cannot be right.

`want` is the type that the place of an expression asks for: it decides what a literal is and how the branches
of a conditional are converted, as in Painless. The types known before the script runs are those of literals,
declared variables and methods; `doc['f'].value` and parameters are `def`, whose type is known when it runs.
"""

import numpy as np

from . import methods, statics
from .errors import CompileError
from .functions import FUNCTIONS_OF_SCORES
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
from .types import (
    BOX_OF,
    CLASSES,
    PRIMITIVES,
    TAGS,
    convertible,
    promote_branches,
    promote_number,
    promote_numbers,
    unboxed,
)
from .values import BITS, wrap

GIVEN = {"doc": "doc", "params": "Map", "_score": "double"}
SMALL = {"byte": (-128, 127), "short": (-32768, 32767), "char": (0, 65535)}


class Checker:
    """One function's body, or the script's own."""

    def __init__(self, program: Program, returns: str, given: dict[str, str]):
        self.program = program
        self.returns = returns
        self.scopes: list[dict[str, str]] = [dict(given)]
        self.given = frozenset(given)
        self.elements: set[str] = set()  # variables of for-each loops
        self.loops = 0
        self.internal = False  # whether an argument or a result is being checked

    # Names and types

    def fail(self, node, message: str):
        raise CompileError(message, node.at)

    def declare(self, node, name: str, declared: str) -> None:
        if name in CLASSES:
            self.fail(node, f"type [{name}] cannot be a name")
        if any(name in scope for scope in self.scopes):
            self.fail(node, f"variable [{name}] is already defined")
        self.scopes[-1][name] = declared

    def type_of(self, node: Name) -> str:
        for scope in self.scopes:
            if node.name in scope:
                return scope[node.name]
        return self.fail(node, f"cannot resolve symbol [{node.name}]")

    def convert(self, node, to: str, explicit: bool = False, internal: bool = False):
        """Write the cast that is needed, or refuse one that Java has not; only an internal one boxes."""
        given = node.type
        if given == to:
            return node
        if not convertible("Map" if given == "doc" else given, to, explicit, internal):
            self.fail(node, f"cannot cast from [{given}] to [{to}]")
        return Cast(to, node, explicit, at=node.at, type=to)

    def typed(self, node, want: str | None = None, explicit: bool = False, internal: bool = False):
        """Check an expression, and convert it to the wanted type."""
        before, self.internal = self.internal, internal
        checked = self.expression(node, want, explicit)
        self.internal = before
        return checked if want is None else self.convert(checked, want, explicit, internal)

    def value(self, node):
        """Check an expression that must have a value of any type."""
        checked = self.typed(node)
        if checked.type == "void":
            self.fail(node, "an expression without a value")
        return checked

    # Statements

    def block(self, block: Block, last: bool = False) -> bool:
        """Check statements in a scope of their own; return whether the block always leaves by itself."""
        self.scopes.append({})
        leaves = False
        for place, written in enumerate(block.statements):
            statement = written
            if leaves:
                self.fail(statement, "unreachable statement")
            ends = last and place == len(block.statements) - 1
            if ends and isinstance(statement, Evaluate) and self.gives(statement.expression):
                statement = block.statements[place] = Return(written.expression, True, at=written.at)
            leaves = self.statement(statement, ends)
        self.scopes.pop()
        return leaves

    def gives(self, expression) -> bool:
        """Return whether a last expression is what the script or the function gives."""
        if self.returns == "void":
            return False
        own = isinstance(expression, FunctionCall) and self.program.functions.get(
            (expression.name, len(expression.arguments))
        )
        return not (own and own.returns == "void")

    def statement(self, node, last: bool) -> bool:
        return STATEMENTS[type(node)](self, node, last)

    def declaration(self, node: Declare, _last: bool) -> bool:
        for place, (name, start) in enumerate(node.variables):
            if start is not None:
                node.variables[place] = (name, self.typed(start, node.declared))
            self.declare(node, name, node.declared)
        return False

    def evaluate(self, node: Evaluate, _last: bool) -> bool:
        node.expression = self.with_effect(node, node.expression)
        return False

    def with_effect(self, node, expression):
        """Check an expression whose result nobody uses."""
        if not isinstance(expression, Assign | Step | MethodCall | FunctionCall):
            self.fail(node, "not a statement: its result is not used")
        return self.expression(expression)

    def condition(self, node, what: str):
        """Check a condition, and return whether it is constantly true, which only a loop's may be."""
        checked = self.typed(node, "boolean")
        if isinstance(checked, Constant) and (what == "if" or not checked.value):
            self.fail(node, f"extraneous {what}: its condition is a constant")
        return checked, isinstance(checked, Constant)

    def branch(self, node: If, last: bool) -> bool:
        node.condition, _ = self.condition(node.condition, "if")
        if not node.then.statements or (node.otherwise and not node.otherwise.statements):
            self.fail(node, "extraneous if or else block: it is empty")
        then = self.block(node.then, last)
        return self.block(node.otherwise, last) and then if node.otherwise else False

    def body(self, node: Block, what: str) -> None:
        """Check a loop's body, which must not always leave the loop in its first turn."""
        self.no_last_continue(node)
        self.loops += 1
        leaves = self.block(node)
        self.loops -= 1
        if leaves:
            self.fail(node, f"extraneous {what}: it never takes a second turn")

    def no_last_continue(self, block: Block) -> None:
        """Refuse a `continue` after which the turn would end anyway."""
        last = block.statements[-1] if block.statements else None
        if isinstance(last, Continue):
            self.fail(last, "extraneous continue statement")
        if isinstance(last, If):
            for branch in filter(None, (last.then, last.otherwise)):
                self.no_last_continue(branch)

    def while_loop(self, node: While, _last: bool) -> bool:
        node.condition, endless = self.condition(node.condition, "while loop")
        if endless and not node.body.statements:
            self.fail(node, "no paths escape from while loop")
        self.body(node.body, "while loop")
        return endless and not has_break(node.body)

    def do_while(self, node: DoWhile, _last: bool) -> bool:
        if not node.body.statements:
            self.fail(node, "extraneous do-while loop")
        self.body(node.body, "do-while loop")
        node.condition, endless = self.condition(node.condition, "do-while loop")
        return endless and not has_break(node.body)

    def for_loop(self, node: For, _last: bool) -> bool:
        self.scopes.append({})
        if node.start is not None:
            self.statement(node.start, last=False)
        endless = node.condition is None
        if node.condition is not None:
            node.condition, endless = self.condition(node.condition, "for loop")
            if endless and not node.body.statements:
                self.fail(node, "no paths escape from for loop")
        if node.after is not None:
            node.after = self.with_effect(node, node.after)
        self.body(node.body, "for loop")
        self.scopes.pop()
        return bool(endless and node.body.statements and not has_break(node.body))

    def for_each(self, node: ForEach, _last: bool) -> bool:
        node.values = self.value(node.values)
        if node.values.type not in ("def", "List"):
            self.fail(node, f"cannot iterate over [{node.values.type}]")
        self.scopes.append({})
        self.declare(node, node.name, node.declared)
        if not node.body.statements:
            self.fail(node, "extraneous foreach loop")
        self.elements.add(node.name)
        self.body(node.body, "for-each loop")
        self.elements.discard(node.name)
        self.scopes.pop()
        return False

    def jump(self, node, _last: bool) -> bool:
        if not self.loops:
            self.fail(node, f"[{type(node).__name__.lower()}] outside of a loop")
        return True

    def give(self, node: Return, _last: bool) -> bool:
        if node.value is None:
            if self.returns != "void":
                self.fail(node, "cannot return without a value")
        elif self.returns == "void":
            self.fail(node, "cannot return a value from a function of type [void]")
        elif node.implied:  # the branches of a conditional are then promoted among themselves
            node.value = self.convert(self.value(node.value), self.returns, internal=True)
        else:
            node.value = self.typed(node.value, self.returns, internal=True)
        return True

    # Expressions

    def expression(self, node, want: str | None = None, explicit: bool = False):
        return EXPRESSIONS[type(node)](self, node, want, explicit)

    def number(self, node: Number, want, _explicit) -> Constant:
        """Read a literal: an int unless a letter or a point says otherwise, or a smaller type is wanted."""
        kind, value = number_of(node)
        if kind == "int" and want in SMALL and SMALL[want][0] <= value <= SMALL[want][1]:
            kind = want
        return Constant(kind, value, at=node.at, type=kind)

    def constant(self, node: Constant, want, _explicit):
        node.type = {"string": "String", "boolean": "boolean"}.get(node.kind, node.kind)
        if node.kind == "null":  # it is of the type that is asked for
            if want in PRIMITIVES:
                self.fail(node, f"cannot cast null to a primitive type [{want}]")
            node.type = want or "Object"
        return node

    def name(self, node: Name, _want, _explicit):
        node.type = self.type_of(node)
        return node

    def class_name(self, node: ClassName, _want, _explicit):
        return self.fail(node, f"the class [{node.name}] is no value")

    def member(self, node: Member, _want, _explicit):
        if isinstance(node.target, ClassName):
            found = statics.STATIC_FIELDS.get(node.target.name, {}).get(node.name)
            if found is None:
                self.fail(node, f"static field [{node.target.name}, {node.name}] not found")
            name = next(
                name for name, tag in TAGS.items() if tag == found.type and name not in BOX_OF.values()
            )
            return Constant(found.type, found.value, at=node.at, type=name)
        node.target = self.value(node.target)
        target = node.target.type
        if target in ("doc", "Map"):
            node.type = "def"
        elif target == "def":
            node.type = "def"  # any name may be a key of a map
        else:
            names = methods.getters(node.name)
            method = next(
                filter(None, (methods.find_method(self.class_of(node), one, 0) for one in names)), None
            )
            if method is None:
                self.fail(node, f"field [{target}, {node.name}] not found")
            node.type = method.returns
        return self.nullable(node)

    def nullable(self, node):
        """?. gives null where there is nothing, so its type must be able to."""
        if node.null_safe and node.target.type in PRIMITIVES:
            self.fail(node, "a primitive is never null")
        if node.null_safe and node.type in PRIMITIVES:
            self.fail(node, "the result of a null safe operator must be nullable")
        return node

    def class_of(self, node) -> str:
        target = node.target.type
        if target == "null":
            self.fail(node, "null has no members")
        return BOX_OF.get(target, target)

    def index(self, node: Index, _want, _explicit):
        node.target = self.value(node.target)
        target = node.target.type
        if target in ("doc", "Map"):
            node.index = self.convert(self.value(node.index), "def")
        elif target == "List":
            node.index = self.typed(node.index, "int")
        elif target == "def":
            node.index = self.convert(self.value(node.index), "def")
        else:
            self.fail(node, f"[{target}] is no list and no map")
        node.type = "def"
        return node

    def method_call(self, node: MethodCall, _want, _explicit):
        count = len(node.arguments)
        if isinstance(node.target, ClassName):
            return self.static_call(node, count)
        node.target = self.value(node.target)
        if node.target.type == "def":
            node.arguments = [self.value(one) for one in node.arguments]
            node.type = "def"
            return node
        method = methods.find_method(self.class_of(node), node.name, count)
        if method is None:
            self.fail(node, f"method [{node.target.type}, {node.name}/{count}] not found")
        node.arguments = self.arguments(node.arguments, method.parameters)
        node.type = method.returns
        return self.nullable(node)

    def arguments(self, given: list, wanted: tuple[str, ...]) -> list:
        return [self.typed(one, to, internal=True) for one, to in zip(given, wanted, strict=True)]

    def static_call(self, node: MethodCall, count: int):
        class_name = "Math" if node.target.name == "StrictMath" else node.target.name
        method = statics.STATIC_METHODS.get(class_name, {}).get((node.name, count))
        if method is None:
            self.fail(node, f"static method [{class_name}, {node.name}/{count}] not found")
        node.target = ClassName(class_name, at=node.target.at)
        node.arguments = self.arguments(node.arguments, method.parameters)
        node.type = method.returns
        return node

    def function_call(self, node: FunctionCall, _want, _explicit):
        key = (node.name, len(node.arguments))
        own = self.program.functions.get(key)
        if own is not None:
            node.arguments = self.arguments(node.arguments, tuple(kind for kind, _ in own.parameters))
            node.type = own.returns
            return node
        found = FUNCTIONS_OF_SCORES.get(key)
        if found is None:
            self.fail(node, f"unknown call [{key[0]}] with [{key[1]}] arguments")
        node.arguments = self.arguments(node.arguments, found.parameters)
        node.type = "double"
        return node

    def unary(self, node: Unary, _want, _explicit):
        if node.operator == "!":
            node.operand, node.type = self.typed(node.operand, "boolean"), "boolean"
            return node
        node.operand = self.value(node.operand)
        node.type = promote_number(node.operand.type, decimal=node.operator != "~")
        if node.type is None:
            self.fail(node, f"cannot apply [{node.operator}] to type [{node.operand.type}]")
        if node.type != "def":
            node.operand = self.convert(node.operand, node.type)
        return node

    def logical(self, node: Logical, _want, _explicit):
        node.left, node.right = self.typed(node.left, "boolean"), self.typed(node.right, "boolean")
        node.type = "boolean"
        return node

    def binary(self, node: Binary, _want, _explicit):
        node.left, node.right = self.value(node.left), self.value(node.right)
        left, right = node.left.type, node.right.type
        if node.operator in ("==", "!=", "===", "!=="):
            return self.equality(node, left, right)
        if node.operator in ("<", "<=", ">", ">="):
            self.operands(node, promote_numbers(left, right))
            node.type = "boolean"
            return node
        node.type = self.result_of(node, node.operator, left, right)
        shift = node.operator in ("<<", ">>", ">>>")
        if shift and node.type != "def":  # its type is that of the left side, whatever stands to the right
            node.left = self.convert(node.left, node.type)
        elif node.type != "String" and not shift:
            self.operands(node, node.type)
        return node

    def operands(self, node: Binary, promoted: str | None) -> None:
        """Convert both sides to the type they promote to; what is `def` waits."""
        if promoted is None:
            types = f"[{node.left.type}] and [{node.right.type}]"
            self.fail(node, f"cannot apply [{node.operator}] to types {types}")
        if promoted != "def":
            node.left, node.right = self.convert(node.left, promoted), self.convert(node.right, promoted)

    def result_of(self, node, operator: str, left: str, right: str) -> str:
        """Find the type of an arithmetic operation on two types."""
        if operator == "+" and "String" in (left, right):
            return "String"
        if operator in ("<<", ">>", ">>>"):
            promoted = promote_number(left, decimal=False)
            if promote_number(right, decimal=False) is None:
                promoted = None
        elif operator in ("&", "|", "^"):
            promoted = promote_numbers(left, right, decimal=False)
            logical = {unboxed(left), unboxed(right)} <= {"boolean", "def"}
            if logical:  # Painless has & and | of booleans only where a type is not known, or with =
                known = "def" not in (left, right)
                promoted = None if known and operator != "^" and not isinstance(node, Assign) else "def"
                promoted = "boolean" if promoted and known else promoted
        else:
            promoted = promote_numbers(left, right)
        if promoted is None:
            self.fail(node, f"cannot apply [{operator}] to types [{left}] and [{right}]")
        return promoted

    def equality(self, node: Binary, left: str, right: str):
        node.type = "boolean"
        if is_null(node.left) and is_null(node.right):
            self.fail(node, "extraneous comparison of null constants")
        if "def" in (left, right):
            return node
        if (left in PRIMITIVES) != (right in PRIMITIVES):
            self.fail(node, f"cannot apply [{node.operator}] to types [{left}] and [{right}]")
        if is_null(node.left) or is_null(node.right):
            return node
        if node.operator in ("===", "!==") and not {left, right} <= PRIMITIVES:
            self.fail(node, f"[{node.operator}] of [{left}] and [{right}] is not supported")
        promoted = promote_numbers(left, right)
        if promoted is not None and {left, right} & PRIMITIVES:
            self.operands(node, promoted)
        elif (left in PRIMITIVES) != (right in PRIMITIVES) or unboxed(left) != unboxed(right):
            both_boolean = unboxed(left) == unboxed(right) == "boolean"
            if {left, right} <= PRIMITIVES and not both_boolean:
                self.fail(node, f"cannot apply [{node.operator}] to types [{left}] and [{right}]")
        return node

    def conditional(self, node: Conditional, want, explicit):
        internal = self.internal
        node.condition = self.typed(node.condition, "boolean")
        node.if_true = self.expression(node.if_true, want, explicit)
        self.internal = internal
        node.if_false = self.expression(node.if_false, want, explicit)
        left, right = node.if_true.type, node.if_false.type
        node.type = want or promote_branches(left, right)
        if node.type is None:
            self.fail(node, f"cannot apply [?:] to the types [{left}] and [{right}]")
        node.if_true = self.convert(node.if_true, node.type, explicit, internal)
        node.if_false = self.convert(node.if_false, node.type, explicit, internal)
        return node

    def elvis(self, node: Elvis, want, explicit):
        internal = self.internal
        if isinstance(node.left, Constant | Number):
            self.fail(node, "extraneous elvis operator: the left side is a constant")
        if isinstance(node.right, Constant) and node.right.kind == "null":
            self.fail(node, "extraneous elvis operator: the right side is null")
        node.left = self.expression(node.left, want, explicit)
        self.internal = internal
        node.right = self.expression(node.right, want, explicit)
        left, right = node.left.type, node.right.type
        if left in PRIMITIVES:
            self.fail(node, "extraneous elvis operator: the left side is a primitive")
        if want:
            # The left side is converted only where it is not null.
            node.right = self.convert(node.right, want, explicit, internal)
            if want in PRIMITIVES:
                self.fail(node, "extraneous elvis operator: the left side is a primitive")
            node.left = self.convert(node.left, want, explicit, internal)
            node.type = want
            return node
        node.type = promote_branches(left, right)
        node.left, node.right = self.convert(node.left, node.type), self.convert(node.right, node.type)
        return node

    def cast(self, node: Cast, _want, _explicit):
        operand = self.expression(node.operand, node.to, explicit=True)
        if operand.type == "void":
            self.fail(node, "an expression without a value")
        return self.convert(operand, node.to, explicit=True)

    def target(self, node):
        """Check what is assigned to: a variable of the script's own."""
        if not isinstance(node.target, Name):
            self.fail(node, "only variables can be assigned to")
        if node.target.name in self.given or node.target.name in self.elements:
            self.fail(node, f"variable [{node.target.name}] is read-only")
        node.target = self.expression(node.target)
        node.type = node.target.type
        return node

    def assign(self, node: Assign, _want, _explicit):
        self.target(node)
        if node.operator is None:
            node.value = self.typed(node.value, node.type)
            return node
        node.value = self.value(node.value)
        result = self.result_of(node, node.operator, node.type, node.value.type)
        if result == "String" and node.type != "def":
            self.convert(node.target, "String")
        if result != "def" and not convertible(result, node.type, explicit=True):
            self.fail(node, f"cannot cast from [{result}] to [{node.type}]")
        return node

    def step(self, node: Step, _want, _explicit):
        self.target(node)
        if promote_number(node.type) is None:
            self.fail(node, f"cannot apply [{node.operator}] to type [{node.type}]")
        return node


def is_null(node) -> bool:
    return isinstance(node, Constant) and node.kind == "null"


def number_of(node: Number) -> tuple[str, object]:
    """Read a literal's type and value."""
    text, sign = node.text.lower(), "-" if node.negative else ""
    if node.kind == "hex" and text[-1] in "df":  # read as the letter behind a decimal
        msg = f"illegal tree structure: [{node.text}]"
        raise CompileError(msg, node.at)
    if node.kind in ("hex", "octal"):
        return whole(node, text, sign, 16 if node.kind == "hex" else 8)
    if text.endswith("f"):
        with np.errstate(over="ignore"):  # what is too large is infinite
            return "float", np.float32(sign + text[:-1])
    if text.endswith("d") or node.kind == "decimal":
        return "double", float(sign + text.removesuffix("d"))
    return whole(node, text, sign, 10)


def whole(node: Number, text: str, sign: str, radix: int) -> tuple[str, int]:
    kind = "long" if text.endswith("l") else "int"
    value = int(sign + text.removesuffix("l"), radix)
    if value != wrap(value, BITS[kind]):
        msg = f"invalid {kind} constant [{sign}{node.text}]"
        raise CompileError(msg, node.at)
    return kind, value


def has_break(node) -> bool:
    """Return whether a block leaves the loop around it; what leaves inner loops does not count."""
    if isinstance(node, Block):
        return any(map(has_break, node.statements))
    if isinstance(node, If):
        return has_break(node.then) or (node.otherwise is not None and has_break(node.otherwise))
    return isinstance(node, Break)


STATEMENTS = {
    Declare: Checker.declaration,
    Evaluate: Checker.evaluate,
    If: Checker.branch,
    While: Checker.while_loop,
    DoWhile: Checker.do_while,
    For: Checker.for_loop,
    ForEach: Checker.for_each,
    Break: Checker.jump,
    Continue: Checker.jump,
    Return: Checker.give,
}
EXPRESSIONS = {
    Number: Checker.number,
    Constant: Checker.constant,
    Name: Checker.name,
    ClassName: Checker.class_name,
    Member: Checker.member,
    Index: Checker.index,
    MethodCall: Checker.method_call,
    FunctionCall: Checker.function_call,
    Unary: Checker.unary,
    Binary: Checker.binary,
    Logical: Checker.logical,
    Conditional: Checker.conditional,
    Elvis: Checker.elvis,
    Cast: Checker.cast,
    Assign: Checker.assign,
    Step: Checker.step,
}


def check(program: Program, returns: str) -> None:
    """Check the functions and the script; what it gives is converted to `returns`."""
    for function in program.functions.values():
        check_function(program, function)
    Checker(program, returns, GIVEN).block(program.body, last=True)


def check_function(program: Program, function: Function) -> None:
    checker = Checker(program, function.returns, {})
    for kind, name in function.parameters:
        checker.declare(function, name, kind)
    if not function.body.statements:
        checker.fail(function, f"no statements for function [{function.name}]")
    if not checker.block(function.body, last=True) and function.returns != "void":
        checker.fail(function, f"not all paths provide a return value for function [{function.name}]")
