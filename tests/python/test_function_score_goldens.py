"""function_score, scripts and features give what OpenSearch gave: hits, errors, explanations."""

import json
import re

import numpy as np
import pytest

from agreement import bits, bits_of
from reference import Reference
from reference.goldens import SHIPPED, read_lines
from rescora import Index, RequestError


def golden(name: str) -> list[dict]:
    return read_lines(SHIPPED / name)


FOLDER = SHIPPED / "function-score"
DEFINITION = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
HITS = golden("opensearch-function-score.jsonl")
BOOLEANS = golden("opensearch-booleans.jsonl")
ERRORS = golden("opensearch-function-score-errors.jsonl")
EXPLANATIONS = [
    case for case in golden("opensearch-explanations.jsonl") if "NaN" not in json.dumps(case["explanation"])
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(read_lines(FOLDER / "docs.jsonl"), "id", **DEFINITION)


def test_there_are_as_many_goldens_as_there_were():
    assert (len(HITS), len(BOOLEANS), len(ERRORS), len(EXPLANATIONS)) == (572, 72, 45, 117)


@pytest.mark.parametrize("cases", [HITS, BOOLEANS], ids=["functions", "booleans"])
def test_the_engine_gives_the_hits(index, cases):
    wrong = [
        case["request"] for case in cases if bits_of(index.search(case["request"])) != bits(case["hits"])
    ]

    assert wrong == []


@pytest.mark.parametrize("cases", [HITS, BOOLEANS], ids=["functions", "booleans"])
def test_the_reference_gives_the_hits(cases):
    reference = Reference(read_lines(FOLDER / "docs.jsonl"), **DEFINITION)

    wrong = [
        case["request"] for case in cases if bits(reference.search(case["request"])) != bits(case["hits"])
    ]

    assert wrong == []


@pytest.mark.parametrize("case", ERRORS, ids=range(len(ERRORS)))
def test_a_document_that_cannot_be_scored_is_an_error(index, case):
    with pytest.raises(RequestError) as raised:
        index.search(case["request"])

    error = raised.value.to_dict()["error"]
    assert [error["caused_by"]["type"], error["caused_by"]["reason"]] == case["error"]
    assert raised.value.status == (400 if case["error"][0] == "illegal_argument_exception" else 500)


def as_before_java_19(description: str) -> str:
    """Drop the digits that tell no double from its neighbours."""
    return re.sub(r"\d+\.\d+E\d+", lambda found: repr(float(found[0])), description)


def comparable(explanation: dict) -> tuple:
    details = [comparable(detail) for detail in explanation["details"]]
    description = as_before_java_19(explanation["description"])
    if description.startswith(("max of:", "max plus ")):  # from a hash table, in no order
        details.sort()
    value = "the pivot" if description.startswith("a, exponent") else str(np.float32(explanation["value"]))
    return value, description, details  # Lucene 9.12 shows the exponent there, as it says


@pytest.mark.parametrize("case", EXPLANATIONS, ids=range(len(EXPLANATIONS)))
def test_an_explanation_is_the_one_that_the_node_gave(index, case):
    explanation = index.explain(case["id"], query=case["query"])

    told, want = comparable(explanation), comparable(case["explanation"])
    assert told == want, case["query"]
    # CombineFunction.explain joins floats, its combine doubles: they may be one float apart
    hits = index.search(query={"bool": {"must": case["query"], "filter": {"ids": {"values": [case["id"]]}}}})
    assert [float(told[0])] * len(hits) == pytest.approx(hits.scores.tolist(), rel=2**-23)
