"""What is handed in wrong is refused by name, through the public functions, and leaves nothing half-made."""

import numpy as np
import pytest

import rescora
from rescora import Index, MappingError, RequestError


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


STAGE = {"query": {"rescore_query": {"match": {"t": "a"}}}}


@pytest.fixture(scope="module")
def index():
    return Index.from_documents([{"_id": f"d{i}", "t": "a b", "n": i} for i in range(5)])


@pytest.fixture(scope="module")
def stage(index):
    return index.rescorer(STAGE)


WRONG_KINDS = [
    (np.array([0.0, 1.0]), [1, 2], "docs must be integers, not float64"),
    (np.array([True, False]), [1, 2], "docs must be integers, not bool"),
    (np.array([0, None]), [1, 2], "docs must be integers, not object"),
    ([[0], [1, 2]], [1, 2], "docs must be integers"),
    (np.zeros((2, 1), np.uint32), [1, 2], "docs must have one dimension, not 2"),
    ([0, 1], ["a", "b"], "scores must be numbers"),
    ([0, 1], np.array([1j, 2]), "scores must be numbers, not complex128"),
    ([0, 1], np.zeros((2, 1)), "scores must have one dimension, not 2"),
]


@pytest.mark.parametrize(("docs", "scores", "message"), WRONG_KINDS)
def test_arrays_of_another_kind_are_type_errors(stage, docs, scores, message):
    with pytest.raises(TypeError, match=message):
        stage(docs, scores)
    with pytest.raises(TypeError, match=message):
        stage.batch(docs, scores, [0, 2])


WRONG_VALUES = [
    ([0, 1], [1, np.nan], r"scores\[1\] is NaN"),
    ([0, 7], [1, 2], r"docs\[1\] is 7, the index has documents 0 to 4"),
    ([0, -2], [1, 2], "docs must be document numbers"),
    ([0, -2, -1], [1, 2, 3], "docs must be document numbers"),
    ([0, -1], [np.nan, np.nan], r"scores\[0\] is NaN"),
    ([0, -1], [1], "docs must be document numbers"),
    ([0, 2**32], [1, 2], "docs must be document numbers"),
    ([3, 3], [1, 2], r"document 3, \[d3\], is given twice"),
    ([0, 1], [1], "docs has 2 entries, scores has 1"),
    ([], [1], "docs has 0 entries, scores has 1"),
]


@pytest.mark.parametrize(("docs", "scores", "message"), WRONG_VALUES)
def test_values_that_cannot_be_are_named(stage, docs, scores, message):
    with pytest.raises(rescora.RequestError, match=message) as caught:
        stage(docs, scores)
    assert isinstance(caught.value, ValueError)
    assert caught.value.to_dict()["status"] == 400


@pytest.mark.parametrize(
    ("offsets", "kind", "message"),
    [
        ([0, 3], ValueError, "end with 2"),
        ([1, 2], ValueError, "begin with 0"),
        ([], ValueError, "begin with 0"),
        ([0, 2, 1, 2], ValueError, r"offsets\[2\] is 1 after 2"),
        ([0.0, 2.0], TypeError, "offsets must be integers"),
    ],
)
def test_offsets_that_cut_no_lists_are_refused(stage, offsets, kind, message):
    with pytest.raises(kind, match=message):
        stage.batch([0, 1], [1, 2], offsets)


def test_an_error_in_a_batch_names_its_list(stage):
    with pytest.raises(ValueError, match=r"window 1: scores\[0\] is NaN"):
        stage.batch([0, 1], [1, np.nan], [0, 1, 2])


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_number_of_threads_that_cannot_be_is_refused(index, stage, threads):
    for call in (
        lambda: index.search(threads=threads),
        lambda: index.msearch([{}], threads=threads),
        lambda: stage.batch([0], [1], [0, 1], threads=threads),
    ):
        with pytest.raises(ValueError, match="threads must be an integer of at least 1"):
            call()


def test_ids_that_are_unknown_or_twice_are_named(index):
    with pytest.raises(ValueError, match=r"ids\[1\] is \[nobody\]"):
        index.rescore(["d1", "nobody"], [1, 2], STAGE)
    with pytest.raises(ValueError, match=r"\[d1\], is given twice"):
        index.rescore(["d1", "d1"], [1, 2], STAGE)
    with pytest.raises(TypeError, match=r"ids\[0\] must be a string or an integer, not float"):
        index.docs([1.5])
    with pytest.raises(TypeError, match="not one string"):
        index.docs("d1")
    with pytest.raises(ValueError, match="not valid Unicode"):
        index.docs(["\ud800"])
    with pytest.raises(ValueError, match=r"docs\[0\] is 9"):
        index.ids([9])
    with pytest.raises(TypeError, match="integers"):
        index.ids([1.5])


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (-1, "must be at least 0, not"),
        (10_001, "Rescore window [10001] is too large"),
        ("x", ""),
        (None, ""),
    ],
)
def test_windows_that_cannot_be_are_named(index, window, message):
    rescore = [STAGE, {"window_size": window, **STAGE}]

    for call in (lambda: index.search(rescore=rescore), lambda: index.rescorer(rescore)):
        with pytest.raises(rescora.RequestError) as caught:
            call()
        assert caught.value.path == "rescore[1].window_size"
        assert message in str(caught.value)


