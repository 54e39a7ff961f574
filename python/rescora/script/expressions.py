"""Compile expressions, one operation at a time over all lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script import tree
from rescora.script.calls import call_function
from rescora.script.classes import CLASSES, call_static, static_field
from rescora.script.compiler import declared_type, expression
from rescora.script.documents import Documents
from rescora.script.errors import CompileError
from rescora.script.growing import made
from rescora.script.literals import list_of, map_of
from rescora.script.members import call_method, field_of, index_of
from rescora.script.operators import DEF_OPERATORS, binary, chosen, is_null, register_lane, rounded
from rescora.script.parameters import parameters_of
from rescora.script.reader import too_large
from rescora.script.results import compiled
from rescora.script.sorts import can_fail, sort_of
from rescora.script.types import KINDS, NUMERIC, REAL, RESULT, Static, Value, java_name, promoted

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler, Variable
    from rescora.script.types import Compiled


class ClassReference(Static):
    """The name of a class, before a dot."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.type = name


@expression(tree.Literal)
def literal(compiler: Compiler, node: tree.Literal) -> Compiled:
    """Compile a constant."""
    if node.type == "null":
        return compiler.zero("null")
    if node.value in (2**31, 2**63) and node.type in ("int", "long"):  # only after a minus
        limit = 2**31 if node.type == "int" else 2**63
        if node.value == limit:
            raise too_large(node.type, str(node.value), node.place)
    return compiler.literal(node.type, node.value)


@expression(tree.Name)
def name(compiler: Compiler, node: tree.Name) -> Compiled:
    """Compile a variable, or what a script is given."""
    variable = compiler.find(node.name)
    if variable is not None:
        return _read(variable)
    if node.name == "doc":
        return Documents()
    if node.name == "params":
        return parameters_of(compiler)
    if node.name == "_score" and compiler.context.has_score:
        compiler.uses_score = True
        return Value("double", compiler.emitter.gather("score"))
    if node.name in ("_termStats", "explanation"):
        raise CompileError.unsupported(f"[{node.name}]", node.place)
    known = [name for scope in compiler.frame.scopes for name in scope]
    raise CompileError(f"cannot resolve symbol [{node.name}]{compiler.near(node.name, known)}", node.place)


def _read(variable: Variable) -> Compiled:
    if variable.static is not None:
        return variable.static
    return Value(variable.type, variable.register, variable.declared in ("def", "Object"))


@expression(tree.ClassName)
def class_name(_compiler: Compiler, node: tree.ClassName) -> Compiled:
    """Compile a class's name."""
    if node.name not in CLASSES:
        raise CompileError.unsupported(f"the class [{node.name}] in an expression", node.place)
    return ClassReference(node.name)


@expression(tree.ListLiteral)
def list_literal(compiler: Compiler, node: tree.ListLiteral) -> Compiled:
    """Compile ``[1, 2]``."""
    return list_of(compiler, node)


@expression(tree.MapLiteral)
def map_literal(compiler: Compiler, node: tree.MapLiteral) -> Compiled:
    """Compile ``['a': 1]``."""
    return map_of(compiler, node)


@expression(tree.New)
def new(compiler: Compiler, node: tree.New) -> Compiled:
    """Compile ``new ArrayList()`` and its like, which only a result can be."""
    return made(compiler, node)


# Operators.


@expression(tree.Chain)
def chain(compiler: Compiler, node: tree.Chain) -> Compiled:
    """Compile operators from left to right."""
    (sign, place, right), *more = node.rest
    if sign in ("&&", "||"):
        value: Compiled = _short_circuit(compiler, compiler.truth(node.first), sign, right)
    else:
        value = compiler.value(node.first)
        value = compiler.steady(value, [right])
        value = binary(compiler, sign, value, compiler.value(right), place)
    for sign, place, right in more:
        if sign in ("&&", "||"):
            value = _short_circuit(compiler, compiler.as_truth(value, place), sign, right)
        else:
            value = binary(compiler, sign, value, compiler.value(right), place)
    return value


def _short_circuit(compiler: Compiler, left: Value, sign: str, node: tree.Expression) -> Value:
    """Compile the right-hand side for the lanes that the left has not decided."""
    if left.constant is not None and bool(left.constant) == (sign == "||"):
        return left  # decided: what stands to the right is never calculated, whatever it is
    if left.constant is not None:
        return compiler.truth(node)
    mask = compiler.mask
    if sort_of(compiler, node) != "boolean":
        mask = compiler.both(left.register) if sign == "&&" else compiler.but(left.register)
    with compiler.under(mask), compiler.failing() as failed:
        right = compiler.truth(node)
    if failed():
        return Value("boolean", left.register)
    made = compiler.emit("boolean", "and_" if sign == "&&" else "or_", left, right)
    return Value("boolean", made.register)


