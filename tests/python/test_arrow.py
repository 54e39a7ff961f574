"""Tables by Arrow's C stream interface: the index of the equal list of dicts, numbers used where they lie."""

import datetime
import gc
import importlib.util
import itertools
import weakref

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescora

ZONE = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
MOMENTS = [
    datetime.datetime(2014, 11, 18, 12, 0, 0, 123_456),
    None,
    datetime.datetime(1969, 12, 31, 23, 59, 59),
]
AUTHORS = [
    {"name": "Ann", "born": 1970, "at": {"city": "Oslo"}},
    {"name": None, "born": None, "at": None},
    None,
]
COLUMNS = {
    "_id": pa.array(["a", "b", "c"]),
    "title": pa.array(["a quick fox", None, "a slow føx 🦊"]),
    "large": pa.array(["one", "two", ""], pa.large_string()),
    "view": pa.array(["short", "longer than twelve bytes", None], pa.string_view()),
    **{f"{kind}": pa.array([1, 2, 3], kind) for kind in ("int8", "int16", "int32", "int64")},
    **{f"u{kind}": pa.array([1, None, 3], f"u{kind}") for kind in ("int8", "int16", "int32", "int64")},
    "float": pa.array([0.1, 0.5, -2.5], pa.float32()),
    "double": pa.array([0.1, 1e300 / 1e290, -2.5], pa.float64()),
    "holes": pa.array([None, 0.25, None], pa.float64()),
    "flag": pa.array([True, False, True]),
    "maybe": pa.array([None, False, True]),
    "day": pa.array([datetime.date(2014, 11, 18), None, datetime.date(1969, 12, 31)], pa.date32()),
    "day64": pa.array([datetime.date(2014, 11, 18), None, datetime.date(1969, 12, 31)], pa.date64()),
    **{
        f"time_{unit}": pa.array(MOMENTS, pa.timestamp(unit)).cast(pa.timestamp(unit))
        for unit in ("us", "ns")
    },
    "zoned": pa.array([datetime.datetime(2014, 11, 18, 12, tzinfo=ZONE)] * 3, pa.timestamp("ms", "+05:30")),
    "seconds": pa.array([0, -1, None], pa.int64()).cast(pa.timestamp("s")),
    "nothing": pa.nulls(3),
    "kind": pa.array(["x", None, "x"]).dictionary_encode(),
    "number": pa.array([7, 7, 8]).dictionary_encode(),
    "tags": pa.array([["x", None, "y"], None, []], pa.list_(pa.string())),
    "many": pa.array([[3, 1], [], None], pa.large_list(pa.int32())),
    "pair": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int16(), 2)),
    "kinds": pa.array([["p", "q"], ["p"], None], pa.list_(pa.string())).cast(
        pa.list_(pa.dictionary(pa.int8(), pa.string()))
    ),
    "author": pa.array(AUTHORS),
    "people": pa.array([[{"n": 1}, {"n": 2}], [], [{"n": None}]]),
}
ZERO = datetime.datetime(1970, 1, 1)


def as_json(value):
    """Return what a JSON document has in place of a value of `to_pylist`."""
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.UTC).replace(tzinfo=None) if value.tzinfo else value
        utc = ZERO + (utc - ZERO) // datetime.timedelta(milliseconds=1) * datetime.timedelta(milliseconds=1)
        return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1_000:03d}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: as_json(inner) for key, inner in value.items() if inner is not None}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def dicts(table):
    if "time_ns" in table.column_names:  # to_pylist of nanoseconds would want pandas
        place = table.column_names.index("time_ns")
        table = table.set_column(place, "time_ns", table["time_ns"].cast(pa.timestamp("us")))
    return as_json(table.to_pylist())


def table_of(columns=COLUMNS):
    return pa.table(columns)


def bytes_of(docs, folder, **arguments):
    """Return the saved index: fields, their order, values, words and sources, all of it."""
    rescora.Index.from_documents(docs, **arguments).save(folder / "index")
    return (folder / "index").read_bytes()


