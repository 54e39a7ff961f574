"""Painless's allow list of methods: parameter and result types, by name and count of parameters."""

from __future__ import annotations

# Of a method: the types of its parameters, and of what it gives. None is a type that is not followed.
Signature = tuple[tuple[str | None, ...], str | None]

PRIMITIVES = frozenset(["boolean", "byte", "short", "char", "int", "long", "float", "double"])
BOXES = {
    "boolean": "Boolean",
    "byte": "Byte",
    "short": "Short",
    "char": "Character",
    "int": "Integer",
    "long": "Long",
    "float": "Float",
    "double": "Double",
}
NUMBER_BOXES = frozenset(["Byte", "Short", "Integer", "Long", "Float", "Double"])


def _methods(*lines: str) -> dict[str, Signature]:
    """Read lines of the form ``result: types of parameters: names``."""
    methods: dict[str, Signature] = {}
    for line in lines:
        result, types, names = (part.split() for part in line.split(":"))
        for name in names:
            methods[f"{name}/{len(types)}"] = (tuple(types), result[0])
    return methods


def _integer(kind: str, parse: str) -> dict[str, Signature]:
    """Return what the classes of all whole numbers have."""
    box = BOXES[kind]
    return _methods(
        f"int:{kind}:hashCode",
        f"int:{kind} {kind}:compare",
        f"{kind}:String:{parse}",
        f"{kind}:String int:{parse}",
        f"String:{kind}:toString",
        f"{box}:{kind}:valueOf",
        f"{box}:String int:valueOf",
        f"{box}:String:decode",
    )


def _whole(kind: str, parse: str) -> dict[str, Signature]:
    unsigned = parse.replace("parse", "parseUnsigned")
    return _integer(kind, parse) | _methods(
        f"int:{kind}:bitCount numberOfLeadingZeros numberOfTrailingZeros signum",
        f"int:{kind} {kind}:compareUnsigned",
        f"{kind}:{kind} {kind}:divideUnsigned remainderUnsigned max min",
        f"{kind}:{kind}:highestOneBit lowestOneBit reverse reverseBytes",
        f"{kind}:{kind} int:rotateLeft rotateRight",
        f"{kind}:String:{unsigned}",
        f"{kind}:String int:{unsigned}",
        f"String:{kind}:toBinaryString toHexString toOctalString toUnsignedString",
        f"String:{kind} int:toString toUnsignedString",
    )


def _small(kind: str) -> dict[str, Signature]:
    return _integer(kind, f"parse{BOXES[kind]}") | _methods(
        f"int:{kind}:toUnsignedInt", f"long:{kind}:toUnsignedLong"
    )


def _real(kind: str) -> dict[str, Signature]:
    box = BOXES[kind]
    return _methods(
        f"int:{kind}:hashCode",
        f"int:{kind} {kind}:compare",
        f"boolean:{kind}:isFinite isInfinite isNaN",
        f"{kind}:{kind} {kind}:max min sum",
        f"{kind}:String:parse{box}",
        f"String:{kind}:toString toHexString",
        f"{box}:{kind}:valueOf",
    )


_MATH = _methods(
    "double:double:abs acos asin atan cbrt ceil cos cosh exp expm1 floor log log10 log1p",
    "double:double:nextDown nextUp rint signum sin sinh sqrt tan tanh toDegrees toRadians ulp",
    "double:double double:atan2 copySign hypot IEEEremainder max min nextAfter pow",
    "double:double int:scalb",
    "long:double:round",
    "double::random",
)

