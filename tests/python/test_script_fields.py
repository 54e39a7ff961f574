"""Script fields: values that scripts make of the hits."""

import pytest

from rescora import Index, RequestError, ScriptError

MAPPINGS = {
    "properties": {
        "n": {"type": "long"},
        "tag": {"type": "keyword"},
        "day": {"type": "date"},
        "at": {"type": "geo_point"},
        "yes": {"type": "boolean"},
        "vector": {"type": "dense_vector", "dims": 2},
    }
}
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


@pytest.mark.parametrize(
    "script",
    [
        "(char) 65",
        "doc['tag'].value.charAt(0)",
        "def x = doc['n'].size() > 0 ? (char) 65 : 'x'; return x",
        "def x = 1; if (doc['n'].size() > 0) { x = (char) 66 } return x",
        "[1, (char) 65]",
        "['a': ['b': (char) 65]]",
    ],
)
def test_a_char_is_refused_as_elasticsearch_cannot_write_it(index, script):
    with pytest.raises(ScriptError, match=r"unknown value of type class java\.lang\.Character"):
        fields(index, script)


def test_a_char_can_be_written_as_a_text(index):
    assert fields(index, "'' + (char) 65") == [{"it": ["A"]}] * 3
    assert fields(index, "'' + doc['tag'].value.charAt(0)") == [{"it": ["r"]}, {"it": ["b"]}, {"it": ["é"]}]


def test_a_float_of_a_def_that_is_a_text_elsewhere_is_printed_as_a_float(index):
    script = "def x = 'none'; if (doc['n'].size() > 0) { x = 1.0f / 3 } return x"

    assert fields(index, script) == [{"it": [0.33333334]}, {"it": ["none"]}, {"it": [0.33333334]}]
    assert fields(index, script.replace("return x", "return [x]")) == fields(index, script)


# -- lists, maps, points

MANY = [
    {"_id": "a", "n": [3, 1], "tag": ["red", "blue"], "at": {"lat": 1.5, "lon": 2.5}, "yes": [True, False]},
    {"_id": "b", "day": ["2000-01-01", "1999-01-01"], "vector": [1, 2]},
]
POINT = {"lat": 1.4999999944120646, "lon": 2.4999999348074198}  # as the index keeps it


@pytest.fixture(scope="module", params=[1, 3])
def many(request):
    settings = {"number_of_shards": request.param}
    return Index.from_documents(MANY, mappings=MAPPINGS, settings=settings)


def by_id(index, script, **more):
    body = {"query": {"match_all": {}}, "script_fields": {"it": {"script": script, **more}}}
    return {hit.id: hit.fields.get("it") for hit in index.search(body)}


@pytest.mark.parametrize(
    ("script", "a", "b"),
    [
        ("doc['tag']", ["blue", "red"], None),  # what is empty is not there
        ("doc['n']", [1, 3], None),
        ("doc['yes']", [False, True], None),
        ("doc['day']", None, ["1999-01-01T00:00:00.000Z", "2000-01-01T00:00:00.000Z"]),
        ("doc['at']", [POINT], None),
        ("doc['at'].size() == 0 ? null : doc['at'].value", [POINT], [None]),
        ("doc['at'].size() == 0 ? 'nowhere' : doc['at'][0]", [POINT], ["nowhere"]),
        ("[]", None, None),
        ("[:]", [{}], [{}]),
        ("[1, 2.5, 'x', true, null]", [1, 2.5, "x", True, None], [1, 2.5, "x", True, None]),
        ("[1.0f / 3, (short) 2, 3L]", [0.33333334, 2, 3], [0.33333334, 2, 3]),
        ("[doc['n'].size(), doc['tag'].empty]", [2, False], [0, True]),
        ("[[doc['n'].size()], [[]]]", [[2], [[]]], [[0], [[]]]),
        (
            "['size': doc['n'].size(), 'all': doc['n'], 'in': ['at': doc['at'].empty]]",
            [{"size": 2, "all": [1, 3], "in": {"at": False}}],
            [{"size": 0, "all": [], "in": {"at": True}}],
        ),
        ("[doc['tag'].empty ? 'none' : doc['tag'].value: 1]", [{"blue": 1}], [{"none": 1}]),
        ("['a': 1, 'a': 2]", [{"a": 2}], [{"a": 2}]),
        ("doc['n'].size() > 1 ? doc['n'] : ['none']", [1, 3], ["none"]),
        ("doc['n'].empty ? null : [doc['n'].value]", [1], [None]),
        ("if (doc['n'].size() > 1) { return doc['n'] } return ['is': 'empty']", [1, 3], [{"is": "empty"}]),
        ("int i = 1; def l = [i, doc['n'].size()]; i = 5; return [i, l]", [5, [1, 2]], [5, [1, 0]]),
        ("List l = [1, doc['n'].size()]; return l", [1, 2], [1, 0]),
        ("params.list", [1, "x", None], [1, "x", None]),
        ("params.map", [{"k": 1, "deep": {"l": [0.5]}}], [{"k": 1, "deep": {"l": [0.5]}}]),
        ("['given': params.list]", [{"given": [1, "x", None]}], [{"given": [1, "x", None]}]),
    ],
)
def test_a_list_gives_its_items_and_a_map_or_a_point_itself(many, script, a, b):
    params = {"list": [1, "x", None], "map": {"k": 1, "deep": {"l": [0.5]}}}

    assert by_id(many, {"source": script, "params": params}) == {"a": a, "b": b}