def layouts():
    table = table_of()
    again = pa.concat_tables([table, table.set_column(0, "_id", pa.array(["d", "e", "f"]))])
    return {
        "one batch": table,
        "two batches": again,
        "one batch of six": again.combine_chunks(),
        "a slice": table.slice(1),
        "a slice within batches": again.slice(2, 3),
        "slices of one row": pa.concat_tables([again.slice(row, 1) for row in range(6)]),
        "columns in other chunks": table.set_column(4, "int8", pa.chunked_array([[1], [2, 3]], pa.int8())),
        "empty batches between": pa.concat_tables([table.slice(0, 0), table, table.slice(3)]),
        "no rows": table.slice(0, 0),
        "a reader": table.to_reader(max_chunksize=2),
        "a record batch": table.combine_chunks().to_batches()[0],
    }


@pytest.mark.parametrize("layout", layouts())
@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("source", [True, False])
def test_the_index_is_that_of_the_equal_dicts(layout, shards, source, tmp_path):
    arguments = {
        "settings": {"number_of_shards": shards},
        "mappings": {"_source": {"enabled": source}, "properties": {"double": {"type": "double"}}},
    }
    table = layouts()[layout]
    plain = dicts(table_of() if layout == "a reader" else table)

    assert bytes_of(plain, tmp_path, **arguments) == bytes_of(table, tmp_path, **arguments)


@pytest.mark.parametrize("kind", ["long", "double", "float", "keyword", "text", "date", "short", "boolean"])
@pytest.mark.parametrize(
    "column",
    [
        [1, 2, 3],
        [1.5, 2.5, -0.0],
        [True, False, True],
        [1, None, 3],
        [2**40, 16777217, 2**53 + 1],
        [1e300, 2.0],
    ],
    ids=str,
)
def test_a_mapping_of_another_type_means_what_it_means_for_dicts(kind, column, tmp_path):
    arguments = {"mappings": {"properties": {"x": {"type": kind}}}}
    table = pa.table({"x": column})
    try:
        wanted = bytes_of(dicts(table), tmp_path, **arguments)
    except rescora.MappingError:
        with pytest.raises(rescora.MappingError):
            bytes_of(table, tmp_path, **arguments)
    else:
        assert wanted == bytes_of(table, tmp_path, **arguments)


@pytest.mark.parametrize("properties", [{"n": {"type": "long", "fields": {"k": {"type": "keyword"}}}}, {}])
@pytest.mark.parametrize("dynamic", ["true", "false"])
def test_multi_fields_and_dynamic_rules_hold(properties, dynamic, tmp_path):
    arguments = {"mappings": {"dynamic": dynamic, "properties": properties}}
    table = pa.table({"n": [3, 1, 2], "m": [1, 2, 3], "o.p": [4, 5, 6], "o": [{"p": 1}, {"p": 2}, {}]})

    assert bytes_of(dicts(table), tmp_path, **arguments) == bytes_of(table, tmp_path, **arguments)


def test_a_strict_mapping_refuses_an_unknown_column():
    with pytest.raises(rescora.MappingError, match=r"dynamic introduction of \[n\]"):
        rescora.Index.from_documents(pa.table({"n": [1]}), mappings={"dynamic": "strict"})


def test_sources_have_dates_as_iso_strings_in_utc_and_no_nulls():
    table = table_of({key: COLUMNS[key] for key in ("title", "day", "time_us", "zoned", "seconds")})

    first, second = rescora.Index.from_documents(table).search(size=2)

    assert first.source["time_us"] == "2014-11-18T12:00:00.123Z"
    assert first.source["zoned"] == "2014-11-18T06:30:00.000Z"
    assert first.source["day"] == "2014-11-18"
    assert second.source == {"zoned": "2014-11-18T06:30:00.000Z", "seconds": "1969-12-31T23:59:59.000Z"}


