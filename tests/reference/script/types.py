"""The static types of Painless: which there are, which converts to which, what two of them promote to."""

RANKS = {name: rank for rank, name in enumerate(("byte", "short", "char", "int", "long", "float", "double"))}
NUMERIC = frozenset(RANKS)
PRIMITIVES = frozenset({"boolean", *NUMERIC})
BOXES = {
    "Boolean": "boolean",
    "Byte": "byte",
    "Short": "short",
    "Character": "char",
    "Integer": "int",
    "Long": "long",
    "Float": "float",
    "Double": "double",
}
BOX_OF = {primitive: box for box, primitive in BOXES.items()}
# Types that a variable can be declared as, beside def and the primitives.
REFERENCES = frozenset(
    {
        *BOXES,
        "Number",
        "String",
        "Object",
        "List",
        "Map",
        "ZonedDateTime",
        "Instant",
        "DayOfWeek",
        "Month",
        "GeoPoint",
    }
)
# Classes that have static members.
CLASSES = frozenset({"Math", "ChronoUnit", "ZoneId", "StrictMath", *REFERENCES}) - {
    "GeoPoint",
    "Object",
    "Number",
    "List",
    "Map",
}
# What a value of a static type is tagged as when the script runs.
TAGS = {
    **{primitive: primitive for primitive in PRIMITIVES},
    **BOXES,
    "String": "string",
    "List": "list",
    "Map": "map",
    "ZonedDateTime": "date",
    "Instant": "instant",
    "GeoPoint": "geo_point",
    "DayOfWeek": "day_of_week",
    "Month": "month",
    "ChronoUnit": "chrono_unit",
    "ZoneId": "zone",
}
CLASS_OF = {tag: name for name, tag in TAGS.items() if name not in PRIMITIVES} | {
    "doc": "Map",
    "float[]": "float[]",
}

WIDENINGS = {
    "byte": "short int long float double",
    "short": "int long float double",
    "char": "int long float double",
    "int": "long float double",
    "long": "float double",
    "float": "double",
    "double": "",
    "boolean": "",
}


def unboxed(name: str) -> str:
    return BOXES.get(name, name)


def widens(given: str, to: str) -> bool:
    return given == to or to in WIDENINGS[given].split()


def convertible(given: str, to: str, explicit: bool, internal: bool = False) -> bool:
    """Return whether Painless would compile this conversion; arguments and results are boxed."""
    if given == to or "def" in (given, to):
        return "void" not in (given, to)
    if given == "void" or to == "void":
        return False
    if internal and boxes(given, to):
        return True
    if to == "Object":
        return given not in PRIMITIVES
    if to == "Number":
        return BOXES.get(given) in NUMERIC and given != "Character"
    if given in ("Object", "Number"):
        return explicit and to not in PRIMITIVES
    if given in NUMERIC and to in NUMERIC:
        return explicit or widens(given, to)
    if {given, to} == {"String", "char"}:
        return explicit
    return False


def boxes(given: str, to: str) -> bool:
    """Return whether a conversion boxes or unboxes, and widens at most."""
    if given in PRIMITIVES and to in ("Object", "Number"):
        return to == "Object" or given != "boolean"
    if given not in PRIMITIVES and given not in BOXES:
        return False
    one, other = unboxed(given), unboxed(to)
    return other in PRIMITIVES and (one == other or widens(one, other))


def promote_number(given: str, *, decimal: bool = True) -> str | None:
    """Promote one operand: what is narrower than an int becomes one. None if it is no number."""
    if given == "def":
        return "def"
    if given not in NUMERIC or (not decimal and given in ("float", "double")):
        return None
    return given if RANKS[given] > RANKS["int"] else "int"


def promote_numbers(left: str, right: str, *, decimal: bool = True) -> str | None:
    promoted = [promote_number(left, decimal=decimal), promote_number(right, decimal=decimal)]
    if None in promoted:
        return None
    return "def" if "def" in promoted else max(promoted, key=RANKS.__getitem__)


def promote_branches(left: str, right: str) -> str | None:
    """Find the type of `condition ? left : right` where none is asked for."""
    if left == right:
        return left
    if "def" in (left, right):
        return "def"
    if left in NUMERIC and right in NUMERIC:
        return promote_primitive_branches(left, right)
    return "Object"


def promote_primitive_branches(left: str, right: str) -> str | None:
    if {left, right} == {"byte", "short"}:
        return None
    if {left, right} <= {"byte", "short", "char"}:
        return "int"
    return max(left, right, key=RANKS.__getitem__)
