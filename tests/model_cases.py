"""Rows at the edges of a model's thresholds, and inputs altered at random: for the tests of every format."""

import contextlib
import copy
import random

import numpy as np
import pytest

from reference.goldens import beside
from rescora.errors import ModelError
from rescora.model.ensemble import Ensemble, Rule
from rescora.model.source import Source

SPECIAL = (0.0, -0.0, 1e-45, -1e-45, 1e-36, -1e-36, 1e-35, 1e-30, -0.5, 3.7, 1e20, np.nan)
ODD = (
    None,
    True,
    -1,
    0,
    2**31,
    2**40,
    2**70,
    1.5,
    1e300,
    "x",
    "1",
    "9" * 30,
    [],
    {},
    [[1]],
    [None],
    {"a": 1},
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


def golden_model(name):
    """Return a golden model's bytes and its rows, raw scores and outputs."""
    path = beside() / "golden" / "ltr" / name
    if not path.exists():
        pytest.skip(f"NOT RUN: {path} is not there; RESCORA_SHARED names its folder")
    return path.read_bytes(), np.load(path.with_suffix(".npz"))


def splits(loaded):
    """Return feature and threshold of each node that has a threshold."""
    if not isinstance(loaded.model, Ensemble):
        return []
    return [
        (int(tree.feature[i]), float(tree.threshold[i]))
        for tree in loaded.model.trees
        for i in range(len(tree.feature))
        if not tree.rule[i] & Rule.CATEGORICAL
    ]


def edge_rows(loaded, rows, kind, infinite=False, most=16):
    """Return rows of which some have a value on a threshold, or an ulp or two beside it, or a special one."""
    rng = np.random.default_rng(5)
    special = [*SPECIAL, *((np.inf, -np.inf) if infinite else ())]
    made = [rng.choice(np.array(special), rows.shape[1]) for _ in range(15)]
    made += [np.full(rows.shape[1], value) for value in special]
    found = splits(loaded)
    for place in rng.permutation(len(found))[:most]:
        feature, threshold = found[place]
        on = kind(threshold)
        above = np.nextafter(on, kind(np.inf))
        for value in (np.nextafter(on, kind(-np.inf)), on, above, np.nextafter(above, kind(np.inf))):
            row = rows[rng.integers(len(rows))].copy()
            row[feature] = value
            made.append(row)
    return np.concatenate([rows[:10], np.array(made)]).astype(kind)


def assert_same_bits(got, expected):
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype
    assert got.tobytes() == expected.tobytes()


def load_or_refuse(reader, source, feature_names=None):
    """Load what may be damaged: anything but a model or a ModelError is an error of ours."""
    reader.recognises(source)
    with contextlib.suppress(ModelError):
        reader.load(source, feature_names)


def altered_bytes(data, seed, count):
    """Yield `data` cut short, with a byte changed, or a word of it exchanged for an odd one."""
    chance = random.Random(seed)
    for _ in range(count):
        at = chance.randrange(len(data))
        yield data[:at]
        yield data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        yield data[:at] + chance.choice(ODD_WORDS) + data[at + chance.randrange(1, 6) :]


def altered_json(value, seed, count):
    """Yield `value` with a part of it exchanged for something odd, left out or doubled."""
    chance = random.Random(seed)
    for _ in range(count):
        changed = copy.deepcopy(value)
        holder, key = changed, None
        while isinstance(holder, (dict, list)) and holder:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            below = holder[key]
            if not isinstance(below, (dict, list)) or not below or chance.random() < 0.2:
                break
            holder = below
        if chance.random() < 0.25:
            del holder[key]
        elif isinstance(holder, list) and chance.random() < 0.3:
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = chance.choice(ODD)
        yield changed


def source_of(given):
    return Source(given) if isinstance(given, bytes) else Source(None, given)