def test_moments_are_rounded_down():
    column = pa.array([-1, -1_000_001], pa.int64()).cast(pa.timestamp("ns"))

    hits = rescora.Index.from_documents(pa.table({"t": column})).search()

    assert [hit.source["t"] for hit in hits] == ["1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.998Z"]


@pytest.mark.parametrize("column", [["a", "b"], [1, 2]], ids=str)
def test_ids_come_from_the_id_column(column):
    index = rescora.Index.from_documents(pa.table({"n": [5, 6], "key": column}), id_field="key")

    assert index.ids([0, 1]) == [str(key) for key in column]
    assert len(index.search(query={"term": {"key": column[1]}})) == 1


def test_ids_come_from_the_id_column_where_sources_are_not_kept():
    table = pa.table({"n": [5, 6], "key": [8, 9]})

    index = rescora.Index.from_documents(table, "key", mappings={"_source": {"enabled": False}})

    assert index.ids([0, 1]) == ["8", "9"]


def test_a_null_id_is_refused_and_named():
    with pytest.raises(rescora.MappingError, match=r"document 1: \[key\] must be the document's id"):
        rescora.Index.from_documents(pa.table({"key": ["a", None]}), id_field="key")


@pytest.mark.parametrize("table", [pa.table({"n": [1, 2]}), pa.concat_tables([pa.table({"n": [1]})] * 2)])
def test_a_column_beside_the_table_cannot_be_in_it_too(table):
    with pytest.raises(rescora.MappingError, match="a column cannot be a field of the documents too"):
        rescora.Index.from_documents(table, columns={"n": [3, 4]})


def test_two_columns_of_one_name_are_refused():
    table = pa.table([pa.array([1]), pa.array([2])], names=["n", "n"])

    with pytest.raises(rescora.MappingError, match=r"two columns with the name \[n\]"):
        rescora.Index.from_documents(table)


UNION = pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])
REFUSED = {
    "float16": pa.array([np.float16(1)]),
    "binary": pa.array([b"x"]),
    "large binary": pa.array([b"x"], pa.large_binary()),
    "binary view": pa.array([b"x"], pa.binary_view()),
    "fixed-size binary": pa.array([b"x"], pa.binary(1)),
    "decimal": pa.array([None], pa.decimal128(5)),
    "time": pa.array([1], pa.time32("s")),
    "duration": pa.array([1], pa.duration("s")),
    "interval": pa.array([None], pa.month_day_nano_interval()),
    "list view": pa.array([[1]], pa.list_view(pa.int8())),
    "map": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int8())),
    "union": UNION,
    "run-end encoded": pa.RunEndEncodedArray.from_arrays([1], ["x"]),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_types_that_no_field_has_are_refused_by_name(kind):
    said = rf"Arrow type \[.*\] \({kind}\) of column \[x\] is not supported"
    with pytest.raises(rescora.UnsupportedError, match=said):
        rescora.Index.from_documents(pa.table({"x": REFUSED[kind]}))


def test_a_refused_type_inside_an_object_is_named_in_full():
    inner = pa.StructArray.from_arrays([pa.array([[b"x"]])], ["c"])
    table = pa.table({"a": pa.StructArray.from_arrays([inner], ["b"])})

    with pytest.raises(rescora.UnsupportedError, match=r"column \[a\.b\.c\]"):
        rescora.Index.from_documents(table)


@pytest.mark.parametrize("column", [[1, 2**63], [2**63, None], [[1, 2**63]]], ids=str)
def test_what_no_long_can_hold_is_refused_and_named(column):
    kind = pa.list_(pa.uint64()) if isinstance(column[0], list) else pa.uint64()

    with pytest.raises(rescora.MappingError, match=r"9223372036854775808") as caught:
        rescora.Index.from_documents(pa.table({"big": pa.array(column, kind)}))

    assert caught.value.field == "big"


