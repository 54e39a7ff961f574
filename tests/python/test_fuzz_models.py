"""Whatever is loaded as a model, what comes out is numbers or a ModelError, soon and in little memory."""

import random
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import fuzz_models
from model_inputs import OBJECTS, Damage, Given

from rescora import Model, ModelError

COUNT = 300


@pytest.mark.parametrize("kind", sorted(fuzz_models.KINDS))
def test_damaged_models_give_numbers_or_are_refused(kind):
    outcomes, failures, ran = fuzz_models.fuzz(kind, COUNT, seed=5)

    assert failures == []
    assert ran == COUNT
    assert outcomes["loads"] > 10
    assert outcomes["refused"] > 100


@pytest.mark.parametrize("kind", sorted(fuzz_models.KINDS))
def test_what_is_damaged_is_sound_before(kind):
    damage = Damage(fuzz_models.KINDS[kind], random.Random(0))

    for file in damage.files:
        assert fuzz_models.run(Given(fuzz_models.KINDS[kind].format, file)) == "loads"


def test_what_once_went_wrong_gives_numbers_or_is_refused():
    assert fuzz_models.CORPUS.stat().st_size < 200_000
    for why, given in fuzz_models.corpus():
        assert fuzz_models.run(given), why


@pytest.mark.parametrize("value", [one for one in OBJECTS if not isinstance(one, tuple)], ids=repr)
def test_an_object_in_which_something_is_no_json_is_refused(value):
    model = {"trained_model": {"ensemble": {"trained_models": [value]}}}

    with pytest.raises(
        ModelError, match=r"must hold what JSON holds|must be a string, not|is no text in Unicode"
    ):
        Model.load(model)


def test_an_object_with_numbers_of_numpy_is_refused_by_their_name():
    with pytest.raises(ModelError, match=r"must hold what JSON holds, not a \[numpy.float32\]"):
        Model.load([{"nodeid": 0, "leaf": np.float32(1)}])
