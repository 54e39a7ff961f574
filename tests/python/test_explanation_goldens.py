"""Explanations are those of Lucene: values as bits, descriptions, details in order."""

import re

import numpy as np
import pytest

from reference.goldens import SHIPPED, definition, documents, read_lines
from rescora import Index

CASES = read_lines(SHIPPED / "lucene-explanations.jsonl")


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(documents("mixed"), "id", **definition("mixed"))


def comparable(explanation: dict) -> tuple:
    """
    Return value, description and details in a form that two equal explanations share.

    Lucene keeps the queries of a dis_max in a hash table seeded anew in every process: their order means
    nothing. It multiplies a boosting query's inner score in double, which is rounded to float32 here.
    Elasticsearch wraps `exists` once more than these answers do.
    """
    details = [comparable(detail) for detail in explanation["details"]]
    description = re.sub(r"ConstantScore\((FieldExistsQuery [^)]*)\)", r"\1", explanation["description"])
    if description.startswith(("max of:", "max plus ")):
        details.sort()
    if " | " in description:
        name, missed, number = description.partition(" doesn't match id ")
        description = " ".join(sorted(re.split(r"[ ()|]+", name))) + missed + number
    return np.float32(explanation["value"]).tobytes(), description, details


def agree(told: tuple, want: tuple) -> bool:
    """
    Tell whether both are the same, but for clauses that nobody asks for scores.

    In a node the cache of filters stands before those, and names them, matching at 1 or not; these answers
    come from Lucene without it.
    """
    if told == want:
        return True
    (_, said, inner), (_, words, wanted) = told, want
    if not inner and (said.endswith(f"match id {said.split()[-1]}") or told[0] == np.float32(1).tobytes()):
        return words.startswith(("no ", "No ", "Fail", "weight(", "sum of", "max ", said))
    return (told[0], said, len(inner)) == (want[0], words, len(wanted)) and all(map(agree, inner, wanted))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_an_explanation_is_the_one_that_lucene_gives(index, number):
    case = CASES[number]

    explanation = index.explain(case["id"], query=case["query"])

    told, want = comparable(explanation), comparable(case["explanation"])
    assert agree(told, want), (case["query"], told, want)


def test_the_goldens_have_every_reason_for_a_document_that_does_not_match():
    said = {case["explanation"]["description"] for case in CASES}

    assert {
        "no matching term",
        "no matching terms",
        "no matching phrase",
        "No matching clause",
        "No matching clauses",
        "Failure to meet condition(s) of required/prohibited clause(s)",
        "Failure to match minimum number of optional clauses: 2",
    } <= said
