"""Rescorers are read by Elasticsearch's grammar, with its errors."""

import numpy as np
import pytest

from rescora.errors import RequestError, UnsupportedError
from rescora.queries.match import MatchPhrase
from rescora.request import check_rescore_windows, parse_body, parse_rescore
from rescora.schema.settings import Settings

QUERY = {"match_phrase": {"title": {"query": "the fox", "slop": 2}}}


def stage(**extra):
    return {"query": {"rescore_query": QUERY, **extra}}


def refused(body):
    with pytest.raises(RequestError) as caught:
        parse_rescore(body)
    return caught.value


def test_one_rescorer_has_elasticsearchs_defaults():
    [found] = parse_rescore(stage())

    assert found.query == MatchPhrase(
        field="title", query="the fox", slop=2, path="rescore.query.rescore_query.match_phrase.title"
    )
    assert (found.window_size, found.query_weight, found.rescore_query_weight) == (10, 1.0, 1.0)
    assert (found.score_mode, found.path) == ("total", "rescore")


def test_several_keep_their_order_and_their_places():
    stages = parse_rescore([stage(), {"window_size": "5.9", **stage(score_mode="MAX", query_weight="0.7")}])

    assert [found.path for found in stages] == ["rescore[0]", "rescore[1]"]
    assert (stages[1].window_size, stages[1].score_mode) == (5, "max")
    assert stages[1].query_weight == float(np.float32(0.7))


@pytest.mark.parametrize("body", [None, []])
def test_no_rescorers_are_no_rescoring(body):
    assert parse_rescore(body) == ()


def test_the_window_may_be_as_large_as_the_limit_and_no_larger():
    limits = Settings(max_rescore_window=20)

    check_rescore_windows(parse_rescore({"window_size": 20, **stage()}, limits), limits)
    with pytest.raises(RequestError) as caught:
        check_rescore_windows(parse_rescore({"window_size": 21, **stage()}, limits), limits)
    assert caught.value.reason == (
        "Rescore window [21] is too large. It must be less than [20]. "
        "This prevents allocating massive heaps for storing the results to be rescored. "
        "This limit can be set by changing the [index.max_rescore_window] index level setting."
    )


@pytest.mark.parametrize(
    ("body", "first"),
    [
        ({"size": 20_000}, "Result window is too large"),
        ({"zz": 1}, "unknown key [zz]"),
        ({"sort": "year"}, "Cannot use [sort] option"),
        ({}, "Rescore window [20000] is too large"),
    ],
)
def test_a_body_is_read_whole_then_its_page_is_checked_then_its_windows(body, first):
    with pytest.raises(RequestError) as error:
        parse_body({"rescore": {"window_size": 20_000, **stage()}, **body})
    assert first in error.value.reason


@pytest.mark.parametrize("weight", [0, -1.5, "2"])
def test_weights_may_be_any_finite_number(weight):
    assert parse_rescore(stage(query_weight=weight))[0].query_weight == float(weight)


@pytest.mark.parametrize(
    ("body", "path", "fragment", "kind"),
    [
        ({}, "rescore", "missing rescore type", "parsing_exception"),
        ({"window_size": 5}, "rescore", "missing rescore type", "parsing_exception"),
        ([stage(), {}], "rescore[1]", "missing rescore type", "parsing_exception"),
        ({"window": 5, **stage()}, "rescore.window", "rescore doesn't support [window]", "parsing_exception"),
        ({"qury": {}}, "rescore.qury", "unknown field [qury], did you mean [query]?", "parsing_exception"),
        ({"query": []}, "rescore.query", "unexpected token [START_ARRAY] after [query]", "parsing_exception"),
        ({"window_size": None}, "rescore.window_size", "after [window_size]", "parsing_exception"),
        (
            {"window_size": -1, **stage()},
            "rescore.window_size",
            "at least 0, not [-1]",
            "illegal_argument_exception",
        ),
        ({**stage(), "queri": {}}, "rescore", "two types", "parsing_exception"),
        ({"query": {}}, "rescore.query", "rescore_query may not be null", "illegal_argument_exception"),
        (
            stage(weight=1),
            "rescore.query.weight",
            "[query] unknown field [weight]",
            "x_content_parse_exception",
        ),
        (
            stage(score_mode="totl"),
            "rescore.query.score_mode",
            "illegal score_mode [totl]",
            "x_content_parse_exception",
        ),
        (
            {"query": {"rescore_query": {"mtch": {}}}},
            "rescore.query.rescore_query.mtch",
            "did you mean [match]?",
            None,
        ),
        (stage(query_weight=float("nan")), "rescore.query.query_weight", "[nan]", None),
        (stage(query_weight=1e39), "rescore.query.query_weight", "out of range for a float", None),
        (7, "rescore", "Unknown key for a VALUE_NUMBER in [rescore]", "parsing_exception"),
        ([7], "rescore[0]", "a rescorer is an object", "parsing_exception"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(body, path, fragment, kind):
    error = refused(body)

    assert error.path == path
    assert fragment in str(error)
    assert error.type == (kind or "x_content_parse_exception")


def test_a_broken_query_is_the_cause_of_a_failed_field():
    error = refused({"query": {"rescore_query": {"x": {}}}})

    assert error.reason == "[query] failed to parse field [rescore_query]"
    assert error.to_dict()["error"]["caused_by"] == {
        "type": "parsing_exception",
        "reason": "unknown query [x]",
    }


def test_a_model_needs_an_id_and_a_window():
    assert "Required [model_id]" in str(refused({"learning_to_rank": {}}))
    assert "window_size is required" in str(refused({"learning_to_rank": {"model_id": "m"}}))


def test_what_a_query_lacks_is_refused_by_name_inside_a_rescorer_too():
    assert isinstance(refused({"query": {"rescore_query": {"fuzzy": {"a": "b"}}}}), UnsupportedError)
