"""Values that are null or do not fit: ``null_value`` and ``ignore_malformed`` as in Elasticsearch 8.13."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from rescora import Index, MappingError, RequestError

TYPES = {
    "long": {"type": "long"},
    "integer": {"type": "integer"},
    "byte": {"type": "byte"},
    "double": {"type": "double"},
    "float": {"type": "float"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "geo_point": {"type": "geo_point"},
    "keyword": {"type": "keyword"},
}
FITTING = {
    "long": [1, "2", 3.7],
    "integer": [1, -2, "3.5"],
    "byte": [1, "-128", 127],
    "double": [0.5, "1e3", 7],
    "float": [0.5, "1e3", 7],
    "boolean": [True, "false", ""],
    "date": ["2014-11-18", 0, "1400000000000"],
    "geo_point": [{"lat": 1, "lon": 2}, "3,4", "drm3"],
    "keyword": ["a", 5, True],
}
MALFORMED = {
    "long": ["x", True, 2**63, "9223372036854775808", "1 2"],
    "integer": ["x", False, 2**31],
    "byte": ["x", 128, "-129"],
    "double": ["x", True, "1e999", "NaN"],
    "float": ["x", True, 1e39],
    "boolean": ["yes", 1, 0, "True"],
    "date": ["yesterday", True, "2014-13-01"],
    "geo_point": ["x,y", {"lat": 1}, {"lat": "x", "lon": 2}, "o!", True],
}
NULLS = {
    "long": 5,
    "integer": "-7",
    "byte": 3,
    "double": 0.25,
    "float": "0.1",
    "boolean": "true",
    "date": "2001-01-01",
    "geo_point": "10,20",
    "keyword": "NULL",
}
LENIENT = sorted(MALFORMED)


MOST = 4  # values of a document


def stored(docs, **definition):
    """Return each document's values of the field, as scripts see them, and the index."""
    docs = [{"_id": str(number), **doc} for number, doc in enumerate(docs)]
    index = Index.from_documents(docs, mappings={"properties": {"a": definition}})
    member = {"geo_point": ".lat", "date": ".toInstant().toEpochMilli()"}.get(definition["type"], "")
    scripts = {
        f"v{place}": {"script": f"doc['a'].get({place}){member}", "ignore_failure": True}
        for place in range(MOST)
    }
    hits = index.search(script_fields=scripts)
    return [[value for name in scripts for value in hit.fields.get(name, ())] for hit in hits], index


@pytest.mark.parametrize("kind", LENIENT)
@examples(30)
@given(data=st.data())
def test_malformed_values_are_left_out_and_the_rest_of_the_document_stays(kind, data):
    values = st.lists(st.sampled_from([*FITTING[kind], *MALFORMED[kind], None]), max_size=MOST)
    docs = [{"a": data.draw(values)} for _ in range(3)]

    def fits(value):
        return not any(value is bad or (value == bad and type(value) is type(bad)) for bad in MALFORMED[kind])

    got, index = stored(docs, **TYPES[kind], ignore_malformed=True)
    wanted, _ = stored([{"a": list(filter(fits, doc["a"]))} for doc in docs], **TYPES[kind])

    assert got == wanted
    ignored = [hit.ignored for hit in index.search(sort="_score")]
    assert ignored == [[] if all(map(fits, doc["a"])) else ["a"] for doc in docs]
    assert [hit.source["a"] for hit in index.search()] == [doc["a"] for doc in docs]


@pytest.mark.parametrize("kind", LENIENT)
def test_malformed_values_are_errors_by_default(kind):
    for value in MALFORMED[kind]:
        for said in ({}, {"ignore_malformed": False}, {"ignore_malformed": "false"}):
            with pytest.raises(MappingError, match="failed to parse field"):
                stored([{"a": value}], **TYPES[kind], **said)


@pytest.mark.parametrize("kind", [kind for kind in LENIENT if kind != "geo_point"])
def test_objects_are_errors_even_where_malformed_values_are_left_out(kind):
    with pytest.raises(MappingError, match="START_OBJECT"):
        stored([{"a": {"b": 1}}], **TYPES[kind], ignore_malformed=True)


