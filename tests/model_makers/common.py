"""Random trees and columns, which all makers of model files use."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Rng = np.random.Generator
PLAIN = (0.0, -0.0, 0.5, 1.0, 3.0, -2.25, 0.1, 16777216.0)
EXTREME = (1e-45, -1e-45, 1e-40, 1e-35, 2e-35, 3.4028235e38, -3.4028235e38)
DOUBLES = (
    0.1,
    1 + 2**-52,
    1 + 2**-25,
    1.0000000180025095e-35,
    -1.0000000180025095e-35,
    5e-324,
    1e300,
    -1e300,
)
# A float32 whose shortest decimal, 7.038531e-26, becomes its neighbour when it is rounded to float64 first.
ROUNDED_TWICE = 7.038530691851209e-26


@dataclass(frozen=True)
class Made:
    """A model file, the names of its columns, and for each column the values that its nodes ask for."""

    data: bytes
    names: tuple[str, ...]
    asked: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Shape:
    """A binary tree as LightGBM numbers it: a child that is negative is the leaf ``~child``."""

    left: list[int]
    right: list[int]

    @property
    def leaves(self) -> int:
        return len(self.left) + 1


def shape_for(rng: Rng, most: int) -> Shape:
    """Split leaves by chance, or always the newest, which makes a chain; one tree in six is a leaf only."""
    leaves = 1 if rng.random() < 1 / 6 else int(rng.integers(1, most + 1))
    chain = rng.random() < 0.3
    left, right = [], []
    for node in range(leaves - 1):
        split = node if chain else int(rng.integers(0, node + 1))
        for children in (left, right):
            children[:] = [node if child == ~split else child for child in children]
        left.append(~split)
        right.append(~(node + 1))
    return Shape(left, right)


def nested(shape: Shape, node_of: Callable, leaf_of: Callable) -> dict:
    """Return the tree as objects in objects; a node is made of its number and its children."""
    made = {~leaf: leaf_of(leaf) for leaf in range(shape.leaves)}
    for node in reversed(range(len(shape.left))):  # children have higher numbers
        made[node] = node_of(node, made[shape.left[node]], made[shape.right[node]])
    return made[0 if shape.left else -1]


def in_order(shape: Shape) -> list[int]:
    """Return nodes and leaves level by level, the root first."""
    order = [0 if shape.left else -1]
    for node in order:
        if node >= 0:
            order += [shape.left[node], shape.right[node]]
    return order


class Columns:
    """Columns with few thresholds each, so that conditions repeat, and with what was drawn of them."""

    def __init__(self, rng: Rng, count: int, kind: type, also: tuple[float, ...] = ()) -> None:
        self.rng, self.count = rng, count
        edges = [*PLAIN, *EXTREME, *also, *([] if kind is np.float32 else DOUBLES)]
        drawn = [[*rng.choice(edges, 3), *rng.normal(size=2)] for _ in range(count)]
        self.pools = [[float(kind(value)) for value in pool] for pool in drawn]
        self.names = tuple(f"feature_{i}" for i in rng.permutation(count))

    def draw(self) -> tuple[int, float]:
        """Return a column and a threshold in it."""
        column = int(self.rng.integers(self.count))
        return column, self.pools[column][int(self.rng.integers(5))]

    def made(self, data: bytes | str | dict | list) -> Made:
        text = data if isinstance(data, (bytes, str)) else json.dumps(data, indent=self.rng.choice([None, 1]))
        return Made(
            text if isinstance(text, bytes) else text.encode(), self.names, tuple(map(tuple, self.pools))
        )


def short(value: float) -> str:
    """Return the shortest decimal that is this float32."""
    return str(np.float32(value))


def as_single(value: float) -> float:
    """Return the float64 that prints as the shortest decimal of a float32."""
    return float(short(value))


def leaf_value(rng: Rng) -> float:
    return float(rng.choice([0.0, -0.0, 0.1, -0.3, *rng.normal(size=6)]))


def coin(rng: Rng) -> bool:
    return bool(rng.random() < 0.5)
