"""What an index makes of each kind of feature, held to numbers that plain Python counts."""

import collections
import math

import numpy as np
import pytest

import ranking
from ranking import LEAF, PAPERS, computed, params_of, ranked, stump
from rescora import Index, Model, ModelError, RequestError, _core
from rescora.compile import columns

DOCS = [
    {
        "id": "a",
        "title": "red fox",
        "tag": ["x", "y"],
        "n": [3, 1],
        "x": 0.1,
        "ok": True,
        "when": "1970-01-02",
    },
    {"id": "b", "title": "red red dog", "tag": "y", "n": 2**53 + 1, "x": [-2.5, 4]},
    {"id": "c", "title": "", "tag": "z&w 1"},
    {"id": "d", "title": "the fox and the dog and the fox"},
]
MAPPINGS = {
    "properties": {
        "title": {"type": "text"},
        "tag": {"type": "keyword"},
        "n": {"type": "long"},
        "x": {"type": "double"},
        "ok": {"type": "boolean"},
        "when": {"type": "date"},
        "missing": {"type": "float"},
    }
}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(DOCS, "id", mappings=MAPPINGS)


def one(index, body, params=None, **more):
    """Return one feature's values; documents without it are not among them."""
    found = computed(index, [{"feature_name": "f", **body}], params, **more)
    return {id_: features["f"] for id_, features in found.items() if "f" in features}


# -- queries


def test_a_query_that_does_not_match_gives_no_value(index):
    hits = index.search(query={"match": {"title": "fox"}})

    assert one(index, {"query": {"match": {"title": "fox"}}}) == dict(zip(hits.ids, hits.scores, strict=True))


def test_what_is_absent_is_missing_and_not_0(index):
    fox = {"feature_name": "f", "query": {"match": {"title": "fox"}}}
    trees = [stump("f", -1.0, 10.0, 20.0, missing="left")]  # 0 would go right
    index.put_model("m", Model.load(trees, [fox]))

    hits = index.search(rescore=ranked(10, "m"))

    assert dict(zip(hits.ids, hits.scores.tolist(), strict=True)) == {"a": 20, "b": 10, "c": 10, "d": 20}


def test_what_is_absent_is_0_for_formats_that_say_so(index):
    ranklib = b"""## LambdaMART\n<ensemble><tree id="1" weight="1.0"><split><feature> 1 </feature>
    <threshold> -0.5 </threshold><split pos="left"><output> 10.0 </output></split>
    <split pos="right"><output> 20.0 </output></split></split></tree></ensemble>"""
    index.put_model("m", Model.load(ranklib, [{"feature_name": "f", "query": {"match": {"title": "fox"}}}]))

    hits = index.search(rescore=ranked(10, "m"), explain=True)

    assert set(hits.scores.tolist()) == {20}
    assert {hit.id for hit in hits if ranking.features_of(hit.explanation)} == {"a", "d"}


def test_a_missing_parameter_makes_a_query_match_nothing(index):
    assert one(index, {"query": {"match": {"title": "{{text}}"}}}) == {}
    assert one(index, {"query": {"match": {"title": "{{text}}"}}, "default_score": 0}) == {}


def test_or_everything_with_the_default_score(index):
    found = one(index, {"query": {"match": {"title": "{{text}}"}}, "default_score": 0.1})

    assert found == dict.fromkeys("abcd", np.float32(0.1))
    present = one(index, {"query": {"match": {"title": "{{text}}"}}, "default_score": 0.1}, {"text": "dog"})
    assert {*present} == {"b", "d"}


def test_default_parameters_stand_for_those_that_a_request_does_not_give(index):
    feature = {"feature_name": "f", "query": {"match": {"title": "{{text}}"}}}
    index.put_model("m", Model.load(LEAF, [feature], default_params={"text": "dog", "other": [1]}))

    def matched(**params):
        hits = index.search(rescore=ranked(10, "m", params), explain=True)
        return {hit.id for hit in hits if ranking.features_of(hit.explanation)}

    assert matched() == {"b", "d"}
    assert matched(text="red") == {"a", "b"}
    assert matched(unknown=1) == {"b", "d"}
    assert index.models["m"].default_params == {"text": "dog", "other": [1]}