@pytest.mark.parametrize("kind", sorted(NULLS))
def test_an_explicit_null_becomes_the_null_value(kind):
    null = NULLS[kind]
    docs = [{"a": None}, {"a": []}, {}, {"a": [None, FITTING[kind][0], None]}]
    replaced = [{"a": null}, {}, {}, {"a": [null, FITTING[kind][0], null]}]

    assert stored(docs, **TYPES[kind], null_value=null)[0] == stored(replaced, **TYPES[kind])[0]
    assert stored(docs, **TYPES[kind], null_value=None)[0][0] == []


def test_an_empty_string_is_a_null_to_numbers_and_none_to_others():
    assert stored([{"a": ""}], type="long", null_value=5)[0] == [[5]]
    assert stored([{"a": ""}], type="double", null_value=0.5)[0] == [[0.5]]
    assert stored([{"a": ""}], type="long")[0] == [[]]
    assert stored([{"a": ""}], type="keyword", null_value="x")[0] == [[""]]
    assert stored([{"a": ""}], type="boolean", null_value=True)[0] == [[False]]


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"type": "long", "null_value": 1.5}, "has a decimal part"),
        ({"type": "long", "null_value": "x"}, 'For input string: "x"'),
        ({"type": "byte", "null_value": 128}, "out of range for a byte"),
        ({"type": "long", "null_value": True}, "not numeric"),
        ({"type": "long", "null_value": [1]}, "a value is wanted"),
        ({"type": "float", "null_value": 1e39}, "supports only finite values"),
        ({"type": "boolean", "null_value": 1}, "only .true. or .false. are allowed"),
        ({"type": "boolean", "null_value": ""}, "only .true. or .false. are allowed"),
        ({"type": "date", "null_value": "yesterday"}, "failed to parse date field"),
        ({"type": "date", "format": "yyyy", "null_value": "2001-01-01"}, "failed to parse date field"),
        ({"type": "keyword", "null_value": {}}, "a value is wanted"),
        ({"type": "geo_point", "null_value": "91,0"}, "illegal latitude"),
        ({"type": "geo_point", "null_value": "o!"}, "unsupported symbol"),
    ],
)
def test_a_null_value_that_its_field_cannot_have_is_an_error_of_the_mapping(definition, message):
    with pytest.raises(MappingError, match=message) as caught:
        Index.from_documents([], mappings={"properties": {"a": definition}})
    assert caught.value.path == "a.null_value"
    assert "Error parsing [null_value] on field [a]" in str(caught.value)


def test_multi_fields_have_rules_of_their_own():
    fields = {
        "k": {"type": "keyword", "null_value": "NULL"},
        "n": {"type": "integer", "ignore_malformed": True},
    }
    mappings = {"properties": {"a": {"type": "text", "fields": fields}}}
    docs = [{"_id": "null", "a": None}, {"_id": "number", "a": "12"}, {"_id": "word", "a": "fox"}]
    index = Index.from_documents(docs, mappings=mappings)

    assert index.search(query={"term": {"a.k": "NULL"}}).ids == ["null"]
    assert index.search(query={"term": {"a.n": 12}}).ids == ["number"]
    assert index.search(query={"match": {"a": "fox"}})[0].ignored == ["a.n"]
    assert index.search(query={"exists": {"field": "a"}}).ids == ["number", "word"]


def test_a_malformed_value_still_reaches_the_multi_fields():
    mappings = {
        "properties": {"a": {"type": "long", "ignore_malformed": True, "fields": {"k": {"type": "keyword"}}}}
    }
    index = Index.from_documents([{"_id": "x", "a": "many"}], mappings=mappings)

    assert index.search(query={"term": {"a.k": "many"}})[0].ignored == ["a"]


