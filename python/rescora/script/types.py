"""Types of values in scripts, and Java's widening and promotion."""

from __future__ import annotations

from typing import Any

from rescora.script.errors import CompileError

# What a def can hold, in the order of plan::Kind (cpp/plan/program.h): of two numbers the wider is the later.
KINDS = ("null", "boolean", "byte", "short", "char", "int", "long", "float", "double", "String")
# What only results can be, which a script never looks into: plan::Kind's numbers.
LIST, MAP = len(KINDS), len(KINDS) + 1
# Asked for where a value is a script field's: it is printed, and converted to nothing.
RESULT = "printed"
WHOLE = ("byte", "short", "char", "int", "long")
REAL = ("float", "double")
NUMERIC = (*WHOLE, *REAL)
# What stands in one register, and so can be kept in a def.
SIMPLE = (*KINDS[1:], "null")
# Names that a declaration may use for the types above. A boxed type is kept as what it boxes.
DECLARED = {
    **{name: name for name in KINDS[1:]},
    "def": "def",
    "Object": "def",
    "Number": "def",
    "Boolean": "boolean",
    "Byte": "byte",
    "Short": "short",
    "Character": "char",
    "Integer": "int",
    "Long": "long",
    "Float": "float",
    "Double": "double",
    "ZonedDateTime": "ZonedDateTime",
    "JodaCompatibleZonedDateTime": "ZonedDateTime",
    "Instant": "Instant",
    "GeoPoint": "GeoPoint",
    "List": "List",
    "ArrayList": "List",
    "Collection": "List",
    "Iterable": "List",
    "Map": "Map",
    "HashMap": "Map",
}
BOXED = frozenset(["Boolean", "Byte", "Short", "Character", "Integer", "Long", "Float", "Double"])
# What Java converts without being told to.
_WIDER = {
    "byte": ("short", "int", "long", "float", "double"),
    "short": ("int", "long", "float", "double"),
    "char": ("int", "long", "float", "double"),
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
}
_JAVA_NAMES = {
    "boolean": "java.lang.Boolean",
    "byte": "java.lang.Byte",
    "short": "java.lang.Short",
    "char": "java.lang.Character",
    "int": "java.lang.Integer",
    "long": "java.lang.Long",
    "float": "java.lang.Float",
    "double": "java.lang.Double",
    "String": "java.lang.String",
    "ZonedDateTime": "java.time.ZonedDateTime",
}


def java_name(type: str) -> str:
    """Return the name of the class that a value of a type has in Painless."""
    return _JAVA_NAMES.get(type, type)


def widens(source: str, target: str) -> bool:
    """Tell whether Java converts a number to a type implicitly."""
    return source == target or target in _WIDER.get(source, ())


def promoted(*types: str) -> str:
    """
    Return the type in which numbers are calculated together.

    Examples
    --------
    >>> promoted("byte", "char"), promoted("int", "long"), promoted("long", "float")
    ('int', 'long', 'float')
    """
    widest = max(types, key=KINDS.index)
    return widest if widest in ("long", "float", "double") else "int"


def lane(type: str) -> str:
    """Return the register class of a type: "long", "double" or "String"."""
    if type in REAL:
        return "double"
    return "String" if type == "String" else "long"


class Value:
    """
    A compiled expression.

    Attributes
    ----------
    type : str
        A name of `KINDS`, or "def" where only the documents know; "ZonedDateTime", "Instant", "GeoPoint"; or
        one of the types below that exist only while compiling.
    register : int
        Where it stands; of a def, the first of two.
    loose : bool
        Whether Painless takes it for a def, although its type is known here: a field's value, a parameter.
    constant : object
        The value itself where it is written in the source.
    """

    __slots__ = ("constant", "loose", "register", "type")

    def __init__(self, type: str, register: int, loose: bool = False, constant: Any = None) -> None:
        self.type = type
        self.register = register
        self.loose = loose
        self.constant = constant

    def declared(self, loose: bool = False) -> Value:
        """Return it as what gave it is declared: strictly of its type, or loosely if a def was asked."""
        return Value(self.type, self.register, loose or self.type == "def", self.constant)


class Static:
    """A value without a register: ``doc``, a list, a map, a class. Its `type` names it in messages."""

    type = "Object"
    loose = True
    constant = None

    @property
    def register(self) -> int:
        """There is none: nothing may ask a list for its register before it has asked for its type."""
        raise CompileError(f"a value of type [{self.type}] cannot be used here", 0, "class_cast_exception")


Compiled = Value | Static


def join(first: str, second: str) -> str | None:
    """Return the type of a def that holds values of two types at different times; None: there is none."""
    if first == second:
        return first
    if {first, second} == {"null", "String"}:
        return "String"
    return "def" if first in (*SIMPLE, "def") and second in (*SIMPLE, "def") else None


class Missing:
    """A null from a parameter that is missing or null."""

    def __init__(self, path: tuple[str, ...], given: bool) -> None:
        name = ".".join(path)
        self.said = f"parameter [{name}] is null" if given else f"missing parameter [{name}]"


def said_missing(value: Compiled) -> str:
    """Return which parameter is missing, where a null is that."""
    return f": {value.constant.said}" if isinstance(value.constant, Missing) else ""