@pytest.mark.parametrize(
    ("query", "params", "want"),
    [
        ({"match": {"title": "{{#words}}{{.}} {{/words}}"}}, {"words": ["dog", "zebra"]}, "bd"),
        ({"match": {"title": "{{#words}}{{.}} {{/words}}"}}, {"words": []}, ""),
        ({"match": {"title": "{{^given}}fox{{/given}}{{#given}}dog{{/given}}"}}, {}, "ad"),
        ({"match": {"title": "{{^given}}fox{{/given}}{{#given}}dog{{/given}}"}}, {"given": True}, "bd"),
        (
            {"match": {"title": "{{#join delimiter=' '}}words{{/join delimiter=' '}}"}},
            {"words": ["red"]},
            "ab",
        ),
        ({"term": {"tag": "{{#join}}tags{{/join}}"}}, {"tags": ["x"]}, "a"),
        ({"term": {"tag": "{{{tag}}}"}}, {"tag": "z&w 1"}, "c"),
        ({"wildcard_free": 0}, None, None),
        ({"range": {"n": {"lte": "{{#toJson}}most{{/toJson}}"}}}, {"most": 3}, "a"),
        ({"match": {"title": "{{user.last.0}}"}}, {"user": {"last": ["dog"]}}, "bd"),
    ],
)
def test_templates_have_mustaches_functions(index, query, params, want):
    if want is None:
        with pytest.raises(
            RequestError, match=r"features: cannot compute the feature \[f\]: .*wildcard_free"
        ):
            one(index, {"query": query})
        return
    assert {*one(index, {"query": query}, params)} == {*want}


def test_a_url_is_encoded():
    docs = [{"id": "a", "link": "q=a+b%26c"}, {"id": "b", "link": "q=a b&c"}]
    index = Index.from_documents(docs, "id", mappings={"properties": {"link": {"type": "keyword"}}})

    found = one(index, {"query": {"term": {"link": "q={{#url}}{{{q}}}{{/url}}"}}}, {"q": "a b&c"})

    assert {*found} == {"a"}


def test_quotes_in_a_parameter_stay_inside_the_string(index):
    text = 'fox"}}, "x": {"y": "\\ \n'

    assert {*one(index, {"query": {"match": {"title": "{{text}}"}}}, {"text": text})} == {"a", "d"}


def test_a_template_that_makes_no_json_is_refused(index):
    body = {"query": {"terms": {"tag": "{{#toJson}}tags{{/toJson}}"}}}  # inside its quotes

    with pytest.raises(RequestError, match=r"cannot compute the feature \[f\]") as raised:
        one(index, body, {"tags": ["x"]})
    assert raised.value.path == "rescore.learning_to_rank"
    assert raised.value.status == 400


# -- fields, scripts, parameters


@pytest.mark.parametrize(
    ("field", "want"),
    [
        ("n", {"a": 1, "b": 2**53}),  # the smallest; float32
        ("x", {"a": 0.1, "b": -2.5}),
        ("ok", {"a": 1}),
        ("when", {"a": 86_400_000}),
        ("missing", {}),
    ],
)
def test_a_field_gives_its_first_value_in_order(index, field, want):
    assert one(index, {"field": field}) == {id_: np.float32(value) for id_, value in want.items()}


def test_fields_may_be_chosen_by_a_parameter(index):
    assert {*one(index, {"field": "{{name}}"}, {"name": "ok"})} == {"a"}
    assert one(index, {"field": "{{name}}"}) == {}
    with pytest.raises(
        RequestError, match=r"feature \[f\]: field: the field \[title\] of type \[text\] holds no n"
    ):
        one(index, {"field": "{{name}}"}, {"name": "title"})


@pytest.mark.parametrize("field", ["title", "tag", "nowhere"])
def test_put_model_refuses_fields_without_numbers(index, field):
    with pytest.raises(ModelError, match=rf"cannot compute the feature \[f\]: field: the field \[{field}\]"):
        index.put_model("m", Model.load(LEAF, [{"feature_name": "f", "field": field}]))
    assert "m" not in index.models or index.models["m"].features[0].get("field") != field


def test_put_model_refuses_scripts_and_queries_that_cannot_be_right(index):
    for body in ({"script": "doc['n'].value +"}, {"query": {"no_query": {}}}, {"script": {"source": 7}}):
        with pytest.raises(ModelError, match=r"^features: cannot compute the feature \[f\]: "):
            index.put_model("m", Model.load(LEAF, [{"feature_name": "f", **body}]))


def test_a_script_sees_the_first_pass_and_may_be_negative(index):
    first = {"function_score": {"query": {"match_all": {}}, "weight": 2.5}}
    source = "doc['n'].empty ? -_score : _score * params.w"

    found = one(index, {"script": {"source": source, "params": {"w": 3}}}, query=first)

    assert found == {"a": 7.5, "b": 7.5, "c": -2.5, "d": -2.5}