def test_a_bad_body_of_many_stands_in_its_place(index):
    good = {"query": {"match": {"t": "a"}}}

    first, second, third = index.msearch([good, {"qurey": {}}, good])

    assert first.ids == third.ids == index.search(good).ids
    assert isinstance(second, rescora.RequestError)
    assert "did you mean [query]?" in str(second)
    with pytest.raises(rescora.RequestError, match="qurey"):
        index.msearch([good, {"qurey": {}}], raise_errors=True)


WRONG_DOCUMENTS = [
    ([{"_id": "x"}, [1]], r"document 1.*must be an object, not \[\[1\]\]"),
    ([None], "document 0.*must be an object"),
    ([{"_id": "x", "a": 1}, {"_id": "y", "a": "b"}], r"document \[y\].*\[a\] of type \[long\]"),
    ([{"_id": "x", "a": 1}, {"_id": "y", "a": {"b": 1}}], r"document \[y\].*\[a\]"),
    ([{"_id": "x", "a": {"b": 1}}, {"_id": "y", "a": 1}], r"document \[y\].*\[a\]"),
    ([{"_id": "x"}, {"_id": "x"}], r"\[x\] is there already"),
    ([{"_id": "1"}, {"_id": 1}], r"\[1\] is there already"),
    ([{"_id": "x", "t": "\ud800"}], r"document \[x\].*\[t\].*not valid Unicode"),
    ([{"_id": "x", "\ud800": 1}], r"document \[x\].*not valid Unicode"),
    ([{"_id": "\ud800"}], "document 0.*not valid Unicode"),
    ([{"_id": 1.5}], r"document 0.*\[_id\] must be"),
    ([{"_id": "x", "a": float("nan")}], r"document \[x\].*\[a\].*finite"),
    ([{"_id": "x", "a": b"y"}], r"document \[x\].*bytes"),
    ([{"_id": "x", "a": 2**63}], r"document \[x\].*\[a\].*out of range"),
]


