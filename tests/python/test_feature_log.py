"""Features logged for training are what a search scores and what a rescorer sees, in the order asked for."""

import json
import math
import re
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from requests_strategy import MAPPINGS, SETTINGS, collections, queries
from rescora import Index, Model, ModelError, RequestError

DOCS = [
    {"_id": "a", "title": "red fox", "text": "the quick red fox runs and runs", "likes": 3},
    {"_id": "b", "title": "blue whale", "text": "a whale is no fish", "likes": 5.5},
    {"_id": "c", "title": "fox and whale", "text": "fox meets whale, red with anger"},
    {"_id": "d", "title": "fox", "text": "a fox", "likes": [9, 1]},
    {"_id": "e", "title": "nothing", "text": "of interest", "likes": 0},
]
IDS = [doc["_id"] for doc in DOCS]
FIELDS = {"properties": {"title": {"type": "text"}, "text": {"type": "text"}, "likes": {"type": "double"}}}
QUERIES = {
    "match": {"match": {"text": "{{text}}"}},
    "and": {"match": {"text": {"query": "{{text}}", "operator": "and"}}},
    "phrase": {"match_phrase": {"text": {"query": "{{text}}", "slop": 3}}},
    "title": {"match": {"title": {"query": "{{text}}", "boost": 2.5}}},
}
TEXTS = ("red fox", "whale", "fox runs", "absent")


def query_features(names=QUERIES):
    return [{"feature_name": name, "query": QUERIES[name]} for name in names]


def filled(query, text):
    return json.loads(json.dumps(query).replace("{{text}}", text))


def make_index(shards=1, docs=DOCS):
    return Index.from_documents(docs, mappings=FIELDS, settings={"number_of_shards": shards})


@pytest.fixture(scope="module")
def index():
    return make_index()


def judged(texts=TEXTS, ids=IDS, **more):
    return [{"params": {"text": text}, "ids": ids, **more} for text in texts]


def column_of(index, query, ids, search_type):
    """Return each document's score in a search of all, NaN where it does not match."""
    hits = index.search(query=query, size=max(len(index), 1), search_type=search_type)
    scores = dict(zip(hits.ids, hits.scores, strict=True))
    return np.array([scores.get(id_, math.nan) for id_ in ids], np.float32)


def bits(array):
    """Return float32 values as whole numbers; every NaN is the same."""
    return np.where(np.isnan(array), np.float32(np.nan), array).view(np.uint32).tolist()


# -- the values


@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
@pytest.mark.parametrize("shards", [1, 2, 5])
def test_a_logged_value_is_the_score_of_a_search(shards, search_type):
    index = make_index(shards)

    # Under dfs a shard tells of the words that its form of the whole request scores, so each is asked alone.
    together = [[*QUERIES]] if search_type == "query_then_fetch" else [[name] for name in QUERIES]
    for names in together:
        log = index.extract_features(query_features(names), judged(), search_type=search_type)

        for one, text in zip(log, TEXTS, strict=True):
            for name, column in zip(log.feature_names, one.X.T, strict=True):
                expected = column_of(index, filled(QUERIES[name], text), IDS, search_type)
                assert bits(expected) == bits(column), (text, name)


def test_statistics_of_shards_differ_from_those_of_all():
    index = make_index(shards=5)

    own, of_all = (
        index.extract_features(query_features(), judged(), search_type=kind).to_numpy().X
        for kind in ("query_then_fetch", "dfs_query_then_fetch")
    )

    assert np.array_equal(np.isnan(own), np.isnan(of_all))
    assert bits(own) != bits(of_all)


def answer(ask):
    """Return what was asked for, or None if it cannot be had."""
    try:
        return ask()
    except RequestError:
        return None


