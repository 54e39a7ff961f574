"""Static checks of statements: reachability, and values that the last statements return."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

# Importing `static_calls` enters what it knows.
from rescora.script import static_calls, tree  # noqa: F401
from rescora.script.checked import Checked
from rescora.script.errors import CompileError
from rescora.script.statics import Expressions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rescora.script.conversions import Type
    from rescora.script.whitelist import Signature


class Left(NamedTuple):
    """How a statement is always left: in any way, by a return, out of a loop; and what it has somewhere."""

    everything: bool = False
    function: bool = False
    loop: bool = False
    any_continue: bool = False
    any_break: bool = False

    def joined(self, other: Left) -> Left:
        """Return what holds of two branches of which one is taken."""
        always = (one and two for one, two in zip(self[:3], other[:3], strict=True))
        some = (one or two for one, two in zip(self[3:], other[3:], strict=True))
        return Left(*always, *some)


class Where(NamedTuple):
    """The position of a statement: last in its function, in a loop, last in a loop."""

    last: bool = False
    in_loop: bool = False
    last_in_loop: bool = False


RETURNED = Left(everything=True, function=True, loop=True)


def checked(
    script: tree.Script, builtin: Mapping[str, Signature], given: Mapping[str, str], result: str
) -> Checked:
    """
    Check a script as Painless does.

    Parameters
    ----------
    script : tree.Script
        The script.
    builtin : dict
        The signatures of the functions that every script has.
    given : dict
        The types of the names that the script is given.
    result : str
        The type that must come out.

    Raises
    ------
    CompileError
        If Painless would refuse it.
    """
    own: dict[tuple[str, int], tree.Function] = {}
    for one in script.functions:
        key = one.name, len(one.parameters)
        if key in own:
            raise CompileError(f"Function [{one.name}/{key[1]}] is already defined", one.place)
        own[key] = one
    conditionals: dict[int, Type] = {}
    functions = []
    for one in script.functions:
        inner = _Body(Expressions(own, builtin, {}), one.type)
        for kind, name in one.parameters:
            inner.expressions.declare(kind, name, one.place)
        statements, left = inner.function(one.body.statements, one.name, one.place)
        if not left.function and one.type != "void":
            raise CompileError(
                f"not all paths of [{one.name}] return a value: not all paths provide a return value for "
                f"function [{one.name}] with [{len(one.parameters)}] parameters",
                one.place,
            )
        conditionals |= inner.expressions.conditionals
        functions.append(
            msgspec.structs.replace(one, body=msgspec.structs.replace(one.body, statements=statements))
        )
    body = _Body(Expressions(own, builtin, given), result)
    statements, left = body.function(script.statements, "execute", 0)
    conditionals |= body.expressions.conditionals
    whole = msgspec.structs.replace(script, functions=tuple(functions), statements=statements)
    return Checked(whole, conditionals, left.function)


class _Body:
    """The statements of one function; each is given back as it is to be compiled."""

    def __init__(self, expressions: Expressions, result: str) -> None:
        self.expressions = expressions
        self.result = result

    def function(
        self, statements: tuple[tree.Statement, ...], name: str, place: int
    ) -> tuple[tuple[tree.Statement, ...], Left]:
        """Check all of a function."""
        if not statements:
            raise CompileError(
                f"invalid function definition: found no statements for function [{name}]", place
            )
        self.expressions.scopes.append({})
        return self.block(statements, Where(last=True))

    def block(
        self, statements: tuple[tree.Statement, ...], where: Where
    ) -> tuple[tuple[tree.Statement, ...], Left]:
        """Check statements one after another."""
        made: list[tree.Statement] = []
        left = Left()
        for number, one in enumerate(statements):
            if left.everything:
                raise CompileError("Unreachable statement.", one.place)
            ends = number == len(statements) - 1
            there = Where(where.last and ends, where.in_loop, where.last_in_loop and ends)
            new, now = _KINDS[type(one)](self, one, there)
            made.append(new)
            left = Left(*now[:3], left.any_continue or now.any_continue, left.any_break or now.any_break)
        return tuple(made), left

    def inside(self, body: tree.Statement, where: Where) -> tuple[tree.Statement, Left]:
        """Check a branch's or a loop's body, in a scope of its own."""
        self.expressions.scopes.append({})
        if isinstance(body, tree.Block):
            statements, left = self.block(body.statements, where)
            body = msgspec.structs.replace(body, statements=statements)
        else:
            (body,), left = self.block((body,), where)
        self.expressions.scopes.pop()
        return body, left

    def declaration(self, node: tree.Declaration, _where: Where) -> tuple[tree.Statement, Left]:
        for one in node.declarators:
            if one.value is not None:
                self.expressions.converted(one.value, node.type)
            self.expressions.declare(node.type, one.name, one.place)
        return node, Left()

    def expression(self, node: tree.ExpressionStatement, where: Where) -> tuple[tree.Statement, Left]:
        """Check an expression statement: as the last of a function it is the function's result."""
        takes = where.last and self.result != "void"
        found = self.expressions.of(node.value, read=takes)
        if not takes or found == "void":
            return node, Left()
        self.expressions.fits(found, self.result, node.place, internal=True)
        return tree.Return(node.place, node.depth, node.value, written=False), RETURNED

    def give(self, node: tree.Return, _where: Where) -> tuple[tree.Statement, Left]:
        if node.value is None and self.result != "void":
            raise CompileError(
                f"Cannot cast from [void] to [{self.result}].", node.place, "class_cast_exception"
            )
        if node.value is not None and self.result == "void":
            raise CompileError(
                "Cannot return a value from a function of type [void].", node.place, "class_cast_exception"
            )
        if node.value is not None:
            self.expressions.converted(node.value, self.result, internal=True)
        return node, RETURNED

    def branch(self, node: tree.If, where: Where) -> tuple[tree.Statement, Left]:
        branches = []
        left: Left | None = None
        for condition, body in node.branches:
            self.expressions.converted(condition, "boolean")
            if _is_boolean(condition) or _is_empty(body):
                raise CompileError("extraneous if block", node.place)
            made, now = self.inside(body, where)
            branches.append((condition, made))
            left = now if left is None else left.joined(now)
        assert left is not None
        otherwise = node.otherwise
        if otherwise is not None:
            if _is_empty(otherwise):
                raise CompileError("extraneous else block.", node.place)
            otherwise, now = self.inside(otherwise, where)
            return tree.If(node.place, node.depth, tuple(branches), otherwise), left.joined(now)
        return tree.If(node.place, node.depth, tuple(branches), None), left.joined(Left())

    def loop_body(self, body: tree.Statement, what: str, place: int) -> tuple[tree.Statement, Left]:
        """Check a loop's body, which must not always leave the loop in its first turn."""
        made, left = self.inside(body, Where(in_loop=True, last_in_loop=True))
        if left.loop and not left.any_continue:
            raise CompileError(f"extraneous {what} loop", place)
        return made, left

    def while_(self, node: tree.While, _where: Where) -> tuple[tree.Statement, Left]:
        what = "do-while" if node.body_first else "while"
        if node.body_first and _is_empty(node.body):
            raise CompileError("extraneous do-while loop", node.place)
        if not node.body_first:
            self.condition(node.condition, what, node.place)
        made, left = node.body, Left()
        endless = _is_boolean(node.condition)
        if isinstance(node.body, tree.Nothing) or _is_empty(node.body):
            if endless:
                raise CompileError(f"no paths escape from {what} loop", node.place)
        else:
            made, left = self.loop_body(node.body, what, node.place)
        if node.body_first:
            self.condition(node.condition, what, node.place)
        whole = msgspec.structs.replace(node, body=made)
        return whole, Left(True, True) if endless and not left.any_break else Left()

    def condition(self, node: tree.Expression, what: str, place: int) -> None:
        """Check a loop's condition, which may be constant if it is true."""
        self.expressions.converted(node, "boolean")
        if _is_boolean(node) and not getattr(node, "value", True):
            raise CompileError(f"extraneous {what} loop", place)

    def for_(self, node: tree.For, _where: Where) -> tuple[tree.Statement, Left]:
        self.expressions.scopes.append({})
        for one in node.start:
            _KINDS[type(one)](self, one, Where())
        endless = node.condition is None or _is_boolean(node.condition)
        if node.condition is not None:
            self.condition(node.condition, "for", node.place)
        for update in node.update:
            self.expressions.of(update, read=False)
        made, left = node.body, Left()
        if not (isinstance(node.body, tree.Nothing) or _is_empty(node.body)):
            made, left = self.loop_body(node.body, "for", node.place)
        elif endless and node.condition is not None:
            raise CompileError("no paths escape from for loop", node.place)
        self.expressions.scopes.pop()
        whole = msgspec.structs.replace(node, body=made)
        return whole, Left(True, True) if endless and not left.any_break and made is not node.body else Left()

    def for_each(self, node: tree.ForEach, _where: Where) -> tuple[tree.Statement, Left]:
        expressions = self.expressions
        found = expressions.of(node.items)
        if found not in (None, "def", "List", "ArrayList", "Collection", "Iterable"):
            raise CompileError(f"Cannot iterate over [{found}].", node.place)
        expressions.scopes.append({})
        expressions.declare(node.type, node.name, node.place)
        fresh = node.name not in expressions.fixed
        expressions.fixed.add(node.name)
        if isinstance(node.body, tree.Nothing) or _is_empty(node.body):
            raise CompileError("extraneous foreach loop", node.place)
        made, _ = self.loop_body(node.body, "foreach", node.place)
        if fresh:
            expressions.fixed.discard(node.name)
        expressions.scopes.pop()
        return msgspec.structs.replace(node, body=made), Left()

    def break_(self, node: tree.Break, where: Where) -> tuple[tree.Statement, Left]:
        if not where.in_loop:
            raise CompileError("Break statement outside of a loop.", node.place)
        return node, Left(everything=True, loop=True, any_break=True)

    def continue_(self, node: tree.Continue, where: Where) -> tuple[tree.Statement, Left]:
        if not where.in_loop:
            raise CompileError("Continue statement outside of a loop.", node.place)
        if where.last_in_loop:
            raise CompileError("extraneous continue statement", node.place)
        return node, Left(everything=True, any_continue=True)

    def nothing(self, node: tree.Nothing, _where: Where) -> tuple[tree.Statement, Left]:
        return node, Left()


def _is_boolean(node: tree.Expression | None) -> bool:
    return isinstance(node, tree.Literal) and node.type == "boolean"


def _is_empty(body: tree.Statement) -> bool:
    return isinstance(body, tree.Nothing) or (isinstance(body, tree.Block) and not body.statements)


_KINDS: dict[type[tree.Statement], Callable[..., tuple[tree.Statement, Left]]] = {
    tree.Declaration: _Body.declaration,
    tree.ExpressionStatement: _Body.expression,
    tree.Return: _Body.give,
    tree.If: _Body.branch,
    tree.While: _Body.while_,
    tree.For: _Body.for_,
    tree.ForEach: _Body.for_each,
    tree.Break: _Body.break_,
    tree.Continue: _Body.continue_,
    tree.Nothing: _Body.nothing,
}