@expression(tree.Unary)
def unary(compiler: Compiler, node: tree.Unary) -> Compiled:
    """Compile ``-x``, ``+x``, ``~x``, ``!x``."""
    if node.operator == "!":
        value = compiler.truth(node.value)
        if value.constant is not None:
            return compiler.literal("boolean", not value.constant)
        return compiler.emit("boolean", "not_boolean", value)
    value = compiler.simple(node.value)
    if value.type == "def":
        aux = DEF_OPERATORS[{"-": "neg", "+": "pos"}.get(node.operator, "~")]
        return compiler.masked("def", "def_unary", value, place=node.place, aux=aux, width=2)
    if value.type not in NUMERIC or (node.operator == "~" and value.type in REAL):
        kind = "null_pointer_exception" if value.type == "null" else "class_cast_exception"
        raise CompileError(
            f"Cannot apply [{node.operator}] operation to type [{java_name(value.type)}].", node.place, kind
        )
    value = compiler.widened(value, promoted(value.type))
    if node.operator == "+":
        return Value(value.type, value.register, value.loose)
    if node.operator == "~":
        return compiler.emit(value.type, "not_long", value)
    return rounded(compiler, compiler.emit(value.type, f"negate_{register_lane(value.type)}", value))


@expression(tree.Cast)
def cast(compiler: Compiler, node: tree.Cast) -> Compiled:
    """Compile ``(type) value``."""
    kind = compiler.declared(node.type, node.place)
    value = compiler.value_for(node.value, kind, explicit=True)
    if kind == "def":
        return Value(value.type, value.register, True, value.constant) if isinstance(value, Value) else value
    if not isinstance(value, Value) and value.type == kind:
        return value
    made = compiler.cast(value, kind, node.place)
    return Value(made.type, made.register, False, made.constant)


@expression(tree.Ternary)
def ternary(compiler: Compiler, node: tree.Ternary, target: str = "", *, explicit: bool = False) -> Compiled:
    """Compile ``condition ? then : otherwise`` as the type asked for, or the one that both arms have."""
    if not target:
        kind = compiler.conditionals.get(id(node)) or ""
        target = "def" if kind == "Object" else kind if kind in (*NUMERIC, "def") else ""
    holds = compiler.truth(node.condition)
    if holds.constant is not None:
        live, dead = (node.then, node.otherwise)[:: 1 if holds.constant else -1]
        if target in (*NUMERIC, RESULT):
            return _arm(compiler, live, target, explicit)
        if can_fail(compiler, dead):  # it is never calculated, so it need not be right
            return compiler.value_for(live, target)
    plain = not any(can_fail(compiler, arm, target) for arm in (node.then, node.otherwise))
    then_mask = compiler.mask if plain else compiler.both(holds.register)
    else_mask = compiler.mask if plain else compiler.but(holds.register)
    with compiler.under(then_mask), compiler.failing() as failed:
        then = _arm(compiler, node.then, target, explicit)
    if failed():
        with compiler.under(else_mask):
            return _alone(_arm(compiler, node.otherwise, target, explicit))
    with compiler.under(else_mask), compiler.failing() as failed:
        otherwise = _arm(compiler, node.otherwise, target, explicit)
    if failed():
        return _alone(then)
    return chosen(compiler, holds, then, otherwise, node.place, promote=not target)


def _alone(arm: Value) -> Value:
    """Return what a conditional gives whose other arm always fails."""
    return Value(arm.type, arm.register, True)


def _arm(compiler: Compiler, node: tree.Expression, target: str, explicit: bool) -> Value:
    if target == RESULT:
        return compiled(compiler, node, "")
    value = compiler.in_registers(compiler.value_for(node, target, explicit=explicit), node.place)
    if target not in NUMERIC:
        return value
    convert = compiler.cast if explicit else compiler.convert
    return convert(value, target, node.place)


@expression(tree.Elvis)
def elvis(compiler: Compiler, node: tree.Elvis) -> Compiled:
    """Compile ``value ?: otherwise``."""
    value = compiler.value(node.value)
    if value.type == "null":
        return compiler.value(node.otherwise)
    if not isinstance(value, Value) or value.type not in ("def", "String"):
        if value.loose or not isinstance(value, Value):
            return value  # what has a value is not null
        raise CompileError("Extraneous elvis operator. LHS is a primitive.", node.place)
    present = compiler.emit("boolean", "not_boolean", is_null(compiler, value, node.place))
    with compiler.under(compiler.but(present.register)), compiler.failing() as failed:
        otherwise = compiler.simple(node.otherwise)
    if failed():
        return value
    return chosen(compiler, Value("boolean", present.register), value, otherwise, node.place)


# Setting variables.