@examples(80)
@given(st.data(), st.sampled_from([1, 1, 3]), st.sampled_from(["query_then_fetch", "dfs_query_then_fetch"]))
def test_any_query_s_logged_value_is_its_score(data, shards, search_type):
    docs = data.draw(collections())
    index = Index.from_documents(docs, "id", MAPPINGS, {**SETTINGS, "number_of_shards": shards})
    ids = data.draw(st.permutations([doc["id"] for doc in docs]))
    asked = data.draw(st.lists(queries, min_size=1, max_size=4))
    columns = [answer(lambda query=query: column_of(index, query, ids, search_type)) for query in asked]

    features = [{"feature_name": str(i), "query": query} for i, query in enumerate(asked)]
    logged = answer(
        lambda: index.extract_features(features, [{"ids": ids}], search_type=search_type).to_numpy().X
    )

    if logged is None:
        assert any(column is None for column in columns)
    else:
        assert [bits(column) for column in columns] == [bits(column) for column in logged.T]


def test_every_kind_of_feature_has_its_value(index):
    words = {"field": "text", "query": "{{text}}"}
    features = [
        {"feature_name": "field", "field": "likes"},
        {"feature_name": "script", "script": "_score * 2 + doc['likes'].size()"},
        {"feature_name": "first", "first_pass_score": True},
        {"feature_name": "param", "param": "weight"},
        {"feature_name": "tf", "term_statistics": {**words, "statistic": "tf", "aggregate": "max"}},
        {"feature_name": "df", "term_statistics": {**words, "statistic": "df", "aggregate": "sum"}},
        {"feature_name": "count", "term_statistics": {**words, "statistic": "count"}},
        "bare",
    ]
    judgments = [
        {"params": {"text": "runs fox runs", "weight": 0.5}, "ids": ["a", "c"], "scores": [2.5, -1.0]},
        {"params": {"text": "whale"}, "ids": ["d", "b"], "scores": [0.0, 1.0]},
    ]

    X = index.extract_features(features, judgments).to_numpy().X

    nan = math.nan
    expected = [
        [3, 6, 2.5, 0.5, 2, 4, 2, nan],
        [nan, -2, -1, 0.5, 1, 4, 2, nan],
        [1, 2, 0, nan, 0, 2, 1, nan],  # of several values the least
        [5.5, 3, 1, nan, 1, 2, 1, nan],
    ]
    assert bits(np.array(expected, np.float32)) == bits(X)


@pytest.fixture(scope="module")
def model():
    """Trees over every kind of feature, from which all can be read off in an explanation."""
    leaves = [{"nodeid": 1, "leaf": -0.5}, {"nodeid": 2, "leaf": 1.5}]
    root = {"nodeid": 0, "split_condition": 1.0, "yes": 1, "no": 2, "missing": 1, "children": leaves}
    names = [*QUERIES, "likes", "script", "first"]
    trees = [{**root, "split": name} for name in names]
    features = [
        *query_features(),
        {"feature_name": "likes", "field": "likes"},
        {"feature_name": "script", "script": "_score * 0.3"},
        {"feature_name": "first", "first_pass_score": True},
    ]
    return Model.load(trees, features)


def explained(explanation):
    """Return the features that an explanation lists."""
    listed = next(one for one in explanation["details"] if one["description"] == "extracted features")
    return {
        re.fullmatch(r"feature value for \[(.*)\]", one["description"])[1]: np.float32(one["value"])
        for one in listed["details"]
    }


@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
@pytest.mark.parametrize("shards", [1, 3])
def test_the_logged_value_is_the_scored_value(model, shards, search_type):
    index = make_index(shards)
    index.put_model("m", model)
    for text in TEXTS[:3]:
        first = {"query": {"match": {"text": text}}, "size": 5, "search_type": search_type}
        hits = index.search(first)
        rank = {"model_id": "m", "params": {"text": text}}
        rescored = index.search(
            {**first, "explain": True, "rescore": {"window_size": 5, "learning_to_rank": rank}}
        )
        query = {"params": {"text": text}, "ids": list(hits.ids), "scores": hits.scores}

        logged = index.extract_features(model, [query], search_type=search_type)

        rows = dict(zip(hits.ids, logged.to_numpy().X, strict=True))
        predicted = dict(zip(hits.ids, model.predict(logged.to_numpy().X), strict=True))
        assert set(rescored.ids) == set(hits.ids) != set()
        for hit in rescored:
            row = rows[hit.id]
            expected = {name: v for name, v in zip(logged.feature_names, row, strict=True) if not np.isnan(v)}
            assert expected == explained(hit.explanation)
            assert predicted[hit.id] == np.float32(hit.score)


