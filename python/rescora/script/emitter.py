"""The emitter of instructions, and register allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.core import _core
from rescora.script.errors import CompileError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_INSTRUCTIONS = 10_000  # a loop over 256 lanes each
MAX_REGISTERS = 60_000  # the core's registers are 16 bits wide
NONE = 0xFFFF  # no register
_MAXIMUM = "the script is too large"

# The core's own list: name -> (number, operands, class).
OPERATIONS: dict[str, tuple[int, int, str]] = _core.operations()

# While a program is written, a uniform register is a negative number and a varying one is not; at the end
# both become the core's numbers.
Register = int


class Label:
    """A place that is jumped to."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = -1


class _Instruction(NamedTuple):
    operation: int
    out: int | None
    operands: tuple[int, ...]
    mask: int | None
    aux: int | Label
    constant: int
    place: int
    width: int  # registers written from `out` on


class Input(NamedTuple):
    """
    Where the value of an input comes from when a script's parameters are known.

    Attributes
    ----------
    kind : str
        "literal", "param", or the name of a derivation in `parameters.DERIVED`.
    value : object
        The literal; the path of the parameter; or what the derivation is made from.
    type : str
        The type of the lane: "long", "double" or "String".
    place : int
        Where in the source it is used first.
    """

    kind: str
    value: Any
    type: str
    place: int = 0


class Emitter:
    """Takes instructions one by one and gives the core's program."""

    def __init__(self) -> None:
        self.inputs: dict[tuple[str, str, Any], tuple[Register, Input]] = {}
        self.constants: dict[tuple[str, Any], tuple[int, Input]] = {}
        self.columns: dict[tuple[int, str], int] = {}
        self._uniforms = 0
        self._varying = 0
        self._pairs: list[Register] = []  # first registers of defs
        self._prologue: list[_Instruction] = []
        self._made: dict[tuple[Any, ...], Register] = {}  # what the prologue has already
        self._columns_code: list[_Instruction] = []  # gathers: they stand before all else
        self._gathered: dict[tuple[str, int], Register] = {}
        self._code: list[_Instruction] = []
        self._loops: list[tuple[int, int]] = []
        self._counters: Register | None = None
        self._zero: Register = 0

    # Registers.

    def varying(self, width: int = 1) -> Register:
        """Return a new register, or the first of several neighbours."""
        register = self._varying
        self._varying += width
        if width == 2:
            self._pairs.append(register)
        if self._varying > MAX_REGISTERS:
            raise CompileError(_MAXIMUM, 0)
        return register

    def _uniform(self) -> Register:
        self._uniforms += 1
        return -self._uniforms

    def input(self, source: Input) -> Register:
        """Return the uniform register that an input's value stands in."""
        key = (source.kind, source.type, _exact(source.value))
        found = self.inputs.get(key)
        if found is None:
            found = self.inputs[key] = (self._uniform(), source)
        return found[0]

    def literal(self, value: bool | int | float | str, type: str) -> Register:
        """Return the uniform register of a constant; `type` is "long", "double" or "String"."""
        return self.input(Input("literal", value, type))

    def constant(self, source: Input) -> int:
        """Return the number of a constant list, map or vector."""
        key = (source.kind, source.value)
        if key not in self.constants:
            self.constants[key] = (len(self.constants), source)
        return self.constants[key][0]

    def column(self, field: int, kind: str) -> int:
        """Return the slot of a column."""
        return self.columns.setdefault((field, kind), len(self.columns))

    # Instructions.

    def emit(
        self,
        name: str,
        *operands: Register,
        mask: Register | None = None,
        aux: int | Label = 0,
        constant: int = 0,
        place: int = 0,
        width: int = 1,
    ) -> Register:
        """Add an instruction that makes a value; if no document matters to it, hoist it to the prologue."""
        number, _, kind = OPERATIONS[name]
        pure = kind in ("vector", "lane") and width == 1 and name not in _READS_COLUMNS
        if pure and operands and max(operands) < 0 and not isinstance(aux, Label):
            return self._once(name, number, operands, aux, constant)
        out = self.varying(width)
        self._add(_Instruction(number, out, operands, mask, aux, constant, place, width))
        return out

    def _once(
        self, name: str, number: int, operands: tuple[Register, ...], aux: Any, constant: int
    ) -> Register:
        key = (name, operands, aux, constant)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._uniform()
            self._prologue.append(_Instruction(number, found, operands, None, aux, constant, 0, 1))
        return found

    def gather(self, name: str, slot: int = 0) -> Register:
        """Return what a column holds for each document; every column is read once a block."""
        found = self._gathered.get((name, slot))
        if found is None:
            found = self._gathered[name, slot] = self.varying()
            self._columns_code.append(_Instruction(OPERATIONS[name][0], found, (), None, slot, 0, 0, 1))
        return found

    def move(self, target: Register, value: Register, mask: Register | None = None) -> None:
        """Set a variable, where the mask says so."""
        if mask is None:
            self._add(_Instruction(OPERATIONS["copy"][0], target, (value,), None, 0, 0, 0, 1))
        else:
            operands = (value, NONE, mask)
            self._add(_Instruction(OPERATIONS["blend"][0], target, operands, None, 0, 0, 0, 1))

    def into(self, target: Register, name: str, *operands: Register) -> None:
        """Add an instruction whose value goes into a variable, everywhere."""
        self._add(_Instruction(OPERATIONS[name][0], target, operands, None, 0, 0, 0, 1))

    def counters(self) -> Register:
        """Return the register that the whole script counts its steps in, which begins at 0."""
        if self._counters is None:
            self._counters = self.varying()
            self._zero = self.literal(0, "long")
        return self._counters

    def count_step(self, counters: Register, mask: Register, place: int) -> None:
        """Count a step of a loop for each of the mask's lanes."""
        self._add(_Instruction(OPERATIONS["count_step"][0], None, (counters, mask), None, 0, 0, place, 1))

    def fail(self, code: int, mask: Register | None, place: int, said: str = "") -> None:
        """Fail in each of the mask's lanes, saying why."""
        text = self.literal(said, "String") if said else self.literal(0, "long")
        self._add(_Instruction(OPERATIONS["fail"][0], None, (text,), mask, code, 0, place, 1))

    def jump(self, label: Label) -> None:
        """Go on at a label."""
        self._add(_Instruction(OPERATIONS["jump"][0], None, (), None, label, 0, 0, 1))

    def jump_if_none(self, mask: Register, label: Label) -> None:
        """Go on at a label if no lane of the mask is left."""
        self._add(_Instruction(OPERATIONS["jump_if_none"][0], None, (mask,), None, label, 0, 0, 1))

    def place_label(self, label: Label) -> None:
        """Put a label where the next instruction comes."""
        label.at = len(self._code)

    def position(self) -> int:
        """Return where the next instruction comes."""
        return len(self._code)

    def loop(self, begin: int) -> None:
        """Mark the instructions since `begin` as a loop."""
        self._loops.append((begin, len(self._code)))

    def _add(self, instruction: _Instruction) -> None:
        self._code.append(instruction)
        if len(self._code) > MAX_INSTRUCTIONS:
            raise CompileError(_MAXIMUM, instruction.place)

    # The end.

    def finish(self, result: Register) -> tuple[NDArray[np.uint32], NDArray[np.uint32], int, int, int]:
        """
        Return the prologue, the code, how many uniforms and registers there are, and the result's register.

        Parameters
        ----------
        result : int
            Where the result stands; kept to the end.
        """
        inputs = {register: n for n, (register, _) in enumerate(self.inputs.values())}
        others = (-1 - n for n in range(self._uniforms))
        uniform = dict(inputs)
        for register in others:
            if register not in uniform:
                uniform[register] = len(uniform)
        read = {register for one in self._code for register in one.operands} | {result}
        begin = [one for one in self._columns_code if one.out in read]
        if self._counters is not None:
            begin.append(_Instruction(OPERATIONS["copy"][0], self._counters, (self._zero,), None, 0, 0, 0, 1))
        shift = len(begin)
        code = begin + self._code
        loops = [(begin + shift, end + shift) for begin, end in self._loops]
        varying, highest = _allocate(code, loops, self._pairs, result)
        first = len(uniform)

        def number(register: int | None) -> int:
            if register is None or register == NONE:
                return NONE
            return uniform[register] if register < 0 else first + varying[register]

        prologue = _encoded(self._prologue, number, 0)
        return prologue, _encoded(code, number, shift), first, first + highest, number(result)


