"""The compiler: syntax tree to program, with types decided, names bound, and control flow as lane masks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import did_you_mean
from rescora.script import tree
from rescora.script.effects import sets
from rescora.script.emitter import Emitter, Register
from rescora.script.errors import CompileError
from rescora.script.paths import follow
from rescora.script.types import (
    BOXED,
    DECLARED,
    KINDS,
    NUMERIC,
    REAL,
    SIMPLE,
    WHOLE,
    Value,
    join,
    said_missing,
    widens,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rescora.schema.schema import Schema
    from rescora.script.checked import Checked
    from rescora.script.contexts import Context
    from rescora.script.signature import Signature
    from rescora.script.types import Compiled

_SMALL = {"byte": range(-128, 128), "short": range(-(2**15), 2**15), "char": range(2**16)}
MAX_ROUNDS = 30  # of finding the types of defs; each makes at least one wider

EXPRESSIONS: dict[type[tree.Expression], Callable[..., Compiled]] = {}
STATEMENTS: dict[type[tree.Statement], Callable[[Compiler, Any], None]] = {}


def expression(kind: type[tree.Expression]) -> Callable[[Any], Any]:
    """Decorate the function that compiles one kind of expression."""

    def enter(function: Any) -> Any:
        EXPRESSIONS[kind] = function
        return function

    return enter


def statement(kind: type[tree.Statement]) -> Callable[[Any], Any]:
    """Decorate the function that compiles one kind of statement."""

    def enter(function: Any) -> Any:
        STATEMENTS[kind] = function
        return function

    return enter


class Variable:
    """A local variable: its place in the source names it, for one name may be declared in many blocks."""

    __slots__ = ("declared", "key", "register", "static", "type")

    def __init__(
        self, declared: str, type: str, register: Register, key: object = None, static: Compiled | None = None
    ) -> None:
        self.declared = declared
        self.type = type
        self.register = register
        self.key = key
        self.static = static  # a list or a map: it never changes


class Frame:
    """A function while a call of it is inlined: names, result, the lanes that have left it."""

    def __init__(self, key: object, declared: str) -> None:
        self.key = key
        self.declared = declared  # the type that it must return
        self.scopes: list[dict[str, Variable]] = [{}]
        self.result: Value | None = None
        self.returned: Register | None = None  # a mask, where a return stands under a condition
        self.loops: list[Loop] = []
        self.ended = False  # no lane can get here any more


class Loop:
    """A loop's lanes: those that have left it, and those that wait for its next iteration."""

    def __init__(self, broken: Register, continued: Register) -> None:
        self.broken = broken
        self.continued = continued