# -- order, ids and numbers


@pytest.mark.parametrize("shards", [1, 4])
def test_rows_come_in_the_order_of_the_documents_given_even_twice(shards):
    index = make_index(shards)
    whole = index.extract_features(query_features(), judged(["red fox"])).to_numpy()
    row_of = dict(zip(IDS, whole.X, strict=True))

    for ids in (IDS[::-1], ["c", "a", "e"], ["d", "a", "d"], ["b"]):
        logged = index.extract_features(query_features(), judged(["red fox"], ids)).to_numpy()
        assert bits(np.stack([row_of[id_] for id_ in ids])) == bits(logged.X)
        assert ids == index.ids(logged.docs)


def test_documents_may_be_given_by_number(index):
    numbers = index.docs(IDS[::-1])
    by_id = index.extract_features(query_features(), judged(ids=IDS[::-1])).to_numpy()

    for docs in (numbers, numbers.astype(np.int64), numbers.tolist()):
        one_a_text = [{"params": {"text": text}, "docs": docs} for text in TEXTS]
        by_number = index.extract_features(query_features(), one_a_text).to_numpy()
        assert bits(by_id.X) == bits(by_number.X)
        assert by_id.docs.tolist() == by_number.docs.tolist()
        assert by_number.docs.dtype == np.uint32


@pytest.mark.parametrize("threads", [2, 3, None])
@pytest.mark.parametrize("shards", [1, 3])
def test_threads_change_nothing(shards, threads):
    index = make_index(shards)
    queries = judged(TEXTS * 10, grades=[0, 1, 2, 3, 4])
    one = index.extract_features(query_features(), queries).to_numpy()

    several = index.extract_features(query_features(), queries, threads=threads).to_numpy()

    assert bits(one.X) == bits(several.X)
    assert (one.query_ids, one.group.tolist()) == (several.query_ids, several.group.tolist())
    assert one.docs.tolist() == several.docs.tolist()
    assert one.grades.tolist() == several.grades.tolist()


def test_the_first_bad_query_is_named_whatever_the_threads(index):
    queries = judged(TEXTS * 4)
    queries[5] = {"ids": ["missing"]}
    queries[6] = {"ids": ["absent"]}
    for threads in (1, 2):
        log = index.extract_features(query_features(), queries, threads=threads)
        with pytest.raises(RequestError, match=r"^judgments\[5\]: ids\[0\] is \[missing\]"):
            log.to_numpy()


# -- what a list may be


def test_an_empty_list_and_a_query_without_documents_are_no_errors(index):
    features = query_features()
    none = judged(["fox", "red"], ids=[])
    for list_, group in (([], []), (none[:1], [0]), (none, [0, 0])):
        X, sizes, ids, docs, grades = index.extract_features(features, list_).to_numpy()
        assert (X.shape, X.dtype) == ((0, 4), np.float32)
        assert (sizes.tolist(), sizes.dtype) == (group, np.int64)
        assert (ids, docs.tolist(), docs.dtype) == (list(range(len(group))), [], np.uint32)
        assert grades is None


def test_a_generator_is_read_as_far_as_is_asked_for(index):
    read = []

    def queries():
        for one in judged(TEXTS):
            read.append(one["params"]["text"])
            yield one

    log = index.extract_features(query_features(), queries())
    assert read == []
    rest = iter(log)
    next(rest)
    assert read == list(TEXTS[:1])
    assert len(list(rest)) == 3
    assert read == list(TEXTS)


def test_an_iterator_that_has_been_read_is_not_taken_for_an_empty_list(index):
    log = index.extract_features(query_features(), iter(judged()))
    log.to_numpy()
    with pytest.raises(RuntimeError, match=r"an iterator that has been read: give a list to read it again"):
        log.to_numpy()

    again = index.extract_features(query_features(), judged())
    assert bits(again.to_numpy().X) == bits(again.to_numpy().X)


