"""What a producer of Arrow streams may rely on: all is given back, once, whatever happens."""

import gc

import numpy as np
import pytest

import rescora
from arrow_producer import Producer
from rescora import _core

NUMBERS = np.array([5, 6, 7, 8], "i8")
TEXT = (b"u", [None, np.array([0, 1, 2, 3], "i4"), np.frombuffer(b"xyz", "u1")], {})


def numbers(**members):
    return b"l", [None, NUMBERS], members


def all_given_back(producer):
    gc.collect()
    return producer.made == producer.released and producer.made["stream"] == 1


def test_everything_is_given_back_once_when_the_index_is_gone():
    producer = Producer({"n": numbers(), "t": TEXT})
    index = rescora.Index.from_documents(producer)
    gc.collect()

    assert producer.made - producer.released == {"n": 1}  # whose memory the index uses
    assert index.search(query={"range": {"n": {"gte": 7}}}).ids == ["2"]
    del index
    assert all_given_back(producer)


def test_with_several_batches_everything_is_given_back_at_once():
    producer = Producer({"n": numbers(), "t": TEXT}, {"n": numbers(), "t": TEXT}, {"n": numbers(), "t": TEXT})

    index = rescora.Index.from_documents(producer)

    assert producer.made["batch"] == 3
    assert all_given_back(producer)
    assert len(index) == 9


def test_offsets_of_the_batch_and_of_the_column_add_up():
    batch = {"n": numbers(length=3, offset=1), "rows": {"length": 2, "offset": 1}}

    index = rescora.Index.from_documents(Producer(batch))

    assert [hit.source for hit in index.search()] == [{"n": 7}, {"n": 8}]
    assert index.search(query={"term": {"n": 8}}).ids == ["1"]


def test_numbers_that_are_not_aligned_are_copied():
    raw = np.zeros(33, "u1")
    raw[1:] = NUMBERS.view("u1")
    batch = {"n": (b"l", [None, raw[1:]], {"length": 4})}

    index = rescora.Index.from_documents(Producer(batch))

    assert index.search(query={"term": {"n": 8}}).ids == ["3"]


def test_unknown_numbers_of_nulls_are_counted():
    bits = np.array([0b101], "u1")
    producer = Producer({"n": (b"l", [bits, NUMBERS], {"null_count": -1})})

    index = rescora.Index.from_documents(producer)

    assert [hit.source for hit in index.search()] == [{"n": 5}, {}, {"n": 7}]
    assert index.search(query={"exists": {"field": "n"}}).ids == ["0", "2"]
    assert all_given_back(producer)


WRONG = {
    "it has 1 buffers, not 2": {"n": (b"l", [None], {})},
    "it has 2 buffers, not 3": {"n": (b"u", [None, NUMBERS], {})},
    "a buffer is missing": {"n": (b"l", [None, None], {})},
    "nulls are not marked": {"n": numbers(null_count=1)},
    "length or offset is out of range": {"n": numbers(), "rows": {"length": -1}},
    "it is too short": {"n": numbers(length=2), "rows": {"length": 3}},
    "the children are not those of the type": {"n": numbers(), "rows": {"n_children": 0}},
    "the offsets descend": {"n": (b"u", [None, np.array([3, 1, 0, 0], "i4"), NUMBERS], {})},
}


@pytest.mark.parametrize("said", WRONG)
def test_broken_arrays_are_refused_and_given_back(said):
    producer = Producer(WRONG[said])

    with pytest.raises(rescora.RequestError, match=f"is broken: {said}"):
        rescora.Index.from_documents(producer)

    assert all_given_back(producer)


def test_refused_types_are_given_back():
    producer = Producer({"n": numbers(), "x": (b"z", [None, NUMBERS, NUMBERS], {})})

    with pytest.raises(rescora.UnsupportedError, match=r"\[z\] \(binary\) of column \[x\]"):
        rescora.Index.from_documents(producer)

    assert all_given_back(producer)


@pytest.mark.parametrize(("error", "said"), [(5, "no more paper"), (12, "Cannot allocate memory")])
@pytest.mark.parametrize("batches", [1, 2, 3])
def test_a_failing_stream_is_quoted_and_given_back(error, said, batches):
    producer = Producer(*[{"n": numbers(), "t": TEXT}] * batches, error=error)

    with pytest.raises(RuntimeError, match=f"the Arrow stream failed: {said}"):
        rescora.Index.from_documents(producer)

    assert all_given_back(producer)


def test_a_refused_document_gives_everything_back():
    producer = Producer({"n": numbers(), "t": TEXT}, {"n": numbers(), "t": TEXT})

    with pytest.raises(rescora.MappingError, match=r"document \[0\].*\[t\] of type \[long\]"):
        rescora.Index.from_documents(producer, mappings={"properties": {"t": {"type": "long"}}})

    assert all_given_back(producer)


def test_a_stream_is_read_once():
    capsule = Producer({"n": numbers()}).__arrow_c_stream__()
    _core.ArrowStream(capsule, str)

    with pytest.raises(_core.InvalidArgument, match="has been read already"):
        _core.ArrowStream(capsule, str)


def test_what_is_no_capsule_of_a_stream_is_refused():
    class Pretender:
        def __arrow_c_stream__(self):
            return 5

    with pytest.raises(TypeError):
        rescora.Index.from_documents(Pretender())
