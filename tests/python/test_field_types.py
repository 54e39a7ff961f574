"""dense_vector, geo_point, rank_feature alike: the reference keeps the same; some things cannot be asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescora
from agreement import examples
from kept_fields import DOCS, degrees, ids_with, mapping_of, read, refusal
from reference import geo, vectors
from reference.index import Shard as ReferenceShard
from reference.mapping import make_mapping
from rescora import Index


def test_columns_that_are_no_features_or_points_are_refused():
    for kind, column, message in [
        ("rank_feature", np.array([1, 2, 0, 4, 5, 6]), "positive normal float, but document 2 has 0"),
        ("rank_feature", np.array([1, np.inf, 3, 4, 5, 6]), "finite, but document 1 has inf"),
        ("geo_point", np.ones(6), "a column cannot be of type [geo_point]"),
    ]:
        with pytest.raises(rescora.RequestError) as caught:
            Index.from_documents(DOCS, mappings=mapping_of(kind), columns={"f": column})
        assert message in str(caught.value)


MAPPINGS = {
    "properties": {
        "v": {"type": "dense_vector", "index": False},
        "b": {"type": "dense_vector", "element_type": "byte", "index": False},
        "p": {"type": "geo_point"},
        "r": {"type": "rank_feature"},
        "n": {"type": "rank_feature", "positive_score_impact": False},
    }
}
places = st.one_of(
    degrees.map(lambda point: {"lat": point[0], "lon": point[1]}),
    degrees.map(lambda point: [point[1], point[0]]),
    degrees.map(lambda point: f"{point[0]!r},{point[1]!r}"),
    st.text(geo.BASE32, min_size=1, max_size=12),
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "v": st.lists(st.floats(-(2.0**60), 2.0**60, width=32), min_size=3, max_size=3),
        "b": st.lists(st.integers(-128, 127), min_size=3, max_size=3),
        "p": places | st.lists(places, max_size=3),
        "r": st.floats(1e-37, 1e37),
        "n": st.floats(1e-37, 1e37),
    },
)


@examples(60)
@given(docs=st.lists(documents, min_size=1, max_size=6))
def test_the_reference_keeps_the_same(docs, tmp_path_factory):
    index = Index.from_documents(docs, mappings=MAPPINGS)
    shard = ReferenceShard(make_mapping(MAPPINGS, None))
    for number, document in enumerate(docs):
        shard.add(str(number), document)

    for field, definition in MAPPINGS["properties"].items():
        found = read(index, tmp_path_factory.mktemp("kept"), field)
        expected = shard.field(field)
        assert ids_with(index, field) == sorted(map(str, expected.present))
        for number in range(len(docs)):
            got = found.get(str(number))
            if definition["type"] != "dense_vector":
                assert (got or []) == expected.numbers.get(number, [])
            elif got is None:
                assert number not in expected.vectors
            else:
                assert got[0] == expected.vectors[number]
                if field == "v":
                    assert got[1] == vectors.magnitude("float", expected.vectors[number])


@pytest.mark.parametrize("kind", ["dense_vector", "geo_point", "rank_feature"])
def test_a_value_cannot_be_looked_for(kind):
    mappings = mapping_of(kind)
    mappings["properties"]["t"] = {"type": "text"}
    index = Index.from_documents([{"t": "a 1,2"}], mappings=mappings)
    no_terms = {
        "dense_vector": "Field [f] of type [dense_vector] doesn't support term queries",
        "geo_point": "Geometry fields do not support exact searching, use dedicated geometry queries "
        "instead: [f]",
        "rank_feature": "Queries on [rank_feature] fields are not supported",
    }[kind]
    asked = [
        ({"term": {"f": 1}}, no_terms),
        ({"terms": {"f": [1, "x"]}}, no_terms),
        ({"match": {"f": "1,2"}}, no_terms),
        ({"match_phrase": {"f": "a b"}}, no_terms),
        ({"multi_match": {"query": "a", "fields": ["f", "t"]}}, no_terms),
        ({"range": {"f": {"gte": 1}}}, f"Field [f] of type [{kind}] does not support range queries"),
        (
            {"prefix": {"f": "a"}},
            "Can only use prefix queries on keyword, text and wildcard fields - not on [f]",
        ),
        (
            {"match_phrase_prefix": {"f": "a"}},
            "Can only use phrase prefix queries on text fields - not on [f]",
        ),
    ]
    for query, message in asked:
        with pytest.raises(rescora.RequestError) as caught:
            index.search(query=query)
        assert message in str(caught.value)


@pytest.mark.parametrize("kind", ["dense_vector", "geo_point", "rank_feature"])
def test_a_text_looked_for_in_all_fields_passes_it_over(kind):
    mappings = mapping_of(kind)
    mappings["properties"]["t"] = {"type": "text"}
    index = Index.from_documents([{"t": "a"}], mappings=mappings)

    assert index.search(query={"multi_match": {"query": "a"}}).ids == ["0"]
    assert index.search(query={"multi_match": {"query": "a", "fields": ["*"], "type": "phrase"}}).ids == ["0"]
    assert index.search(query={"multi_match": {"query": "a", "fields": ["f", "t"], "lenient": True}}).ids == [
        "0"
    ]


def test_rank_features_stay_refused_by_name():
    assert "type [rank_features] of field [f] is not supported" in refusal([], kind="rank_features")
