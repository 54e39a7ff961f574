"""The static types of expressions, and the type errors of Painless."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rescora.errors import did_you_mean
from rescora.script import tree
from rescora.script.conversions import (
    Type,
    canonical,
    converts,
    promoted,
    promoted_arms,
    promoted_equality,
    promoted_one,
    promoted_xor,
)
from rescora.script.errors import CompileError
from rescora.script.types import DECLARED
from rescora.script.whitelist import PRIMITIVES, STATIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rescora.script.whitelist import Signature

_SMALL = {"byte": range(-128, 128), "short": range(-(2**15), 2**15), "char": range(2**16)}
_CLASSES = frozenset([*DECLARED, *STATIC, "ChronoUnit"]) - PRIMITIVES - {"def", "void"}
_UNFOLLOWED = frozenset(["_termStats", "explanation"])  # the compiler says that they are not supported
_EQUALITY = frozenset(["==", "!=", "===", "!=="])
_ORDER = frozenset(["<", "<=", ">", ">="])
_SHIFTS = frozenset(["<<", ">>", ">>>"])
# What an expression gives to what asks for it: the type that is asked for, and how far it may be converted.
Asked = tuple[Type, bool, bool]
FREE: Asked = (None, False, False)

Check = TypeVar("Check", bound="Callable[..., Type]")


def checks(kind: type[tree.Expression]) -> Callable[[Check], Check]:
    """Decorate the function that checks one kind of expression and finds its type."""

    def enter(function: Check) -> Check:
        _KINDS[kind] = function
        return function

    return enter


class Expressions:
    """
    The types of the expressions of one function, or of the script itself.

    Parameters
    ----------
    functions : dict
        The script's own, by name and count of parameters.
    builtin : dict
        The signatures of functions that every script has, by name and count.
    given : dict
        The types of the names that it is given.
    """

    def __init__(
        self,
        functions: Mapping[tuple[str, int], tree.Function],
        builtin: Mapping[str, Signature],
        given: Mapping[str, str],
    ) -> None:
        self.functions = functions
        self.builtin = builtin
        self.scopes: list[dict[str, Type]] = [dict(given)]
        self.fixed = {name for name in given if name != "_score"}
        self.conditionals: dict[int, Type] = {}  # by the identity of the node

    # Names.

    def find(self, name: str) -> tuple[bool, Type]:
        """Return whether a name is known, and its type."""
        for scope in reversed(self.scopes):
            if name in scope:
                return True, scope[name]
        return False, None

    def declare(self, type: str, name: str, place: int) -> None:
        """Enter a variable."""
        if name in _CLASSES:
            raise CompileError(f"invalid declaration: type [{name}] cannot be a name", place)
        if type not in DECLARED:
            raise CompileError(f"invalid declaration: cannot resolve type [{type}]", place)
        if self.find(name)[0]:
            raise CompileError(f"variable [{name}] is already defined", place)
        self.scopes[-1][name] = type

    # Values.

    def of(self, node: tree.Expression, asked: Asked = FREE, *, read: bool = True) -> Type:
        """Return an expression's type, having checked all of it."""
        return _KINDS[type(node)](self, node, asked, read)

    def converted(
        self, node: tree.Expression, target: Type, *, explicit: bool = False, internal: bool = False
    ) -> None:
        """Check an expression that must become one of a type."""
        self.fits(self.of(node, (target, explicit, internal)), target, node.place, explicit, internal)

    def fits(
        self, found: Type, target: Type, place: int, explicit: bool = False, internal: bool = False
    ) -> None:
        """Refuse a conversion that Painless does not have."""
        if not converts(found, target, explicit=explicit, internal=internal):
            raise CompileError.cast(canonical(found), canonical(target), place)

    def used(self, read: bool, node: tree.Expression, what: str) -> None:
        """Refuse an unused value."""
        if not read:
            raise CompileError(f"not a statement: {what}", node.place)

    def literal(self, node: tree.Literal, asked: Asked, read: bool) -> Type:
        """Find the type of a constant, which may fit into the target type."""
        self.used(read, node, f"constant [{node.value}] not used")
        target, value = asked[0], node.value
        if node.type == "null":
            if target in PRIMITIVES:
                raise CompileError.cast("null", str(target), node.place)
            return target or "Object"
        if node.type == "int" and target in _SMALL and value in _SMALL[str(target)]:
            return target
        return node.type

    def name(self, node: tree.Name, _asked: Asked, read: bool) -> Type:
        """Find the type of a variable."""
        self.used(read, node, f"variable [{node.name}] not used")
        known, found = self.find(node.name)
        if not known and node.name not in _UNFOLLOWED:
            names = [name for scope in self.scopes for name in scope]
            raise CompileError(
                f"cannot resolve symbol [{node.name}]{did_you_mean(node.name, names)}", node.place
            )
        return found

    def other(self, node: tree.Expression, _asked: Asked, read: bool) -> Type:
        """Look at what is not followed: a class."""
        self.used(read, node, "its result is not used")
        return None

    def new(self, node: tree.New, _asked: Asked, read: bool) -> Type:
        """Check ``new Type(a)``."""
        self.used(read, node, f"result not used from constructor of [{node.type}]")
        for one in node.arguments:
            self.of(one)
        return node.type if node.type in ("ArrayList", "HashMap") else None

    def list_literal(self, node: tree.ListLiteral, _asked: Asked, read: bool) -> Type:
        """Check ``[a, b]``."""
        self.used(read, node, "result not used from list initializer")
        for item in node.items:
            self.converted(item, "def")
        return "ArrayList"

    def map_literal(self, node: tree.MapLiteral, _asked: Asked, read: bool) -> Type:
        """Check ``[a: b]``."""
        self.used(read, node, "result not used from map initializer")
        for entry in node.items:
            for one in entry:
                self.converted(one, "def")
        return "HashMap"

    # Operators.

    def unary(self, node: tree.Unary, asked: Asked, read: bool) -> Type:
        """Check ``-x``, ``+x``, ``~x``, ``!x``."""
        self.used(read, node, f"result not used from operation [{node.operator}]")
        if node.operator == "!":
            self.converted(node.value, "boolean")
            return "boolean"
        found = self.of(node.value)
        kind = promoted_one(found, real=node.operator != "~")
        if kind == "":
            raise CompileError(
                f"Cannot apply [{node.operator}] operation to type [{canonical(found)}].",
                node.place,
                "class_cast_exception",
            )
        return asked[0] if kind == "def" and asked[0] else kind

    def chain(self, node: tree.Chain, asked: Asked, read: bool) -> Type:
        """Check operators from left to right; the target type is that of the last."""
        self.used(read, node, f"result not used from operation [{node.rest[-1][0]}]")
        first = node.rest[0][0] in ("&&", "||")
        left = self.of(node.first, ("boolean", False, False) if first else FREE)
        left_node = node.first
        for number, (sign, place, right) in enumerate(node.rest):
            last = number == len(node.rest) - 1
            left = self._operator(sign, left, left_node, right, place, asked[0] if last else None)
            left_node = right  # only the first value can be a null that is written
        return left

    def _operator(
        self,
        sign: str,
        left: Type,
        left_node: tree.Expression,
        node: tree.Expression,
        place: int,
        target: Type,
    ) -> Type:
        if sign in ("&&", "||"):
            self.fits(left, "boolean", place)
            self.converted(node, "boolean")
            return "boolean"
        right = self.of(node)
        if sign in _EQUALITY:
            if _is_null(left_node) and left == "Object" and _is_null(node):
                raise CompileError("extraneous comparison of [null] constants", place)
            kind = promoted_equality(left, right)
        elif sign in _ORDER:
            kind = promoted(left, right)
        else:
            return self._arithmetic(sign, left, right, place, target)
        if kind != "def":
            self._both_fit(sign, left, right, kind, place)
        return "boolean"

    def _both_fit(self, sign: str, left: Type, right: Type, kind: Type, place: int) -> None:
        if kind == "":
            raise _refused(sign, left, right, place)
        for one in (left, right):
            self.fits(one, kind, place)

    def _arithmetic(self, sign: str, left: Type, right: Type, place: int, target: Type) -> Type:
        if sign == "+" and "String" in (left, right):
            if "void" in (left, right):
                raise _refused(sign, left, right, place)
            return "String"
        if sign in _SHIFTS:
            return self._shift(sign, left, right, place, target)
        if sign == "^":
            kind = promoted_xor(left, right)
        else:
            kind = promoted(left, right, real=sign not in ("&", "|"))
        if kind == "def":
            if "void" in (left, right):
                raise _refused(sign, left, right, place)
            return target or "def"
        self._both_fit(sign, left, right, kind, place)
        return kind

    def _shift(self, sign: str, left: Type, right: Type, place: int, target: Type) -> Type:
        """Find the type of a shift: that of its left side, whatever stands to the right."""
        kind, by = promoted_one(left, real=False), promoted_one(right, real=False)
        if "" in (kind, by):
            raise _refused(sign, left, right, place)
        return target if target and "def" in (kind, by) else kind

    def ternary(self, node: tree.Ternary, asked: Asked, read: bool) -> Type:
        """Check ``condition ? then : otherwise``, and remember its type."""
        self.used(read, node, "result not used from conditional operation [?:]")
        self.converted(node.condition, "boolean")
        then, otherwise = self.of(node.then, asked), self.of(node.otherwise, asked)
        target, explicit, internal = asked
        kind = target
        if target is None:
            kind = promoted_arms(then, otherwise)
            if kind == "":
                raise CompileError(
                    f"cannot apply the conditional operator [?:] to the types [{canonical(then)}] and "
                    f"[{canonical(otherwise)}]",
                    node.place,
                    "class_cast_exception",
                )
        for found, arm in ((then, node.then), (otherwise, node.otherwise)):
            self.fits(found, kind, arm.place, explicit, internal)
        self.conditionals[id(node)] = kind
        return kind

    def elvis(self, node: tree.Elvis, asked: Asked, read: bool) -> Type:
        """Check ``value ?: otherwise``."""
        self.used(read, node, "result not used from elvis operation [?:]")
        target, explicit, internal = asked
        if target in PRIMITIVES:
            raise CompileError("Elvis operator cannot return primitives", node.place)
        value, otherwise = self.of(node.value, asked), self.of(node.otherwise, asked)
        wrong = (
            "LHS is null"
            if _is_null(node.value)
            else "LHS is a constant"
            if isinstance(node.value, tree.Literal)
            else "LHS is a primitive"
            if value in PRIMITIVES
            else "RHS is null"
            if _is_null(node.otherwise)
            else ""
        )
        if wrong:
            raise CompileError(f"Extraneous elvis operator. {wrong}.", node.place)
        kind = target or promoted_arms(value, otherwise)
        self.fits(value, kind, node.value.place, explicit, internal)
        self.fits(otherwise, kind, node.otherwise.place, explicit, internal)
        return kind

    def cast(self, node: tree.Cast, _asked: Asked, read: bool) -> Type:
        """Check ``(type) value``."""
        self.used(read, node, f"result not used from explicit cast with target type [{node.type}]")
        self.converted(node.value, node.type, explicit=True)
        return node.type

    # Variables.

    def assignment(self, node: tree.Assignment, _asked: Asked, read: bool) -> Type:
        """Check ``x = value`` and ``x += value``."""
        target = self.target(node.target)
        if not node.operator:
            self.converted(node.value, target)
            return target if read else "void"
        sign, right = node.operator, self.of(node.value)
        if sign == "+" and "String" in (target, right):
            kind: Type = "String"
        elif sign in _SHIFTS:
            kind = promoted_one(target, real=False)
            kind = "" if promoted_one(right, real=False) == "" else kind
        elif sign in ("&", "|", "^"):
            kind = promoted_xor(target, right)
        else:
            kind = promoted(target, right)
        if kind == "":
            raise _refused(f"{sign}=", target, right, node.place)
        if kind != "String" and sign not in _SHIFTS:
            self.fits(right, kind, node.place)
        self.fits(target, kind, node.place)
        self.fits(kind, target, node.place, explicit=True)
        return target if read else "void"

    def target(self, node: tree.Expression) -> Type:
        """Return the type of what is assigned to."""
        if not isinstance(node, tree.Name):
            return self.of(node) if isinstance(node, tree.Field | tree.Index) else None
        if node.name in self.fixed:
            raise CompileError(f"Variable [{node.name}] is read-only: it cannot be assigned to.", node.place)
        known, found = self.find(node.name)
        if not known:
            raise CompileError(
                f"cannot resolve symbol [{node.name}]: declare it, for example [def {node.name} = …]",
                node.place,
            )
        return found

    def step(self, node: tree.Step, _asked: Asked, read: bool) -> Type:
        """Check ``++x`` and ``x++``."""
        found = self.target(node.target)
        kind = promoted(found, "int")
        if kind not in (None, "def"):
            self.fits(found, kind, node.place)
        return found if read else "void"


def _is_null(node: tree.Expression) -> bool:
    return isinstance(node, tree.Literal) and node.type == "null"


def _refused(sign: str, left: Type, right: Type, place: int) -> CompileError:
    return CompileError(
        f"Cannot apply [{sign}] operation to types [{canonical(left)}] and [{canonical(right)}].",
        place,
        "class_cast_exception",
    )


_KINDS: dict[type[tree.Expression], Callable[..., Type]] = {  # those of members and calls: static_calls
    tree.Literal: Expressions.literal,
    tree.Name: Expressions.name,
    tree.ClassName: Expressions.other,
    tree.New: Expressions.new,
    tree.Unary: Expressions.unary,
    tree.Chain: Expressions.chain,
    tree.Ternary: Expressions.ternary,
    tree.Elvis: Expressions.elvis,
    tree.Cast: Expressions.cast,
    tree.Assignment: Expressions.assignment,
    tree.Step: Expressions.step,
    tree.ListLiteral: Expressions.list_literal,
    tree.MapLiteral: Expressions.map_literal,
}