def test_query_ids_are_the_number_where_none_is_given(index):
    queries = [{"ids": ["a"]}, {"ids": ["a"], "query_id": "q"}, {"ids": ["a"], "query_id": np.int32(7)}]

    queries.append({"ids": ["a"], "query_id": None})

    assert index.extract_features(query_features(), queries).to_numpy().query_ids == [0, "q", 7, 3]


def test_parameters_that_a_query_does_not_give_come_from_the_defaults(index):
    given = index.extract_features(query_features(), judged(["fox"])).to_numpy().X
    queries = [{"ids": IDS}, {"ids": IDS, "params": {"text": "whale"}}]

    both = index.extract_features(query_features(), queries, default_params={"text": "fox"}).to_numpy().X

    assert bits(given) == bits(both[:5])
    assert bits(index.extract_features(query_features(), judged(["whale"])).to_numpy().X) == bits(both[5:])

    own = Model.load(
        {
            "class": "org.apache.solr.ltr.model.LinearModel",
            "name": "m",
            "features": [{"name": "title"}],
            "params": {"weights": {"title": 1.0}},
        },
        query_features(["title"]),
        default_params={"text": "fox"},
    )
    nothing = [{"ids": IDS}]
    assert bits(given[:, 3:]) == bits(index.extract_features(own, nothing).to_numpy().X)
    other = index.extract_features(own, nothing, default_params={"text": "whale"}).to_numpy().X
    assert bits(both[5:, 3:]) == bits(other)
    assert own.default_params == {"text": "fox"}


def test_a_parameter_that_nobody_gives_makes_a_query_s_default_score(index):
    features = [
        {"feature_name": "one", "query": QUERIES["match"]},
        {"feature_name": "two", "query": QUERIES["match"], "default_score": 0.25},
    ]
    X = index.extract_features(features, [{"ids": ["a", "b"]}]).to_numpy().X
    assert bits(np.array([[np.nan, 0.25]] * 2, np.float32)) == bits(X)


# -- grades


def test_grades_are_there_only_if_every_query_has_them(index):
    graded = judged(["fox", "whale"], ["a", "c"])
    graded[0]["grades"] = [2, 0.5]
    log = index.extract_features(query_features(), graded)
    assert log.to_numpy().grades is None
    assert [one.grades is None for one in log] == [False, True]

    graded[1]["grades"] = np.array([1, 0])
    grades = index.extract_features(query_features(), graded).to_numpy().grades
    assert (grades.tolist(), grades.dtype) == ([2, 0.5, 1, 0], np.float32)


def test_lightgbm_takes_a_log_as_it_is(index):
    lightgbm = pytest.importorskip("lightgbm", reason="LightGBM trains here")
    queries = judged(["red fox", "whale", "fox runs"], ["a", "b", "c", "d"], grades=[2, 1, 0, 1])
    logged = index.extract_features(query_features(), queries).to_numpy()

    data = lightgbm.Dataset(
        logged.X,
        label=logged.grades,
        group=logged.group,
        feature_name=list(QUERIES),
        params={"min_data_in_bin": 1, "verbose": -1},
    )
    params = {"objective": "lambdarank", "min_data_in_leaf": 1, "num_leaves": 4, "num_threads": 1}
    booster = lightgbm.train({**params, "verbose": -1}, data, num_boost_round=3)

    assert booster.feature_name() == list(QUERIES)
    assert booster.predict(logged.X).shape == (12,)
    model = Model.load(booster, query_features())
    assert booster.predict(logged.X).tolist() == model.predict(logged.X).tolist()


# -- Arrow


@pytest.fixture(scope="module")
def pyarrow():
    return pytest.importorskip("pyarrow", reason="Arrow batches are pyarrow's")


