"""function_score and its kin: worked values, what is refused and in what words, and who is never scored."""

import numpy as np
import pytest

from agreement import bits, bits_of
from reference import Reference
from rescora import Index, RequestError

MAPPINGS = {
    "properties": {
        "n": {"type": "long"},
        "x": {"type": "double"},
        "when": {"type": "date"},
        "at": {"type": "geo_point"},
        "tag": {"type": "keyword"},
        "text": {"type": "text"},
        "ok": {"type": "boolean"},
        "rank": {"type": "rank_feature"},
        "cost": {"type": "rank_feature", "positive_score_impact": False},
    }
}
DOCS = [
    {"_id": "a", "n": 0, "x": 0.5, "when": "2024-01-01", "at": "0,0", "tag": "red", "text": "fox", "rank": 1},
    {"_id": "b", "n": 5, "x": -2, "when": "2024-01-11", "at": "0,1", "tag": "blue", "text": "fox", "rank": 4},
    {"_id": "c", "n": [10, 30], "x": 8, "when": "2024-01-21", "tag": "red", "ok": True, "cost": 2},
    {"_id": "d", "text": "none of these"},
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(DOCS, mappings=MAPPINGS)


def scores(index: Index, query: dict) -> dict[str, float]:
    hits = index.search({"query": query})
    return dict(zip(hits.ids, map(float, hits.scores), strict=True))


def scored(index: Index, **body) -> dict[str, float]:
    return scores(index, {"function_score": body})


@pytest.mark.parametrize(
    ("shape", "want"),
    [
        ("gauss", [1, 0.8408964, 0.5]),
        ("exp", [1, 0.70710677, 0.5]),
        ("linear", [1, 0.75, 0.5]),
    ],
)
def test_a_decay_falls_to_one_half_at_its_scale(index, shape, want):
    found = scored(index, **{shape: {"n": {"origin": 0, "scale": 10}}})

    assert [np.float32(found[name]) for name in "abc"] == [np.float32(value) for value in want]
    assert found["d"] == 1  # no value: as good as the origin


def test_dates_decay_by_durations_and_now_is_their_origin(index):
    by_days = scored(index, linear={"when": {"origin": "2024-01-01", "scale": "10d", "offset": "5d"}})
    from_now = scored(index, gauss={"when": {"scale": "10d"}})

    assert (by_days["a"], by_days["b"], by_days["c"]) == (1, 0.75, 0.25)
    assert from_now["d"] == 1
    assert from_now["a"] < 1e-6


def test_points_decay_by_distances(index):
    found = scored(index, exp={"at": {"origin": [0, 0], "scale": "111.19508km"}})

    assert found["a"] == 1
    assert found["b"] == pytest.approx(0.5, rel=1e-6)


def test_modes_join_what_functions_say(index):
    def joined(score_mode, boost_mode="replace"):
        functions = [
            {"weight": 3},
            {"filter": {"term": {"tag": "red"}}, "weight": 5},
            {"filter": {"term": {"tag": "green"}}, "weight": 9},
        ]
        query = {"constant_score": {"filter": {"exists": {"field": "n"}}, "boost": 2}}
        found = scored(index, query=query, functions=functions, score_mode=score_mode, boost_mode=boost_mode)
        return found["a"], found["b"]

    assert joined("multiply") == (15, 3)
    assert joined("first") == (3, 3)
    assert joined("max") == (5, 3)
    assert joined("min") == (3, 3)
    assert joined("sum") == (8, 3)
    assert joined("avg") == (1, 1)
    assert joined("sum", "multiply") == (16, 6)
    assert joined("sum", "avg") == (5, 2.5)
    assert joined("sum", "max") == (8, 3)
    assert joined("sum", "min") == (2, 2)
    assert joined("sum", "sum") == (10, 5)


def test_a_lone_function_keeps_its_weight_whatever_the_mode(index):
    assert scored(index, functions=[{"weight": 2}], score_mode="avg")["a"] == 2
    assert (
        scored(index, functions=[{"weight": 2, "filter": {"term": {"tag": "red"}}}], score_mode="avg")["a"]
        == 1
    )
    assert scored(index, functions=[{"weight": 2, "filter": {"match_all": {}}}], score_mode="avg")["a"] == 2


def test_no_function_leaves_the_score_and_min_score_drops_documents(index):
    query = {"match": {"text": {"query": "fox", "boost": 2}}}

    assert scored(index, query=query, boost_mode="replace") == scores(index, query)
    kept = scored(index, field_value_factor={"field": "n", "missing": 0}, min_score=5)
    assert kept == {"b": 5, "c": 10}
    found = index.search({"query": {"bool": {"filter": {"function_score": {"weight": 2, "min_score": 3}}}}})
    assert found.ids == []


def test_a_field_value_is_multiplied_and_modified(index):
    def value(**body):
        return scored(index, field_value_factor={"field": "n", "missing": 7, **body}, boost_mode="replace")

    assert value()["c"] == 10  # the least of several
    assert value(factor=0.5)["c"] == 5
    assert value(modifier="square")["d"] == 49
    assert value(modifier="log1p")["a"] == 0
    assert value(modifier="ln2p")["a"] == np.float32(np.log(2))
    assert value(modifier="reciprocal")["c"] == np.float32(0.1)
    assert value(field="ok")["c"] == 1
    assert value(field="unmapped")["a"] == 7


def test_a_random_score_is_the_same_for_a_seed_and_another_without(index):
    def drawn(**body):
        return scored(index, random_score=body)

    assert drawn(seed=7, field="n") == drawn(seed=7, field="n")
    assert drawn(seed=7, field="_seq_no") != drawn(seed=8, field="_seq_no")
    assert all(0 <= value < 1 for value in drawn(seed="any text", field="tag").values())
    same = drawn(seed=7, field="tag")
    assert same["a"] == same["c"]


def test_another_name_of_the_index_is_another_chance():
    def drawn(name):
        return scored(
            Index.from_documents(DOCS, mappings=MAPPINGS, settings={"index.name": name}),
            random_score={"seed": 1, "field": "_seq_no"},
        )

    assert drawn("one") != drawn("two")


MISSING = {"field_value_factor": {"field": "n"}}


def test_a_document_that_is_excluded_is_never_asked_for_its_value(index):
    function_score = {"function_score": MISSING}
    only_with = {"bool": {"must": function_score, "filter": {"exists": {"field": "n"}}}}

    assert set(scores(index, only_with)) == {"a", "b", "c"}
    assert set(
        scores(index, {"bool": {"must": function_score, "must_not": {"ids": {"values": ["d"]}}}})
    ) == set("abc")
    assert len(scores(index, {"constant_score": {"filter": function_score}})) == 4
    assert index.search({"query": function_score, "size": 0}).total == 4


def test_a_hit_without_a_value_is_an_error_that_names_it(index):
    with pytest.raises(RequestError, match=r"document \[d\]: Missing value for field \[n\]") as raised:
        scored(index, **MISSING)

    assert raised.value.status == 500
    assert raised.value.to_dict()["error"]["caused_by"] == {
        "type": "exception",
        "reason": "Missing value for field [n]",
    }


def test_negative_results_are_errors(index):
    with pytest.raises(RequestError) as raised:
        scored(index, query={"ids": {"values": ["b"]}}, field_value_factor={"field": "x", "factor": 2})
    assert raised.value.reason == (
        "field value function must not produce negative scores, but got: [-4.0] for field value: [-2.0]"
    )
    with pytest.raises(
        RequestError, match=r"\[-Infinity\] for field value: \[0.0\]; consider using ln1p or ln2p"
    ):
        scored(index, query={"ids": {"values": ["a"]}}, field_value_factor={"field": "n", "modifier": "ln"})
    with pytest.raises(RequestError, match="function score query returned an invalid score: NaN for doc: 1"):
        scored(index, query={"ids": {"values": ["b"]}}, field_value_factor={"field": "x", "modifier": "sqrt"})


def test_msearch_puts_the_error_in_its_place(index):
    bad, good = {"query": {"function_score": MISSING}}, {"query": {"match_all": {}}}

    first, second = index.msearch([bad, good])

    assert isinstance(first, RequestError)
    assert len(second) == 4
    with pytest.raises(RequestError, match="Missing value"):
        index.msearch([good, bad], raise_errors=True)


def test_a_rescorer_can_be_a_function_score(index):
    rescore = {"query": {"rescore_query": {"function_score": {"weight": 3}}, "score_mode": "multiply"}}

    assert [float(score) for score in index.rescore(["a", "b"], [1, 2], rescore).scores] == [6, 3]


def test_features_are_scored_by_their_functions(index):
    def ranked(**body):
        return scores(index, {"rank_feature": {"field": "rank", **body}})

    assert ranked(saturation={"pivot": 4}) == {"a": np.float32(1) - np.float32(0.8), "b": 0.5}
    assert ranked(linear={}, boost=2) == {"a": 2, "b": 8}
    assert ranked(log={"scaling_factor": 1})["a"] == np.float32(np.log(2))
    assert ranked(sigmoid={"pivot": 4, "exponent": 0.5})["b"] == 0.5
    assert ranked() == ranked(saturation={"pivot": 2})  # the mean of 1 and 4, by their bits
    assert scores(index, {"rank_feature": {"field": "cost", "linear": {}}}) == {"c": 0.5}


def test_nearness_is_a_score(index):
    dates = {"distance_feature": {"field": "when", "origin": "2024-01-11T00:00:00.000Z", "pivot": "10d"}}
    points = {"distance_feature": {"field": "at", "origin": [0, 0], "pivot": "111.19508km", "boost": 2}}

    assert scores(index, dates) == {"b": 1, "a": 0.5, "c": 0.5}
    assert scores(index, points) == {"a": 2, "b": pytest.approx(1, rel=1e-6)}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"weight": -1}, r"\[weight\] cannot be negative for a filtering function"),
        ({"score_mode": "mul"}, r"ScoreMode.MUL, it must be one of multiply"),
        ({"boost_mode": "replac"}, r"did you mean \[replace\]"),
        ({"functions": [{}]}, "an entry in functions list is missing a function"),
        (
            {"functions": [3]},
            r"expected a \[START_OBJECT\] while parsing functions but got a \[VALUE_NUMBER\]",
        ),
        ({"functions": [{"weights": 3}]}, r"field \[weights\] is not supported, did you mean \[weight\]"),
        ({"functions": [], "weight": 2}, r"you can either define \[functions\] array or a single function"),
        ({"weight": 2, "functions": []}, r"already found \[weight\], now encountering \[functions\]"),
        (
            {"weight": 2, "random_score": {}},
            r"already found function \[weight\], now encountering \[random_score\]",
        ),
        ({"gaus": {}}, r"unknown field \[gaus\], did you mean \[gauss\]"),
        ({"gauss": {}}, "malformed score function score parameters"),
        ({"gauss": {"n": {"scale": 1}}}, r"both \[scale\] and \[origin\] must be set for numeric fields"),
        ({"gauss": {"when": {"origin": "now"}}}, r"\[scale\] must be set for date fields"),
        ({"gauss": {"when": {"scale": "10"}}}, "as a time value: unit is missing or unrecognized"),
        ({"gauss": {"when": {"scale": "1.5d"}}}, "fractional time values are not supported"),
        ({"gauss": {"when": {"origin": "x", "scale": "1d"}}}, r"failed to parse date field \[x\]"),
        ({"gauss": {"at": {"scale": "1km"}}}, r"\[origin\] and \[scale\] must be set for geo fields"),
        ({"gauss": {"n": {"origin": 0, "scale": 0}}}, "scale must be > 0.0"),
        ({"gauss": {"n": {"origin": 0, "scale": 1, "decay": 1}}}, r"decay must be in the range \[0..1\]"),
        ({"gauss": {"n": {"origin": 0, "scale": 1, "offset": -1}}}, "offset must be > 0.0"),
        (
            {"gauss": {"n": {"origin": 0, "scal": 1}}},
            r"parameter \[scal\] not supported!, did you mean \[scale\]",
        ),
        ({"gauss": {"n": {"origin": 0, "scale": 1}, "multi_value_mode": "mean"}}, "Illegal sort mode: mean"),
        ({"gauss": {"tag": {"origin": 0, "scale": 1}}}, r"of type \[keyword\], but only numeric types"),
        ({"gauss": {"zzz": {"origin": 0, "scale": 1}}}, r"unknown field \[zzz\]"),
        ({"field_value_factor": {}}, "required field 'field' missing"),
        ({"field_value_factor": {"field": "zzz"}}, r"Unable to find a field mapper for field \[zzz\]"),
        ({"field_value_factor": {"field": "text"}}, "Text fields are not optimised"),
        ({"field_value_factor": {"field": "n", "factor": [1]}}, "does not support lists or objects"),
        ({"field_value_factor": {"field": "n", "modifier": "log3p"}}, "Modifier.LOG3P"),
        ({"random_score": {"seed": 1.5}}, "random_score seed must be an int, long or string"),
        ({"random_score": {"seed": 1, "field": "zzz"}}, r"Field \[zzz\] is not mapped on \[index\]"),
        ({"random_score": {"sed": 1}}, r"random_score query does not support \[sed\], did you mean \[seed\]"),
        ({"query": []}, "must start with start_object"),
    ],
)
def test_what_cannot_be_is_refused_in_elasticsearchs_words(index, body, words):
    with pytest.raises(RequestError, match=words):
        scored(index, **body)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"rank_feature": {"field": "n"}}, r"only works on \[rank_feature\] fields"),
        ({"rank_feature": {"field": "cost", "log": {"scaling_factor": 1}}}, "negative score impact"),
        (
            {"rank_feature": {"field": "rank", "log": {"scaling_factor": 0.5}}},
            "scalingFactor must be >= 1, got: 0.5",
        ),
        (
            {"rank_feature": {"field": "rank", "linear": {}, "log": {"scaling_factor": 1}}},
            "Can only specify one of",
        ),
        ({"rank_feature": {"field": "rank", "saturation": {"pivot": 0}}}, "pivot must be > 0, got: 0.0"),
        ({"rank_feature": {"field": "rank", "sigmoid": {"pivot": 1}}}, r"Required \[exponent\]"),
        ({"rank_feature": {}}, r"Required \[field\]"),
        ({"distance_feature": {"field": "n", "origin": 1, "pivot": "1d"}}, r"Illegal data type of \[long\]"),
        (
            {"distance_feature": {"field": "when", "origin": "now", "pivot": "0d"}},
            "pivotDistance must be > 0, got 0",
        ),
        ({"distance_feature": {"field": "when", "origin": "now"}}, r"Required \[pivot\]"),
        ({"distance_feature": {"field": "at", "origin": [0, 91], "pivot": "1m"}}, "latitude"),
    ],
)
def test_features_are_refused_too(index, query, words):
    with pytest.raises(RequestError, match=words):
        scores(index, query)


