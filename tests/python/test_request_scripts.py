"""Scripts in requests: where they may stand, what they must be, how they are refused."""

import pytest

from rescora import Index, RequestError, ScriptError
from rescora.queries.source import MAX_SOURCE, parse_script

DOCS = [{"_id": "a", "t": "x y", "n": 4}, {"_id": "b", "t": "x", "n": 9}, {"_id": "c", "t": "y"}]


@pytest.fixture(scope="module")
def index():
    return Index.from_documents(DOCS)


def test_a_script_is_an_object_or_its_source_alone():
    assert parse_script("1 + 1", "s").source == "1 + 1"
    assert parse_script({"source": "1", "lang": "painless", "params": {"a": 1}}, "s").params == {"a": 1}
    assert parse_script({"source": "1", "parameters": {"a": 1}}, "s").params == {"a": 1}
    assert parse_script({"source": "1", "params": None, "options": {}}, "s").params == {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (5, "a script is a string or an object"),
        ({"source": 5}, "[source] must be a string"),
        ({}, "must specify either [source]"),
        ({"source": "1", "id": "x"}, "must only use one of [source, id]"),
        ({"id": "x"}, "a stored script [id] is not supported"),
        ({"source": "1", "lang": "expression"}, "the script language [expression] is not supported"),
        ({"source": "1", "options": {"a": "b"}}, "illegal compiler options"),
        ({"source": "1", "params": 5}, "[params] must be an object"),
        ({"source": "1", "params": {}, "parameters": {}}, "must only use one of [params, parameters]"),
        ({"source": "1", "sourcee": "1"}, "unknown field [sourcee], did you mean [source]?"),
        ("  ", "the script is empty"),
        (
            "1" * (MAX_SOURCE + 1),
            "exceeded max allowed inline script size in bytes [65535] with size [65536]",
        ),
    ],
)
def test_what_is_no_script_is_refused(body, message):
    with pytest.raises(RequestError) as raised:
        parse_script(body, "s")
    assert message in str(raised.value)


def test_the_rescorer_takes_a_script_and_nothing_else(index):
    for body in ({}, {"script": "1", "window": 5}, {"source": "1"}):
        with pytest.raises(RequestError):
            index.search(query={"match_all": {}}, rescore={"script": body})


def test_a_script_error_marks_the_place_and_has_elasticsearchs_shape(index):
    with pytest.raises(ScriptError) as raised:
        index.search(
            query={"match_all": {}}, rescore={"script": {"script": {"source": "_score + doc['m'].value"}}}
        )

    error = raised.value
    assert error.status == 400
    assert str(error).splitlines()[1:] == ["_score + doc['m'].value", "             ^---- HERE"]
    assert error.to_dict()["error"]["caused_by"] == {
        "type": "script_exception",
        "reason": "compile error",
        "script_stack": ["_score + doc['m'].value", "             ^---- HERE"],
        "script": "_score + doc['m'].value",
        "lang": "painless",
        "position": {"offset": 13, "start": 0, "end": 23},
        "caused_by": {
            "type": "illegal_argument_exception",
            "reason": "No field found for [m] in mapping",
        },
    }


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("doc['m'].value", "No field found for [m] in mapping"),
        ("Math.sqr(2)", "static method [java.lang.Math, sqr/1] not found, did you mean [sqrt]?"),
        ("Math.pow(2)", "it takes 2 arguments"),
        ("'a' * 2", "Cannot cast from [java.lang.String] to [int]."),
        ("sigmoid(1, 2)", "[sigmoid] takes 3 arguments, not 2"),
        ("int x = 1.5; x", "Cannot cast from [double] to [int]."),
        ("scor + 1", "cannot resolve symbol [scor]"),
        ("doc['t'].value", "[t] is text"),
        ("for (;;) { } x", "cannot resolve symbol [x]"),
        ("new ArrayList()", "Cannot cast from [java.util.ArrayList] to [double]."),
        ("def l = new ArrayList(); 1", "[new ArrayList] outside of [script_fields] is not supported"),
        ("_termStats.docFreq()", "[_termStats] is not supported"),
    ],
)
def test_what_cannot_be_right_is_refused_before_any_document_is_touched(index, source, reason):
    query = {"script_score": {"query": {"match_none": {}}, "script": source}}

    with pytest.raises(ScriptError) as raised:
        index.search(query=query)
    assert reason in str(raised.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("return params.w * 2", "Cannot apply [*] to null: missing parameter [w]"),
        (
            "def a = 'x'; return a * 2",
            "Cannot apply [*] operation to types [java.lang.String] and [java.lang.Integer].",
        ),
        ("def a = 'x'; return a.foo()", "dynamic method [java.lang.String, foo/0] not found"),
        ("def a = 1; return a[0]", "Attempting to address a non-array type [java.lang.Integer] as an array."),
    ],
)
def test_what_is_wrong_only_where_it_is_done_fails_with_the_documents_that_get_there(index, source, reason):
    def search(query, source):
        return index.search(query={"script_score": {"query": query, "script": source}})

    assert len(search({"match_none": {}}, source)) == 0
    spared = search({"match_all": {}}, f"if (doc['n'].size() > 5) {{ {source}; }} return 2")
    assert spared.scores.tolist() == [2.0] * 3
    with pytest.raises(ScriptError, match=r"document \[a\]: runtime error") as raised:
        search({"match_all": {}}, source)
    assert reason in str(raised.value)


