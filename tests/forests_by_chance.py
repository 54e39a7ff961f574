"""
Random models in the common form of all formats, and rows on which a careless scorer fails.

Run as a program, with the effort as its argument, it prints the instruction set and, of each kind of model, a
digest of all scores.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from numpy.typing import NDArray

from rescora import _core
from rescora.model.core import make_core
from rescora.model.ensemble import Accumulate, Ensemble, Linear, Loaded, Normalizer, Output, Rule, Tree

Array = NDArray[Any]

WAYS = ("walk", "select", "choose")
WINDOWS = (0, 1, 2, 7, 8, 9, 31, 32, 33, 100, 255, 256, 257, 1_000)
ACCUMULATE: tuple[Accumulate, ...] = ("float32", "float64", "float32_rounded")
SMALL = float(np.float32(1e-35))

# Denormals of float32 and of float64, numbers that float32 has not, and numbers beyond it.
ODD = np.array([-np.inf, -SMALL, -1e-40, -0.0, 0.0, 5e-324, 1e-45, SMALL, 0.1, 1.0, 1e300, np.inf, np.nan])
MORE = np.array(
    [-1e300, -3.5, -1e-20, -5e-324, 1e-40, 0.3, 1 + 2.0**-23, 1 + 2.0**-24, 16777217.0, 3.4028235e38]
)
THRESHOLDS = np.concatenate([ODD, MORE])
CATEGORIES = np.array([-1.0, -0.999, -0.5, 0.999, 1.0, 31.0, 31.999, 32.0, 63.5, 64.0, 96.0, 2.0**31, -3e9])


@dataclass(frozen=True)
class Choice:
    """What the nodes of a forest may look at, and how their leaves are."""

    features: int = 4
    thresholds: Array = field(default_factory=lambda: THRESHOLDS)
    rules: tuple[int, ...] = (0,)
    leaf: Callable[[np.random.Generator, int], Array] = lambda rng, n: rng.normal(size=n)


# -- trees


def grown(rng: np.random.Generator, leaves: int, shape: str, most_depth: int = 12) -> tuple[Array, Array]:
    """Return the left and right children of a tree; the numbers of its nodes and leaves follow no order."""
    children = np.zeros((2, leaves - 1), np.int64)
    open_: list[tuple[int, int, int]] = []  # side, node, depth of a child that is not yet there
    for node in range(leaves - 1):
        depth = 1
        if node:
            ready = [i for i, one in enumerate(open_) if one[2] <= most_depth]
            ready = {"chain": ready[-2:], "perfect": ready[:1], "random": ready}[shape]
            side, parent, depth = open_.pop(ready[int(rng.integers(len(ready)))])
            children[side, parent] = node
        open_ += [(0, node, depth + 1), (1, node, depth + 1)]
    for leaf, i in enumerate(rng.permutation(len(open_))):
        side, parent, _ = open_[i]
        children[side, parent] = ~leaf
    return renumbered(rng, children)


def renumbered(rng: np.random.Generator, children: Array) -> tuple[Array, Array]:
    """Return the same tree, its nodes but for the root in another order."""
    nodes = children.shape[1]
    new = np.concatenate([np.zeros(min(nodes, 1), np.int64), 1 + rng.permutation(max(nodes - 1, 0))])
    moved = np.empty_like(children)
    moved[:, new] = np.where(children >= 0, new[np.maximum(children, 0)] if nodes else 0, children)
    return moved[0].astype(np.int32), moved[1].astype(np.int32)


def make_tree(
    rng: np.random.Generator, leaves: int, shape: str, choice: Choice, most_depth: int = 12
) -> Tree:
    """Return a tree; a node whose rule says so looks at one of three sets of categories."""
    left, right = grown(rng, leaves, shape, most_depth)
    rule = rng.choice(np.array(choice.rules, np.uint8), leaves - 1)
    threshold = rng.choice(choice.thresholds, leaves - 1)
    sets = [rng.integers(0, 2**32, words, np.uint32) for words in (1, 3, 0)]
    return Tree(
        feature=rng.integers(0, choice.features, leaves - 1).astype(np.int32),
        threshold=np.where(rule & Rule.CATEGORICAL, rng.integers(0, len(sets), leaves - 1), threshold),
        rule=rule,
        left=left,
        right=right,
        leaf_value=choice.leaf(rng, leaves),
        categories=sets if (rule & Rule.CATEGORICAL).any() else (),
    )


SHAPES = ("random", "chain", "perfect")


def make_trees(rng: np.random.Generator, trees: int, most_leaves: int, choice: Choice) -> list[Tree]:
    """Return trees of any shape: as often of a single leaf or two as of many."""
    sizes = np.minimum(2 ** rng.uniform(0, np.log2(most_leaves + 1), trees), most_leaves).astype(int)
    made = []
    for size in sizes:
        shape = str(rng.choice(SHAPES))
        depth = int(rng.integers(max(1, int(size - 1).bit_length()), 13))
        leaves = min(int(size), depth + 1) if shape == "chain" else int(size)
        made.append(make_tree(rng, leaves, shape, choice, depth))
    return made


def any_rules(rng: np.random.Generator) -> tuple[int, ...]:
    """Return the rules of a model: a few, as a format has them, or any."""
    return tuple(int(rule) for rule in rng.integers(0, 256, int(rng.integers(1, 6))))


# -- rows


def asked(loaded: Loaded) -> list[Array]:
    """Return what nodes ask of each feature, before normalization."""
    found: list[list[float]] = [[] for _ in range(loaded.num_features)]
    for tree in loaded.model.trees if isinstance(loaded.model, Ensemble) else ():
        for feature, threshold, rule in zip(tree.feature, tree.threshold, tree.rule, strict=True):
            if not rule & Rule.CATEGORICAL and not np.isnan(threshold):
                one = loaded.normalizers.get(int(feature), Normalizer(0, 1))
                found[feature].append(float(threshold) * one.divisor + one.offset)
    return [np.array(one or [0.5]) for one in found]


def beside(on: Array, kind: type) -> list[Array]:
    """Return numbers, and those one unit in the last place of float32 and of the rows' kind beside."""
    made: list[Array] = [on.astype(kind)]
    for step in {np.float32, kind}:
        made += [np.nextafter(on.astype(step), step(way)).astype(kind) for way in (-np.inf, np.inf)]
    return made