@expression(tree.Assignment)
def assignment(compiler: Compiler, node: tree.Assignment) -> Compiled:
    """Compile ``x = value`` and ``x += value``."""
    variable = _target(compiler, node.target, node.place)
    kept = "" if node.operator else declared_type(variable.declared, node.place)
    value = compiler.value_for(node.value, kept)
    if node.operator:
        value = _combined(compiler, variable, node.operator, value, node.place)
    return _assign(compiler, variable, node.target, value, node.place)


def _target(compiler: Compiler, node: tree.Expression, place: int) -> Variable:
    if not isinstance(node, tree.Name):
        raise CompileError(
            "only variables can be assigned to: documents and parameters cannot be changed",
            place,
            "unsupported_operation_exception",
        )
    variable = compiler.find(node.name)
    if variable is None:
        hint = ": declare it, for example [def " + node.name + " = …]"
        if node.name in ("doc", "params", "_score"):
            raise CompileError(f"[{node.name}] is read-only: it cannot be assigned to.", place)
        raise CompileError(f"cannot resolve symbol [{node.name}]{hint}", node.place)
    return variable


def _combined(compiler: Compiler, variable: Variable, operator: str, value: Compiled, place: int) -> Value:
    """Calculate, then go back to the variable's type, however much is lost: as Java's ``+=`` does."""
    before = _read(variable)
    if not isinstance(before, Value):
        raise CompileError(
            f"Cannot apply [{operator}=] to type [{before.type}].", place, "class_cast_exception"
        )
    if operator in ("&", "|", "^") and before.type == "boolean":
        value = compiler.as_truth(value, place)
    made = binary(compiler, operator, before, value, place)
    if before.type == "def":
        return _like(compiler, made, before, place)
    if made.type == before.type or (made.type == "String" and variable.declared in ("def", "Object")):
        return made
    return compiler.cast(made, before.type, place)


def _like(compiler: Compiler, made: Value, before: Value, place: int) -> Value:
    """Cast a result to the kind of number that a def held before, which only the documents know."""
    made = compiler.boxed(made)
    for kind in NUMERIC:
        number = compiler.literal("long", KINDS.index(kind))
        same = compiler.emit("boolean", "equal_long", Value("long", before.register), number)
        with compiler.under(compiler.both(same.register)):
            cast = compiler.boxed(compiler.cast(made, kind, place))
        made = chosen(compiler, same, cast, made, place)
    return made


def _assign(compiler: Compiler, variable: Variable, node: Any, value: Compiled, place: int) -> Value:
    if not isinstance(value, Value) or variable.static is not None:
        raise CompileError.unsupported(
            f"assigning a [{value.type}] to [{node.name}]", place, ": declare it with its value"
        )
    if variable.declared in ("def", "Object"):
        kind = compiler.widen(variable.key, value.type, place)
        if kind != variable.type:  # the next round knows
            return Value(variable.type, variable.register, True)
        value = compiler.as_type(value, kind, place)
    else:
        value = compiler.convert(value, variable.type, place)
    compiler.put(variable.register, value, compiler.mask)
    return Value(value.type, value.register, value.loose)


@expression(tree.Step)
def step(compiler: Compiler, node: tree.Step) -> Compiled:
    """Compile ``++x`` and ``x++``."""
    variable = _target(compiler, node.target, node.place)
    before = _read(variable)
    appends = before.type == "String" and before.loose and node.operator == "+"  # as x + 1 does
    if not isinstance(before, Value) or not (appends or before.type in (*NUMERIC, "def")):
        raise CompileError(
            f"Cannot apply [++] or [--] to type [{before.type}].", node.place, "class_cast_exception"
        )
    before = compiler.copied(before)
    made = _combined(compiler, variable, node.operator, compiler.literal("int", 1), node.place)
    after = _assign(compiler, variable, node.target, made, node.place)
    return after if node.before else before


# Members and calls.


@expression(tree.Field)
def field(compiler: Compiler, node: tree.Field) -> Compiled:
    """Compile ``of.name``."""
    of = compiler.value(node.of)
    if isinstance(of, ClassReference):
        return static_field(compiler, of.name, node)
    return field_of(compiler, of, node)


@expression(tree.Index)
def index(compiler: Compiler, node: tree.Index) -> Compiled:
    """Compile ``of[index]``."""
    return index_of(compiler, compiler.steady(compiler.value(node.of), [node.index]), node)


@expression(tree.Method)
def method(compiler: Compiler, node: tree.Method) -> Compiled:
    """Compile ``of.name(…)``."""
    of = compiler.steady(compiler.value(node.of), node.arguments)
    if isinstance(of, ClassReference):
        return call_static(compiler, of.name, node)
    return call_method(compiler, of, node)


@expression(tree.Call)
def call(compiler: Compiler, node: tree.Call) -> Compiled:
    """Compile ``name(…)``: a function of the script, or one of the predefined ones."""
    return call_function(compiler, node)
