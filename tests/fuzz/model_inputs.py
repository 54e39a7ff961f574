"""Damaged models: bytes and words of a file, values of its JSON, what is packed in its strings."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
from model_seeds import Kind, packed, to_ubj, wrapped, zipped
from mutation import mutate_bytes

from rescora.errors import show

if TYPE_CHECKING:
    import random

NUMBERS: list[Any] = [
    *(0, 1, 2, 3, -1, -2, 64, 255, 256, 4096, 65_536, 2**24, 2**24 + 1, 2**31 - 2, 2**31 - 1, 2**31),
    *(-(2**31), 2**32, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**400),
    *(0.5, -0.0, 1e-45, 1e-320, 3.5e38, 1e300, 1e308, -1e308, 1.7976931348623157e308),
    *(float("nan"), float("inf"), float("-inf")),
]
VALUES: list[Any] = [
    *(None, True, False, "", "x", "é", "0", "1", "-1", "1e999", "NaN", "[5E-1]", "model/linear", "f0"),
    *("\x00", [], {}, [[]], [None], [1, 2], [0.5], [True], ["a", "a"], [[1], [2, 3]], {"": 0}),
    {"a": {"a": 1}},
]
# What no file holds, but a caller's dict may.
OBJECTS: list[Any] = [
    *(b"bytes", 1 + 2j, (), (1, 2), {1: 2, None: 3}, {1, 2}, range(3), object, "\ud800"),
    *(np.float32("nan"), np.int64(3), np.zeros((2, 2)), np.array([1, 2]), np.array(["x"]), np.zeros(0)),
]
OBJECTS_BY_NAME = {repr(value): value for value in OBJECTS}
WORDS = [
    *(b"NaN", b"nan", b"inf", b"-inf", b"Infinity", b"1e308", b"-1e308", b"1e999", b"1e-320", b"-0"),
    *(b"0", b"1", b"2", b"3", b"-1", b"-2", b"-4", b"16", b"63", b"255", b"0x1p3", b"1_0", b"9" * 400),
    *(b"2147483647", b"2147483648", b"-2147483649", b"4294967296", b"9223372036854775808"),
    *(b"18446744073709551616", b"1" * 5000),
    *(b"null", b"true", b"[]", b"{}", b"[[[]]]", b'""', b'"x"', b"=", b"\n", b"\r\n", b" ", b"", b"\x00"),
    *(b"\xc3\xa9", b"\xff", b"\xd9\xa3", b"\xe2\x80\xa8", b"<!--", b"<![CDATA[", b"&amp;", b"&#0;"),
    *(b"<split>", b"</split>", b"<tree>", b"<ensemble></ensemble>", b"Tree=1", b"end of trees", b"#"),
    *(b"##", b"1:2", b":"),
]
WORD = re.compile(rb"[A-Za-z_]+|-?[0-9][0-9.eE+-]*|[ \t]+|.", re.DOTALL)
PAIR = re.compile(rb'"\w+":\s?(?:-?[0-9.eE+-]+|"[^"]*"|\w+|\[[^\[\]]*\])')
NAMES: tuple[list[str], ...] = (
    ["a"],
    ["a", "a"],
    ["f0", "f1", "f2"],
    [],
    ["feature_0", "feature_1", "feature_2", "feature_3"],
)
BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}={0,2}")
KINDS_OF_NUMBERS = ("<i4", "<u4", "<f8", "<u1")


class Given(NamedTuple):
    """One input: a file or a caller's object, and the arguments with which it is loaded."""

    format: str
    model: Any
    options: dict[str, Any] = {}  # noqa: RUF012  # shared, and never changed

    def to_json(self) -> dict[str, Any]:
        """Return it as a line of the corpus."""
        said: dict[str, Any] = {"format": self.format} | ({"options": self.options} if self.options else {})
        if not isinstance(self.model, bytes):
            return said | {"object": self.model}
        try:
            return said | {"text": self.model.decode()}
        except UnicodeDecodeError:
            return said | {"base64": base64.b64encode(self.model).decode()}


def line_of(given: Given, why: str) -> str:
    """Return a line of the corpus; what JSON has not is called by its repr."""
    said = {"why": why, **given.to_json()}
    try:
        return json.dumps(said, default=lambda value: {"$object": repr(value)})
    except (TypeError, ValueError, RecursionError):  # keys that are no strings; deeper than Python writes it
        return json.dumps({"why": why, "not_json": show(given.model, 10_000)})


def given_of(line: str) -> tuple[str, Given]:
    """Return why a line of the corpus was kept, and the input."""
    case = json.loads(line, object_hook=lambda one: OBJECTS_BY_NAME.get(one.get("$object", ""), one))
    model = case.get("object")
    if "text" in case:
        model = case["text"].encode()
    elif "base64" in case:
        model = base64.b64decode(case["base64"])
    return case["why"], Given(case["format"], model, case.get("options", {}))