@pytest.mark.parametrize(("docs", "message"), WRONG_DOCUMENTS)
@pytest.mark.parametrize("shards", [1, 3])
def test_a_document_that_cannot_be_is_named_and_nothing_stays_behind(docs, message, shards, tmp_path):
    settings = {"number_of_shards": shards}
    Index.from_documents([{"_id": "kept"}], path=tmp_path / "old")
    before = (tmp_path / "old").read_bytes()

    for name in ("old", "new"):
        with pytest.raises(rescora.RequestError, match=message):
            Index.from_documents(docs, settings=settings, path=tmp_path / name)

    assert names_in(tmp_path) == ["old"]
    assert (tmp_path / "old").read_bytes() == before


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (b'{"_id": "a"}\n{"_id": "b", "t": "\xff\xfe"}\n', "line 2"),
        (b'{"_id": "a"}\n\n{"_id"\n', "line 3"),
        (b'{"_id": "a"}\n[1]\n', "document 1"),
        (b'{"_id": "a", "t": "\\ud800"}\n', "line 1"),
        (b"[" * 100_000, "line 1"),
    ],
)
def test_a_line_that_cannot_be_is_named(lines, message, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_bytes(lines)

    with pytest.raises(rescora.RequestError, match=message):
        Index.from_documents(path, path=tmp_path / "new")

    assert names_in(tmp_path) == ["docs.jsonl"]


@pytest.mark.parametrize("docs", [{"a": 1}, 5, None])
def test_what_is_no_collection_is_a_type_error(docs):
    with pytest.raises(TypeError, match="docs must be an iterable"):
        Index.from_documents(docs)


def test_an_iterable_that_fails_leaves_nothing_behind(tmp_path):
    def documents():
        yield {"_id": "a"}
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        Index.from_documents(documents(), path=tmp_path / "new")

    assert names_in(tmp_path) == []


def test_texts_and_fields_to_analyze_are_checked(index):
    with pytest.raises(ValueError, match=r"no field \[nowhere\]"):
        index.analyze("nowhere", "x")
    with pytest.raises(ValueError, match=r"\[n\] of type \[long\] is not analyzed"):
        index.analyze("n", "x")
    with pytest.raises(ValueError, match="not valid Unicode"):
        index.analyze("t", "\ud800")
    with pytest.raises(TypeError, match="text must be a string"):
        index.analyze("t", 5)


def test_a_score_beyond_float32_is_infinite(stage):
    _, scores = stage([0, 1], np.array([1e300, 1.0]))

    assert scores[0] == np.inf


def test_one_body_is_not_many(index):
    with pytest.raises(TypeError, match="not one body"):
        index.msearch({"query": {"match_all": {}}})


def test_bytes_are_not_ids(index):
    with pytest.raises(TypeError, match=r"ids\[0\] must be a string"):
        index.docs([b"1"])


def test_braces_are_text_where_no_parameters_are_given():
    index = Index.from_documents([{"_id": "1", "t": "brown fox"}, {"_id": "2", "t": "x"}])
    rescore = {"query": {"rescore_query": {"match": {"t": "a {{brown}} {{ x"}}}}
    assert index.rescore(["1", "2"], [1.0, 1.0], rescore).ids == index.search(rescore=rescore).ids
    with pytest.raises(RequestError):
        index.rescorer(rescore)


def test_a_score_that_became_nan_is_the_greatest_as_in_java():
    index = Index.from_documents([{"_id": name, "t": "x"} for name in "abc"])
    rescore = {"query": {"rescore_query": {"match_none": {}}, "query_weight": 0}}
    hits = index.rescore(["a", "b", "c"], [1.0, 2.0, np.inf], rescore)
    assert hits.ids == ["c", "a", "b"]
    assert np.isnan(hits.scores[0])


def test_scores_for_another_number_of_ids_name_the_ids(index):
    with pytest.raises(RequestError, match="ids has 2 entries, scores has the shape"):
        index.rescore(["d1", "d3"], [1.0, 2.0, 3.0], STAGE)


@pytest.mark.parametrize(
    ("mappings", "hint"),
    [
        ({"mappings": {"mappings": {"properties": {}}}}, "give what stands under"),
        ({"title": {"type": "text"}}, "fields stand under"),
    ],
)
def test_mappings_wrapped_once_too_often_or_too_rarely_say_what_to_do(mappings, hint):
    with pytest.raises(RequestError, match=hint):
        Index.from_documents([], mappings=mappings)


def test_columns_cannot_have_the_names_of_metadata():
    with pytest.raises(RequestError, match="not a name for a column"):
        Index.from_documents([{"t": "a"}], columns={"_id": [1]})


def test_a_byte_order_mark_is_no_part_of_the_first_document(tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"t": "a"}\n{"t": "b"}\n')
    assert len(Index.from_documents(path)) == 2


HALF = "is not valid Unicode at character 3: \\ud800 is half of a surrogate pair"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"_id": "1", "o": {"t": ["a", "fox\\ud800"]}}', f"[o.t] {HALF}"),
        (b'{"_id": "1", "t": "fox\\ud800 dog"}', f"[t] {HALF}"),
        (b'{"_id": "1", "fox\\ud800": 1}', f"the name of a field {HALF}"),
        (b'{"_id": "fox\\ud800"}', f"[_id] {HALF}"),
        (b'{"_id": "1", "t": "fox\xed\xa0\x80"}', "byte 22, 0xed, is not UTF-8"),
        (b'{"_id": "1", "t": "fox', "Input data was truncated"),
    ],
)
def test_a_line_with_half_of_a_surrogate_pair_says_where_it_stands(line, message, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_bytes(b'{"_id": "0", "t": "\\ud83d\\ude00"}\n' + line + b"\n")

    with pytest.raises(RequestError) as caught:
        Index.from_documents(path)
    assert f"line 2 of {path} is not one JSON object: {message}" in str(caught.value)


@pytest.mark.parametrize("form", [bytes, str])
def test_a_request_in_json_with_half_of_a_surrogate_pair_says_where_it_stands(index, form):
    body = '{"query": {"match": {"t": "fox\\ud800"}}}'

    with pytest.raises(RequestError, match=r"\[query\.match\.t\] is not valid Unicode at character 3"):
        index.search(body.encode() if form is bytes else body)


def test_a_text_that_no_field_reads_is_named_where_it_is_no_unicode():
    with pytest.raises(MappingError, match=r"document 0: .*\[o\.t\] is not valid Unicode at character 3"):
        Index.from_documents([{"_id": "1", "o": {"t": ["fox\ud800"]}}], mappings={"dynamic": False})
