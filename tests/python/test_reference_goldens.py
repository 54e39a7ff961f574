"""The slow reference gives what Lucene gave: every id in order, every score as bits."""

import numpy as np
import pytest

from reference import Reference
from reference.analysis import analyze
from reference.goldens import definition, documents, golden, golden_path, not_run

pytestmark = pytest.mark.slow

CASES = {
    "arxiv-demo": 500,
    "slop": 400,
    "mixed": 689,
    "cranfield": 400,
    "cranfield-bool": 400,
    "cacm": 400,
    "yoruba": 300,
}


@pytest.fixture(autouse=True, scope="module")
def say_what_is_not_run(request):
    if not_run():
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{not_run()}")


def skip_if_absent(name: str) -> None:
    if not golden_path(name).exists():
        pytest.skip(f"NOT RUN: {golden_path(name)} is not there; RESCORA_SHARED names its folder")


def bits(hits) -> list[tuple[str, bytes]]:
    return [(id_, np.float32(score).tobytes()) for id_, score in hits]


@pytest.mark.parametrize("name", CASES)
def test_the_reference_gives_the_hits_of_lucene(name):
    skip_if_absent(name)
    cases = golden(name)
    reference = Reference(documents(name), **definition(name))

    wrong = [case for case in cases if bits(case["hits"]) != bits(reference.search(case["request"]))]

    assert wrong == []
    assert len(cases) == CASES[name]


@pytest.mark.parametrize(("name", "count"), [("standard", 495), ("english", 302)])
def test_the_reference_splits_text_as_lucene_does(name, count):
    skip_if_absent(f"{name}-analyzer")
    cases = golden(f"{name}-analyzer")

    wrong = [
        case["text"]
        for case in cases
        if case["tokens"] != list(map(list, analyze(name, case["text"]).tokens))
    ]

    assert wrong == []
    assert len(cases) == count
