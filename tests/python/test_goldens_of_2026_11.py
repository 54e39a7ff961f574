"""
Goldens of November 2026, where available: every answer is equal, or the difference is OpenSearch's own.

What Elasticsearch 8.12.2's source says otherwise stands beside each exception.
"""

import gzip
import itertools
import json
import re

import numpy as np
import pytest

from reference import Reference
from reference.goldens import beside
from rescora import Index, RequestError, UnsupportedError

FOLDER = beside() / "golden" / "2026-11"
pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason=f"NOT RUN: {FOLDER} is not there; RESCORA_SHARED names its folder"
)


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def bits(score) -> int | None:
    """JSON has null for an infinite score."""
    return None if score is None or np.isinf(np.float32(score)) else int(np.float32(score).view(np.int32))


# -- mini

# OpenSearch 2.19 makes a term query of either; TermBasedFieldType.termsQuery makes a TermInSetQuery, and
# BooleanFieldMapper.rangeQuery a TermRangeQuery, which score 1.
OPENSEARCH_ALONE = [{"terms": {"flag": [True]}}, {"range": {"flag": {"gte": True}}}]


def mini(name: str) -> tuple[dict, list[dict], list[tuple[dict, dict]]]:
    folder = FOLDER / "mini" / name
    cases = zip(lines(folder / "req.jsonl"), lines(folder / "golden.jsonl"), strict=True)
    kept = [case for case in cases if case[0].get("query") not in OPENSEARCH_ALONE]
    definition = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    return definition, lines(folder / "docs.jsonl"), kept


def asked(request: dict) -> dict:
    dfs = request.get("_dfs")
    body = {key: value for key, value in request.items() if key != "_dfs"}
    return {**body, "search_type": "dfs_query_then_fetch"} if dfs else body


def outcome(search, request: dict) -> dict:
    try:
        return {"hits": [[id_, bits(score)] for id_, score in search(asked(request))]}
    except (RequestError, ValueError):
        return {"error": True}


def same(told: dict, golden: dict) -> bool:
    """Tell whether both have the same hits, or both are an error: its words are Java's here and there."""
    return told.get("hits") == golden.get("hits") and ("error" in told) == ("error" in golden)


@pytest.mark.parametrize(("name", "count"), [("m1", 89), ("m2", 32), ("m3", 234)])
def test_the_engine_gives_the_small_ones(name, count):
    definition, docs, cases = mini(name)
    index = Index.from_documents(docs, "id", **definition)

    def search(body):
        hits = index.search(body)
        return zip(hits.ids, hits.scores, strict=True)

    assert len(cases) == count
    assert [request for request, golden in cases if not same(outcome(search, request), golden)] == []


@pytest.mark.parametrize("name", ["m2", "m3"])
def test_the_reference_gives_the_small_ones(name):
    definition, docs, cases = mini(name)
    reference = Reference(docs, **definition)

    assert [r for r, golden in cases if not same(outcome(reference.search, r), golden)] == []


# -- opensearch

# A seed without a field, or with _id, reads _id; 8 allows that where indices.id_field_data.enabled says so.
SETTINGS = {"indices.id_field_data.enabled": True}
REFUSED = ("collapse", "case_insensitive")  # not there yet, and said so by name


# A set of numbers, or one: as points, and as OpenSearch looks for them among doc values.
NUMBERS = re.compile(r"([\w.]+):(?: \[[\d, -]+\]|\{[\d .E-]+\}|\[(\S+) TO \2\])")


def without_doc_values(words: str) -> str:
    """Drop the second way to run a query: OpenSearch has it for single numbers and for prefixes too."""
    before, found, rest = words.partition("IndexOrDocValuesQuery(indexQuery=")
    if not found:
        return words
    depths = itertools.accumulate(({"(": 1, ")": -1}.get(one, 0) for one in rest), initial=1)
    end = list(depths).index(0) - 1
    return before + rest[:end].partition(", dvQuery=")[0] + without_doc_values(rest[end + 1 :])


def same_words(description: str) -> tuple[str, ...]:
    """
    Return a description's words, in no order, without what OpenSearch adds to Lucene's.

    Lucene keeps clauses in hash tables seeded anew in every process (Multiset), whose order names of queries
    show. OpenSearch 2.12 puts names of queries there, and looks for numbers and keywords' prefixes by
    IndexOrDocValuesQuery: Elasticsearch's NumberFieldMapper.termQuery has points alone, and its
    StringFieldType.prefixQuery a PrefixQuery. Functions of a query print their address.
    """
    if "functions: [{" in description:
        return ("function score (",)
    plain = NUMBERS.sub(r"\1:numbers", without_doc_values(re.sub(r" \(_name: \w+\)", "", description)))
    return tuple(sorted(word for word in re.split(r"[ ()|]+", plain) if word))


