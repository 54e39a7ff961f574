"""Regular expressions over sets of symbols, and the smallest automaton that matches any of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Symbols = frozenset[int]


@dataclass(frozen=True)
class Expression:
    """A regular expression: one kind of node, with its parts."""

    kind: str  # "one", "then", "or", "many"
    symbols: Symbols = frozenset()
    parts: tuple[Expression, ...] = ()

    def __add__(self, other: Expression) -> Expression:
        """Match this, then the other."""
        return Expression("then", parts=(self, other))

    def __or__(self, other: Expression) -> Expression:
        """Match either."""
        return Expression("or", parts=(self, other))


def one(symbols: Iterable[int]) -> Expression:
    """Match any one of the symbols."""
    return Expression("one", symbols=frozenset(symbols))


def many(part: Expression) -> Expression:
    """Match the part any number of times, none included."""
    return Expression("many", parts=(part,))


def some(part: Expression) -> Expression:
    """Match the part once or more often."""
    return part + many(part)


def maybe(part: Expression) -> Expression:
    """Match the part or nothing."""
    return part | Expression("then")


@dataclass
class _Net:
    """A nondeterministic automaton: a list of nodes with free and labelled edges."""

    free: list[list[int]] = field(default_factory=list)
    labelled: list[list[tuple[Symbols, int]]] = field(default_factory=list)

    def node(self) -> int:
        self.free.append([])
        self.labelled.append([])
        return len(self.free) - 1

    def add(self, expression: Expression, start: int) -> int:
        """Lay the expression from `start` on; the node where it has matched."""
        if expression.kind == "one":
            end = self.node()
            self.labelled[start].append((expression.symbols, end))
            return end
        if expression.kind == "then":
            for part in expression.parts:
                start = self.add(part, start)
            return start
        if expression.kind == "or":
            end = self.node()
            for part in expression.parts:
                entry = self.node()
                self.free[start].append(entry)
                self.free[self.add(part, entry)].append(end)
            return end
        # "many": a node of its own, so that a loop cannot leak into what precedes it.
        loop = self.node()
        self.free[start].append(loop)
        self.free[self.add(expression.parts[0], loop)].append(loop)
        end = self.node()
        self.free[loop].append(end)
        return end

    def closure(self, nodes: Iterable[int]) -> frozenset[int]:
        """All nodes that free edges reach."""
        seen = set(nodes)
        stack = list(seen)
        while stack:
            for target in self.free[stack.pop()]:
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return frozenset(seen)


@dataclass(frozen=True)
class Automaton:
    """
    The smallest deterministic automaton.

    State 0 has no way to match any more, state 1 is the start, and the states from `first_accepting` on have
    matched.
    """

    next: list[list[int]]  # [state][symbol]
    first_accepting: int


def _determine(expression: Expression, alphabet: int) -> tuple[list[list[int]], list[bool]]:
    """Deterministic states by the subset construction; state 0 is the start."""
    net = _Net()
    entry = net.node()
    goal = net.add(expression, entry)
    subsets = [net.closure([entry])]
    number = {subsets[0]: 0}
    table: list[list[int]] = []
    for subset in subsets:  # grows while it is walked
        row = []
        for symbol in range(alphabet):
            reached = net.closure(
                to for at in subset for symbols, to in net.labelled[at] if symbol in symbols
            )
            if reached not in number:
                number[reached] = len(subsets)
                subsets.append(reached)
            row.append(number[reached])
        table.append(row)
    return table, [goal in subset for subset in subsets]


def build(expression: Expression, alphabet: int) -> Automaton:
    """
    Build the smallest automaton of an expression.

    Parameters
    ----------
    expression : Expression
        What to match; it must not match nothing.
    alphabet : int
        Symbols are 0 to ``alphabet - 1``.

    Returns
    -------
    Automaton
        Its states in a fixed order: the same expression gives the same table.
    """
    table, accepting = _determine(expression, alphabet)
    block = [int(flag) for flag in accepting]
    while True:  # Moore: split blocks until all members of each go to the same blocks
        signatures = [(block[state], *(block[to] for to in row)) for state, row in enumerate(table)]
        names = {signature: i for i, signature in enumerate(dict.fromkeys(signatures))}
        refined = [names[signature] for signature in signatures]
        if len(set(refined)) == len(set(block)):
            break
        block = refined
    dead = {block[state] for state, row in enumerate(table) if not accepting[state] and set(row) == {state}}
    order = sorted(
        set(block),
        key=lambda b: (b not in dead, b != block[0], accepting[block.index(b)], block.index(b)),
    )
    rank = {b: i for i, b in enumerate(order)}
    rows = [[rank[block[to]] for to in table[block.index(b)]] for b in order]
    return Automaton(rows, sum(not accepting[block.index(b)] for b in order))
