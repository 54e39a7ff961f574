"""What was made to crash or to hang gets an answer or an error of ours: a part of `tests/fuzz/attack.py`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import attack
import attack_requests
import attack_scripts

pytestmark = pytest.mark.slow

EVERY = 9  # has no factor in common with what the families count in


@pytest.fixture(scope="module")
def index():
    return attack.index()


def test_the_attacks_are_as_many_as_they_are_said_to_be():
    names = [name for name, _ in attack_requests.hostile_requests()]
    sources = [one.source for one in attack_scripts.hostile_scripts()]
    assert (len(names), len(sources)) == (attack_requests.COUNT, attack_scripts.COUNT) == (874, 222)
    assert len(set(sources)) == len(sources)


def test_no_hostile_request_has_success(index):
    outcomes, failures = attack.attack(attack.requests(index, EVERY))
    assert failures == {}
    assert len(outcomes) > 5


def test_no_hostile_script_has_success(index):
    outcomes, failures = attack.attack(attack.scripts(index, EVERY))
    assert failures == {}
    assert outcomes["script_exception"] > outcomes["answer"] > 5