def test_a_script_takes_its_parameters_from_the_request(index):
    script = {"source": "params.w + doc['n'].size()", "params": {"w": "{{w}}"}}

    with pytest.raises(RequestError):  # a text, for a template's variable is one
        one(index, {"script": script | {"source": "params.w * 2"}}, {"w": 2})
    assert one(index, {"script": {"source": "{{w}} + doc['n'].size()"}}, {"w": 2}) == {
        "a": 4,
        "b": 3,
        "c": 2,
        "d": 2,
    }
    assert one(index, {"script": {"source": "{{w}} + 1"}}) == {}


def test_a_script_that_fails_names_document_and_script(index):
    with pytest.raises(RequestError, match=r"document \[c\]: runtime error"):
        one(index, {"script": "doc['n'].value"})


def test_the_first_pass_is_a_feature(index):
    first = {"match": {"title": "fox dog"}}
    hits = index.search(query=first)

    found = one(index, {"first_pass_score": True}, query=first)

    assert found == dict(zip(hits.ids, hits.scores, strict=True))


@pytest.mark.parametrize(
    ("value", "want"),
    [
        (3, 3),
        (2.5, 2.5),
        (True, 1),
        (0.1, 0.1),
        (np.int64(7), 7),
        (np.float32(0.1), 0.1),
        (-0.0, -0.0),
        (1e300, np.inf),
    ],
)
def test_a_parameter_is_a_feature(index, value, want):
    assert one(index, {"param": "p"}, {"p": value}) == dict.fromkeys("abcd", np.float32(want))


def test_a_parameter_that_is_not_given_is_missing_or_its_default(index):
    assert one(index, {"param": "p"}) == {}
    assert one(index, {"param": "p"}, {"p": None}) == {}
    assert one(index, {"param": "p"}, {"p": math.nan}) == {}
    assert one(index, {"param": "p", "default": -1.5}) == dict.fromkeys("abcd", np.float32(-1.5))


@pytest.mark.parametrize("value", ["3", [1], {"a": 1}, 10**400, 1j, b"1"])
def test_a_parameter_that_is_no_number_is_refused(index, value):
    with pytest.raises(
        RequestError, match=r"feature \[f\]: param: the parameter \[p\] (must be a number|is too large)"
    ):
        one(index, {"param": "p"}, {"p": value})


# -- statistics of words


WORDS = {paper["id"]: paper["title"].lower() for paper in PAPERS}
TEXT = "The quantum theory of the zzz quantum Theory"


def counted(papers, search_type):
    """Return each document's words, and the numbers of its shard or of all."""
    words = {id_: [token.token for token in papers.analyze("title", title)] for id_, title in WORDS.items()}
    shard = {id_: papers._view.core.shard_of(int(papers.docs([id_])[0])) for id_ in WORDS}
    if search_type.startswith("dfs"):
        shard = dict.fromkeys(WORDS, 0)
    df, ttf, n = collections.Counter(), collections.Counter(), collections.Counter()
    for id_, own in words.items():
        n[shard[id_]] += bool(own)
        for word, times in collections.Counter(own).items():
            df[shard[id_], word] += 1
            ttf[shard[id_], word] += times
    return words, shard, df, ttf, n


AGGREGATES = {"min": min, "max": max, "sum": sum, "mean": lambda values: sum(values) / len(values)}


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
def test_statistics_of_words_are_what_python_counts(shards, search_type):
    papers = ranking.papers(shards)
    features = [
        {
            "feature_name": f"{statistic} {aggregate}",
            "term_statistics": {
                "field": "title",
                "query": "{{text}}",
                "statistic": statistic,
                "aggregate": aggregate,
            },
        }
        for statistic in ("tf", "df", "ttf", "idf")
        for aggregate in AGGREGATES
    ]
    count = {"field": "title", "query": "{{text}}", "statistic": "count"}
    found = computed(
        papers,
        [*features, {"feature_name": "count", "term_statistics": count}],
        {"text": TEXT},
        search_type=search_type,
    )

    words, shard, df, ttf, n = counted(papers, search_type)
    distinct = list(dict.fromkeys(token.token for token in papers.analyze("title", TEXT)))
    assert distinct == ["the", "quantum", "theory", "of", "zzz"]
    for id_, got in found.items():
        here = shard[id_]
        values = {
            "tf": [words[id_].count(word) for word in distinct],
            "df": [df[here, word] for word in distinct],
            "ttf": [ttf[here, word] for word in distinct],
            "idf": [
                float(np.float32(math.log(1 + (n[here] - df[here, word] + 0.5) / (df[here, word] + 0.5))))
                for word in distinct
            ],
        }
        want = {
            f"{statistic} {name}": np.float32(aggregate(values[statistic]))
            for statistic in values
            for name, aggregate in AGGREGATES.items()
        }
        assert got == {**want, "count": 5}, id_


