"""The functions that scoring scripts have beside Math: saturation, decay, chance, distances of vectors."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .. import geo
from ..dates import milliseconds as date_milliseconds
from ..routing import murmur3
from .documents import Doc, Vector
from .errors import illegal_argument
from .mathematics import FUNCTIONS
from .strings import hash_code
from .units import duration, metres
from .values import Value, text_of, wrap

MASK = 0xFFFFFFFF
exp, log, power = (FUNCTIONS[name][2] for name in ("exp", "log", "pow"))


class Place(NamedTuple):
    """Where the document is: some functions of chance depend on it."""

    index: str = "index"
    shard: int = 0
    document: int = 0  # in its shard


class Function(NamedTuple):
    parameters: tuple[str, ...]
    call: Callable  # of (doc, place, *arguments)


def divide(a: float, b: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.float64(a) / np.float64(b))


def saturation(_doc, _place, value: float, k: float) -> float:
    return divide(value, k + value)


def sigmoid(_doc, _place, value: float, k: float, a: float) -> float:
    return divide(power(value, a), power(k, a) + power(value, a))


# Decay: f(distance, scale, decay) is 1 at 0 and `decay` at `scale`.


def linear(distance: float, scale: float, decay: float) -> float:
    reach = divide(scale, 1.0 - decay)
    return max(0.0, divide(reach - distance, reach))


def exponential(distance: float, scale: float, decay: float) -> float:
    return exp(divide(log(decay), scale) * distance)


def gauss(distance: float, scale: float, decay: float) -> float:
    width = divide(0.5 * power(scale, 2.0), log(decay))
    return exp(divide(0.5 * power(distance, 2.0), width))


SHAPES = {"Linear": linear, "Exp": exponential, "Gauss": gauss}


def numeric_decay(shape: Callable):
    def decayed(_doc, _place, origin, scale, offset, decay, value) -> float:
        return shape(max(0.0, abs(value - origin) - offset), scale, decay)

    return decayed


def date_decay(shape: Callable):
    def decayed(_doc, _place, origin, scale, offset, decay, value) -> float:
        distance = max(0, abs(value - date_milliseconds(origin)) - duration(offset))
        return shape(float(distance), float(duration(scale)), decay)

    return decayed


def geo_decay(shape: Callable):
    def decayed(_doc, _place, origin, scale, offset, decay, value) -> float:
        distance = geo.arc_distance(*geo.point(origin), *value) - metres(offset)
        return shape(max(0.0, distance), metres(scale), decay)

    return decayed


# Chance


def mixed(number: int) -> int:
    """Finish a hash as murmur3 does."""
    number &= MASK
    number = (number ^ number >> 16) * 0x85EBCA6B & MASK
    number = (number ^ number >> 13) * 0xC2B2AE35 & MASK
    return number ^ number >> 16


def salted(seed: int, place: Place) -> int:
    salt = wrap(hash_code(place.index) << 10, 32) | place.shard
    return mixed(seed ^ salt)


def fraction(hashed: int) -> float:
    return (hashed & 0xFFFFFF) / 2**24


def random_by_document(_doc, place: Place, seed: int) -> float:
    return fraction(mixed(place.document ^ salted(seed, place)))


def random_by_field(doc: Doc, place: Place, seed: int, field: str) -> float:
    if field == "_seq_no":
        text = str(place.document)
    else:
        text = text_of(doc.get(Value("string", field)).value.first())
    return fraction(murmur3(text.encode(), salted(seed, place)))


# Vectors


def vectors(doc: Doc, query: Value, field: str) -> tuple[Vector, list]:
    """Return the document's vector and the query's components."""
    found = doc.get(Value("string", field)).value.need_vector()
    if query.type == "string":
        data = bytes.fromhex(query.value)
        asked = [int.from_bytes(data[i : i + 1], "big", signed=True) for i in range(len(data))]
    elif query.type == "list":
        asked = [one.value for one in query.value]
    else:
        msg = f"Cannot use vector of type [{query.type}]"
        raise illegal_argument(msg)
    if len(asked) != len(found.components):
        msg = (
            f"The query vector has a different number of dimensions [{len(asked)}] "
            f"than the document vectors [{len(found.components)}]."
        )
        raise illegal_argument(msg)
    if found.element == "float":
        asked = [float(np.float32(x)) for x in asked]
    return found, asked


def dot(left: list, right: list) -> float:
    return math.fsum(float(a) * float(b) for a, b in zip(left, right, strict=True))


def different_bits(left: list, right: list) -> int:
    return sum(((int(a) ^ int(b)) & 0xFF).bit_count() for a, b in zip(left, right, strict=True))


def dot_product(doc, _place, query: Value, field: str) -> float:
    found, asked = vectors(doc, query, field)
    if found.element == "bit":
        return float(
            sum((int(a) & int(b) & 0xFF).bit_count() for a, b in zip(found.components, asked, strict=True))
        )
    return dot(found.components, asked)


def cosine_similarity(doc, _place, query: Value, field: str) -> float:
    found, asked = vectors(doc, query, field)
    if found.element == "bit":
        msg = "cosineSimilarity is not supported for bit vectors"
        raise illegal_argument(msg)
    lengths = math.sqrt(dot(asked, asked)) * math.sqrt(dot(found.components, found.components))
    return divide(dot(found.components, asked), lengths)


def l1norm(doc, _place, query: Value, field: str) -> float:
    found, asked = vectors(doc, query, field)
    if found.element == "bit":
        return float(different_bits(found.components, asked))
    return math.fsum(abs(float(a) - float(b)) for a, b in zip(found.components, asked, strict=True))


def l2norm(doc, _place, query: Value, field: str) -> float:
    found, asked = vectors(doc, query, field)
    if found.element == "bit":
        return math.sqrt(different_bits(found.components, asked))
    return math.sqrt(
        math.fsum((float(a) - float(b)) ** 2 for a, b in zip(found.components, asked, strict=True))
    )


def hamming(doc, _place, query: Value, field: str) -> float:
    found, asked = vectors(doc, query, field)
    if found.element == "float":
        msg = "hamming distance is only supported for byte or bit vectors"
        raise illegal_argument(msg)
    return float(different_bits(found.components, asked))


def all_functions() -> dict[tuple[str, int], Function]:
    found = {
        "saturation": ("double double", saturation),
        "sigmoid": ("double double double", sigmoid),
        "cosineSimilarity": ("def String", cosine_similarity),
        "dotProduct": ("def String", dot_product),
        "l1norm": ("def String", l1norm),
        "l2norm": ("def String", l2norm),
        "hamming": ("def String", hamming),
    }
    for name, shape in SHAPES.items():
        found[f"decayNumeric{name}"] = ("double double double double double", numeric_decay(shape))
        found[f"decayGeo{name}"] = ("String String String double GeoPoint", geo_decay(shape))
        found[f"decayDate{name}"] = ("String String String double ZonedDateTime", date_decay(shape))
    by_count = {
        (name, len(parameters.split())): Function(tuple(parameters.split()), call)
        for name, (parameters, call) in found.items()
    }
    by_count["randomScore", 1] = Function(("int",), random_by_document)
    by_count["randomScore", 2] = Function(("int", "String"), random_by_field)
    return by_count


FUNCTIONS_OF_SCORES = all_functions()