_READS_COLUMNS = frozenset(["contains_long", "contains_double", "contains_text", "equal_ordinal"]) | {
    "random_by_document",
    "random_by_value",
}


def _exact(value: Any) -> Any:
    """Return a key that distinguishes 0.0 from -0.0 and equates NaN with itself."""
    return value.hex() if isinstance(value, float) else value


def _encoded(code: list[_Instruction], number: Any, shift: int) -> NDArray[np.uint32]:
    rows = []
    for one in code:
        a, b, c = (*map(number, one.operands), NONE, NONE, NONE)[:3]
        aux = one.aux.at + shift if isinstance(one.aux, Label) else one.aux
        rows.append((one.operation, number(one.out), a, b, c, number(one.mask), aux, one.constant, one.place))
    return np.array(rows, np.uint32).reshape(len(rows), 9)


def _allocate(
    code: list[_Instruction], loops: list[tuple[int, int]], pairs: list[Register], result: Register
) -> tuple[dict[Register, int], int]:
    """Allocate registers by linear scan: those that are never live at once share a number."""
    first: dict[Register, int] = {}
    last: dict[Register, int] = {}
    base = {one: pair for pair in pairs for one in (pair, pair + 1)}  # the first register of a def's two
    widths = dict.fromkeys(pairs, 2)
    for at, one in enumerate(code):
        used = [*one.operands] if one.mask is None else [*one.operands, one.mask]
        if one.out is not None:
            used.append(one.out)
        for register in used:
            if 0 <= register != NONE:
                owner = base.get(register, register)
                first.setdefault(owner, at)
                last[owner] = at
    if result >= 0:
        last[base.get(result, result)] = len(code)
        first.setdefault(base.get(result, result), len(code))
    for begin, end in sorted(loops, key=lambda loop: loop[1] - loop[0]):  # inner ones first
        for register, at in first.items():
            if at < begin and begin <= last[register] < end:
                last[register] = end
    return _scan(first, last, widths, base)


def _scan(
    first: dict[Register, int],
    last: dict[Register, int],
    widths: dict[Register, int],
    base: dict[Register, Register],
) -> tuple[dict[Register, int], int]:
    free: dict[int, list[int]] = {1: [], 2: []}
    active: list[tuple[int, int, int]] = []  # where it ends, its number, its width
    given: dict[Register, int] = {}
    highest = 0
    for register in sorted(first, key=lambda one: first[one]):
        still = []
        for end, number, wide in active:
            if end < first[register]:
                free[wide].append(number)
            else:
                still.append((end, number, wide))
        wide = widths.get(register, 1)
        if free[wide]:
            number = free[wide].pop()
        else:
            number, highest = highest, highest + wide
        given[register] = number
        still.append((last[register], number, wide))
        active = still
    for register, owner in base.items():
        if register != owner and owner in given:
            given[register] = given[owner] + (register - owner)
    return given, highest
