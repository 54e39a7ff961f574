"""Errors speak Elasticsearch's language, name their place, and travel between processes."""

import pickle

import pytest

import rescora
from rescora.errors import (
    CorruptFileError,
    MappingError,
    RequestError,
    UnsupportedError,
    did_you_mean,
    show,
)


def test_a_request_error_is_a_value_error_that_names_path_and_reason():
    error = RequestError("illegal score_mode [x]", path="rescore[1].query.score_mode")

    assert isinstance(error, ValueError)
    assert str(error) == "rescore[1].query.score_mode: illegal score_mode [x]"
    assert (error.type, error.status) == ("parsing_exception", 400)


def test_tracebacks_name_the_package_alone():
    for kind in (RequestError, MappingError, UnsupportedError, CorruptFileError):
        assert kind.__module__ == "rescora"


def test_to_dict_has_elasticsearchs_shape_with_the_innermost_parsing_error_as_root_cause():
    inner = RequestError("unknown query [x]", path="a.b")
    error = RequestError("[query] failed", path="a.b", type="x_content_parse_exception", caused_by=inner)

    assert error.to_dict() == {
        "error": {
            "root_cause": [{"type": "parsing_exception", "reason": "unknown query [x]"}],
            "type": "x_content_parse_exception",
            "reason": "[query] failed",
            "caused_by": {"type": "parsing_exception", "reason": "unknown query [x]"},
        },
        "status": 400,
    }
    assert str(error) == "a.b: [query] failed: unknown query [x]"


def test_a_reason_that_ends_with_its_cause_does_not_say_it_twice():
    cause = RequestError('For input string: "a b"', type="number_format_exception")
    error = RequestError('failed to create query: For input string: "a b"', caused_by=cause, path="query")

    assert str(error) == 'query: failed to create query: For input string: "a b"'
    assert error.to_dict()["error"]["caused_by"]["reason"] == 'For input string: "a b"'


def test_javas_own_exceptions_are_no_root_cause():
    inner = RequestError("illegal score_mode [x]", type="illegal_argument_exception")
    error = RequestError("[query] failed", type="x_content_parse_exception", caused_by=inner)

    assert error.root() is error


def test_an_error_of_the_shards_is_wrapped_as_a_failed_search_phase():
    error = RequestError("too large", type="illegal_argument_exception", shard_level=True)

    body = error.to_dict("papers")["error"]

    assert body["type"] == "search_phase_execution_exception"
    assert body["failed_shards"][0]["index"] == "papers"
    assert body["caused_by"] == {"type": "illegal_argument_exception", "reason": "too large"}


def test_a_mapping_error_names_document_and_field():
    error = MappingError("cannot be read", document="document [7]", field="year")

    assert str(error) == "document [7]: cannot be read"
    assert (error.document, error.field) == ("document [7]", "year")


@pytest.mark.parametrize(
    "error",
    [
        RequestError("r", path="p", type="t", status=404, caused_by=RequestError("c"), shard_level=True),
        UnsupportedError("[aggs]", path="aggs"),
        MappingError("r", document="d", field="f"),
    ],
)
def test_errors_survive_pickling(error, monkeypatch):
    monkeypatch.setattr(rescora, type(error).__name__, type(error), raising=False)

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.to_dict() == error.to_dict()


def test_suggestions_are_for_near_misses_only():
    assert did_you_mean("rescore_qeury", ["rescore_query"]) == ", did you mean [rescore_query]?"
    assert did_you_mean("zebra", ["rescore_query"]) == ""
    assert did_you_mean(7, ["rescore_query"]) == ""


def test_values_in_messages_are_short_and_printable():
    assert len(show("x" * 1000)) == 60
    assert show("\ud800") == "\\ud800"
    assert show(10**10_000).startswith("<int")