@pytest.mark.parametrize("rows", [[1.0, float("nan")], [[1.0], [float("inf")]]], ids=str)
def test_numbers_that_are_not_finite_are_refused_with_their_document(rows):
    table = (
        pa.table({"x": rows}) if rows[0] == 1.0 else pa.concat_tables(pa.table({"x": row}) for row in rows)
    )

    with pytest.raises(rescora.MappingError, match=r"finite values, but document 1 has (nan|inf)"):
        rescora.Index.from_documents(table)


def test_text_that_is_not_utf8_is_refused_and_named():
    bad = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(np.array([0, 1], "i4")), pa.py_buffer(b"\xff")]
    )

    with pytest.raises(rescora.RequestError, match=r"column \[t\] has a text that is not valid UTF-8"):
        rescora.Index.from_documents(pa.table({"t": bad}))


def test_a_stream_of_single_values_is_refused():
    with pytest.raises(rescora.RequestError, match=r"must be of rows, not of single values of type \[l\]"):
        rescora.Index.from_documents(pa.chunked_array([[1, 2]]))


def test_a_producer_that_fails_is_quoted():
    def batches():
        yield pa.record_batch({"n": [1]})
        raise OSError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(pa.schema({"n": pa.int64()}), batches())

    with pytest.raises(RuntimeError, match=r"the Arrow stream failed: .*the disk is gone"):
        rescora.Index.from_documents(reader)


def found(index, field, value):
    return index.search(query={"range": {field: {"gte": value, "lte": value}}}).ids


@pytest.mark.parametrize(("dtype", "kind"), [(np.int64, "long"), (np.float64, "double")])
def test_the_one_chunk_of_a_column_is_used_where_it_lies(dtype, kind):
    numbers = np.arange(5, dtype=dtype)
    table = pa.table({"t": ["x"] * 5, "n": pa.array(numbers)}).slice(1)
    index = rescora.Index.from_documents(table, mappings={"properties": {"n": {"type": kind}}})
    assert found(index, "n", 2) == ["1"]

    numbers[2] = 99  # no index may be treated like this; it shows whose memory is read

    assert found(index, "n", 99) == ["1"]
    assert index.search(query={"ids": {"values": ["1"]}})[0].source["n"] == 2


@pytest.mark.parametrize("settings", [{}, {"number_of_shards": 2}])
def test_several_chunks_or_shards_are_joined_in_memory_of_their_own(settings):
    numbers = np.arange(6)
    table = pa.table({"n": pa.array(numbers)})
    if not settings:
        table = pa.concat_tables([table.slice(0, 3), table.slice(3)])
    index = rescora.Index.from_documents(table, settings=settings)

    numbers[:] = 99

    assert found(index, "n", 4) == ["4"]


def test_the_columns_memory_lives_as_long_as_the_index_and_no_longer():
    numbers = np.arange(100_000)
    gone = weakref.finalize(numbers, lambda: None)
    table = pa.table({"n": pa.array(numbers), "t": ["x"] * len(numbers)})
    index = rescora.Index.from_documents(table, mappings={"_source": {"enabled": False}})
    stage = index.rescorer({"query": {"rescore_query": {"range": {"n": {"gte": 99_999}}}}}, size=1)

    del numbers, table
    gc.collect()

    assert gone.alive
    assert found(index, "n", 70_000) == ["70000"]
    del index
    gc.collect()
    assert stage([5, 99_999], [1.0, 1.0])[0].tolist() == [99_999]
    del stage
    gc.collect()
    assert not gone.alive


def test_other_columns_of_the_batch_are_not_kept():
    words = np.frombuffer(b"x" * 1_000, np.uint8).copy()
    gone = weakref.finalize(words, lambda: None)
    offsets = pa.py_buffer(np.arange(1_001, dtype="i4"))
    text = pa.Array.from_buffers(pa.string(), 1_000, [None, offsets, pa.py_buffer(words)])
    index = rescora.Index.from_documents(pa.table({"t": text, "n": np.arange(1_000)}))

    del words, text
    gc.collect()

    assert not gone.alive
    assert found(index, "n", 7) == ["7"]