@pytest.mark.parametrize(
    ("script", "a", "b"),
    [
        ("new ArrayList()", None, None),
        ("List l = new ArrayList(); l.add(1); l.add(doc['n'].size()); return l", [1, 2], [1, 0]),
        (
            "def l = new ArrayList(); for (t in doc['tag']) { if (t != 'red') { l.add(t + '!') } } return l",
            ["blue!"],
            None,
        ),
        ("List l = new ArrayList(doc['n']); l.addAll([5, doc['n'].size()]); l", [1, 3, 5, 2], [5, 0]),
        ("List l = new ArrayList(); l.addAll(doc['n']); return [l, l.size()]", [[1, 3], 2], [[], 0]),
        ("List l = new ArrayList(); boolean b = l.addAll(doc['n']); return b", [True], [False]),
        ("List l = new ArrayList(); def m = l; m.add(1); l.add(2); return m", [1, 2], [1, 2]),
        ("void f(List x) { x.add(x.size()) } List l = new ArrayList(); f(l); f(l); l", [0, 1], [0, 1]),
        ("List l = new ArrayList(); int n = l.size(); l.add(7); return [n, l.size()]", [0, 1], [0, 1]),
        (
            "Map m = new HashMap(); m.put('a', 1); if (!doc['n'].empty) { m.put('a', doc['n']) } return m",
            [{"a": [1, 3]}],
            [{"a": 1}],
        ),
        (
            "for (int i = 0; i < 3; ++i) { "
            "List l = new ArrayList(); for (int j = 0; j < i; ++j) { l.add(j) } "
            "if (i == doc['n'].size()) { return l } } return 'none'",
            [0, 1],
            None,
        ),
    ],
)
def test_a_list_or_a_map_grows_as_the_script_adds_to_it(many, script, a, b):
    assert by_id(many, script) == {"a": a, "b": b}


def test_a_list_fails_where_an_item_does(many):
    assert by_id(many, "[doc['n'].value]", ignore_failure=True) == {"a": [1], "b": None}
    with pytest.raises(ScriptError, match=r"document \[b\].*A document doesn't have a value"):
        by_id(many, "[doc['n'].value]")


def test_a_list_has_as_many_items_as_each_document_has_values():
    docs = [{"_id": str(n), "n": list(range(n % 9))} for n in range(600)]  # more than a block of documents
    index = Index.from_documents(docs, mappings=MAPPINGS)

    got = index.search(size=600, script_fields={"it": {"script": "doc['n']"}})

    assert {hit.id: hit.fields.get("it", []) for hit in got} == {doc["_id"]: doc["n"] for doc in docs}


def test_what_lists_take_is_limited():
    script = {"source": "params.all", "params": {"all": [0] * 1_000}}
    index = Index.from_documents([{"_id": str(n)} for n in range(2_000)], mappings=MAPPINGS)

    assert len(index.search(size=1_000, script_fields={"it": {"script": script}})) == 1_000
    with pytest.raises(ScriptError, match="more work than the scripts of one request may do"):
        index.search(size=2_000, script_fields={"it": {"script": script}})


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("doc", "cannot be walked"),
        ("params", "cannot be walked"),
        ("doc['vector']", "accessing a vector field's value through 'get' or 'value' is not supported"),
    ],
)
def test_what_elasticsearch_cannot_walk_fails_in_the_documents_that_have_it(many, script, message):
    with pytest.raises(ScriptError, match=message):
        by_id(many, script)
    assert by_id(many, script, ignore_failure=True) == {"a": None, "b": None}


LOOKED_INTO = "looking into a list or map of anything but constants"


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("params.nested", r"a list of lists or objects"),
        ("field('tag')", r"a script that gives a \[Field\]"),
        ("def l = [doc['n'].size()]; return l[0]", LOOKED_INTO),
        ("['a': doc['n'].size()].a", LOOKED_INTO),
        ("int s = 0; for (x in [doc['n'].size()]) { s += x } s", LOOKED_INTO),
        ("[1: 2]", "a map whose keys are no strings"),
        ("List l = [1]; l.add(2); return l", r"\[add\]"),
        ("Map m = ['a': doc['n'].size()]; m.put('b', 2); return m", r"\[put\]"),
        ("new HashSet()", r"\[new HashSet\]"),
        ("List l = new ArrayList(); l.add(1); return l[0]", LOOKED_INTO),
        ("List l = new ArrayList(); l.add(1); return l.contains(1)", LOOKED_INTO),
        ("List l = new ArrayList(); l.add(0, 1); return l", r"\[add\] of 2 arguments"),
        ("List k = new ArrayList(); List l = new ArrayList(); l.add([k]); return l", "grows in another"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(many, script, what):
    with pytest.raises(ScriptError, match=f"{what}.* not supported"):
        by_id(many, {"source": script, "params": {"nested": [[1]]}})


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


def test_what_grows_is_for_results_alone(many):
    script = "List l = new ArrayList(); l.add(1); return l.size()"
    query = {"script_score": {"query": {"match_all": {}}, "script": {"source": script}}}

    with pytest.raises(
        RequestError, match=r"\[new ArrayList\] outside of \[script_fields\] is not supported"
    ):
        many.search(query=query)
