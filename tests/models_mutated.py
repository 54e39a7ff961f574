"""Damage a model in every way: only ModelError may come of it."""

import contextlib
import copy
import json
import random

from rescora.errors import ModelError
from rescora.model.parsing.source import Source

ODD = (
    None,
    True,
    -1,
    0,
    3,
    1.5,
    2**31,
    2**40,
    -(2**63),
    2**70,
    10**400,
    1e300,
    1e308,
    -0.0,
    float("nan"),
    float("inf"),
    "",
    "x",
    "1",
    "9" * 30,
    "1e999",
    "é",
    [],
    {},
    [[]],
    [[1]],
    [None],
    [1, 2],
    ["a", "a"],
    {"": 0},
    {"a": 1},
    "model/linear",
    b"bytes",
    1 + 2j,
)
ODD_WORDS = (
    b"nan",
    b"-1",
    b"1e999",
    b"9" * 30,
    b"",
    b"inf",
    b"x",
    "²".encode(),
    b"1_0",
    b"1 2",
    b"\xff",
    b"=",
)


def changed(model, chance):
    """Return a copy with one value replaced by an odd one, doubled, or left out."""
    made = copy.deepcopy(model)
    inner, key = _place(made, chance)
    what = chance.random()
    if what < 0.2:
        del inner[key]
    elif what < 0.4 and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[key]))
    else:
        inner[key] = copy.deepcopy(chance.choice(ODD))
    return made


def _place(value, chance):
    """Return a part and a key in it; what stands high up is as likely as all that is deep down."""
    while True:
        key = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        below = value[key]
        if not isinstance(below, (dict, list)) or not below or chance.random() < 0.2:
            return value, key
        value = below


def damaged(data, chance):
    """Return bytes that are cut short, or have some changed, left out, doubled or made an odd word."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(made))
        what = chance.random()
        if what < 0.25:
            del made[at:]
        elif what < 0.4:
            del made[at : at + chance.randint(1, 40)]
        elif what < 0.55:
            made[at:at] = made[at : at + chance.randint(1, 40)]
        elif what < 0.75:
            made[at : at + chance.randint(1, 6)] = chance.choice(ODD_WORDS)
        else:
            made[at] = chance.randrange(256)
        made = made or bytearray(b"#")
    return bytes(made)


def survives(module, source):
    """Load a source; whatever else than ModelError is raised is the test's failure."""
    module.recognises(source)
    for names in (None, ("a", "b")):
        with contextlib.suppress(ModelError):
            module.load(source, names)


def survives_all(module, model, times=300):
    """Load many damaged copies of `model`, which is JSON or bytes."""
    chance = random.Random(7)
    data = model if isinstance(model, bytes) else json.dumps(model).encode()
    for _ in range(times):
        survives(module, Source(damaged(data, chance)))
        if not isinstance(model, bytes):
            survives(module, Source(None, changed(model, chance)))