def test_statistics_of_a_keyword_are_those_of_the_whole_value(index):
    def of(text, statistic):
        words = {"field": "tag", "query": text, "statistic": statistic, "aggregate": "max"}
        return one(index, {"term_statistics": words})

    assert of("y", "tf") == {"a": 1, "b": 1, "c": 0, "d": 0}
    assert of("z&w 1", "df") == dict.fromkeys("abcd", 1)
    assert of("z", "df") == dict.fromkeys("abcd", 0)


def test_a_text_without_words_has_no_statistics_but_a_count(index):
    for statistic in ("tf", "df", "ttf", "idf"):
        words = {"field": "title", "query": " ,", "statistic": statistic, "aggregate": "min"}
        assert one(index, {"term_statistics": words}) == {}
    words = {"field": "title", "query": " ,", "statistic": "count"}
    assert one(index, {"term_statistics": words}) == dict.fromkeys("abcd", 0)


def test_statistics_want_a_field_of_words(index):
    for field in ("n", "nowhere"):
        words = {"field": field, "query": "{{text}}", "statistic": "count"}
        with pytest.raises(RequestError, match=rf"term_statistics\.field: the field \[{field}\]"):
            one(index, {"term_statistics": words}, {"text": "a"})


def test_each_text_may_have_as_many_words_as_a_query(index):
    text = " ".join(f"w{i}" for i in range(300))
    features = [
        {
            "feature_name": str(i),
            "term_statistics": {"field": "title", "query": text, "statistic": "tf", "aggregate": a},
        }
        for i, a in enumerate(5 * ["min", "max", "mean", "sum"])
    ]

    assert len(computed(index, features)["a"]) == 20
    long = {"field": "title", "query": text * 20, "statistic": "count"}
    with pytest.raises(ModelError, match="too many nested clauses"):
        one(index, {"term_statistics": long})


# -- equal features


def made(monkeypatch, index, features, params=None):
    """Return the core's columns of features."""
    seen = []
    real = _core.Columns
    monkeypatch.setattr(columns._core, "Columns", lambda named: seen.append(named) or real(named))
    index.put_model("m", Model.load(LEAF, features))
    seen.clear()
    index.search(rescore=ranked(10, "m", params))
    return dict(seen[-1])


def test_features_that_ask_the_same_are_computed_once(monkeypatch, index):
    fox = {"match": {"title": "fox"}}
    bodies = {
        "plain": {"query": fox},
        "again": {"query": dict(fox)},
        "filled": {"query": {"match": {"title": "{{text}}"}}},
        "other": {"query": {"match": {"title": "{{another}}"}}},
        "dog": {"query": {"match": {"title": "dog"}}},
        "first": {"first_pass_score": True},
        "script": {"script": "_score + 1"},
        "script again": {"script": "_score + 1"},
        "n": {"field": "n"},
        "n again": {"field": "{{field}}"},
        "fox as words": {"term_statistics": {"field": "title", "query": "{{text}}", "statistic": "count"}},
    }
    features = [{"feature_name": name, **body} for name, body in bodies.items()]

    found = made(monkeypatch, index, features, {"text": "fox", "another": "fox", "field": "n"})

    same = collections.defaultdict(list)
    for name, column in found.items():
        same[id(column)].append(name)
    assert sorted(same.values()) == sorted(
        [
            ["plain", "again", "filled", "other"],
            ["dog"],
            ["first"],
            ["script", "script again"],
            ["n", "n again"],
            ["fox as words"],
        ]
    )


def test_a_column_that_has_no_extractor_is_missing(index):
    trees = [stump("named", 0.0, 1.0, 2.0, missing="right")]
    index.put_model("m", Model.load(trees, ["named", {"feature_name": "n", "field": "n"}]))

    assert set(index.search(rescore=ranked(10, "m")).scores.tolist()) == {2}


def test_features_are_computed_by_each_requests_parameters():
    papers = ranking.papers()
    found = [computed(papers, ranking.FEATURES, params_of(text)) for text in ranking.TEXTS]

    first, *others = found
    assert all(other != first for other in others)