def test_an_arrow_table_has_the_log_s_values_and_nulls_where_they_are_missing(index, pyarrow):
    queries = judged(["red fox", "whale"], ["a", "e", "c"])
    queries[0] |= {"query_id": "first", "grades": [3, 0, 1]}
    queries[1] |= {"query_id": "second"}
    log = index.extract_features(query_features(), queries)

    table = log.to_arrow()

    number = pyarrow.float32()
    types = [pyarrow.string(), pyarrow.uint32(), number, *[number] * 4]
    assert table.schema.names == ["query_id", "doc", "grade", *QUERIES]
    assert table.schema.types == types
    assert table["query_id"].to_pylist() == ["first"] * 3 + ["second"] * 3
    assert table["grade"].to_pylist() == [3, 0, 1, None, None, None]
    logged = log.to_numpy()
    assert table["doc"].to_pylist() == logged.docs.tolist()
    for name, column in zip(QUERIES, logged.X.T, strict=True):
        expected = [None if math.isnan(value) else float(value) for value in column]
        assert expected == table[name].to_pylist()
        assert table[name].null_count == int(np.isnan(column).sum()) > 0


def test_batches_end_with_the_query_that_fills_them(index, pyarrow):
    sizes = [3, 1, 0, 5, 2, 4, 0]
    queries = [{"params": {"text": "fox"}, "ids": IDS[:size]} for size in sizes]
    log = index.extract_features(query_features(), queries)

    for rows, expected in (
        (1, [3, 1, 5, 2, 4, 0]),
        (3, [3, 6, 6, 0]),
        (4, [4, 5, 6, 0]),
        (9, [9, 6]),
        (100, [15]),
    ):
        batches = list(log.batches(rows))
        assert expected == [len(batch) for batch in batches], rows
        assert pyarrow.Table.from_batches(batches).equals(log.to_arrow().combine_chunks())
        assert all(isinstance(batch, pyarrow.RecordBatch) for batch in batches)


def test_an_empty_log_is_an_empty_table_of_the_same_columns(index, pyarrow):
    table = index.extract_features(query_features(), []).to_arrow()
    assert (table.num_rows, table.schema.names) == (0, ["query_id", "doc", "grade", *QUERIES])
    assert table.schema.field("match").type == pyarrow.float32()


def test_query_ids_are_whole_numbers_in_arrow_if_the_first_is_one(index, pyarrow):
    log = index.extract_features(query_features(), judged(["fox", "whale"], ["a"]))
    assert log.to_arrow()["query_id"].type == pyarrow.int64()
    assert log.to_arrow()["query_id"].to_pylist() == [0, 1]

    mixed = [{"ids": ["a"]}, {"ids": ["b"], "query_id": "q"}]
    for list_, kind, other in ((mixed, "int64", "q"), (mixed[::-1], "string", "1")):
        with pytest.raises(RequestError, match=rf"query_id: must be of type \[{kind}\], .* not \[{other}\]"):
            index.extract_features(query_features(), list_).to_arrow()


@pytest.mark.usefixtures("pyarrow")
@pytest.mark.parametrize("name", ["query_id", "doc", "grade"])
def test_a_feature_with_the_name_of_another_column_is_no_arrow_column(index, name):
    log = index.extract_features([{"feature_name": name, "field": "likes"}], [{"ids": ["a"]}])
    assert log.to_numpy().X.tolist() == [[3]]
    with pytest.raises(RequestError, match=rf"features: a feature cannot be called \[{name}\]"):
        log.batches()


@pytest.mark.usefixtures("pyarrow")
@pytest.mark.parametrize("rows", [0, -1, 1.5, True, "9"])
def test_batches_have_at_least_one_row(index, rows):
    with pytest.raises(ValueError, match=r"rows must be an integer of at least 1, not"):
        index.extract_features(query_features(), []).batches(rows)


