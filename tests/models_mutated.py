"""Damage a model in every way: only ModelError may come of it."""

import copy
import json
import random

from rescora.errors import ModelError
from rescora.model.source import Source

ODD = (
    None,
    True,
    -1,
    0,
    3,
    2**40,
    10**400,
    1e308,
    -0.0,
    float("nan"),
    float("inf"),
    "",
    "x",
    "1e999",
    "é",
    [],
    {},
)
ODD += ([[]], {"": 0}, [1, 2], "model/linear", ["a", "a"], -(2**63), b"bytes", 1 + 2j)


def places(value, path=()):
    """Return the path to every value in JSON."""
    found, waiting = [], [(value, path)]
    while waiting:
        value, path = waiting.pop()
        found.append(path)
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        waiting.extend((inner, (*path, key)) for key, inner in items)
    return found


def changed(model, chance):
    """Return a copy with one value replaced by an odd one, doubled, or left out."""
    made = copy.deepcopy(model)
    path = chance.choice([path for path in places(made) if path])
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    what = chance.random()
    if what < 0.15:
        del inner[path[-1]]
    elif what < 0.25 and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[path[-1]]))
    else:
        inner[path[-1]] = chance.choice(ODD)
    return made


def damaged(data, chance):
    """Return bytes that are cut short, or have some of them changed, left out or doubled."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(made))
        what = chance.random()
        if what < 0.3:
            del made[at:]
        elif what < 0.5:
            del made[at : at + chance.randint(1, 40)]
        elif what < 0.7:
            made[at:at] = made[at : at + chance.randint(1, 40)]
        else:
            made[at] = chance.randrange(256)
        made = made or bytearray(b"#")
    return bytes(made)


def survives(module, source):
    """Load a source; whatever else than ModelError is raised is the test's failure."""
    try:
        module.recognises(source)
        module.load(source, None)
        module.load(source, ("a", "b"))
    except ModelError:
        return


def survives_all(module, model, times=300):
    """Load many damaged copies of `model`, which is JSON or bytes."""
    chance = random.Random(7)
    data = model if isinstance(model, bytes) else json.dumps(model).encode()
    for _ in range(times):
        survives(module, Source(damaged(data, chance)))
        if not isinstance(model, bytes):
            survives(module, Source(None, changed(model, chance)))
