"""What the readers make of a model file scores as the file does when it is read slowly, bit for bit."""

import importlib

import numpy as np
import pytest

from agreement import EFFORT
from models_strategy import MAKERS, rows_for
from reference.model import catboost, elasticsearch, lightgbm, o19s, ranklib, solr, walk, xgboost
from rescora.model.parsing.source import read_source

NAMED = {"elasticsearch": elasticsearch.score, "o19s": o19s.score}  # these ask for columns by name
HAVE_OUTPUTS = {"lightgbm": lightgbm.score, "xgboost": xgboost.score}
RAW_ONLY = {"ranklib": ranklib.score, "solr": solr.score, "catboost": catboost.score}
FLOAT64_TOO = ("lightgbm", "elasticsearch")
SEEDS = range(25 * EFFORT)
SIZES = [(1, 2), (3, 4), (6, 12), (10, 40)]  # trees and leaves


@pytest.fixture(autouse=True)
def quietly():
    with np.errstate(all="ignore"):  # rows hold infinities and denormals
        yield


def slowly(name, made, rows, raw):
    if name in NAMED:
        return NAMED[name](made.data, rows, list(made.names), raw)
    return (
        HAVE_OUTPUTS[name](made.data, rows, raw) if name in HAVE_OUTPUTS else RAW_ONLY[name](made.data, rows)
    )


def columns_of(loaded, made):
    """Return the rows' columns in the order in which the loaded model wants them."""
    return [made.names.index(name) for name in loaded.feature_names] or list(range(loaded.num_features))


def bits(scores):
    """Return scores as whole numbers; every NaN is the same."""
    same = np.where(np.isnan(scores), np.nan, scores).astype(scores.dtype)
    return same.view(f"u{scores.dtype.itemsize}")


def made_and_rows(name, seed):
    trees, leaves = SIZES[seed % len(SIZES)]
    made = MAKERS[name](seed, trees=trees, leaves=leaves, features=2 + seed % 4)
    kind = np.float64 if name in FLOAT64_TOO and seed // len(SIZES) % 2 else np.float32
    return made, rows_for(made, seed, 40, kind)


@pytest.mark.parametrize("name", MAKERS)
def test_a_model_that_was_read_gives_the_raw_bits_of_its_file(name):
    reader = importlib.import_module(f"rescora.model.formats.{name}")
    for seed in SEEDS:
        made, rows = made_and_rows(name, seed)
        source = read_source(made.data)
        assert reader.recognises(source), seed
        loaded = reader.load(source, None)

        expected = slowly(name, made, rows, raw=True)
        scores = walk.predict(loaded, rows[:, columns_of(loaded, made)], raw=True)

        np.testing.assert_array_equal(bits(scores.astype(expected.dtype)), bits(expected), f"seed {seed}")


@pytest.mark.parametrize("name", [*NAMED, *HAVE_OUTPUTS])
def test_a_model_that_was_read_gives_the_outputs_of_its_file(name):
    """The walk's exp may be 2 ulp off, and underflows to 0 where XGBoost's stops at 3e-39."""
    reader = importlib.import_module(f"rescora.model.formats.{name}")
    for seed in SEEDS:
        made, rows = made_and_rows(name, seed)
        loaded = reader.load(read_source(made.data), None)

        expected = slowly(name, made, rows, raw=False)
        scores = walk.predict(loaded, rows[:, columns_of(loaded, made)]).astype(expected.dtype)

        few = 4 * float(np.finfo(expected.dtype).eps)
        np.testing.assert_allclose(scores, expected, rtol=few, atol=1e-38, err_msg=f"seed {seed}")


@pytest.mark.parametrize("name", MAKERS)
def test_only_the_format_itself_recognises_its_files(name):
    for seed in range(4):
        source = read_source(MAKERS[name](seed, trees=2, leaves=4, features=3).data)
        readers = {other: importlib.import_module(f"rescora.model.formats.{other}") for other in MAKERS}

        assert [other for other, reader in readers.items() if reader.recognises(source)] == [name]