def test_without_pyarrow_a_message_says_what_to_install(index, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    log = index.extract_features(query_features(), judged())
    for ask in (log.to_arrow, log.batches):
        with pytest.raises(ImportError, match=r'pip install "rescora\[arrow\]"'):
            ask()
    assert log.to_numpy().X.shape == (20, 4)


# -- errors

MUST_BE_IDS = "judgments[1].ids: must be a list of strings or integers, not"
BAD_QUERIES = {
    "no object": ([1], "judgments[1]: must be an object, not [[1]]"),
    "an unknown key": ({"ids": ["a"], "grade": [1]}, "unknown key [grade], did you mean [grades]?"),
    "a key that is no string": ({"ids": ["a"], 7: 1}, "judgments[1]: unknown key [7]"),
    "no documents": ({"params": {}}, "judgments[1]: must have either [ids] or [docs]"),
    "documents twice": ({"ids": ["a"], "docs": [0]}, "judgments[1]: must have either [ids] or [docs]"),
    "an unknown id": ({"ids": ["a", "zz"]}, "judgments[1]: ids[1] is [zz], which is not in the index"),
    "one id": ({"ids": "abc"}, f"{MUST_BE_IDS} [abc]"),
    "fractions as ids": ({"ids": [1.5, 2]}, f"{MUST_BE_IDS} [[1.5, 2]]"),
    "an id that is no text": ({"ids": ["\ud800"]}, "is not valid Unicode"),
    "ids that are no list": ({"ids": 5}, f"{MUST_BE_IDS} [5]"),
    "a number too high": ({"docs": [0, 5]}, "judgments[1]: docs[1] is 5, the index has documents 0 to 4"),
    "a negative number": ({"docs": [-1]}, "judgments[1].docs: docs must be document numbers"),
    "a huge number": ({"docs": [2**40]}, "judgments[1].docs: docs must be document numbers"),
    "ids as numbers": ({"docs": ["a"]}, "judgments[1].docs: must be a list of document numbers, not [['a']]"),
    "fractions as numbers": ({"docs": [0.5]}, "judgments[1].docs: must be a list of document numbers"),
    "numbers in a table": ({"docs": [[0], [1]]}, "judgments[1].docs: must be a list of document numbers"),
    "ragged numbers": ({"docs": [[0], 1]}, "judgments[1].docs: must be a list of document numbers"),
    "too few grades": ({"ids": ["a", "b"], "grades": [1]}, "judgments[1].grades: must be 2 numbers"),
    "grades of text": ({"ids": ["a"], "grades": ["good"]}, "judgments[1].grades: must be numbers, not"),
    "too many scores": ({"docs": [0], "scores": [1, 2]}, "judgments[1].scores: must be 1 numbers"),
    "parameters in a list": ({"ids": ["a"], "params": ["x"]}, "judgments[1].params: must be an object"),
    "a fraction as query_id": ({"ids": ["a"], "query_id": 0.5}, "judgments[1].query_id: must be a string or"),
    "true as query_id": ({"ids": ["a"], "query_id": True}, "judgments[1].query_id: must be a string or"),
    "a long query_id": ({"ids": ["a"], "query_id": 2**63}, "judgments[1].query_id: must be a string or"),
    "a query_id that is no text": ({"ids": ["a"], "query_id": "\udfff"}, "judgments[1].query_id: "),
}


@pytest.mark.parametrize("name", BAD_QUERIES)
def test_a_query_that_cannot_be_right_is_named(index, name):
    query, message = BAD_QUERIES[name]
    log = index.extract_features(query_features(), [{"ids": ["a"]}, query])
    with pytest.raises(RequestError, match=re.escape(message)) as raised:
        log.to_numpy()
    assert raised.value.path.startswith("judgments[1]")


def test_a_first_pass_score_that_is_not_given_is_an_error(index):
    features = [{"feature_name": "bm25", "first_pass_score": True}]
    queries = [{"ids": ["a"], "scores": [1.5]}, {"ids": ["a"]}]
    with pytest.raises(RequestError, match=r"judgments\[1\]: the feature \[bm25\] is the first pass's score"):
        index.extract_features(features, queries).to_numpy()


def test_an_extractor_that_a_parameter_spoils_names_query_and_feature(index):
    phrase = {"match_phrase": {"text": {"query": "x", "slop": "{{s}}"}}}
    features = [{"feature_name": "slop", "query": phrase}]
    queries = [{"ids": ["a"], "params": {"s": 1}}, {"ids": ["a"], "params": {"s": "much"}}]
    with pytest.raises(RequestError, match=r"judgments\[1\]: cannot compute the feature \[slop\]: "):
        index.extract_features(features, queries).to_numpy()


def test_a_document_that_a_script_fails_on_is_named_with_its_query(index):
    features = [{"feature_name": "likes", "script": "doc['likes'].value"}]
    queries = [{"ids": ["a"]}, {"ids": ["a", "c"]}]
    with pytest.raises(RequestError, match=r"judgments\[1\]: document \[c\]: ") as raised:
        index.extract_features(features, queries).to_numpy()
    assert raised.value.type == "script_exception"


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([], "features: no feature says how it is computed"),
        (["a", "b"], "features: no feature says how it is computed"),
        ("title", "features: must be a list"),
        ([{"feature_name": "a", "field": "likes"}] * 2, r"features\[1\]: the name [a] is given twice"),
        ([{"feature_name": "a", "field": "lieks"}], "cannot compute the feature [a]: "),
        ([{"feature_name": "a", "query": {"mtch": {"text": "x"}}}], "cannot compute the feature [a]: "),
        ([{"feature_name": "a", "script": "doc["}], "cannot compute the feature [a]: "),
    ],
)
def test_features_that_cannot_be_right_are_refused_at_once(index, features, message):
    with pytest.raises(ModelError, match=re.escape(message.replace("\\", ""))):
        index.extract_features(features, [])


