"""Compiled scripts by hand, through the binding: vectors, points, random numbers, kinds, and what fails."""

from __future__ import annotations

import math

import numpy as np
import pytest

import rescora
from rescora import _core
from rescora.queries.scripts import SCORE, Scripts
from rescora.queries.source import Script

NONE = 0xFFFF
OPERATIONS = _core.operations()
MAPPINGS = {
    "properties": {
        "v": {"type": "dense_vector", "dims": 3},
        "b": {"type": "dense_vector", "dims": 2, "element_type": "byte"},
        "place": {"type": "geo_point"},
    }
}
DOCUMENTS = [
    {"_id": "a", "v": [1, 2, 3], "b": [3, -4], "place": "52.5,13.4"},
    {"_id": "b", "v": [0.5, -1, 0], "b": [0, 1], "place": "0,0"},
    {"_id": "c"},
]
FIELDS = {"v": 0, "b": 1, "place": 2}


@pytest.fixture(scope="module")
def index() -> _core.Snapshot:
    return rescora.Index.from_documents(DOCUMENTS, id_field="_id", mappings=MAPPINGS)._view.core


def instruction(operation, out=NONE, a=NONE, b=NONE, c=NONE, aux=0, constant=0, place=0):
    return (OPERATIONS[operation][0], out, a, b, c, NONE, aux, constant, place)


def run(index, code, columns, inputs=(), constants=(), docs=(0, 1), kind="double", scores=None, salt=0):
    """Run instructions that leave their result in register 9."""
    program = _core.Program(
        "source",
        np.zeros((0, 9), np.uint32),
        np.array(code, np.uint32),
        columns,
        len(inputs),
        len(inputs),
        10,
        9,
        kind,
        scores is not None,
    )
    script = _core.Script(program, list(inputs), list(constants), salt)
    return _core.run_script(index, script, np.array(docs, np.uint32), scores)


VECTOR_CASES = {
    "cosine_similarity": lambda q, v: q @ v / math.sqrt(q @ q) / math.sqrt(v @ v),
    "dot_product": lambda q, v: q @ v,
    "l1_norm": lambda q, v: np.abs(q - v).sum(),
    "l2_norm": lambda q, v: math.sqrt(((q - v) ** 2).sum()),
}


@pytest.mark.parametrize("operation", VECTOR_CASES)
@pytest.mark.parametrize(("field", "query"), [("v", [0.25, -2, 1]), ("b", [5, 7])])
def test_vector_functions_are_their_formulas(index, operation, field, query):
    column = [(FIELDS[field], "vector")]

    got = run(index, [instruction(operation, 9)], column, constants=[np.array(query, np.float32)])

    want = [VECTOR_CASES[operation](np.array(query), np.array(doc[field])) for doc in DOCUMENTS[:2]]
    np.testing.assert_allclose(got, want, rtol=1e-6)  # magnitudes are floats


def test_hamming_counts_the_bits_that_differ(index):
    query = np.array([3, 5], np.float32)

    assert run(index, [instruction("hamming", 9)], [(FIELDS["b"], "vector")], constants=[query]) == [
        (3 ^ 3).bit_count() + ((-4 ^ 5) & 0xFF).bit_count(),
        (0 ^ 3).bit_count() + (1 ^ 5).bit_count(),
    ]


def test_a_document_without_a_vector_is_an_error_that_names_it(index):
    query = np.array([1, 1, 1], np.float32)

    with pytest.raises(_core.DocumentError) as raised:
        run(index, [instruction("l1_norm", 9, place=7)], [(0, "vector")], constants=[query], docs=(1, 2))

    assert raised.value.args == ("missing_vector", "c", 2, 0.0, "", "source", 7)


def test_a_query_vector_must_have_the_documents_dimensions(index):
    with pytest.raises(_core.InvalidArgument, match=r"dimensions \[2\] than the document vectors \[3\]"):
        run(index, [instruction("l1_norm", 9)], [(0, "vector")], constants=[np.ones(2, np.float32)])