def make_rows(rng: np.random.Generator, loaded: Loaded, n: int, kind: type) -> Array:
    """Return rows of values on thresholds and beside, of odd ones, of categories, and of any."""
    rows: Array = np.empty((n, loaded.num_features), kind)
    with np.errstate(all="ignore"):
        for column, thresholds in enumerate(asked(loaded)):
            on = rng.choice(thresholds, n)
            odd, category = rng.choice(THRESHOLDS, n), rng.choice(CATEGORIES, n)
            near = beside(np.where(rng.random(n) < 0.7, on, odd), kind)
            many = [*near, odd, category, rng.integers(0, 100, n), rng.normal(size=n), np.full(n, np.nan)]
            choices = np.stack([one.astype(kind) for one in many])
            rows[:, column] = choices[rng.integers(len(choices), size=n), np.arange(n)]
    return rows


def layouts(rows: Array) -> Iterator[tuple[str, Array]]:
    """Give the same rows as they may lie in memory."""
    n, features = rows.shape
    yield "C", np.ascontiguousarray(rows)
    yield "Fortran", np.asfortranarray(rows)
    apart = np.full((2 * n, 3 * features), 7.5, rows.dtype)
    apart[::2, 1::3] = rows
    yield "strided", apart[::2, 1::3]
    yield "backwards", rows[::-1, ::-1].copy()[::-1, ::-1]


# -- models


@dataclass(frozen=True)
class Case:
    """A model and rows for it."""

    name: str
    loaded: Loaded
    rows: Array

    def core(self) -> _core.Model:
        return make_core(self.loaded)


def loaded_of(model: Ensemble | Linear, features: int, **more: Any) -> Loaded:
    return Loaded("test", model, (), features, **more)


