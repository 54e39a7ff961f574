"""Fields come from a mapping or from documents; what does not fit is named."""

import datetime
import enum
from decimal import Decimal

import numpy as np
import pytest

from rescora.documents.growth import Growth
from rescora.documents.reader import DocumentReader
from rescora.errors import MappingError, RequestError, UnsupportedError
from rescora.schema.field import DEFAULT_BM25
from rescora.schema.schema import Schema


class Recorder:
    """Keeps what it is given: (method, field's number, value)."""

    def __init__(self):
        self.values = []

    def text(self, field, value):
        self.values.append(("text", field, value))

    def keyword(self, field, value):
        self.values.append(("keyword", field, value))

    def integer(self, field, value):
        self.values.append(("integer", field, value))

    def real(self, field, value):
        self.values.append(("real", field, value))


class Vectors(Recorder):
    """Keeps vectors too."""

    def vector(self, field, value):
        self.values.append(("vector", field, value))

    def has(self, field):
        return any(number == field for _, number, _ in self.values)


def read(document, schema=None, **kwargs):
    """Return the values of a document with the names of their fields."""
    growth = schema if isinstance(schema, Growth) else Growth(Schema() if schema is None else schema)
    sink = Recorder()
    DocumentReader(growth, **kwargs).read(document, sink, 7)
    growth.keep()
    return [(growth.schema.names[field], value) for _, field, value in sink.values]


def typed(**fields):
    return Schema({"properties": {name: {"type": kind} for name, kind in fields.items()}})


def refused(document, mappings=None):
    with pytest.raises(MappingError) as caught:
        read(document, mappings)
    return caught.value


def test_fields_are_numbered_in_the_order_of_their_creation():
    mappings = Schema(
        {
            "properties": {
                "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                "o": {"properties": {"a": {"type": "long"}, "b.c": {"type": "date"}}},
            }
        }
    )

    assert mappings.names == ("title", "title.raw", "o.a", "o.b.c")
    assert [field.number for field in mappings.fields] == [0, 1, 2, 3]
    assert [field.storage for field in mappings.fields] == ["text", "keyword", "integer", "integer"]
    assert mappings.field("title.raw").parent == "title"
    assert [field.name for field in mappings.under("o")] == ["o.a", "o.b.c"]
    assert mappings.is_object("o.b")


def test_a_mapping_is_given_back_and_read_again_with_the_same_numbers():
    mappings = Schema(
        {"dynamic": "true", "_source": {"enabled": False}, "_meta": {"by": "me"}},
        similarity={"flat": {"type": "BM25", "b": 0}},
    )
    mappings = (
        mappings.with_field("a.x", {"type": "text", "analyzer": "english", "similarity": "flat"})
        .with_field("b", {"type": "date", "format": "yyyy"})
        .with_field("a.y", {"type": "keyword", "ignore_above": 5})
    )

    again = Schema(mappings.to_dict(), similarity={"flat": {"type": "BM25", "b": 0}}, order=mappings.names)

    assert again.to_dict() == mappings.to_dict()
    assert mappings.to_dict()["properties"]["b"] == {"type": "date", "format": "yyyy"}
    assert [(f.name, f.number, f.b, f.analyzer) for f in again.fields] == [
        (f.name, f.number, f.b, f.analyzer) for f in mappings.fields
    ]
    assert not again.source_enabled


def test_k1_and_b_come_from_the_settings_the_field_or_the_default():
    similarity = {"mine": {"type": "BM25", "k1": 0.9, "b": 0.4}}
    own = {"type": "BM25", "k1": 2}
    mappings = Schema(
        {
            "properties": {
                "a": {"type": "text"},
                "b": {"type": "text", "similarity": "mine"},
                "c": {"type": "text", "similarity": own},
            }
        },
        similarity=similarity,
    )

    assert [(f.k1, f.b) for f in mappings.fields] == [
        DEFAULT_BM25,
        (float(np.float32(0.9)), float(np.float32(0.4))),
        (2.0, 0.75),
    ]
    default = Schema({"properties": {"a": {"type": "text"}}}, similarity={"default": own})
    assert default.field("a").k1 == 2.0