def test_progress_counts_the_rows_of_a_table():
    steps = []

    rescora.Index.from_documents(pa.table({"n": range(3_000)}), progress=steps.append)

    assert steps[-1].documents == 3_000


SHORT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SMALL = st.integers(-100, 100)
KINDS = [
    (pa.string(), SHORT),
    (pa.string_view(), SHORT),
    (pa.dictionary(pa.int8(), pa.large_string()), st.sampled_from(["x", "y", "2014-11-18"])),
    (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    (pa.uint64(), st.integers(0, 2**64 - 1)),
    (pa.int8(), SMALL),
    (pa.float64(), st.floats()),
    (pa.float32(), st.floats(width=32, allow_nan=False, allow_infinity=False)),
    (pa.bool_(), st.booleans()),
    (pa.timestamp("us", "UTC"), st.datetimes(min_value=datetime.datetime(1000, 1, 1))),
    (pa.list_(pa.int16()), st.lists(st.none() | SMALL, max_size=3)),
    (
        pa.struct({"p": pa.int32(), "q": pa.string()}),
        st.fixed_dictionaries({"p": SMALL, "q": st.none() | SHORT}),
    ),
]


@st.composite
def tables(draw):
    rows = draw(st.integers(1, 7))
    columns = {}
    for name in draw(st.lists(st.sampled_from("abc"), unique=True, min_size=1)):
        kind, values = draw(st.sampled_from(KINDS))
        items = values | st.none() if draw(st.booleans()) else values
        columns[name] = pa.array(draw(st.lists(items, min_size=rows, max_size=rows)), kind)
    cuts = sorted(draw(st.lists(st.integers(0, rows), max_size=3)))
    table = pa.table(columns)
    return pa.concat_tables(table.slice(a, b - a) for a, b in itertools.pairwise([0, *cuts, rows]))


@given(tables(), st.sampled_from(["", "long", "double", "float", "keyword", "short"]))
def test_any_table_gives_the_index_of_its_dicts_or_is_refused_too(tmp_path_factory, table, kind):
    folder = tmp_path_factory.getbasetemp()
    arguments = {"mappings": {"properties": {"a": {"type": kind}}}} if kind else {}

    def outcome(docs):
        try:
            return bytes_of(docs, folder, **arguments)
        except rescora.MappingError:
            return "refused"  # of several faults, another may be found first

    assert outcome(dicts(table)) == outcome(table)


LIBRARIES = [name for name in ("polars", "duckdb", "pandas") if importlib.util.find_spec(name)]
DEMO = {
    "_id": ["a", "b", "c"],
    "title": ["a quick fox", None, "slow"],
    "year": [2014, 2015, 2016],
    "weight": [0.5, 1.5, 2.5],
    "flag": [True, False, True],
    "tags": [["x", "y"], ["x"], ["z"]],
    "when": [datetime.datetime(2014, 11, 18, 12, 30)] * 3,
}


def made_by(library):
    module = importlib.import_module(library)
    if library == "duckdb":
        demo = pa.table(DEMO)  # noqa: F841 - the name in the statement below
        return module.sql("select * from demo order by _id")
    return module.DataFrame(DEMO)


@pytest.mark.parametrize("library", LIBRARIES)
def test_tables_of_other_libraries_give_the_same_index(library, tmp_path):
    wanted = bytes_of(dicts(pa.table(DEMO)), tmp_path)

    assert wanted == bytes_of(made_by(library), tmp_path)


@pytest.mark.parametrize("library", LIBRARIES)
def test_memory_of_other_libraries_lives_as_long_as_the_index(library):
    index = rescora.Index.from_documents(made_by(library))
    gc.collect()

    assert found(index, "year", 2015) == ["b"]