# Static methods. A class that is not here is not looked into.
STATIC: dict[str, dict[str, Signature]] = {
    "Math": _MATH,
    "StrictMath": _MATH,
    "Integer": {**_whole("int", "parseInt"), **_methods("long:int:toUnsignedLong")},
    "Long": {**_whole("long", "parseLong"), **_methods("long:long long:sum")},
    "Short": {**_small("short"), **_methods("short:short:reverseBytes")},
    "Byte": _small("byte"),
    "Double": {
        **_real("double"),
        **_methods("long:double:doubleToLongBits doubleToRawLongBits", "double:long:longBitsToDouble"),
    },
    "Float": {
        **_real("float"),
        **_methods("int:float:floatToIntBits floatToRawIntBits", "float:int:intBitsToFloat"),
    },
    "Boolean": _methods(
        "int:boolean boolean:compare",
        "int:boolean:hashCode",
        "boolean:boolean boolean:logicalAnd logicalOr logicalXor",
        "boolean:String:parseBoolean",
        "String:boolean:toString",
        "Boolean:boolean:valueOf",
    ),
    "Character": _methods(
        "int:int:charCount getNumericValue getType",
        "int:char char:compare toCodePoint",
        "int:int int:digit",
        "char:int int:forDigit",
        "byte:int:getDirectionality",
        "String:int:getName",
        "int:char:hashCode",
        "char:int:highSurrogate lowSurrogate",
        "boolean:int:isAlphabetic isBmpCodePoint isDefined isDigit isIdentifierIgnorable isIdeographic",
        "boolean:int:isISOControl isJavaIdentifierPart isJavaIdentifierStart isLetter isLetterOrDigit",
        "boolean:int:isLowerCase isMirrored isSpaceChar isSupplementaryCodePoint isTitleCase isUpperCase",
        "boolean:int:isUnicodeIdentifierPart isUnicodeIdentifierStart isValidCodePoint isWhitespace",
        "boolean:char:isHighSurrogate isSurrogate",
        "boolean:char char:isSurrogatePair",
        "char:char:reverseBytes toLowerCase toTitleCase toUpperCase",
        "String:char:toString",
        "Character:char:valueOf",
    ),
}

_OBJECT = _methods("int::hashCode", "String::toString", "boolean:Object:equals")
_NUMBER = _methods(
    "byte::byteValue",
    "short::shortValue",
    "int::intValue",
    "long::longValue",
    "float::floatValue",
    "double::doubleValue",
)


def _boxed(box: str) -> dict[str, Signature]:
    made = {**_OBJECT, **_methods(f"int:{box}:compareTo")}
    if box in NUMBER_BOXES:
        made |= _NUMBER
    if box in ("Float", "Double"):
        made |= _methods("boolean::isInfinite isNaN")
    if box == "Boolean":
        made |= _methods("boolean::booleanValue")
    return made | (_methods("char::charValue") if box == "Character" else {})


# Methods of values whose type is known before a script runs. A type that is not here is not looked into.
VIRTUAL: dict[str, dict[str, Signature]] = {
    "Object": _OBJECT,
    "Number": {**_OBJECT, **_NUMBER},
    **{box: _boxed(box) for box in BOXES.values()},
    "String": {
        **_OBJECT,
        **_methods(
            "int::length",
            "char:int:charAt",
            "int:int:codePointAt codePointBefore",
            "int:int int:codePointCount offsetByCodePoints",
            "int:String:compareTo compareToIgnoreCase indexOf lastIndexOf",
            "int:String int:indexOf lastIndexOf",
            "String:String:concat",
            "boolean:CharSequence:contains contentEquals",
            "boolean:String:endsWith equalsIgnoreCase startsWith",
            "boolean:String int:startsWith",
            "String:CharSequence CharSequence:replace",
            "boolean::isEmpty",
            "String:int:substring",
            "String:int int:substring",
            "CharSequence:int int:subSequence",
            "String::toLowerCase toUpperCase trim encodeBase64 decodeBase64",
        ),
        # These give or take what is not followed: arrays, patterns, functions, streams, places.
        **dict.fromkeys(("splitOnToken/1", "toLowerCase/1", "toUpperCase/1"), ((None,), None)),
        **dict.fromkeys(("splitOnToken/2", "replaceAll/2", "replaceFirst/2"), ((None, None), None)),
        **dict.fromkeys(("chars/0", "codePoints/0", "toCharArray/0"), ((), None)),
        **dict.fromkeys(("sha1/0", "sha256/0"), ((), "String")),
        "getChars/4": ((None,) * 4, "void"),
        "regionMatches/4": ((None,) * 4, "boolean"),
        "regionMatches/5": ((None,) * 5, "boolean"),
    },
}
