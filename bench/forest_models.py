"""Forests to be timed: data with MSLR-WEB's distributions, and ensembles of three libraries trained on it."""

import importlib
import json
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

QUERIES, DOCUMENTS = 400, 100  # that the models are trained on
POOL_BYTES = 60_000_000  # of windows that take turns, so that rows are not found in the cache
MOST_DRAWS = 240

Rows = NDArray[np.float32]
Scores = NDArray[Any]
Values = NDArray[np.float64]


class Shape(NamedTuple):
    """A forest's size; `depth` is that of XGBoost and CatBoost, which gives about as many leaves."""

    trees: int
    leaves: int
    features: int
    depth: int

    def __str__(self) -> str:
        return f"{self.trees:,} x {self.leaves} x {self.features}"


SMALL, MIDDLE, LARGE, LEAFY = (
    Shape(100, 31, 50, 5),
    Shape(300, 64, 136, 6),
    Shape(1_000, 64, 136, 6),
    Shape(500, 256, 300, 8),
)
SHAPES = (SMALL, MIDDLE, LARGE, LEAFY)


def optional(name: str) -> Any:
    """Return a rival's module, None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


lightgbm, xgboost, catboost = optional("lightgbm"), optional("xgboost"), optional("catboost")


# -- judged documents, with features as MSLR-WEB has them


class Judged(NamedTuple):
    """Documents of one query after the other, and how relevant each is, 0 to 4."""

    rows: Rows
    labels: NDArray[np.int32]


def counts(random: np.random.Generator, signal: Values) -> Values:
    """Count a term: mostly none, seldom many."""
    return np.where(random.random(signal.size) < 0.4, 0, random.poisson(np.exp(0.8 + 0.6 * signal)))


def bm25(random: np.random.Generator, signal: Values) -> Values:
    """Score a field, which half of the documents do not match."""
    return np.where(
        signal + random.normal(0, 1, signal.size) < 0, 0, 6 * random.gamma(3 + np.exp(signal / 2))
    )


def idf(random: np.random.Generator, signal: Values) -> Values:
    """Give the documents of a query one value."""
    return np.repeat(random.uniform(1, 12, signal.size // DOCUMENTS), DOCUMENTS)


def log_length(random: np.random.Generator, signal: Values) -> Values:
    return np.log1p(np.floor(np.exp(random.normal(5 + 0.3 * signal, 1.5))))


def flag(random: np.random.Generator, signal: Values) -> Values:
    return (signal + random.normal(0, 2, signal.size) > 1).astype(float)


def language_model(random: np.random.Generator, signal: Values) -> Values:
    return signal - random.gamma(4, 2, signal.size) - 5


def clicks(random: np.random.Generator, signal: Values) -> Values:
    """Count clicks, of which few documents have nearly all."""
    return np.floor(np.exp(random.normal(2 * signal - 2, 2)))


def quality(random: np.random.Generator, signal: Values) -> Values:
    return np.clip(np.round(128 + 30 * signal + random.normal(0, 40, signal.size)), 0, 255)


KINDS = (counts, bm25, idf, log_length, flag, language_model, clicks, quality)


@cache
def judged(features: int) -> Judged:
    """Draw documents whose features hint, each a little, at their relevance."""
    random = np.random.default_rng(features)
    relevance = random.normal(0, 1, QUERIES * DOCUMENTS)
    rows = np.empty((relevance.size, features), np.float32)
    for column in range(features):
        hint = random.uniform(0, 0.5)
        signal = hint * relevance + np.sqrt(1 - hint**2) * random.normal(0, 1, relevance.size)
        rows[:, column] = KINDS[column % len(KINDS)](random, signal)
    noisy = relevance + random.normal(0, 0.5, relevance.size)
    grades = np.quantile(noisy, [0.52, 0.84, 0.97, 0.99])  # about MSLR-WEB10K's shares of 0, 1, 2, 3
    return Judged(rows, np.searchsorted(grades, noisy).astype(np.int32))


def windows(features: int, size: int) -> Rows:
    """Return windows of random documents, shape (windows, size, features)."""
    rows = judged(features).rows
    draws = min(MOST_DRAWS, POOL_BYTES // (size * features * rows.itemsize))
    return rows[np.random.default_rng(size).integers(0, len(rows), (draws, size))]


# -- models, trained once


def train_lightgbm(shape: Shape) -> bytes:
    data = judged(shape.features)
    parameters = {
        "objective": "lambdarank",
        "num_leaves": shape.leaves,
        "learning_rate": 0.05,
        "min_data_in_leaf": 5,  # so that trees have all their leaves
        "num_threads": 1,
        "deterministic": True,
        "seed": 7,
        "verbose": -1,
    }
    dataset = lightgbm.Dataset(data.rows, data.labels, group=[DOCUMENTS] * QUERIES)
    text: str = lightgbm.train(parameters, dataset, shape.trees).model_to_string()
    return text.encode()


def train_xgboost(shape: Shape) -> bytes:
    data = judged(shape.features)
    parameters = {
        "objective": "rank:ndcg",
        "max_depth": shape.depth,
        "learning_rate": 0.05,
        "min_child_weight": 0,  # so that trees are nearly full
        "nthread": 1,
        "seed": 7,
    }
    matrix = xgboost.DMatrix(data.rows, data.labels, qid=np.repeat(np.arange(QUERIES), DOCUMENTS))
    return bytes(xgboost.train(parameters, matrix, shape.trees).save_raw("json"))


def train_catboost(shape: Shape) -> bytes:
    data = judged(shape.features)
    parameters = {
        "loss_function": "QueryRMSE",
        "iterations": shape.trees,
        "depth": shape.depth,
        "learning_rate": 0.05,
        "thread_count": 1,
        "random_seed": 7,
        "logging_level": "Silent",
        "allow_writing_files": False,
    }
    pool = catboost.Pool(data.rows, data.labels, group_id=np.repeat(np.arange(QUERIES), DOCUMENTS))
    model = catboost.CatBoost(parameters).fit(pool)
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(Path(folder) / "model.json", format="json")
        return (Path(folder) / "model.json").read_bytes()


def leaves_of_lightgbm(model: bytes) -> list[int]:
    return [int(line[11:]) for line in model.decode().splitlines() if line.startswith("num_leaves=")]


def leaves_of_xgboost(model: bytes) -> list[int]:
    trees = json.loads(model)["learner"]["gradient_booster"]["model"]["trees"]
    return [tree["left_children"].count(-1) for tree in trees]


def leaves_of_catboost(model: bytes) -> list[int]:
    return [len(tree["leaf_values"]) for tree in json.loads(model)["oblivious_trees"]]


def load_lightgbm(path: Path) -> Any:
    return lightgbm.Booster(model_file=path)


def load_xgboost(path: Path) -> Any:
    return xgboost.Booster({"nthread": 1}, model_file=path)


def load_catboost(path: Path) -> Any:
    return catboost.CatBoost().load_model(path, format="json")


class Library(NamedTuple):
    """One that trains models."""

    name: str
    module: Any  # None where it is not installed
    suffix: str
    train: Callable[[Shape], bytes]
    leaves: Callable[[bytes], list[int]]  # of each tree
    load: Callable[[Path], Any]


LIBRARIES = (
    Library("LightGBM", lightgbm, "txt", train_lightgbm, leaves_of_lightgbm, load_lightgbm),
    Library("XGBoost", xgboost, "json", train_xgboost, leaves_of_xgboost, load_xgboost),
    Library("CatBoost", catboost, "json", train_catboost, leaves_of_catboost, load_catboost),
)


def model_file(folder: Path, library: Library, shape: Shape) -> Path:
    name = f"{library.name.lower()}-{shape.trees}x{shape.leaves}x{shape.features}.{library.suffix}"
    return folder / name


def trained(folder: Path, library: Library, shape: Shape) -> Path:
    """Return the model's file, trained first where it is not yet there."""
    path = model_file(folder, library, shape)
    if not path.exists():
        print(f"training {path}", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(library.train(shape))
        part.replace(path)  # so that a run cut short leaves no half of a model
    return path
