"""The common form of all models: a tree ensemble or a weighted sum; the core validates it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Accumulate = Literal["float32", "float64", "float32_rounded"]
Transform = Literal[
    "identity", "sigmoid", "sigmoid_float32", "exp", "exp_float32", "signed_square", "log1p_exp"
]


class Rule(IntFlag):
    """
    A node's rules for its feature's value, applied in the order of these lines.

    Then the value goes left if it is at most the threshold, and right otherwise. ``<`` is ``<=`` of the next
    lower number, ``>`` and ``>=`` are ``<=`` with the children exchanged.

    With ``CATEGORICAL`` it goes left instead if the value, its fraction cut off, is in the node's set; what
    is no category (negative, too large for the set) is not in it. -0.5 is negative, but with ``CUT_FIRST``
    category 0.
    """

    SMALL_TO_ZERO = 1  # |x| <= 1e-35f becomes 0
    NAN_TO_ZERO = 2
    ZERO_TO_NAN = 4
    INFINITE_TO_NAN = 8
    SIGNED_ZEROS = 16  # -0.0 is lower than 0.0, in value and threshold
    NAN_LEFT = 32  # what is NaN in the end goes left
    CATEGORICAL = 64
    CUT_FIRST = 128


@dataclass(frozen=True, eq=False)
class Tree:
    """
    One tree: its inner nodes, and its leaves.

    A tree of a single leaf has no nodes. Node 0 is the root. A child that is not negative is a node of this
    tree, ``-1`` is leaf 0, ``-2`` leaf 1, and so on.

    Attributes
    ----------
    feature : ndarray of int32, shape (nodes,)
    threshold : ndarray of float64, shape (nodes,)
        Of a categorical node: the number of its set in `categories`.
    rule : ndarray of uint8, shape (nodes,)
        Of `Rule`.
    left, right : ndarray of int32, shape (nodes,)
    leaf_value : ndarray of float64, shape (leaves,)
        With every weight of the tree already in it.
    categories : sequence of ndarray of uint32
        Sets of categories: category c is bit ``c % 32`` of word ``c // 32``.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    rule: NDArray[np.uint8]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaf_value: NDArray[np.float64]
    categories: Sequence[NDArray[np.uint32]] = ()


@dataclass(frozen=True, eq=False)
class Output:
    """
    The transform of a sum of leaves or weights, in this order.

    Attributes
    ----------
    mean : bool
        Whether the sum is divided by the number of trees even in the raw score, as a scikit-learn forest's.
    scale, bias : float or None
        Raw score = ``scale * sum + bias``, in float64; None where a format has no such step.
    divide : float or None
        The output, not the raw score, is divided by this first: LightGBM's averaged forests.
    transform : str
        What the objective makes of the raw score. ``sigmoid`` is ``1 / (1 + exp(-slope * x))`` in float64,
        ``sigmoid_float32`` XGBoost's ``1 / (expf(min(-x, 88.7f)) + 1 + 1e-16f)``, ``signed_square`` ``x *
        |x|``.
    slope : float
        Of ``sigmoid``.
    shift : float
        Added last to the output in float64: Elasticsearch's, against negative scores. 0 where there is none.
    """

    mean: bool = False
    scale: float | None = None
    bias: float | None = None
    divide: float | None = None
    transform: Transform = "identity"
    slope: float = 1.0
    shift: float = 0.0


@dataclass(frozen=True, eq=False)
class Ensemble:
    """
    A model of trees.

    Attributes
    ----------
    trees : sequence of Tree
        In the order in which they are summed.
    accumulate : str
        ``float32``: each leaf rounded to float32, sums in float32. ``float64``. ``float32_rounded``: leaf
        values and additions in float64, the sum rounded to float32 after every tree (RankLib).
    base : float
        Where sums start.
    wide : bool
        Whether a float64 value is compared as it is; if not, it is rounded to float32 first.
    groups : sequence of int
        Trees in each of several ensembles, whose sums are averaged in float64; empty if there is but one.
    output : Output
    """

    trees: Sequence[Tree]
    accumulate: Accumulate
    base: float = 0.0
    wide: bool = False
    groups: Sequence[int] = ()
    output: Output = field(default_factory=Output)


@dataclass(frozen=True, eq=False)
class Linear:
    """
    A linear model: a weighted sum of features.

    Attributes
    ----------
    feature : ndarray of int32, shape (terms,)
        The features in the order in which their products are added.
    weight : ndarray of float64, shape (terms,)
    base : float
        Where the sum starts.
    accumulate : str
        ``float32``: weights, products and sums in float32; or ``float64``.
    skips_nan : bool
        Whether a NaN adds nothing.
    output : Output
    """

    feature: NDArray[np.int32]
    weight: NDArray[np.float64]
    base: float = 0.0
    accumulate: Literal["float32", "float64"] = "float64"
    skips_nan: bool = False
    output: Output = field(default_factory=Output)


@dataclass(frozen=True)
class Normalizer:
    """``(value - offset) / divisor`` of one feature, every step in float32, before the model sees it."""

    offset: float
    divisor: float


@dataclass(frozen=True, eq=False)
class Loaded:
    """
    The result of a format's reader.

    Attributes
    ----------
    format : str
        The format's name, as `Model.format` shows it.
    model : Ensemble or Linear
    feature_names : tuple of str
        One a column, in the order of the columns; ``()`` if the format names none, and then `num_features`
        counts.
    num_features : int
    absent : float or None
        What a feature that no extractor gave becomes before anything else; None leaves it NaN.
    normalizers : dict of int to Normalizer
        By column.
    extractors : sequence of dict
        Feature extractors that stand in the file itself, in Elasticsearch's ``query_extractor`` form without
        that wrapper: ``{"feature_name": …, "query": …, "default_score": …}``.
    default_params : dict
        Defaults of the parameters of those queries.
    """

    format: str
    model: Ensemble | Linear
    feature_names: tuple[str, ...]
    num_features: int
    absent: float | None = None
    normalizers: dict[int, Normalizer] = field(default_factory=dict)
    extractors: Sequence[dict[str, Any]] = ()
    default_params: dict[str, Any] = field(default_factory=dict)


def constant(value: float) -> Tree:
    """Return the tree that is a single leaf."""
    nothing = np.zeros(0, np.int32)
    return Tree(nothing, np.zeros(0), np.zeros(0, np.uint8), nothing, nothing, np.array([value], np.float64))


def lower_float32(thresholds: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return t' with ``x <= t'`` for every float32 ``x < t``: the next lower float32."""
    return np.nextafter(thresholds.astype(np.float32), np.float32(-np.inf)).astype(np.float64)