def test_patterns_find_fields_by_name():
    mappings = typed(title="text", subtitle="text", year="long")

    assert [field.name for field in mappings.match_pattern("*title")] == ["title", "subtitle"]
    assert [field.name for field in mappings.match_pattern("year")] == ["year"]
    assert mappings.match_pattern("y") == []


@pytest.mark.parametrize(
    ("body", "kind", "fragment"),
    [
        (
            {"properties": {"a": {"type": "txet"}}},
            MappingError,
            "No handler for type [txet] declared on field [a]",
        ),
        ({"properties": {"a": {"type": "txet"}}}, MappingError, "did you mean [text]?"),
        ({"properties": {"a": {"type": "nested"}}}, UnsupportedError, "type [nested] of field [a]"),
        ({"properties": {"a": {"type": "geo_shape"}}}, UnsupportedError, "not supported by this version"),
        ({"properties": {"a": {"analyzer": "x"}}}, MappingError, "No type specified for field [a]"),
        (
            {"properties": {"a": {"type": "text", "analyser": "x"}}},
            MappingError,
            "unknown parameter [analyser]",
        ),
        ({"properties": {"a": {"type": "text", "norms": False}}}, UnsupportedError, "[False]"),
        (
            {"properties": {"a": {"type": "text", "null_value": "x"}}},
            MappingError,
            "unknown parameter [null_",
        ),
        (
            {"properties": {"a": {"type": "text", "ignore_malformed": True}}},
            MappingError,
            "unknown parameter",
        ),
        ({"properties": {"a": {"type": "date", "format": "ww"}}}, MappingError, "Invalid format: [ww]"),
        ({"properties": {"a": {"type": "text", "analyzer": "x"}}}, MappingError, "analyzer [x] has not been"),
        (
            {"properties": {"a": {"type": "text", "similarity": "x"}}},
            MappingError,
            "Unknown Similarity type [x]",
        ),
        ({"properties": {"a": "text"}}, MappingError, "Expected map for property [a]"),
        ({"properties": {"": {"type": "text"}}}, MappingError, "cannot be an empty string"),
        ({"properties": {"a": {"type": "text"}, "a.b": {"type": "text"}}}, MappingError, "object mapping"),
        ({"properties": {"a.b": {"type": "text"}, "a": {"type": "text"}}}, MappingError, "is also an object"),
        ({"propertys": {}}, MappingError, "did you mean [properties]?"),
        ({"dynamic": "maybe"}, MappingError, "Cannot resolve dynamic [maybe]"),
        ({"dynamic_templates": []}, UnsupportedError, "[dynamic_templates]"),
        ({"_source": {"includes": []}}, UnsupportedError, "[includes] of [_source]"),
        ([], MappingError, "Expected map"),
        ({"properties": {".".join("a" * 22): {"type": "text"}}}, MappingError, "Limit of mapping depth [20]"),
    ],
)
def test_a_wrong_mapping_is_named(body, kind, fragment):
    with pytest.raises(RequestError) as caught:
        Schema(body, analyzers=["standard"])
    assert type(caught.value) is kind
    assert fragment in str(caught.value)


@pytest.mark.parametrize(("k1", "b"), [(-1, 0.5), (1, 1.5), ("x", 0), (float("nan"), 0)])
def test_similarities_out_of_range_are_refused(k1, b):
    with pytest.raises(RequestError):
        Schema(similarity={"mine": {"type": "BM25", "k1": k1, "b": b}})


def test_fields_are_found_in_documents_by_their_first_value():
    mappings = Growth(Schema())

    found = read(
        {
            "_id": "1",
            "title": "fox",
            "n": 7,
            "x": 0.1,
            "ok": True,
            "day": "2014-11-18",
            "o": {"p": [None, "q"]},
            "d.e": 1,
            "none": None,
            "empty": [[], None],
        },
        mappings,
    )

    keyword = {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}
    assert mappings.schema.to_dict()["properties"] == {
        "title": keyword,
        "n": {"type": "long"},
        "x": {"type": "float"},
        "ok": {"type": "boolean"},
        "day": {"type": "date"},
        "o": {"properties": {"p": keyword}},
        "d": {"properties": {"e": {"type": "long"}}},
    }
    assert found == [
        ("title", "fox"),
        ("title.keyword", "fox"),
        ("n", 7),
        ("x", float(np.float32(0.1))),
        ("ok", 1),
        ("day", 1_416_268_800_000),
        ("o.p", "q"),
        ("o.p.keyword", "q"),
        ("d.e", 1),
    ]


