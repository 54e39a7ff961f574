"""The list of scripts is well formed, so that an evaluator of it may trust its shape."""

import tomllib

from reference.goldens import PROJECT

LIST = tomllib.loads((PROJECT / "tests" / "spec" / "script.toml").read_text(encoding="utf-8"))
OUTCOMES = ("value", "error", "compile_error")
TYPES = {"int", "long", "float", "double", "byte", "short", "char", "boolean", "string", "null"}


def test_every_case_has_one_outcome_and_a_document_of_the_set():
    ids = {document["id"] for document in LIST["documents"]}

    for case in LIST["case"]:
        assert sum(outcome in case for outcome in OUTCOMES) == 1, case
        assert case["doc"] in ids, case


def test_a_value_has_a_type_and_a_real_one_its_bits():
    for case in LIST["case"]:
        if "value" in case:
            assert case["type"] in TYPES, case
            assert ("bits" in case) == (case["type"] in {"float", "double"}), case


def test_no_case_is_there_twice():
    seen = [
        (case["script"], case["doc"], str(case.get("params")), case.get("score")) for case in LIST["case"]
    ]

    assert len(seen) == len(set(seen)) >= 400


def test_the_set_of_documents_has_a_field_of_every_type_a_script_reads():
    types = {field["type"] for field in LIST["mappings"]["properties"].values()}

    assert types == {
        "long", "integer", "short", "byte", "double", "float", "boolean",
        "keyword", "date", "geo_point", "text", "dense_vector",
    }  # fmt: skip
