"""Static conversions and numeric promotion of Painless's types."""

from __future__ import annotations

from rescora.script.types import NUMERIC, widens
from rescora.script.whitelist import BOXES, NUMBER_BOXES, PRIMITIVES

# A type of an expression, as a script would write it; None is one that is not followed, and fits everywhere.
Type = str | None

_UNBOXED = {box: kind for kind, box in BOXES.items()}
_SUPERTYPES = {
    **dict.fromkeys(NUMBER_BOXES, ("Number",)),
    "String": ("CharSequence",),
    "ArrayList": ("List", "Collection", "Iterable"),
    "List": ("Collection", "Iterable"),
    "Collection": ("Iterable",),
    "HashMap": ("Map",),
}
_CANONICAL = {
    **{box: f"java.lang.{box}" for box in (*BOXES.values(), "String", "Object", "Number", "CharSequence")},
    **{name: f"java.util.{name}" for name in ("List", "ArrayList", "Map", "HashMap", "Collection")},
    "Iterable": "java.lang.Iterable",
    "ZonedDateTime": "java.time.ZonedDateTime",
}


def canonical(type: Type) -> str:
    """Return the name of a type in messages."""
    return _CANONICAL.get(type or "", type or "")


def _extends(type: str, parent: str) -> bool:
    if type in PRIMITIVES or parent in PRIMITIVES:
        return False
    return parent == "Object" or parent in _SUPERTYPES.get(type, ())


def converts(source: Type, target: Type, *, explicit: bool = False, internal: bool = False) -> bool:
    """
    Tell whether Painless converts one type to another.

    Parameters
    ----------
    source, target : str or None
        The types.
    explicit : bool
        Whether a cast is written.
    internal : bool
        Whether it is an argument or a result, which are boxed and unboxed.

    Examples
    --------
    >>> converts("int", "Integer"), converts("int", "Integer", internal=True), converts("int", "def")
    (False, True, True)
    """
    if source is None or target is None or source == target:
        return True
    if "void" in (source, target):
        return False
    if "def" in (source, target):
        return True
    if source in NUMERIC and target in NUMERIC:
        return explicit or widens(source, target)
    if {source, target} == {"String", "char"}:
        return explicit
    if internal and (source in PRIMITIVES or _UNBOXED.get(source)) and _boxes(source, target):
        return True
    return _extends(source, target) or (explicit and _extends(target, source))


def _boxes(source: str, target: str) -> bool:
    """Tell whether a conversion only boxes or unboxes, and widens."""
    if source in PRIMITIVES and target in ("Object", "Number"):
        return target == "Object" or source != "boolean"
    one, other = _UNBOXED.get(source, source), _UNBOXED.get(target, target)
    if other not in PRIMITIVES:
        return False
    if target in _UNBOXED and one in ("byte", "short") and other == "char":
        return False
    return one == other or (one in NUMERIC and other in NUMERIC and widens(one, other))


def promoted_one(type: Type, *, real: bool = True) -> Type:
    """Return the type that a unary operator calculates in; "" where it takes no such value."""
    if type is None or type == "def" or (real and type in ("double", "float")) or type == "long":
        return type
    return "int" if type in ("int", "char", "short", "byte") else ""


def promoted(left: Type, right: Type, *, real: bool = True) -> Type:
    """Return the type in which an operator calculates; "" where it takes no such values."""
    if "def" in (left, right):
        return "def"
    if left is None or right is None:
        return None
    wide = ("double", "float", "long") if real else ("long",)
    for kind in wide:
        if kind in (left, right):
            return kind
    return "int" if {left, right} & {"int", "char", "short", "byte"} else ""


def promoted_xor(left: Type, right: Type) -> Type:
    """Return the type of ``^``, and of ``&=`` and its kin, which take booleans too."""
    if "def" not in (left, right) and None not in (left, right) and "boolean" in (left, right):
        return "boolean"
    return promoted(left, right, real=False)


def promoted_equality(left: Type, right: Type) -> Type:
    """Return the type in which two values are compared for equality."""
    if left == right and left in ("String", "boolean"):
        return left
    if "def" in (left, right):
        return "def"
    if left is None or right is None:
        return None
    return promoted(left, right) if left in PRIMITIVES and right in PRIMITIVES else "Object"


def promoted_arms(left: Type, right: Type) -> Type:
    """Return the type of a conditional of which none is asked; "" where there is none."""
    if left == right:
        return left
    if "def" in (left, right):
        return "def"
    if left is None or right is None:
        return None
    if left in NUMERIC and right in NUMERIC:
        for kind in ("double", "float", "long", "int"):
            if kind in (left, right):
                return kind
        return "int" if "char" in (left, right) else ""
    return "Object"
