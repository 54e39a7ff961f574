"""Small damage to JSON-like values and to their bytes: what people, proxies and attackers send."""

from __future__ import annotations

import copy
import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

NUMBERS: list[Any] = [
    *(0, -0.0, 1, -1, 0.5, 1e-45, 3.4e38, 3.5e38, 1e308, -1e308, math.nan, math.inf, -math.inf),
    *(127, 128, 32_768, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1),
    *(10**30, 10**400, 10_000, 10_001),
]
STRINGS: list[Any] = [
    *(
        "",
        " ",
        "x",
        "a b",
        "the",
        "THE",
        "fox" * 200,
        "1",
        "-1",
        "1.5",
        "1e400",
        "nan",
        "0x10",
        "1_000",
        "true",
    ),
    *(
        "\ud800",
        "a\udfffb",
        "\x00",
        "\u0130",
        "\u00df",
        "\u202e",
        "\U0001f600",
        "\u0939\u093f",
        "e\u0301",
        "\ufeff",
    ),
    *(
        "now",
        "now-1d/d",
        "now+9999999999y",
        "2014-11-18||+1M/d",
        "9999-12-31||+999999999y",
        "||",
        "2014-13-45",
    ),
    *(
        "75%",
        "-25%",
        "3<90% 9<-3",
        "<",
        "%",
        "99999999999%",
        "1<2<3",
        "{{query}}",
        "{{",
        "*",
        "t*",
        "a.b.c",
        ".",
        "..",
    ),
    *(
        "_id",
        "_source",
        "_score",
        "title^2",
        "title^-1",
        "title^nan",
        "^",
        "title.keyword",
        "+18:01",
        "Europe/Paris",
    ),
]
OTHERS: list[Any] = [
    *(
        None,
        True,
        False,
        [],
        {},
        [[]],
        [None],
        [{}],
        {"": {}},
        {"match_all": {}},
        {"match": {}},
        {1: 2},
        {None: 1},
    ),
    *(
        (1, 2),
        b"x",
        b"\xff",
        bytearray(b"y"),
        set(),
        1j,
        object(),
        range(3),
        {"query": "x"},
        {"a": {"b": {"c": 1}}},
    ),
]
JUNK: list[Any] = NUMBERS + STRINGS + OTHERS


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return each (container, key) of a value: where something can be changed."""
    found: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        keys: Sequence[Any] = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], dict | list):
                stack.append(node[key])
    return found


def mutate(value: Any, names: Sequence[Any], donors: Sequence[Any], rng: random.Random) -> Any:
    """
    Return `value`, damaged in one place; it is changed where it stands.

    Parameters
    ----------
    value : dict or list
        What is damaged.
    names : sequence of str
        Keys that mean something to the reader.
    donors : sequence
        Values of the same kind, of which parts are taken.
    """
    if not isinstance(value, dict | list) or not value:
        return copy.deepcopy(rng.choice(donors))
    container, key = rng.choice(places(value))
    action = rng.randrange(10)
    if action <= 1:
        container[key] = _junk(rng)
    elif action == 2:
        del container[key]
    elif action == 3:
        _rename(container, key, rng.choice(names), rng)
    elif action == 4:
        _repeat(container, key, rng)
    elif action == 5:
        donor = copy.deepcopy(rng.choice(donors))
        other, name = rng.choice(places(donor) or [([donor], 0)])
        container[key] = other[name]
    elif action == 6:
        _swap(container, key, rng)
    elif action == 7:
        _insert(container, rng.choice(names), rng)
    elif action == 8:
        container[key] = _wrapped(container[key], names, rng)
    else:
        container[key] = _edited(container[key], rng)
    return value


def mutate_bytes(text: bytes, rng: random.Random) -> bytes:
    """Return a text with a few bytes changed, dropped, repeated or moved."""
    damaged = bytearray(text)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 16))):
        at, end = sorted((rng.randrange(len(damaged) + 1), rng.randrange(len(damaged) + 1)))
        end = min(end, at + rng.choice((1, 2, 8, 64)))
        action = rng.randrange(6)
        if action == 0 and at < len(damaged):
            damaged[at] ^= 1 << rng.randrange(8)
        elif action == 1:
            damaged[at:end] = b""
        elif action == 2:
            damaged[at:at] = damaged[at:end] * rng.choice((1, 1, 2, 50))
        elif action == 3:
            damaged[at:at] = rng.choice(_TOKENS)
        elif action == 4 and at < len(damaged):
            damaged[at] = rng.choice(b'{}[],:"\\0123456789-+.eEntf \x00\xff\xc3\x7f')
        else:
            del damaged[at + rng.randrange(64) :]
    return bytes(damaged)


def to_json(value: Any) -> bytes:
    """Return JSON of any value, as sloppily as Python's own module writes it: NaN, lone surrogates, all."""
    return json.dumps(value, default=repr, skipkeys=True).encode()


_TOKENS = [
    *(
        b"null",
        b"true",
        b"{}",
        b"[]",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"-0",
        b"9" * 400,
        b'"',
        b"\\u",
        b'"\\ud800"',
    ),
    *(
        b"[" * 2000,
        b'{"bool":{"must":' * 60,
        b'{"a":' * 1500,
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"/**/",
        b",,",
    ),
]


def _junk(rng: random.Random) -> Any:
    return copy.deepcopy(rng.choice(rng.choice((NUMBERS, STRINGS, OTHERS))))


def _rename(container: Any, key: Any, name: Any, rng: random.Random) -> None:
    if isinstance(container, dict):
        edited = _edited(key, rng)
        container[edited if rng.random() < 0.2 and not isinstance(edited, list) else name] = container.pop(
            key
        )
    else:
        container[key] = {name: container[key]}


def _repeat(container: Any, key: Any, rng: random.Random) -> None:
    if isinstance(container, list):
        container[key:key] = [copy.deepcopy(container[key]) for _ in range(rng.choice((1, 2, 30)))]
    else:
        container[key] = [container[key], copy.deepcopy(container[key])]


def _swap(container: Any, key: Any, rng: random.Random) -> None:
    other = rng.choice(list(container) if isinstance(container, dict) else range(len(container)))
    container[key], container[other] = container[other], container[key]


def _insert(container: Any, name: Any, rng: random.Random) -> None:
    if isinstance(container, dict):
        container[name] = _junk(rng)
    else:
        container.insert(rng.randrange(len(container) + 1), _junk(rng))


def _wrapped(value: Any, names: Sequence[Any], rng: random.Random) -> Any:
    """Return the value deep within objects and arrays of one kind."""
    name = rng.choice([*names[:4], "bool", "must", "query"])
    for _ in range(rng.choice((1, 2, 5, 40, 300))):
        value = rng.choice(
            ({name: value}, [value], {"bool": {"must": value}}, {"constant_score": {"filter": value}})
        )
    return value


def _edited(value: Any, rng: random.Random) -> Any:
    """Return something near to the value."""
    if isinstance(value, bool) or value is None:
        return rng.choice((True, False, None, "true", 0))
    if isinstance(value, int):
        return rng.choice(
            (-value, value + 1, value - 1, value * 1000, str(value), float(value % 2**60), value << 20)
        )
    if isinstance(value, float):
        return rng.choice((-value, value / 3, value * 1e30, str(value), value + 1e-9))
    if isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        piece = rng.choice(STRINGS)
        return rng.choice(
            (value[:at], value[at:], value[:at] + piece + value[at:], value.upper(), value * 3, [value])
        )
    return [value]
