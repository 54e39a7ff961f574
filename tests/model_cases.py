"""Goldens, rows at the edges of a model's thresholds, and bits that must be the same."""

import numpy as np
import pytest

from reference.goldens import beside
from rescora.model.ensemble import Ensemble, Rule
from rescora.model.parsing.source import Source

SPECIAL = (0.0, -0.0, 1e-45, -1e-45, 1e-36, -1e-36, 1e-35, 1e-30, -0.5, 3.7, 1e20, np.nan)


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


def source_of(given):
    return Source(given) if isinstance(given, bytes) else Source(None, given)
