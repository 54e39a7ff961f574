"""The core scores models as a slow walk does, bit for bit: walks and selects, any window, any strides."""

import dataclasses
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import forests_by_chance
import rescora
from agreement import EFFORT
from forests_by_chance import (
    CATEGORIES,
    KINDS,
    ODD,
    SMALL,
    WAYS,
    WINDOWS,
    Choice,
    bits,
    cases,
    layouts,
    loaded_of,
    make_rows,
    make_trees,
)
from reference.model import walk
from rescora import _core
from rescora.errors import ModelError
from rescora.model.core import make_core
from rescora.model.ensemble import Ensemble, Linear, Output, Rule, Tree, constant
from rescora.model.flat import flatten, unflatten

PROGRAM = Path(forests_by_chance.__file__)
SITE = Path(rescora.__file__).parents[1]
STUMPS = 50  # whose leaves are powers of two: a float64 sum tells the leaf of each


@pytest.fixture(autouse=True)
def quietly():
    with np.errstate(all="ignore"):  # sums run over, and rows hold infinities and denormals
        yield


def slowly(loaded, rows):
    """Return raw scores as float64; a sum in float64 of float64 values has these as they are."""
    model = loaded.model
    if isinstance(model, Ensemble) or model.accumulate == "float32":
        return walk.predict(loaded, rows, raw=True).astype(np.float64)
    as_given = dataclasses.replace(loaded, model=Ensemble((), "float64", wide=True))
    sums = np.array([walk.raw_of_terms(model, walk.ready(as_given, row)) for row in rows], np.float64)
    if model.output.scale is None and model.output.bias is None:
        return sums
    return (1.0 if model.output.scale is None else model.output.scale) * sums + (model.output.bias or 0.0)


def windows(rows, seed):
    """Give slices of every size that there is, from anywhere."""
    rng = np.random.default_rng([7, seed])
    for size in WINDOWS:
        if size <= len(rows):
            first = int(rng.integers(len(rows) - size + 1))
            yield slice(first, first + size)


@pytest.mark.parametrize("kind", KINDS)
def test_every_way_gives_the_bits_of_the_walk_in_every_window_and_layout(kind):
    for seed, case in enumerate(cases(kind, EFFORT)):
        core, expected = case.core(), bits(slowly(case.loaded, case.rows))
        for layout, rows in layouts(case.rows):
            for window in windows(rows, seed):
                for way in WAYS:
                    got = bits(core.predict(rows[window], True, way))
                    np.testing.assert_array_equal(
                        got, expected[window], f"{case.name}, {layout}, {window}, {way}"
                    )


@pytest.mark.parametrize("kind", ["large", "prepared"])
def test_rows_fall_into_the_leaves_of_the_walk(kind):
    for case in cases(kind, EFFORT):
        rows = case.rows[:30]

        expected = [
            [walk.leaf_of(tree, walk.ready(case.loaded, row)) for tree in case.loaded.model.trees]
            for row in rows
        ]

        np.testing.assert_array_equal(case.core().predict_leaves(rows), expected, case.name)


# -- every rule


def stump(rule, threshold, sets, bit):
    """Return the tree of one node; its right leaf is a power of two of its own."""
    one, left, right = np.zeros(1, np.int32), np.array([-1], np.int32), np.array([-2], np.int32)
    rules, leaves = np.array([rule], np.uint8), np.array([0.0, 2.0**bit])
    return Tree(one, np.array([threshold], np.float64), rules, left, right, leaves, sets)


def stumps_of_every_rule():
    sets = [np.array(words, np.uint32) for words in ([5], [0xFFFFFFFE, 0, 0x80000001], [])]
    asked = [(rule, threshold, ()) for rule in range(64) for threshold in ODD]
    asked += [(rule | 128, 0.0, ()) for rule in range(64)]  # a rule of categories alone
    asked += [(rule | Rule.CATEGORICAL, s, sets) for rule in (*range(64), *range(128, 192)) for s in range(3)]
    for first in range(0, len(asked), STUMPS):
        yield [stump(*one, bit) for bit, one in enumerate(asked[first : first + STUMPS])]


def odd_values(kind):
    values = np.concatenate([ODD, CATEGORIES, [-1e-36, 5.5, 70.0, -np.nan]])
    step = [np.nextafter(values.astype(k), k(way)) for k in (np.float32, kind) for way in (-np.inf, np.inf)]
    made = np.unique(np.concatenate([values.astype(kind), *(one.astype(kind) for one in step)]))
    return np.concatenate([made, [kind(-0.0), kind(0.0)]])[:, np.newaxis]