def test_a_model_without_extractors_has_no_features_to_log(index):
    tree = [{"nodeid": 0, "leaf": 1.0}]
    with pytest.raises(ModelError, match="no feature says how it is computed"):
        index.extract_features(Model.load(tree), [])


@pytest.mark.parametrize("judgments", [{"ids": ["a"]}, "a", b"a", 5, None])
def test_judgments_are_many_queries(index, judgments):
    with pytest.raises(TypeError, match="judgments must be an iterable of judged queries"):
        index.extract_features(query_features(), judgments)


def test_other_arguments_are_checked_at_once(index):
    with pytest.raises(TypeError, match="default_params must be a dict, not list"):
        index.extract_features(query_features(), [], default_params=["x"])
    with pytest.raises(ValueError, match="threads must be"):
        index.extract_features(query_features(), [], threads=0)
    with pytest.raises(RequestError, match="search_type"):
        index.extract_features(query_features(), [], search_type="dfs")


plain = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=3)
things = plain | st.sampled_from(["a", "e", "\ud800", b"a", 1j, object])
odd = st.recursive(
    things,
    lambda one: (
        st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(["a", "text", 5]), one, max_size=2)
    ),
    max_leaves=5,
)
GOOD = {"ids": ["a", "b"], "params": {"text": "fox"}, "query_id": "q", "grades": [1, 0], "scores": [1.0, 2.0]}
changes = st.dictionaries(st.sampled_from([*GOOD, "docs", "id"]), odd, max_size=3)


def extracted(index, query):
    """Return the features of one query, or what is wrong with it."""
    try:
        return next(iter(index.extract_features(query_features(), [query])))
    except RequestError as error:
        return error


@examples(250)
@given(changes, st.sets(st.sampled_from([*GOOD])))
def test_whatever_a_query_is_only_a_request_error_is_raised(index, changed, dropped):
    query = {**{key: value for key, value in GOOD.items() if key not in dropped}, **changed}
    found = extracted(index, query)
    if isinstance(found, RequestError):
        assert found.path.startswith("judgments[0]")
    else:
        assert found.X.shape == (len(found.docs), 4)


def test_a_log_says_what_it_is(index):
    assert repr(index.extract_features(query_features(), [])) == "<rescora.FeatureLog of 4 features>"
    assert repr(index.extract_features(query_features(["and"]), [])) == "<rescora.FeatureLog of 1 feature>"
