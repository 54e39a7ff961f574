"""Whatever is asked for as a script, what comes out is values or an error of ours, soon."""

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import fuzz_scripts
from fuzz_scripts import Given

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def documents():
    return fuzz_scripts.of_the_list()


def test_scripts_of_all_kinds_give_values_or_errors_of_ours():
    outcomes, failures = fuzz_scripts.fuzz(1_500, seed=3)

    assert failures == []
    assert outcomes["values"] > 50
    assert sum(times for outcome, times in outcomes.items() if outcome.startswith("well typed")) > 20


@pytest.mark.parametrize(
    ("why", "given"), fuzz_scripts.corpus(), ids=lambda one: one if type(one) is str else ""
)
def test_what_once_went_wrong_gives_values_or_an_error_of_ours(documents, why, given):
    assert fuzz_scripts.run(documents, given), why


def test_a_script_that_fails_on_a_text_says_so(documents):
    assert fuzz_scripts.run(documents, Given("'abc'.charAt(3)", {}, "field")) == (
        "failed: string_index_out_of_bounds_exception"
    )


def test_all_the_steps_that_a_document_may_take_are_soon_taken(documents):
    script = documents.compile(Given("int i = 0; while (true) { i++; }", {}, "score"))

    began = time.process_time()
    with pytest.raises(fuzz_scripts.RequestError, match="maximum number of statements"):
        documents.run(script, [0])
    assert time.process_time() - began < 1