def shapes(seed: int) -> Case:
    """Many trees of any size and shape under any rules."""
    rng = np.random.default_rng([1, seed])
    choice = Choice(int(rng.integers(1, 8)), rules=any_rules(rng))
    trees = make_trees(rng, int(rng.choice([1, 2, 7, 31, 33])), int(rng.choice([2, 16, 255, 256])), choice)
    model = Ensemble(trees, ACCUMULATE[seed % 3], base=float(rng.normal()), wide=bool(seed // 3 % 2))
    loaded = loaded_of(model, choice.features)
    kind = (np.float32, np.float64)[seed // 6 % 2]
    n = int(rng.choice([40, 100, 257])) if len(trees) > 2 else 1_000
    return Case(f"shapes {seed}", loaded, make_rows(rng, loaded, n, kind))


def large(seed: int) -> Case:
    """One tree of a given depth, among them those of 512 leaves, which have too many to be numbered."""
    rng = np.random.default_rng([2, seed])
    depth = 1 + seed % 12
    shape = SHAPES[seed // 12 % 3]
    leaves = depth + 1 if shape == "chain" else min(2**depth, 512)
    choice = Choice(3, thresholds=np.concatenate([THRESHOLDS, rng.normal(size=100)]), rules=any_rules(rng))
    trees = [make_tree(rng, leaves, shape, choice, depth), make_tree(rng, 2, "random", choice)]
    wide = bool(seed % 2)
    loaded = loaded_of(Ensemble(trees, "float64", wide=wide), choice.features)
    return Case(
        f"depth {depth} {shape}", loaded, make_rows(rng, loaded, 300, np.float64 if wide else np.float32)
    )


def large_float(rng: np.random.Generator, n: int) -> Array:
    """Return leaves on which float32 or another order of a sum give other bits; and infinite ones."""
    values = rng.normal(size=n) * 10.0 ** rng.integers(-46, 39, n)
    return np.where(rng.random(n) < 0.01, rng.choice([np.inf, -np.inf, 0.0, -0.0], n), values)


def sums(seed: int) -> Case:
    """Leaves of any magnitude, sums from any number, several ensembles whose sums are averaged."""
    rng = np.random.default_rng([3, seed])
    choice = Choice(2, rules=(0, int(Rule.NAN_LEFT)), leaf=large_float)
    trees = make_trees(rng, 40, 8, choice)
    groups = [(), (40,), (13, 0, 27), (1,) * 40][seed // 3 % 4]
    base = float(rng.choice([0.0, -0.0, 0.1, 1 + 2.0**-24, 1e-46, -1e30]))
    output = Output(mean=bool(seed % 2), scale=[None, 0.1][seed // 2 % 2], bias=[None, -0.7][seed // 4 % 2])
    model = Ensemble(trees, ACCUMULATE[seed % 3], base=base, groups=groups, output=output)
    loaded = loaded_of(model, choice.features)
    return Case(f"sums {seed}", loaded, make_rows(rng, loaded, 33, np.float32))


def prepared(seed: int) -> Case:
    """Features that are filled in and normalized before the trees look at them."""
    rng = np.random.default_rng([4, seed])
    choice = Choice(5, rules=any_rules(rng))
    trees = make_trees(rng, 10, 32, choice)
    pairs = [(0.0, 1.0), (0.1, 3.0), (-2.5, 1e-30), (1e30, 1e30), (1.0, 0.0), (0.3, -7.0)]
    chosen = [pairs[int(rng.integers(len(pairs)))] for _ in range(choice.features)]
    normalizers = {
        i: Normalizer(float(np.float32(a)), float(np.float32(b)))
        for i, (a, b) in enumerate(chosen)
        if rng.random() < 0.6
    }
    absent = [None, 0.0, -0.0, 0.1, 1e-40, np.inf][seed % 6]
    model = Ensemble(trees, ACCUMULATE[seed % 3], wide=bool(seed // 6 % 2))
    absent = None if absent is None else float(np.float32(absent))
    loaded = loaded_of(model, choice.features, absent=absent, normalizers=normalizers)
    return Case(
        f"prepared {seed}", loaded, make_rows(rng, loaded, 100, (np.float32, np.float64)[seed // 3 % 2])
    )


def groups_of_conditions(seed: int) -> Case:
    """So many different conditions, 28,000, that the trees come in several groups; few different shapes."""
    rng = np.random.default_rng([5, seed])
    choice = Choice(4)
    grown_once = [make_tree(rng, 200, "random", choice) for _ in range(7)]
    trees = [replace(tree, threshold=rng.normal(size=199)) for tree in grown_once for _ in range(20)]
    loaded = loaded_of(Ensemble(trees, ACCUMULATE[seed % 3], wide=seed % 2 == 1), choice.features)
    return Case(
        f"conditions {seed}", loaded, make_rows(rng, loaded, 33, np.float64 if seed % 2 else np.float32)
    )


def linear(seed: int) -> Case:
    """A weighted sum, some features in it twice and some never."""
    rng = np.random.default_rng([6, seed])
    features, terms = int(rng.integers(1, 6)), int(rng.integers(0, 9))
    kind = (np.float32, np.float64)[seed // 2 % 2]
    model = Linear(
        rng.integers(0, features, terms).astype(np.int32),
        large_float(rng, terms) if seed % 3 else rng.normal(size=terms),
        base=float(rng.normal()),
        accumulate=("float32", "float64")[seed % 2],
        skips_nan=bool(seed // 4 % 2),
        output=Output(scale=[None, 3.0][seed // 8 % 2], bias=[None, 0.1][seed % 2]),
    )
    absent = [None, 0.25][seed // 5 % 2]
    normalizers = {0: Normalizer(0.5, 3.0)} if seed // 7 % 2 else {}
    loaded = loaded_of(model, features, absent=absent, normalizers=normalizers)
    return Case(f"linear {seed}", loaded, make_rows(rng, loaded, 50, kind))


KINDS = {
    "shapes": (shapes, 36),
    "large": (large, 36),
    "sums": (sums, 24),
    "prepared": (prepared, 24),
    "conditions": (groups_of_conditions, 2),
    "linear": (linear, 48),
}


def cases(kind: str, effort: int) -> Iterator[Case]:
    """Give the cases of a kind, `effort` times as many as there are by default."""
    make, count = KINDS[kind]
    for seed in range(count * effort):
        yield make(seed)


def bits(scores: Array) -> Array:
    """Return scores as whole numbers; every NaN is the same."""
    return np.where(np.isnan(scores), np.nan, scores).astype(np.float64).view(np.uint64)


def main() -> None:
    """Print the instruction set, then each kind of model and a digest of its scores."""
    print(_core.isa())
    for kind in KINDS:
        digest = hashlib.sha256()
        for case in cases(kind, int(sys.argv[1])):
            core = case.core()
            for way in WAYS:
                digest.update(bits(core.predict(case.rows, True, way)).tobytes())
        print(kind, digest.hexdigest())


if __name__ == "__main__":
    main()