class Compiler:
    """
    The state that the functions for expressions and statements share.

    Parameters
    ----------
    known : Checked
        The script, and what Painless knows of it.
    schema : Schema
        The fields of the index.
    signature : Signature
        The kinds of the parameters.
    context : Context
        What may be used, and what must come out.
    types : dict
        The types of defs as they were found in the round before.
    texts : dict
        The parameters: looked into for the names of fields.
    recursion : int
        How often a function may stand in itself.
    assigned : frozenset of str
        The names of variables that are set after they were declared.
    """

    def __init__(
        self,
        known: Checked,
        schema: Schema,
        signature: Signature,
        context: Context,
        types: dict[Any, str],
        texts: Mapping[str, Any],
        recursion: int,
        assigned: frozenset[str],
    ) -> None:
        self.functions = {(one.name, len(one.parameters)): one for one in known.script.functions}
        self.conditionals = known.conditionals
        self.schema = schema
        self.signature = signature
        self.context = context
        self.types = types
        self.emitter = Emitter()
        self.mask: Register | None = None  # the lanes that are here; None is all
        self.frames: list[Frame] = []
        self.recursion = recursion
        self.uses_score = False
        self.texts = texts
        self.assigned = assigned  # names that some assignment sets
        self.variables: set[Register] = set()  # registers that change
        self.named: set[tuple[str, ...]] = set()  # the parameters that name fields
        self.paths: dict[Register, tuple[str, ...]] = {}  # text inputs that are parameters
        self.keywords: dict[
            Register, int
        ] = {}  # registers that are a keyword column's first values: its slot

    # The parts of a tree.

    def value(self, node: tree.Expression) -> Compiled:
        """Compile an expression."""
        return EXPRESSIONS[type(node)](self, node)

    def value_for(self, node: tree.Expression, target: str, *, explicit: bool = False) -> Compiled:
        """Compile an expression for a variable of a type, which each arm of a conditional is converted to."""
        if target in (*NUMERIC, "def") and isinstance(node, tree.Ternary):
            return EXPRESSIONS[tree.Ternary](self, node, target, explicit=explicit)
        return self.value(node)

    def values(self, nodes: Sequence[tree.Expression], targets: Sequence[str] = ()) -> list[Compiled]:
        """Compile expressions one after another; no value changes by what is calculated later."""
        return [
            self.steady(self.value_for(node, target), nodes[n + 1 :])
            for n, (node, target) in enumerate(zip(nodes, [*targets, *[""] * len(nodes)], strict=False))
        ]

    def steady(self, value: Compiled, later: Sequence[tree.Expression]) -> Compiled:
        """Return a copy of a variable's value if what is calculated later may set the variable."""
        if not isinstance(value, Value) or value.register not in self.variables or not sets(later):
            return value
        return self.copied(value)

    def copied(self, value: Value) -> Value:
        """Return a value that stands in a register of its own."""
        register = self.emitter.varying(2 if value.type == "def" else 1)
        self.put(register, value, None)
        return Value(value.type, register, value.loose)

    def simple(self, node: tree.Expression) -> Value:
        """Compile an expression that must have a value in registers."""
        return self.in_registers(self.value(node), node.place)

    def in_registers(self, found: Compiled, place: int) -> Value:
        """Return what must be a value in registers."""
        if not isinstance(found, Value):
            raise CompileError(
                f"a value of type [{found.type}] cannot be used here", place, "class_cast_exception"
            )
        return found

    def run(self, node: tree.Statement) -> None:
        """Compile a statement, unless no lane gets there: all have left, or have failed."""
        if self.frame.ended:
            return
        with self.failing() as failed:
            STATEMENTS[type(node)](self, node)
        self.frame.ended |= failed()

    @contextmanager
    def failing(self) -> Iterator[Callable[[], bool]]:
        """
        Compile what may be an error in all active lanes: then these lanes fail, and the others go on.

        Yields
        ------
        callable
            Tells afterwards whether it was wrong.
        """
        wrong: list[CompileError] = []
        try:
            yield lambda: bool(wrong)
        except CompileError as error:
            self._enter(error)
            if not error.entered:
                raise
            wrong.append(error)

    def _enter(self, error: CompileError) -> None:
        """Let the active lanes fail, if it is an error of documents alone."""
        if error.fault is not None and not error.entered:
            self.emitter.fail(error.fault, self.mask, error.place, error.reason)
            error.entered = True

    # Variables.

    @property
    def frame(self) -> Frame:
        """The function that is being compiled."""
        return self.frames[-1]

    def find(self, name: str) -> Variable | None:
        """Return the variable that a name refers to in this scope."""
        for scope in reversed(self.frame.scopes):
            if name in scope:
                return scope[name]
        return None

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Open a block, whose variables end with it."""
        self.frame.scopes.append({})
        try:
            yield
        finally:
            self.frame.scopes.pop()

    def declare(self, declared: str, name: str, value: Compiled | None, place: int) -> Variable:
        """Make a variable and set it in all lanes, as none has read it before."""
        kind = declared_type(declared, place)
        if self.find(name) is not None or name in ("doc", "params", "_score"):
            raise CompileError(f"variable [{name}] is already defined", place)
        if value is not None and not isinstance(value, Value):
            if kind not in ("def", value.type):
                raise CompileError.cast(value.type, declared, place)
            variable = Variable(declared, value.type, 0, static=value)
        else:
            variable = self._declare_simple(name, kind, declared, value, place)
        self.frame.scopes[-1][name] = variable
        return variable

    def _final(self, value: Value, kind: str, declared: str, place: int) -> Value:
        """Return the value of a variable that is never set again: the value itself, no copy."""
        made = self.convert(value, kind, place, boxed=declared in BOXED)
        constant = value.constant if made.type == value.type else made.constant
        return Value(made.type, made.register, False, constant)

    def _declare_simple(
        self, name: str, kind: str, declared: str, value: Value | None, place: int
    ) -> Variable:
        if value is None and declared in BOXED:
            raise CompileError.unsupported(f"null in a boxed [{kind}]", place, ": declare it as [def]")
        if value is None:
            value = self.zero(kind)
        key = (self.frame.key, place)
        if name not in self.assigned and value.register not in self.variables and kind != "def":
            return Variable(declared, kind, 0, static=self._final(value, kind, declared, place))
        if name not in self.assigned and value.register not in self.variables:
            return Variable(
                declared, value.type, 0, static=Value(value.type, value.register, True, value.constant)
            )
        if kind == "def":
            # what is null now and set later is of a type that only the documents know
            kind = self.widen(key, "def" if value.type == "null" else value.type, place)
            value = self.as_type(value, kind, place)
        else:
            value = self.convert(value, kind, place, boxed=declared in BOXED)
        variable = Variable(declared, kind, self.emitter.varying(2 if kind == "def" else 1), key)
        self.variables.add(variable.register)
        self.put(variable.register, value, None)
        return variable

    def widen(self, key: object, found: str, place: int) -> str:
        """Return the type of a def, given one more value of it; a wider type holds from the next pass on."""
        before = self.types.get(key)
        after = found if before is None else join(before, found)
        if after is None:
            raise CompileError(
                f"a [def] that is a [{before}] at one time and a [{found}] at another is not supported", place
            )
        self.types[key] = after
        return after

    def put(self, target: Register, value: Value, mask: Register | None) -> None:
        """Set a register, or a def's two."""
        self.emitter.move(target, value.register, mask)
        if value.type == "def":
            self.emitter.move(target + 1, value.register + 1, mask)

    # Values.

    def literal(self, type: str, value: Any) -> Value:
        """Return a constant."""
        if type == "float":
            with np.errstate(over="ignore"):  # as in Java, what is too large is infinite
                value = float(np.float32(value))
        lane = "double" if type in REAL else "String" if type == "String" else "long"
        register = self.emitter.literal(float(value) if lane == "double" else value, lane)
        return Value(type, register, constant=value)

    def zero(self, type: str) -> Value:
        """Return the default value of a type."""
        if type in NUMERIC:
            return self.literal(type, 0)
        if type == "boolean":
            return self.literal(type, 0)
        if type == "String":
            return Value("String", self.null_text())
        return Value("null", self.emitter.literal(0, "long"))

    def null_text(self) -> Register:
        """Return the register of a null that is a String: a text lane of 0 points to nothing."""
        return self.emitter.literal(0, "long")

    def emit(self, type: str, name: str, *values: Value, loose: bool = False, **options: Any) -> Value:
        """Emit an operation on values."""
        register = self.emitter.emit(name, *[value.register for value in values], **options)
        return Value(type, register, loose or any(value.loose for value in values))

    def masked(self, type: str, name: str, *values: Value, place: int, **options: Any) -> Value:
        """Emit an operation that may fail: only active lanes count."""
        return self.emit(type, name, *values, mask=self.mask, place=place, **options)

    def as_type(self, value: Value, type: str, place: int) -> Value:
        """Return a value as one of the wider type of a def that holds it."""
        if value.type == type:
            return value
        if type == "String":  # null, where some other value is a text
            return Value("String", self.null_text(), True)
        if type != "def":
            return self.convert(value, type, place)
        return self.boxed(value)

    def boxed(self, value: Value) -> Value:
        """Return a value as a def."""
        if value.type == "def":
            return value
        if value.type not in SIMPLE:
            raise CompileError(f"a [def] that may be a [{value.type}] is not supported", 0)
        register = self.emitter.varying(2)
        self.emitter.move(register, self.emitter.literal(KINDS.index(value.type), "long"))
        self.emitter.move(register + 1, value.register)
        return Value("def", register, True)

    def convert(self, value: Compiled, target: str, place: int, boxed: bool = False) -> Value:
        """Convert implicitly, as Java does, or refuse."""
        if not isinstance(value, Value):
            raise CompileError.cast(value.type, target, place)
        source = value.type
        if source == target:
            return value
        if source == "def":
            return self._convert_def(value, target, place)
        if target == "def":
            return self.boxed(value)
        if source in NUMERIC and target in NUMERIC and widens(source, target):
            return self.widened(value, target)
        if (
            source == "int"
            and target in _SMALL
            and value.constant is not None
            and value.constant in _SMALL[target]
        ):
            return self.literal(target, value.constant)  # a constant that fits
        if source == "null" and target == "String":
            return Value("String", self.null_text())
        if source == "null" and value.loose and target in (*NUMERIC, "boolean"):
            reason = f"Cannot cast null to [{target}]{said_missing(value)}"
            raise CompileError(reason, place, "null_pointer_exception")
        if source == "null" and boxed:
            raise CompileError.unsupported(f"null in a boxed [{target}]", place, ": declare it as [def]")
        raise CompileError.cast(source, target, place)

    def _convert_def(self, value: Value, target: str, place: int) -> Value:
        if target not in SIMPLE:
            raise CompileError.cast("def", target, place)
        return self.masked(target, "def_convert", value, aux=KINDS.index(target), place=place)

    def widened(self, value: Value, target: str) -> Value:
        """Return a number as one of a wider type, or of the same."""
        source = value.type
        constant = value.constant
        if source in WHOLE and target in WHOLE:
            return Value(target, value.register, value.loose, constant)
        if constant is not None and target in REAL and abs(constant) <= 2**24:
            made = self.literal(target, constant)
            return Value(target, made.register, value.loose, made.constant)
        if source in WHOLE:
            name = "long_to_float" if target == "float" else "long_to_double"
            return Value(target, self.emitter.emit(name, value.register), value.loose)
        return Value(target, value.register, value.loose)  # a float's register holds a double already

    def cast(self, value: Compiled, target: str, place: int) -> Value:
        """Convert as ``(type)`` does: numbers are cut to fit."""
        if not isinstance(value, Value):
            raise CompileError.cast(value.type, target, place)
        source = value.type
        if source == "def" and target in (*NUMERIC, "boolean", "String"):
            return self.masked(target, "def_cast", value, aux=KINDS.index(target), place=place)
        if source == "String" and target == "char":
            return self._text_to_char(value, place)
        if source == "char" and target == "String":
            return self.emit("String", "text_of_char", value)
        if source not in NUMERIC or target not in NUMERIC or widens(source, target):
            return self.convert(value, target, place)
        if source in REAL and target in WHOLE:
            name = "double_to_long" if target == "long" else "double_to_int"
            value = self.emit("long" if target == "long" else "int", name, value)
            return value if value.type == target else self.narrowed(value, target)
        return self.narrowed(value, target)

    def _text_to_char(self, value: Value, place: int) -> Value:
        if value.constant is not None and len(value.constant.encode("utf-16-le")) != 2:
            raise CompileError(
                "Cannot cast from [String] to [char]: it must have one character.",
                place,
                "class_cast_exception",
            )
        if value.constant is None:
            raise CompileError.unsupported(
                "a cast of a String that is no constant to [char]", place, ": use [charAt]"
            )
        return self.literal("char", ord(value.constant))

    def narrowed(self, value: Value, target: str) -> Value:
        """Cut a number to a smaller type of its own sort."""
        if target == "float":
            return self.emit("float", "to_float", value)
        if target == "long":
            return Value("long", value.register, value.loose)
        return self.emit(target, f"to_{target}_wrapping", value)

    def truth(self, node: tree.Expression) -> Value:
        """Compile a condition."""
        return self.as_truth(self.value(node), node.place)

    def as_truth(self, value: Compiled, place: int) -> Value:
        """Return a value that must be a boolean."""
        if isinstance(value, Value) and value.type == "def":
            return self.masked("boolean", "def_to_boolean", value, place=place)
        if isinstance(value, Value) and value.type == "boolean":
            return value
        kind = "null_pointer_exception" if value.type == "null" else "class_cast_exception"
        raise CompileError(f"Cannot cast from [{value.type}] to [boolean].", place, kind)

    # What other files know, for those that they need.

    def near(self, name: str, known: list[str]) -> str:
        """Return a suggestion for a name that is unknown."""
        return did_you_mean(name, known)

    def declared(self, name: str, place: int) -> str:
        """Return the type that a name in the source means."""
        return declared_type(name, place)

    def text_of_parameter(self, path: tuple[str, ...]) -> str:
        """Return the value of a parameter that names a field: the program is then for this value alone."""
        self.named.add(path)
        return str(follow(self.texts, path))

    # Masks.

    def all_lanes(self) -> Register:
        """Return a mask of every lane."""
        return self.emitter.literal(1, "long")

    def here(self) -> Register:
        """Return the mask of the active lanes."""
        return self.all_lanes() if self.mask is None else self.mask

    def both(self, condition: Register) -> Register:
        """Return the active lanes where a condition holds, even a variable that changes."""
        if self.mask is not None:
            return self.emitter.emit("and_", self.mask, condition)
        return self.copied(Value("boolean", condition)).register if condition in self.variables else condition

    def but(self, condition: Register) -> Register:
        """Return the active lanes where a condition does not hold."""
        return self.emitter.emit("without", self.here(), condition)

    @contextmanager
    def under(self, mask: Register | None) -> Iterator[None]:
        """Compile code for some lanes; if it is an error, only these fail."""
        before, self.mask = self.mask, mask
        try:
            yield
        except CompileError as error:
            self._enter(error)
            raise
        finally:
            self.mask = before


def declared_type(name: str, place: int) -> str:
    """Return the type that a declaration's word means."""
    if name not in DECLARED:
        raise CompileError(f"invalid declaration: cannot resolve type [{name}]", place)
    return DECLARED[name]