def test_a_negative_score_or_nan_names_the_document(index):
    for source, shown in (("_score - 9", "-8.0"), ("0.0 / 0", "NaN")):
        with pytest.raises(RequestError) as raised:
            index.search(query={"match_all": {}}, rescore={"script": {"script": {"source": source}}})
        assert f"returned an invalid score [{shown}] for doc [0]" in raised.value.reason
        assert "document [a]" in str(raised.value)
        assert raised.value.status == 400


def test_a_document_that_is_excluded_elsewhere_raises_nothing(index):
    script = {"script_score": {"query": {"match_all": {}}, "script": "doc['n'].value"}}
    query = {"bool": {"must": [script], "filter": [{"exists": {"field": "n"}}]}}

    assert index.search(query=query).ids == ["b", "a"]
    with pytest.raises(ScriptError, match=r"document \[c\]"):
        index.search(query=script)


@pytest.mark.parametrize(
    ("source", "given", "reason"),
    [
        (
            "1 + cosineSimilarity(params.q, 'v')",
            [1, 2],
            "The query vector has a different number of dimensions [2] than the document vectors [3].",
        ),
        (
            "1 + dotProduct(params.q, 'v')",
            [1, 2, 3, 4],
            "The query vector has a different number of dimensions [4] than the document vectors [3].",
        ),
        ("1 + l2norm(params.q, 'v')", [1, 2, "a"], "a query vector must be numbers"),
        (
            "1 + decayDateExp(params.q, '1d', '0', 0.5, doc['d'].value)",
            "someday",
            "failed to parse date field [someday]",
        ),
    ],
)
def test_a_parameter_that_is_not_what_a_function_takes_is_an_error_of_the_script(source, given, reason):
    fields = {"v": {"type": "dense_vector", "dims": 3}, "d": {"type": "date"}}
    index = Index.from_documents(
        [{"_id": "a", "v": [1, 2, 3], "d": "2024-02-29"}], mappings={"properties": fields}
    )
    script = {"source": source, "params": {"q": given}}

    with pytest.raises(ScriptError) as caught:
        index.search(query={"script_score": {"query": {"match_all": {}}, "script": script}})
    error = caught.value
    assert (error.type, error.reason) == ("script_exception", "runtime error")
    assert error.caused_by.type == "illegal_argument_exception"
    assert reason in error.caused_by.reason
    assert error.to_dict()["error"]["root_cause"][0]["position"]["offset"] == 4
