"""The engine gives what Lucene gave: plain, opened again, and from many threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine_goldens import CASES, index_of, wrong
from reference.goldens import golden, golden_path
from rescora import Index

pytestmark = pytest.mark.parametrize("name", CASES)


@pytest.fixture
def cases(name):
    if not golden_path(name).exists():
        pytest.skip(f"NOT RUN: {golden_path(name)} is not there; RESCORA_SHARED names its folder")
    found = golden(name)
    assert len(found) == CASES[name]
    return found


def test_the_engine_gives_the_hits_of_lucene(name, cases):
    assert wrong(cases, [index_of(name).search(case["request"]) for case in cases]) == []


def test_a_saved_index_gives_the_same_bits_when_opened(name, cases, tmp_path):
    index_of(name).save(tmp_path / "saved.rescora")

    opened = Index.open(tmp_path / "saved.rescora", verify=True)

    assert wrong(cases, [opened.search(case["request"]) for case in cases]) == []
    assert opened.mappings == index_of(name).mappings


def test_msearch_gives_the_same_bits_on_eight_threads(name, cases):
    assert wrong(cases, index_of(name).msearch([case["request"] for case in cases], threads=8)) == []


@pytest.mark.slow
def test_eight_python_threads_get_the_same_bits_of_one_index(name, cases):
    index = index_of(name)

    def ask_all_from(first: int) -> list:
        """Ask all, each thread from another case on, so that different requests run at once."""
        turned = cases[first:] + cases[:first]
        return wrong(turned, [index.search(case["request"]) for case in turned])

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(ask_all_from, range(0, len(cases), len(cases) // 8 + 1)))
    assert found == [[]] * 8