class Damage:
    """
    Endless damaged inputs of one kind.

    Attributes
    ----------
    files : list of bytes
        What is damaged, as it is before.
    """

    def __init__(self, kind: Kind, rng: random.Random) -> None:
        self._kind, self._rng = kind, rng
        self._words = [WORD.findall(seed) for seed in kind.seeds]
        self.files = [self._write(seed) for seed in kind.seeds]
        self._paths = [_paths(json.loads(seed)) for seed in kind.seeds] if kind.form != "text" else []

    def __call__(self) -> Given:
        """Return an input."""
        model: Any = self._model()
        return Given(self._kind.format, model, self._options())

    def _model(self) -> Any:
        chance = self._rng.random()
        if self._kind.form == "text":
            return self._bytes() if chance < 0.25 else self._some_words()
        if chance < 0.15:
            return self._bytes()
        if chance < 0.3 and self._kind.form != "ubj":
            return self._packed(self._some_words())
        return self._value(as_object=chance > 0.85 and self._kind.form == "json")

    def _options(self) -> dict[str, Any]:
        chance = self._rng.random()
        if chance < 0.85:
            return {}
        if chance < 0.94:
            return {"features": self._rng.choice(NAMES)}
        name = self._rng.choice(("elasticsearch_shift", "elasticsearch_infinity"))
        return {name: self._rng.random() < 0.7}

    def _write(self, seed: bytes) -> bytes:
        return to_ubj(json.loads(seed)) if self._kind.form == "ubj" else self._packed(seed)

    def _packed(self, data: bytes) -> bytes:
        return packed(data) if self._kind.form == "packed" else data

    # Bytes and words.

    def _bytes(self) -> bytes:
        rng = self._rng
        data = rng.choice(self.files)
        if rng.random() < 0.25:
            return _spliced(data, rng.choice(self.files), rng)
        if self._kind.form == "packed" and rng.random() < 0.7:
            return wrapped(mutate_bytes(zipped(rng.choice(self._kind.seeds)), rng))
        return mutate_bytes(data, rng)

    def _some_words(self) -> bytes:
        rng = self._rng
        if rng.random() < 0.15 and self._kind.form != "text":
            return _pair_doubled(rng.choice(self._kind.seeds), rng)
        words = list(rng.choice(self._words))
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            _change_words(words, rng)
        return b"".join(words)

    # Values.

    def _value(self, *, as_object: bool) -> Any:
        rng = self._rng
        which = rng.randrange(len(self._kind.seeds))
        value, paths = msgspec.json.decode(self._kind.seeds[which]), self._paths[which]
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            self._change(value, rng.choice(paths), as_object=as_object)
        if as_object:
            return value
        try:
            if self._kind.form == "ubj":
                return to_ubj(value)
            return self._packed(json.dumps(value).encode("utf-8", "surrogatepass"))
        except (
            ValueError,
            TypeError,
            RecursionError,
        ):  # deeper than Python writes it, or no JSON by an earlier change
            return b"[" * 100_000

    def _change(self, value: Any, path: tuple[Any, ...], *, as_object: bool) -> None:
        """Change what stands at `path`, if an earlier change has not taken the path away."""
        inner = value
        for key in path[:-1]:
            if not _has(inner, key):
                return
            inner = inner[key]
        if _has(inner, path[-1]):
            self._change_item(inner, path[-1], value, as_object=as_object)

    def _change_item(self, inner: Any, key: Any, value: Any, *, as_object: bool) -> None:
        rng, chance = self._rng, self._rng.random()
        if chance < 0.3:
            inner[key] = rng.choice(NUMBERS)
        elif chance < 0.45:
            inner[key] = rng.choice(OBJECTS if as_object and rng.random() < 0.5 else VALUES)
        elif chance < 0.55:
            del inner[key]
        elif chance < 0.65:
            _repeat(inner, key, rng)
        elif chance < 0.72:
            self._move(inner, key, value)
        elif chance < 0.75:
            inner[key] = _nested(inner[key], key, rng)
        else:
            inner[key] = _edited(inner[key], rng)

    def _move(self, inner: Any, key: Any, value: Any) -> None:
        """Put there what stands elsewhere, or a copy of the whole."""
        rng = self._rng
        which = rng.randrange(len(self._paths))
        found = msgspec.json.decode(self._kind.seeds[which])
        for step in rng.choice(self._paths[which]):
            found = found[step]
        inner[key] = found
        if isinstance(inner, dict) and rng.random() < 0.3:
            inner[rng.choice([*value] or ["x"] if isinstance(value, dict) else ["x"])] = inner.pop(key)


def _paths(value: Any) -> list[tuple[Any, ...]]:
    """Return the path of every value but the root; of long lists' items only some."""
    found: list[tuple[Any, ...]] = []
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    while waiting:
        inner, path = waiting.pop()
        keys = list(inner) if isinstance(inner, dict) else range(len(inner) if isinstance(inner, list) else 0)
        for key in keys:
            found.append((*path, key))
            waiting.append((inner[key], (*path, key)))
    return found


def _has(value: Any, key: Any) -> bool:
    if isinstance(value, dict):
        return key in value
    return isinstance(value, list) and isinstance(key, int) and key < len(value)