def test_points_beyond_the_sphere_are_brought_back_where_malformed_ones_are_left_out():
    docs = [{"a": [190, 10]}, {"a": "91,10"}, {"a": [[10, -100]]}]

    got, index = stored(docs, type="geo_point", ignore_malformed=True)
    wanted, _ = stored([{"a": "10,-170"}, {"a": "89,-170"}, {"a": "-80,-170"}], type="geo_point")

    assert got == wanted
    assert [hit.ignored for hit in index.search()] == [[], [], []]


@pytest.mark.parametrize("value", [[1, "x"], [1, 2, 3, 4]])
def test_a_bare_pair_of_numbers_is_forgiven_no_mistake_but_one_among_others_is(value):
    with pytest.raises(MappingError, match="failed to parse field"):
        stored([{"a": value}], type="geo_point", ignore_malformed=True)
    got, index = stored([{"a": [value, "1,2"]}], type="geo_point", ignore_malformed=True)
    assert got == stored([{"a": "1,2"}], type="geo_point")[0]
    assert index.search()[0].ignored == ["a"]


def test_what_was_left_out_can_be_searched_and_is_no_field_of_the_mapping(tmp_path):
    mappings = {"properties": {"a": {"type": "long", "ignore_malformed": True}, "b": {"type": "keyword"}}}
    docs = [{"_id": "x", "a": "many", "b": "y"}, {"_id": "z", "a": 1, "b": "y"}]
    index = Index.from_documents(docs, mappings=mappings, path=tmp_path / "index")

    assert index.mappings == mappings
    assert "_ignored" not in repr(index)
    for query in (
        {"exists": {"field": "_ignored"}},
        {"term": {"_ignored": "a"}},
        {"terms": {"_ignored": ["a"]}},
    ):
        hits = index.search(query=query)
        assert hits.ids == ["x"]
        assert hits.to_dict()["hits"]["hits"][0]["_ignored"] == ["a"]
    [answer] = index.search(query={"ids": {"values": ["z"]}}).to_dict()["hits"]["hits"]
    assert "_ignored" not in answer
    everywhere = {"multi_match": {"query": "a", "fields": ["*"], "lenient": True}}
    assert index.search(query=everywhere).ids == []


@pytest.mark.parametrize("setting", [True, "true"])
def test_the_index_may_say_it_for_all_fields_that_do_not(setting, tmp_path):
    mappings = {
        "properties": {
            "a": {"type": "long"},
            "b": {"type": "long", "ignore_malformed": False},
            "t": {"type": "text"},
        }
    }
    settings = {"index": {"mapping": {"ignore_malformed": setting}}}
    docs = [{"_id": "x", "a": "many", "new": 5}, {"_id": "y", "new": "few"}]
    index = Index.from_documents(docs, mappings=mappings, settings=settings, path=tmp_path / "index")

    assert [hit.ignored for hit in index.search()] == [["a"], ["new"]]
    with pytest.raises(MappingError, match=r"failed to parse field \[b\]"):
        Index.from_documents([{"b": "many"}], mappings=mappings, settings=settings)


def test_a_document_that_is_left_out_leaves_no_note_of_its_values():
    mappings = {"properties": {"a": {"type": "long", "ignore_malformed": True}, "b": {"type": "long"}}}
    index = Index.from_documents([{"a": "x", "b": "y"}, {"b": 1}], mappings=mappings, on_error="skip")

    with pytest.raises(RequestError, match="not in the index"):
        index.docs(["0"])
    assert index.search(query={"exists": {"field": "_ignored"}}).ids == []


def test_columns_of_tables_go_row_by_row_where_values_may_be_left_out():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"_id": ["x", "y", "z"], "a": [1.5, float("nan"), None]})
    mappings = {"properties": {"a": {"type": "double", "ignore_malformed": True, "null_value": 9}}}

    index = Index.from_documents(table, mappings=mappings)

    assert [hit.ignored for hit in index.search()] == [[], ["a"], []]
    assert index.search(query={"exists": {"field": "a"}}).ids == ["x"]  # what a table has not is missing
