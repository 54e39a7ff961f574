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
    Elasticsearch's ExistsQueryBuilder.newFilter wraps `exists` once more than these answers do.
    """
    details = [comparable(detail) for detail in explanation["details"]]
    description = re.sub(r"ConstantScore\((FieldExistsQuery [^)]*)\)", r"\1", explanation["description"])
    if description.startswith(("max of:", "max plus ")):
        details.sort()
    if " | " in description:
        reason, clause, name = description.rpartition(" clause (")
        name, missed, number = name.partition(" doesn't match id ")
        description = reason + clause + " ".join(sorted(re.split(r"[ ()|]+", name))) + missed + number
    return np.float32(explanation["value"]).tobytes(), description, details


# Of clauses that nobody asks for scores; a required one may be asked, and then agrees anyway.
UNSCORED = re.compile(
    r"match on (?:required clause, product of:|(?:required|prohibited) clause \((?P<name>.*?)\)?$)"
)


def agree(told: tuple, want: tuple) -> bool:
    """
    Tell whether both are the same, but for what a clause says that nobody asks for scores.

    A node's cache of filters (IndicesQueryCache.doCache, over LRUQueryCache.CachingWrapperWeight, which is
    a ConstantScoreWeight) stands before such a clause: it names it, matching at 1 or not matching. These
    answers come from Lucene without it, and take the clause apart.
    """
    if told == want:
        return True
    (value, said, inner), (wanted_value, words, wanted) = told, want
    if (value, said, len(inner)) != (wanted_value, words, len(wanted)):
        return False
    cached = UNSCORED.search(said)
    if cached is None or not inner:
        return all(map(agree, inner, wanted))
    return inner[:-1] == wanted[:-1] and as_the_cache_says(inner[-1], wanted[-1], cached["name"])


def words_of(name: str) -> set[str]:
    return set(re.split(r"[ (),|]+", name))


def as_the_cache_says(told: tuple, want: tuple, name: str | None) -> bool:
    """Tell whether a clause is named as matching or not, as it does in the answer."""
    value, said, inner = told
    missed = want[1].startswith(("no ", "No ", "Failure ")) or " doesn't match id " in want[1]
    named = said.partition(" doesn't match id ")[0] if missed else said
    return (
        not inner
        and value == np.float32(0 if missed else 1).tobytes()
        and (" doesn't match id " in said) == missed
        and (name is None or words_of(named) <= words_of(name))  # the part that selects documents
    )


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