def test_distances_are_metres_along_great_circles(index):
    code = [instruction("first_long", 3), instruction("arc_distance", 9, 3, 0, 1)]

    got = run(index, code, [(FIELDS["place"], "integer")], inputs=[52.5, 14.4])

    want = [
        2 * 6371008.7714 * math.asin(math.cos(math.radians(52.5)) * math.sin(math.radians(0.5))),
        6371008.7714 * math.acos(math.cos(math.radians(52.5)) * math.cos(math.radians(14.4))),
    ]
    np.testing.assert_allclose(got, want, rtol=1e-6)  # points are kept to a centimetre


def test_random_numbers_are_the_hash_of_document_and_seed(index):
    def mix(x):
        x = ((x ^ x >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
        x = ((x ^ x >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
        return x ^ x >> 16

    got = run(index, [instruction("random_by_document", 9, 0)], [], inputs=[42], docs=(0, 1, 2), salt=7 << 10)

    assert got == [(mix(doc ^ mix(42 ^ 7 << 10)) & 0xFFFFFF) / 2**24 for doc in range(3)]


def test_results_keep_their_kinds(index):
    for value, kind in [(True, "boolean"), (2**40, "long"), (0.5, "double"), ("naïve", "text")]:
        assert run(index, [instruction("copy", 9, 0)], [], inputs=[value], kind=kind, docs=(0,)) == [value]
    code = [instruction("list_def", 8, 0)]
    program = _core.Program(
        "source", np.zeros((0, 9), np.uint32), np.array(code, np.uint32), [], 1, 1, 10, 8, "null", False
    )
    for i, value in enumerate(values := [None, True, 7, 0.25, "x"]):
        script = _core.Script(program, [i], [values])
        assert _core.run_script(index, script, np.array([0], np.uint32)) == [value]


def test_scripts_that_use_the_score_want_one_for_each_document(index):
    scores = np.array([0.5, 3], np.float32)

    assert run(index, [instruction("score", 9)], [], scores=scores) == [0.5, 3.0]
    with pytest.raises(_core.InvalidArgument, match="scores has 1 entries, docs has 2"):
        run(index, [instruction("score", 9)], [], scores=scores[:1])


SCRIPT_OF_TEN_LINES = """\
double factor = 1.0;
if (doc['n'].value > 1000) {
  factor = 2.0;
} else if (doc['n'].value > 100) {
  factor = 1.5;
}
if (doc['r'].value >= 7.5) {
  factor *= doc['r'].value;
}
return _score * factor + doc['n'].value;
"""


def film(i):
    return {"_id": str(i), "n": i * 7, "r": i % 100 / 10}


def test_a_column_without_gaps_gives_what_it_gives_with_one_and_numbers_come_as_an_array():
    mappings = {"properties": {"n": {"type": "long"}, "r": {"type": "double"}}}
    films = [film(i) for i in range(300)]
    docs, scores = np.arange(300, dtype=np.uint32), np.linspace(0, 3, 300, dtype=np.float32)
    arrays = []
    for documents in (films, [*films, {"_id": "gap"}]):
        index = rescora.Index.from_documents(documents, mappings=mappings)
        script = Scripts(index._view.schema).compile(Script(source=SCRIPT_OF_TEN_LINES), SCORE)
        arrays.append(_core.run_script_reals(index._view.core, script, docs, scores))
        assert _core.run_script(index._view.core, script, docs, scores) == arrays[-1].tolist()
    with pytest.raises(_core.DocumentError):
        _core.run_script_reals(index._view.core, script, np.array([0, 300], np.uint32), scores[:2])
    factor = [(2 if i * 7 > 1000 else 1.5 if i * 7 > 100 else 1) for i in range(300)]
    by_hand = [
        float(scores[i]) * (factor[i] * film(i)["r"] if film(i)["r"] >= 7.5 else factor[i]) + i * 7
        for i in range(300)
    ]
    assert arrays[0].tolist() == by_hand
    assert arrays[1].tolist() == by_hand
