"""Script fields: values that scripts make of the hits."""

import pytest

from rescora import Index, RequestError, ScriptError

MAPPINGS = {"properties": {"n": {"type": "long"}, "tag": {"type": "keyword"}, "day": {"type": "date"}}}
DOCS = [
    {"_id": "a", "n": 3, "tag": "red", "day": "2024-02-29"},
    {"_id": "b", "tag": "blue", "day": "1969-12-31T23:59:59.999Z"},
    {"_id": "c", "n": -1, "tag": "é", "day": "2000-01-01"},
]


@pytest.fixture(scope="module")
def index():
    return Index.from_documents(DOCS, mappings=MAPPINGS)


def fields(index, script, **more):
    body = {"query": {"match_all": {}}, "script_fields": {"it": {"script": script, **more}}}
    return [hit.fields for hit in index.search(body)]


def test_each_value_stands_in_a_list_and_keeps_its_type(index):
    assert fields(index, "doc['tag'].value.length()") == [{"it": [3]}, {"it": [4]}, {"it": [1]}]
    assert fields(index, "doc['tag'].value == 'red'") == [{"it": [True]}, {"it": [False]}, {"it": [False]}]
    assert fields(index, "_score / 4") == [{"it": [0.25]}] * 3
    assert fields(index, "doc['n'].size() == 0 ? 'none' : doc['n'].value") == [
        {"it": [3]},
        {"it": ["none"]},
        {"it": [-1]},
    ]
    assert fields(index, "null") == [{"it": [None]}] * 3


def test_a_date_is_written_as_elasticsearch_answers(index):
    assert fields(index, "doc['day'].value") == [
        {"it": ["2024-02-29T00:00:00.000Z"]},
        {"it": ["1969-12-31T23:59:59.999Z"]},
        {"it": ["2000-01-01T00:00:00.000Z"]},
    ]


def test_a_float_is_printed_as_a_float():
    docs = [{"_id": "a", "f": 0.1}, {"_id": "b", "f": 16777216.0}, {"_id": "c", "f": -3.4e38}]
    floats = Index.from_documents(docs, mappings={"properties": {"f": {"type": "float"}}})

    assert fields(floats, "1.0f / 3") == [{"it": [0.33333334]}] * 3
    of_a_field = fields(floats, "(float) doc['f'].value")
    assert of_a_field == [{"it": [0.1]}, {"it": [16777216.0]}, {"it": [-3.4e38]}]
    assert fields(floats, "doc['f'].value")[0] == {"it": [0.10000000149011612]}  # a double in Painless
    assert fields(floats, "1.0 / 3") == [{"it": [1.0 / 3]}] * 3
    assert fields(floats, "Float.MIN_VALUE") == [{"it": [1.4e-45]}] * 3


@pytest.mark.parametrize("script", ["(char) 65", "doc['tag'].value.charAt(0)"])
def test_a_char_is_refused_as_elasticsearch_cannot_write_it(index, script):
    with pytest.raises(ScriptError, match=r"unknown value of type class java\.lang\.Character"):
        fields(index, script)
    assert fields(index, f"'' + ({script})")[0]["it"][0] in ("A", "r")


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("doc['day'].value.getMonth().toString()", ["FEBRUARY", "DECEMBER", "JANUARY"]),
        ("doc['day'].value.month.name()", ["FEBRUARY", "DECEMBER", "JANUARY"]),
        ("doc['day'].value.getDayOfWeekEnum().toString()", ["THURSDAY", "WEDNESDAY", "SATURDAY"]),
        ("doc['day'].value.getMonth()", ["FEBRUARY", "DECEMBER", "JANUARY"]),
        ("'in ' + doc['day'].value.getMonth()", ["in FEBRUARY", "in DECEMBER", "in JANUARY"]),
    ],
)
def test_months_and_days_of_the_week_have_names(index, script, names):
    assert fields(index, script) == [{"it": [name]} for name in names]


def test_parameters_reach_the_script(index):
    script = {"source": "doc['tag'].value + params.end", "params": {"end": "!"}}

    assert fields(index, script) == [{"it": ["red!"]}, {"it": ["blue!"]}, {"it": ["é!"]}]


def test_a_failure_is_raised_and_names_the_document(index):
    with pytest.raises(ScriptError, match=r"document \[b\]: runtime error: A document doesn't have a value"):
        fields(index, "doc['n'].value")


def test_where_failures_are_ignored_the_field_is_not_there(index):
    assert fields(index, "doc['n'].value", ignore_failure=True) == [{"it": [3]}, {}, {"it": [-1]}]


def test_sources_come_only_if_asked_for(index):
    script = {"it": {"script": "1"}}

    assert index.search(script_fields=script)[0].source is None
    assert index.search(script_fields=script, source=["tag"])[0].source == {"tag": "red"}
    assert index.search(script_fields=script)[0].to_dict() == {
        "_index": "index",
        "_id": "a",
        "_score": 1.0,
        "fields": {"it": [1]},
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "an object is wanted"),
        ({"it": "1"}, "Expected [START_OBJECT]"),
        ({"it": {}}, "wants a [script]"),
        ({"it": {"script": "1", "ignore": True}}, "Unknown key [ignore]"),
        ({"it": {"script": {"src": "1"}}}, "unknown field [src]"),
        ({str(n): {"script": "1"} for n in range(33)}, "must be less than or equal to: [32] but was [33]"),
    ],
)
def test_what_is_no_script_field_is_refused(index, body, message):
    with pytest.raises(RequestError) as raised:
        index.search({"script_fields": body})
    assert message.lower() in str(raised.value).lower()