def test_unmapped_features_match_nothing(index):
    assert scores(index, {"rank_feature": {"field": "zzz"}}) == {}
    assert scores(index, {"distance_feature": {"field": "zzz", "origin": "now", "pivot": "1d"}}) == {}


@pytest.mark.parametrize("body", [{"seed": 1}, {"seed": 1, "field": "_id"}])
def test_chance_by_id_is_an_error_unless_the_setting_allows_it(index, body):
    reason = r"Fielddata access on the _id field is disallowed.*indices\.id_field_data\.enabled"
    with pytest.raises(RequestError, match=reason):
        scored(index, random_score=body)

    settings = {"indices.id_field_data.enabled": True}
    allowing = Index.from_documents(DOCS, mappings=MAPPINGS, settings=settings)
    reference = Reference(DOCS, MAPPINGS, settings, id_field="_id")
    query = {"function_score": {"random_score": body}}
    assert bits_of(allowing.search(query=query)) == bits(reference.search({"query": query}))
    assert len(set(scored(allowing, random_score=body).values())) == len(DOCS)


def test_chance_by_several_numbers_takes_the_first_of_their_texts():
    docs = [
        {"_id": "a", "n": [2, 10, 9]},
        {"_id": "b", "n": 10},
        {"_id": "c", "n": [-3, -20]},
        {"_id": "d", "n": -20},
    ]

    drawn = scored(Index.from_documents(docs), random_score={"seed": 7, "field": "n"})

    assert drawn["a"] == drawn["b"]
    assert drawn["c"] == drawn["d"]


def test_nulls_say_nothing(index):
    assert scored(index, query=None, weight=2, min_score=None, max_boost=None)["a"] == 2


def test_a_filter_that_comes_after_the_first_function_is_not_asked():
    index = Index.from_documents([{"_id": "with", "n": -1}, {"_id": "without"}, {"_id": "more", "n": 3}])
    fails = {"script": {"script": "doc['n'].value > 0"}}  # of a document without a value
    functions = [
        {"filter": {"ids": {"values": ["without"]}}, "weight": 2},
        {"filter": fails, "weight": 5},
        {"weight": 7},
    ]

    hits = index.search(query={"function_score": {"functions": functions, "score_mode": "first"}})

    assert dict(zip(hits.ids, hits.scores.tolist(), strict=True)) == {"with": 7, "without": 2, "more": 5}
    with pytest.raises(RequestError, match="A document doesn't have a value for a field"):
        index.search(query={"function_score": {"functions": functions, "score_mode": "sum"}})