def _spliced(left: bytes, right: bytes, rng: random.Random) -> bytes:
    """Return the beginning of one file and the end of another, joined at any place or at a like one."""
    cut = rng.randrange(len(left))
    like = right.find(left[cut : cut + 4]) if rng.random() < 0.7 else -1
    return left[:cut] + right[like if like >= 0 else rng.randrange(len(right)) :]


def _pair_doubled(data: bytes, rng: random.Random) -> bytes:
    """Return JSON in which a key stands twice, perhaps with two values."""
    found = list(PAIR.finditer(data))
    if not found:
        return data
    pair = rng.choice(found)
    again = pair.group()
    if rng.random() < 0.6:
        again = again[: again.index(b":") + 1] + rng.choice(WORDS)
    first, second = rng.choice(((pair.group(), again), (again, pair.group())))
    return data[: pair.start()] + first + b"," + second + data[pair.end() :]


def _change_words(words: list[bytes], rng: random.Random) -> None:
    if not words:
        return
    at = rng.randrange(len(words))
    chance = rng.random()
    if chance < 0.45:
        words[at] = rng.choice(WORDS)
    elif chance < 0.55:
        words[at] = words[rng.randrange(len(words))]
    elif chance < 0.65:
        del words[at : at + rng.choice((1, 1, 2, 8, 40))]
    elif chance < 0.75:
        words[at:at] = words[at : at + rng.choice((1, 2, 8, 40))] * rng.choice((1, 1, 2, 30))
    elif chance < 0.85:
        words.insert(at, rng.choice(WORDS))
    else:
        _change_line(words, rng)


def _change_line(words: list[bytes], rng: random.Random) -> None:
    """Repeat, drop or move a line; in a file of one line, what stands between two commas."""
    end = b"\n" if words.count(b"\n") > 2 else b","
    ends = [i for i, word in enumerate(words) if word == end]
    if len(ends) < 3:
        return
    which = rng.randrange(len(ends) - 1)
    line = words[ends[which] : ends[which + 1]]
    if rng.random() < 0.6:
        del words[ends[which] : ends[which + 1]]
    if rng.random() < 0.7:
        at = min(rng.choice(ends), len(words))
        words[at:at] = line


def _repeat(inner: Any, key: Any, rng: random.Random) -> None:
    if isinstance(inner, list):
        inner[key:key] = [inner[key]] * rng.choice((1, 2, 30))
    elif isinstance(inner[key], list):
        inner[key] = inner[key] * rng.choice((2, 3, 40))
    else:
        inner[key] = [inner[key], inner[key]]


def _nested(value: Any, key: Any, rng: random.Random) -> Any:
    """Return the value deep within objects or lists of one kind."""
    name = key if isinstance(key, str) else "children"
    as_list = rng.random() < 0.5
    for _ in range(rng.choice((1, 2, 5, 40, 300, 900))):
        value = [value] if as_list else {name: value}
    return value


def _edited(value: Any, rng: random.Random) -> Any:
    """Return something near to the value."""
    if isinstance(value, bool) or value is None:
        return rng.choice((True, False, None, 0, 1))
    if isinstance(value, (int, float)) and not abs(value) < 1e300:
        return 1
    if isinstance(value, int):
        return rng.choice((-value, value + 1, value - 1, ~value, float(value), str(value), value << 20))
    if isinstance(value, float):
        return rng.choice((-value, value / 3, value * 1e30, str(value), value + 1e-9, int(value)))
    if isinstance(value, str):
        return _edited_text(value, rng)
    if isinstance(value, list) and value:
        return rng.choice(
            (value[:-1], value[1:], value[::-1], value + value[:1], [value], dict.fromkeys("ab", 1))
        )
    return [value]


def _edited_text(text: str, rng: random.Random) -> Any:
    """Return a text with damage in what it holds: JSON, arrays in base64, or words."""
    if len(text) % 4 == 0 and BASE64.fullmatch(text) and rng.random() < 0.9:
        return base64.b64encode(_edited_array(base64.b64decode(text), rng)).decode()
    words = WORD.findall(text.encode("utf-8", "surrogatepass"))
    _change_words(words, rng)
    edited = b"".join(words).decode("utf-8", "replace")
    return rng.choice((edited, edited, edited, text.upper(), text * 2, [text]))


def _edited_array(data: bytes, rng: random.Random) -> bytes:
    """Return the bytes of an array with one number changed, taken away or put in."""
    kind = np.dtype(rng.choice(KINDS_OF_NUMBERS))
    number = rng.choice([one for one in NUMBERS if kind.kind == "f" or abs(one) < 2**24])
    if kind.kind == "f":
        item = np.array(float("inf") if abs(number) == 10**400 else number, kind).tobytes()
    else:
        item = np.array(int(number), np.int64).astype(kind).tobytes()
    at = rng.randrange(len(data) // kind.itemsize + 1) * kind.itemsize
    length = rng.choice((0, kind.itemsize, kind.itemsize, kind.itemsize, len(data)))
    return data[:at] + rng.choice((item, item, item, b"")) + data[at + length :]