def test_the_id_is_no_field_but_another_id_field_is():
    assert read({"_id": "x", "a": 1}) == [("a", 1)]
    assert read({"doi": 7}, id_field="doi") == [("doi", 7)]


def test_arrays_give_all_their_values_in_order_and_null_gives_none():
    assert read({"a": [1, [2, None], "3"]}, typed(a="long")) == [("a", 1), ("a", 2), ("a", 3)]
    assert read({"o": [{"a": 1}, None, {"a": [2, 3]}]}) == [("o.a", 1), ("o.a", 2), ("o.a", 3)]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("text", 7, "7"),
        ("text", True, "true"),
        ("text", 1.5, "1.5"),
        ("keyword", False, "false"),
        ("long", "12", 12),
        ("long", "12.9", 12),
        ("long", -1.9, -1),
        ("long", "9223372036854775807", 2**63 - 1),
        ("byte", 127, 127),
        ("double", "1e3", 1000.0),
        ("double", 1, 1.0),
        ("float", 0.1, float(np.float32(0.1))),
        ("boolean", "true", 1),
        ("boolean", "", 0),
        ("date", 1_416_268_800_000, 1_416_268_800_000),
        ("date", "1416268800000", 1_416_268_800_000),
        ("date", datetime.date(2014, 11, 18), 1_416_268_800_000),
        ("long", np.int32(5), 5),
        ("double", np.float64(0.5), 0.5),
        ("double", Decimal("0.5"), 0.5),
        ("text", enum.StrEnum("E", {"x": "y"}).x, "y"),
    ],
)
def test_values_are_converted_as_elasticsearch_does(kind, given, expected):
    assert read({"a": given}, typed(a=kind)) == [("a", expected)]


def test_an_empty_string_is_no_number():
    assert read({"a": "", "b": ""}, typed(a="long", b="double")) == []


def test_long_keywords_are_not_indexed_and_length_is_in_utf16_units():
    mappings = Schema({"properties": {"a": {"type": "keyword", "ignore_above": 4}}})

    assert read({"a": ["abcd", "abcde", "😀😀", "😀😀x"]}, mappings) == [("a", "abcd"), ("a", "😀😀")]
    assert "immense term" in str(refused({"a": "x" * 32_767}, typed(a="keyword")))
    assert len(read({"a": "x" * 32_766}, typed(a="keyword"))) == 1


@pytest.mark.parametrize(
    ("kind", "value", "fragment"),
    [
        ("long", "fox", 'For input string: "fox"'),
        ("long", True, "not numeric"),
        ("long", float("nan"), "not a finite number"),
        ("long", 2**63, "out of range for a long"),
        ("byte", 128, "out of range for a byte [-128, 127]"),
        ("short", -40_000, "out of range for a short"),
        ("integer", "2147483648", "out of range for an integer"),
        ("long", "1_000", "For input string"),
        ("long", "1e999999999", "not a finite number"),
        ("double", float("inf"), "finite values"),
        ("float", 1e39, "finite values"),
        ("float", 10**400, "finite"),
        ("boolean", 1, "only [true] or [false]"),
        ("boolean", "yes", "only [true] or [false]"),
        ("date", "yesterday", "failed to parse date field [yesterday]"),
        ("date", True, "a date is wanted"),
        ("text", {"b": 1}, "START_OBJECT"),
        ("text", "\ud800", "not valid Unicode at character 0"),
        ("keyword", "a\udfff", "not valid Unicode at character 1"),
        ("text", b"x", "a value of type [bytes]"),
    ],
)
def test_what_does_not_fit_names_document_field_and_value(kind, value, fragment):
    error = refused({"a": value}, typed(a=kind))

    assert (error.document, error.field) == ("document [7]", "a")
    assert str(error).startswith("document [7]: ")
    assert fragment in str(error)
    assert error.type == "document_parsing_exception"