@pytest.mark.parametrize(
    ("kind", "wide"), [(np.float32, False), (np.float64, True), (np.float64, False)], ids=str
)
def test_every_rule_sends_every_odd_value_to_its_side(kind, wide):
    rows = odd_values(kind)
    for trees in stumps_of_every_rule():
        loaded = loaded_of(Ensemble(trees, "float64", wide=wide), 1)
        core, expected = make_core(loaded), slowly(loaded, rows)
        for way in WAYS:
            got = core.predict(rows, True, way)
            wrong = [(int(t.rule[0]), float(t.threshold[0])) for t in trees] if any(got != expected) else []
            np.testing.assert_array_equal(got, expected, f"{way}, rules and thresholds {wrong}")


def test_a_threshold_of_nan_is_reached_by_no_number_and_infinity_by_all():
    trees = [stump(Rule(0), threshold, (), bit) for bit, threshold in enumerate([np.nan, np.inf, -np.inf])]
    core = make_core(loaded_of(Ensemble(trees, "float64", wide=True), 1))
    rows = np.array([[-np.inf], [-1e308], [0.0], [np.inf], [np.nan]])

    for way in WAYS:
        assert core.predict(rows, True, way).tolist() == [1, 1 + 4, 1 + 4, 1 + 4, 1 + 2 + 4]


def test_denormals_are_numbers_and_stop_at_the_small_limit_where_a_rule_says_so():
    rules = [Rule(0), Rule.SMALL_TO_ZERO]
    trees = [stump(rule, 0.0, (), bit) for bit, rule in enumerate(rules)]
    core = make_core(loaded_of(Ensemble(trees, "float64"), 1))
    above = float(np.nextafter(np.float32(SMALL), np.float32(1)))
    rows = np.array([[1e-45], [SMALL], [above]], np.float32)

    for way in WAYS:
        assert core.predict(rows, True, way).tolist() == [1, 1, 3]


# -- outputs


def scored(values, output, single=False, raw=False):
    """Return what becomes of sums: in float32 by a tree's leaves, in float64 by a weighted sum."""
    if single:
        models = [Ensemble([constant(float(value))], "float32", output=output) for value in values]
        row = np.zeros((1, 1), np.float32)
        return np.array([make_core(loaded_of(model, 1)).predict(row, raw)[0] for model in models])
    model = Linear(np.zeros(1, np.int32), np.ones(1), output=output)
    return make_core(loaded_of(model, 1)).predict(np.array(values, np.float64)[:, np.newaxis], raw)


SUMS = [*np.linspace(-80, 80, 161), 1e-300, -1e-300, 0.0, 5e-324, 0.1, 1e-9, -1e-9, 88.5, -88.5]


@pytest.mark.parametrize("transform", ["identity", "signed_square"])
@pytest.mark.parametrize("divide", [None, 3.0])
@pytest.mark.parametrize("shift", [0.0, 0.7])
def test_outputs_without_an_exponential_have_the_bits_of_the_formula(transform, divide, shift):
    output = Output(scale=0.3, bias=-0.1, divide=divide, transform=transform, shift=shift)

    raw = [0.3 * x + -0.1 for x in SUMS]
    expected = [walk.transformed(x if divide is None else x / divide, output) for x in raw]
    expected = [x + shift if shift else x for x in expected]

    np.testing.assert_array_equal(scored(SUMS, output, raw=True), raw)
    np.testing.assert_array_equal(bits(scored(SUMS, output)), bits(np.array(expected)))


@pytest.mark.parametrize("slope", [1.0, 2.0, 0.37])
@pytest.mark.parametrize("transform", ["sigmoid", "exp", "log1p_exp"])
def test_outputs_with_an_exponential_are_the_formulas(transform, slope):
    """Python's exp and log1p may be an ulp off, and a quotient of theirs two."""
    output = Output(transform=transform, slope=slope)

    expected = [float(walk.transformed(x, output)) for x in SUMS]

    np.testing.assert_allclose(scored(SUMS, output), expected, rtol=4 * np.finfo(np.float64).eps, atol=0)


@pytest.mark.parametrize("transform", ["sigmoid_float32", "exp_float32"])
def test_outputs_in_float32_are_float32_and_the_formulas(transform):
    """Rounded to float32 from float64 an exponential is the nearest; numpy's may be an ulp or two off."""
    values = [x for x in SUMS if abs(x) < 88]
    output = Output(transform=transform)

    got = scored(values, output, single=True)
    single = [walk.transformed(np.float32(x), output) for x in values]

    np.testing.assert_array_equal(got, got.astype(np.float32))
    few = 0 if transform == "sigmoid_float32" else 4 * np.finfo(np.float32).eps
    np.testing.assert_allclose(got, np.array(single, np.float64), rtol=few, atol=0)


