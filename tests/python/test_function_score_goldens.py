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
ERRORS = golden("opensearch-function-score-errors.jsonl")
# Of filters a node tells what its cache keeps, which is no explanation of a clause.
EXPLANATIONS = [
    case
    for case in golden("opensearch-explanations.jsonl")
    if '"filter": [' not in json.dumps(case["query"]) and "NaN" not in json.dumps(case["explanation"])
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(read_lines(FOLDER / "docs.jsonl"), "id", **DEFINITION)


def test_there_are_as_many_goldens_as_there_were():
    assert (len(HITS), len(ERRORS), len(EXPLANATIONS)) == (572, 45, 98)


def test_the_engine_gives_the_hits(index):
    wrong = [case["request"] for case in HITS if bits_of(index.search(case["request"])) != bits(case["hits"])]

    assert wrong == []


def test_the_reference_gives_the_hits():
    reference = Reference(read_lines(FOLDER / "docs.jsonl"), **DEFINITION)

    wrong = [
        case["request"] for case in HITS if bits(reference.search(case["request"])) != bits(case["hits"])
    ]

    assert wrong == []


@pytest.mark.parametrize("case", ERRORS, ids=range(len(ERRORS)))
def test_a_document_that_cannot_be_scored_is_an_error(index, case):
    with pytest.raises(RequestError) as raised:
        index.search(case["request"])

    error = raised.value.to_dict()["error"]
    assert [error["caused_by"]["type"], error["caused_by"]["reason"]] == case["error"]
    assert raised.value.status == (400 if case["error"][0] == "illegal_argument_exception" else 500)


def as_lucene_plainly(description: str) -> str:
    """Drop what a node adds to a query's name: the second way to run it, and a wrapping without a score."""
    plain = re.sub(r"IndexOrDocValuesQuery\(indexQuery=(.*?), dvQuery=.*?\)", r"\1", description)
    plain = re.sub(r"ConstantScore\((FieldExistsQuery \[.*?\])\)", r"\1", plain)
    plain = plain.replace("flag:T", "flag:[1 TO 1]").replace("flag:F", "flag:[0 TO 0]")
    # before 19, Java wrote more digits than tell a double from its neighbours
    return re.sub(r"\d+\.\d+E\d+", lambda found: repr(float(found[0])), plain)


def comparable(explanation: dict) -> tuple:
    details = [comparable(detail) for detail in explanation["details"]]
    description = as_lucene_plainly(explanation["description"])
    if description.startswith(("max of:", "max plus ")):  # from a hash table, in no order
        details.sort()
    return str(np.float32(explanation["value"])), description, details


@pytest.mark.parametrize("case", EXPLANATIONS, ids=range(len(EXPLANATIONS)))
def test_an_explanation_is_the_one_that_the_node_gave(index, case):
    explanation = index.explain(case["id"], query=case["query"])

    told, want = comparable(explanation), comparable(case["explanation"])
    assert told[1:] == want[1:], case["query"]
    # The node multiplies floats that it has rounded already; ours is the score of the hit.
    assert np.float32(told[0]) == pytest.approx(float(want[0]), rel=2e-7)
    hits = index.search(query={"bool": {"must": case["query"], "filter": {"ids": {"values": [case["id"]]}}}})
    assert [np.float32(told[0])] * len(hits) == hits.scores.tolist()
