"""A search body is read with Elasticsearch's leniency and its errors, and every message names its path."""

import math

import msgspec
import numpy as np
import pytest

from rescora.errors import RequestError, UnsupportedError
from rescora.queries.compound import MatchAll
from rescora.queries.match import Match
from rescora.request import SourceSpec, parse_body
from rescora.request.unsupported import DROPPABLE, REFUSED
from rescora.schema.settings import Settings, parse_settings

MATCH = {"match": {"title": "fox"}}
STAGE = {"query": {"rescore_query": MATCH}}


def refused(body, **settings):
    with pytest.raises(RequestError) as caught:
        parse_body(body, Settings(**settings))
    return caught.value


def test_an_absent_query_is_match_all_and_the_defaults_are_elasticsearchs():
    request = parse_body({})

    assert isinstance(request.query, MatchAll)
    assert (request.size, request.from_, request.track_total_hits) == (10, 0, 10_000)
    assert request.search_type == "query_then_fetch"
    assert request.rescore == ()


@pytest.mark.parametrize("text", ['{"size": 3}', b'{"size": 3}'])
def test_json_is_read_as_it_is(text):
    assert parse_body(text).size == 3


@pytest.mark.parametrize("text", ["{", b"\xff", "[" * 100_000, "[]", "7", "null x"])
def test_broken_json_is_our_error(text):
    refused(text)


def test_keywords_stand_for_the_keys_of_a_body():
    request = parse_body(keywords={"query": MATCH, "from_": 5, "source": False, "size": None})

    assert isinstance(request.query, Match)
    assert (request.from_, request.size, request.source) == (5, 10, SourceSpec(enabled=False))


def test_a_key_given_twice_is_an_error():
    with pytest.raises(RequestError, match="stands both in the body and among the keywords"):
        parse_body({"size": 1}, keywords={"size": 2})


@pytest.mark.parametrize(("given", "expected"), [("5", 5), (5.9, 5), ("5.9", 5), (np.int64(5), 5), (5.0, 5)])
def test_numbers_are_read_as_leniently_as_elasticsearch_reads_them(given, expected):
    assert parse_body({"size": given}).size == expected


@pytest.mark.parametrize("given", [math.nan, math.inf, "nan", "x", None, True, [], {}, 2**31, 10**400, "1_0"])
def test_what_is_no_integer_is_refused_with_its_path(given):
    assert refused({"size": given}).path == "size"


@pytest.mark.parametrize(
    ("given", "expected"), [(True, 2**63 - 1), (False, -1), ("true", 2**63 - 1), (500, 500), (0, 0), (-1, -1)]
)
def test_track_total_hits_is_a_limit(given, expected):
    assert parse_body({"track_total_hits": given}).track_total_hits == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, SourceSpec()),
        ("false", SourceSpec(enabled=False)),
        ("a.*", SourceSpec(includes=("a.*",))),
        (["a", "b"], SourceSpec(includes=("a", "b"))),
        ({"include": "a", "excludes": ["b"]}, SourceSpec(includes=("a",), excludes=("b",))),
    ],
)
def test_source_takes_all_of_elasticsearchs_forms(given, expected):
    assert parse_body({"_source": given}).source == expected