def test_outputs_far_out_are_their_limits():
    far = [-1e308, -800.0, 800.0, 1e308, np.inf, -np.inf, np.nan]
    nan = math.nan
    limits = {
        "sigmoid": [0, 0, 1, 1, 1, 0, nan],
        "exp": [0, 0, math.inf, math.inf, math.inf, 0, nan],
        "signed_square": [-math.inf, -640_000, 640_000, math.inf, math.inf, -math.inf, nan],
        "log1p_exp": [0, 0, math.inf, math.inf, math.inf, 0, nan],
        "identity": far,
    }
    for transform, expected in limits.items():
        np.testing.assert_array_equal(scored(far, Output(transform=transform)), expected, transform)
    least = np.float32(1) / (np.float32(math.exp(np.float32(88.7))) + np.float32(1) + np.float32(1e-16))
    got = scored([-1e30, -89.0, 200.0, nan], Output(transform="sigmoid_float32"))
    np.testing.assert_array_equal(got, [least, least, 1, nan])


def test_a_mean_is_of_all_trees_and_comes_before_scale_and_bias():
    trees = [constant(value) for value in (0.1, 0.2, 0.4)]
    output = Output(mean=True, scale=3.0, bias=0.7)
    core = make_core(loaded_of(Ensemble(trees, "float64", base=0.3, output=output), 1))

    assert core.predict(np.zeros((1, 1)), True)[0] == 3.0 * ((0.3 + 0.1 + 0.2 + 0.4) / 3) + 0.7


# -- every instruction set


@pytest.mark.slow
def test_every_instruction_set_gives_the_same_bits():
    lines = {}
    for isa in _core.isas():
        environment = {**os.environ, "RESCORA_ISA": isa, "PYTHONPATH": str(SITE)}
        ran = subprocess.run(
            [sys.executable, PROGRAM, str(EFFORT)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        first, *lines[isa] = ran.stdout.splitlines()
        assert first == isa
    assert [line.split()[0] for line in lines["scalar"]] == list(KINDS)
    assert all(one == lines["scalar"] for one in lines.values())


# -- damage

WHOLE = [0, 1, 2, 3, -1, -2, -3, 7, 100, -100, 2**31 - 1, -(2**31)]


def damaged(rng, flat):
    """Return arrays of which one has a number, a length or an order that it should not have."""
    name = str(rng.choice(flat._fields))
    array = getattr(flat, name).copy()
    what = int(rng.integers(6))
    if what == 0 or len(array) == 0:
        array = array[:-1]
    elif what == 1:
        array = np.append(array, array[:1])
    elif what == 2:
        array = array[::-1].copy()
    else:
        numbers = [*WHOLE, 0.5, math.nan] if array.dtype == np.float64 else WHOLE
        array[rng.integers(len(array))] = np.array(rng.choice(numbers)).astype(array.dtype)
    return flat._replace(**{name: array})


def core_of(flat, features):
    settings = _core.ModelSettings(features, 0.0, absent=None, normalizers=[], **dataclasses.asdict(Output()))
    return _core.Model.trees(**flat._asdict(), accumulate="float64", wide=False, groups=[], settings=settings)


def test_damaged_arrays_are_refused_or_score_as_the_walk_does():
    rng = np.random.default_rng(8)
    outcomes = {"refused": 0, "scored": 0}
    choice = Choice(3, thresholds=np.array([0.0, 1.0, 2.0]), rules=(0, 33, 64, 128 + 64))
    for _ in range(400 * EFFORT):
        flat = damaged(rng, flatten(make_trees(rng, 3, 12, choice)))
        try:
            core = core_of(flat, choice.features)
        except _core.InvalidArgument:
            outcomes["refused"] += 1
            continue
        first, *others = unflatten(flat)
        trees = [first, *(dataclasses.replace(tree, categories=first.categories) for tree in others)]
        loaded = loaded_of(Ensemble(trees, "float64"), choice.features)
        rows = make_rows(rng, loaded, 5, np.float32)
        for way in WAYS:
            np.testing.assert_array_equal(bits(core.predict(rows, True, way)), bits(slowly(loaded, rows)))
        outcomes["scored"] += 1
    assert outcomes["refused"] > 100
    assert outcomes["scored"] > 100


def test_a_node_that_is_never_reached_is_refused():
    """It would ask for a feature that is not there."""
    tree = Tree(
        feature=np.array([0, 1_000_000], np.int32),
        threshold=np.zeros(2),
        rule=np.zeros(2, np.uint8),
        left=np.array([-1, -3], np.int32),
        right=np.array([-2, -3], np.int32),
        leaf_value=np.zeros(3),
    )

    with pytest.raises(ModelError, match="tree 0, node 1: cannot be reached from the root"):
        make_core(loaded_of(Ensemble([tree], "float64"), 1))