@pytest.mark.parametrize(
    ("document", "fragment"),
    [
        ({"o": 1}, "tried to parse field [o] as object, but found a concrete value"),
        ({"t.raw": "x"}, "is a multi-field of [t]"),
        ({"_source": {}}, "metadata field"),
        ({"a..b": 1}, "has an empty part"),
        ({"": 1}, "cannot be an empty string"),
        ({1: 1}, "must be a string"),
        ({"\ud800": 1}, "not valid Unicode"),
        ({"new": b"x"}, "fits no field"),
        ({"t": {"x": 1}}, "START_OBJECT"),
        ({"t.x": 1}, "object mapping"),
        (["x"], "must be an object"),
        (None, "must be an object"),
    ],
)
def test_conflicts_with_the_mapping_name_the_document(document, fragment):
    mappings = Schema(
        {
            "properties": {
                "o": {"properties": {"a": {"type": "long"}}},
                "t": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            }
        }
    )

    error = refused(document, mappings)

    assert error.document == "document [7]"
    assert fragment in str(error)


def test_a_document_nested_without_end_is_refused():
    document, array = {}, []
    document["a"] = document
    array.append(array)

    assert "Limit of mapping depth" in str(refused(document))
    assert "nested too deeply" in str(refused({"a": array}, typed(a="long")))
    assert read({"b": array}) == []


def test_new_fields_may_be_ignored_or_forbidden():
    ignoring = Schema({"dynamic": False, "properties": {"o": {"dynamic": True, "properties": {}}}})
    strict = Schema({"dynamic": "strict"})

    assert read({"a": 1, "o": {"b": 2}}, ignoring) == [("o.b", 2)]
    error = refused({"a": 1}, strict)
    assert error.type == "strict_dynamic_mapping_exception"
    assert "dynamic introduction of [a] within [_doc]" in str(error)


def test_detection_of_dates_and_numbers_can_be_set():
    plain = Growth(Schema({"date_detection": False, "numeric_detection": True}))

    read({"day": "2014-11-18", "n": "7", "x": "0.5"}, plain)

    assert [(f.name, f.type) for f in plain.schema.fields if f.parent is None] == [
        ("day", "text"),
        ("n", "long"),
        ("x", "float"),
    ]


def test_a_schema_stays_as_it_is_when_another_is_made_of_it():
    first = typed(a="text", v="dense_vector")

    second = first.with_field("b.c", {"type": "long"})
    third = second.with_field("b.d", {"type": "text", "fields": {"raw": {"type": "keyword"}}})

    assert [schema.version for schema in (first, second, third)] == [1, 2, 3]
    assert [schema.names for schema in (first, second)] == [("a", "v"), ("a", "v", "b.c")]
    assert third.names == ("a", "v", "b.c", "b.d", "b.d.raw")
    assert not first.is_object("b")
    assert second.is_object("b")
    assert second.multi_fields("b.d") == ()
    assert third.field("b.c") is second.field("b.c")  # a number means the same field in all of them


def test_documents_go_from_schema_to_schema():
    growth = Growth(typed(n="long"))
    first = growth.schema

    read({"n": 1}, growth)
    assert growth.schema is first  # nothing new
    read({"n": 2, "x": 0.5, "o": {"y": "fox"}}, growth)
    second = growth.schema
    read({"x": 1.5, "v": True}, growth)

    assert [first.version, second.version, growth.schema.version] == [1, 2, 3]
    assert (first.names, second.names) == (("n",), ("n", "x", "o.y", "o.y.keyword"))
    assert growth.schema.names == (*second.names, "v")


def test_what_a_dropped_document_brought_is_forgotten():
    growth = Growth(typed(n="long", v="dense_vector"))
    before = growth.schema
    reader = DocumentReader(growth)

    with pytest.raises(MappingError):
        reader.read({"new": 1, "o": {"p": "fox"}, "v": [0.5, 1], "n": "no number"}, Vectors(), "a")
    seen = growth.fields.names
    growth.drop()

    assert seen == ("n", "v", "new", "o.p", "o.p.keyword")
    assert growth.schema is before
    assert growth.fields is before
    assert before.to_dict() == typed(n="long", v="dense_vector").to_dict()


def test_there_may_not_be_more_fields_than_the_limit():
    error = refused({f"f{i}": i for i in range(12)}, Schema(max_fields=10))

    assert "Limit of total fields [10] has been exceeded" in str(error)