@pytest.mark.parametrize(
    ("body", "path", "fragment"),
    [
        ({"from": -1}, "from", "[from] parameter cannot be negative"),
        ({"size": -1}, "size", "[size] parameter cannot be negative"),
        ({"size": 10_001}, "size", "Result window is too large"),
        ({"from": 9_991}, "size", "Result window is too large"),
        ({"explain": "yes"}, "explain", "only [true] or [false] are allowed"),
        ({"qeury": {}}, "qeury", "did you mean [query]?"),
        ({"search_type": "count"}, "search_type", "No search type for [count]"),
        ({"min_score": "x"}, "min_score", "a finite number is wanted"),
        ({"_source": {"inclde": "x"}}, "_source.inclde", "did you mean"),
        ({"track_total_hits": -2}, "track_total_hits", "must be positive or equals to -1"),
        ({"post_filter": {"x": {}}}, "post_filter.x", "unknown query [x]"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(body, path, fragment):
    error = refused(body)

    assert error.path == path
    assert fragment in str(error)
    assert error.status == 400


@pytest.mark.parametrize("key", ["aggs", "highlight", "knn", "scroll", "retriever", "collapse", "pit"])
def test_what_we_do_not_have_is_refused_by_name(key):
    error = refused({key: {}})

    assert isinstance(error, UnsupportedError)
    assert f"[{key}] is not supported" in str(error)


def test_all_keys_that_we_do_not_have_are_named_at_once_in_their_order():
    error = refused({"highlight": {}, "query": MATCH, "knn": {}, "aggs": {}, "sort": ["year"]})

    assert isinstance(error, UnsupportedError)
    assert error.keys == ("highlight", "knn", "aggs", "sort")
    assert str(error) == (
        "[highlight], [knn], [aggs] and [sort] are not supported by this version of rescora, "
        'unsupported="drop" leaves out [highlight] and [aggs]'
    )


def test_keys_that_change_no_hit_are_dropped_where_that_is_asked_for():
    body = {"query": MATCH, "size": 3, **{key: {"any": ["thing"]} for key in DROPPABLE}}

    request = parse_body(body, unsupported="drop")

    assert request.dropped == tuple(DROPPABLE)
    assert msgspec.structs.replace(request, dropped=()) == parse_body({"query": MATCH, "size": 3})


@pytest.mark.parametrize("key", sorted(REFUSED))
def test_keys_that_could_change_hits_are_never_dropped(key):
    with pytest.raises(UnsupportedError, match="cannot be left out") as caught:
        parse_body({"aggs": {}, key: {}}, unsupported="drop")
    assert caught.value.keys == (key,)
    assert caught.value.path == key


def test_a_sort_by_a_field_is_never_dropped():
    with pytest.raises(UnsupportedError, match=r"\[sort\].*cannot be left out"):
        parse_body({"aggs": {}, "sort": "year"}, unsupported="drop")


def test_a_key_that_nobody_has_is_an_error_even_where_keys_are_dropped():
    with pytest.raises(RequestError, match=r"did you mean \[query\]"):
        parse_body({"aggs": {}, "qeury": {}}, unsupported="drop")


def test_what_becomes_of_unsupported_keys_is_one_of_two_words():
    with pytest.raises(ValueError, match='unsupported must be "error" or "drop", not \'ignore\''):
        parse_body({}, unsupported="ignore")


@pytest.mark.parametrize(
    ("key", "fragment"),
    [
        ("scroll", "using [rescore] is not allowed in a scroll context"),
        ("rank", "[rank] cannot be used with [rescore]"),
        ("retriever", "cannot specify [retriever] and [rescore]"),
    ],
)
def test_what_cannot_stand_beside_rescore_says_so_in_elasticsearchs_words(key, fragment):
    error = refused({key: {}, "rescore": STAGE})

    assert error.reason == f"Validation Failed: 1: {fragment};"
    assert error.type == "action_request_validation_exception"


@pytest.mark.parametrize(
    "sort", ["_score", ["_score"], {"_score": "desc"}, [{"_score": {"order": "desc"}}], []]
)
def test_sorting_by_score_is_no_sort(sort):
    assert parse_body({"sort": sort, "rescore": STAGE}).rescore


@pytest.mark.parametrize("sort", ["year", {"_score": "asc"}, ["_score", "year"], 7])
def test_any_other_sort_is_refused_beside_rescore_in_elasticsearchs_words(sort):
    error = refused({"sort": sort, "rescore": STAGE})

    assert "[sort] option in conjunction with [rescore]" in error.reason
    assert error.to_dict()["error"]["type"] == "search_phase_execution_exception"
    assert isinstance(refused({"sort": sort}), UnsupportedError)


def test_at_size_zero_no_stage_runs():
    request = parse_body({"size": 0, "rescore": STAGE})

    assert len(request.rescore) == 1
    assert request.stages == ()


def test_settings_are_read_nested_dotted_and_bare():
    nested = parse_settings({"index": {"number_of_shards": "3", "max_result_window": 50}})
    dotted = parse_settings({"index.number_of_shards": 3, "max_result_window": 50})

    assert nested == dotted
    assert (nested.number_of_shards, nested.max_result_window, nested.max_rescore_window) == (3, 50, 50)


def test_similarities_are_gathered_from_any_form():
    expected = {"mine": {"type": "BM25", "b": 0}}

    assert parse_settings({"index": {"similarity": expected}}).similarity == expected
    assert (
        parse_settings({"index.similarity.mine.type": "BM25", "similarity.mine.b": 0}).similarity == expected
    )


def test_a_page_beyond_the_limit_is_refused_in_elasticsearchs_words():
    assert refused({"from": 10, "size": 9_991}).reason == (
        "Result window is too large, from + size must be less than or equal to: [10000] but was [10001]. "
        "See the scroll api for a more efficient way to request large data sets. "
        "This limit can be set by changing the [index.max_result_window] index level setting."
    )


@pytest.mark.parametrize(
    ("settings", "fragment"),
    [
        ({"number_of_shard": 2}, "did you mean [index.number_of_shards]?"),
        ({"number_of_shards": 0}, "between 1 and 1024"),
        ({"max_rescore_window": 0}, "must be at least 1"),
        ({"indices.query.bool.max_nested_depth": 101}, "between 1 and 100"),
        (7, "settings must be an object"),
        ({"similarity": 7}, "an object is wanted"),
        ({"similarity": {"a": 7}, "similarity.a.b": 7}, "settings"),
    ],
)
def test_wrong_settings_are_named(settings, fragment):
    with pytest.raises(RequestError) as caught:
        parse_settings(settings)
    assert fragment in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "index.sort.field",
        "index.routing_partition_size",
        "index.mapping.depth.limit",
        "index.query.default_field",
        "index.time_series.start_time",
        "indices.breaker.total.limit",
        "cluster.name",
        "number_of_routing_shards",
    ],
)
def test_a_setting_that_elasticsearch_has_is_not_supported_and_another_is_unknown(name):
    with pytest.raises(UnsupportedError, match=rf"setting \[(index\.)?{name}\] is not supported"):
        parse_settings({name: "1"})
    with pytest.raises(RequestError, match="unknown setting") as caught:
        parse_settings({f"x{name}": "1"})
    assert not isinstance(caught.value, UnsupportedError)