# Prefixes and sets of keywords by themselves: IndexOrDocValuesQuery explains its second query, which wraps.
OF_DOC_VALUES = re.compile(r"^ConstantScore\(((?:tag|title\.raw|o\.k):(?:\S+\*|\([^()]*\)))\)")


def explained(tree: dict, *, of_node: bool) -> tuple:
    """Return values as bits, words and nesting; clauses stand in no order."""
    inner = sorted((explained(one, of_node=of_node) for one in tree["details"]), key=repr)
    words = OF_DOC_VALUES.sub(r"\1", tree["description"]) if of_node else tree["description"]
    return bits(tree["value"]), same_words(words), tuple(inner)


def names(query) -> set[str]:
    """The names below; OpenSearch before 3.2 does not report those of rescorers."""
    if isinstance(query, dict):
        found = {query["_name"]} if isinstance(query.get("_name"), str) else set()
        return found.union(*map(names, query.values()))
    return set().union(*map(names, query)) if isinstance(query, list) else set()


def shown(hit: dict, hidden: set[str], *, of_node: bool = False) -> tuple:
    explanation = hit.get("_explanation")
    return (
        hit["_id"],
        bits(hit["_score"]),
        set(hit.get("matched_queries", [])) - hidden,
        hit.get("_source"),
        hit.get("fields"),
        explanation and explained(explanation, of_node=of_node),
    )


def answers(index: Index, case: dict) -> bool:
    request = case["request"]
    try:
        found = index.search({**request, "search_type": case["search_type"]}).to_dict()["hits"]
    except UnsupportedError as error:
        return any(name in str(error) for name in REFUSED)
    except RequestError:
        return case["status"] != 200
    if case["status"] != 200:
        return False
    wanted, hidden = case["answer"]["hits"], names(request.get("rescore"))
    return (
        found.get("total") == wanted.get("total")
        and bits(found["max_score"]) == bits(wanted["max_score"])
        and [shown(hit, hidden) for hit in found["hits"]]
        == [shown(hit, hidden, of_node=True) for hit in wanted["hits"]]
    )


@pytest.mark.parametrize(("name", "shards", "count"), [("one", 1, 2110), ("three", 3, 2110)])
def test_the_engine_gives_the_4_220(name, shards, count):
    folder = FOLDER / "opensearch"
    mappings = json.loads((folder / "mappings.json").read_text(encoding="utf-8"))
    settings = {**SETTINGS, "number_of_shards": shards, "index.name": name}
    index = Index.from_documents(lines(folder / "docs.jsonl"), mappings=mappings, settings=settings)
    with gzip.open(folder / "goldens.jsonl.gz", "rt", encoding="utf-8") as cases:
        read = [json.loads(line) for line in cases]
    mine = [case for case in read if case["index"] == name]

    assert len(mine) == count
    assert [case["request"] for case in mine if not answers(index, case)] == []


# -- returns

TYPES = {"Integer": int, "Double": float, "String": str}


def given(index: Index, case: dict) -> object:
    """Return what a script gives, or why it is refused."""
    script = {"source": case["script"], "params": case["params"]}
    query = {"match_all": {"boost": case["score"]}}
    try:
        [hit] = index.search(query=query, script_fields={"it": {"script": script}})
    except RequestError as error:
        return error
    return hit.fields["it"][0]


def test_a_script_gives_what_its_last_statement_gives():
    index = Index.from_documents([{"_id": "0"}])
    cases, answers = (lines(FOLDER / "returns" / f"returns.{name}.jsonl") for name in ("req", "golden"))
    told = [given(index, case) for case in cases]
    refused = [case["script"] for case, got in zip(cases, told, strict=True) if "[try] is" in str(got)]

    assert refused == [case["script"] for case in cases if "try {" in case["script"]]  # by name
    for case, answer, got in zip(cases, answers, told, strict=True):
        if case["script"] in refused:
            continue
        assert isinstance(got, RequestError) == ("error" in answer), case
        if "error" not in answer:
            assert (type(got), str(got)) == (TYPES[answer["type"]], answer["value"]), case
