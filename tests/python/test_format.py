"""FORMAT.md is enough to read an index file: a reader written from it alone finds what was indexed."""

import json
import math
import struct
from itertools import pairwise

import pytest

from format_reader import Shard, hash64, items, sections_of
from rescora import Index

DOCUMENTS = [
    {
        "_id": f"id-{i}",
        "title": text,
        "tag": tags,
        "year": years,
        "price": i / 4,
        "floats": [i + 1, 0.1, -1e-3] if i % 3 else None,
        "bytes": [i % 256 - 128, 5],
        "bits": f"{i % 256:02x}0f",
        "place": [{"lat": i % 90, "lon": -i % 180}, "90,180"] if i % 2 else None,
        "rank": i + 0.5,
    }
    for i, (text, tags, years) in enumerate(
        [
            (["the quick fox the", "", "fox"], ["b", "a", "b"], [7, -3, 7]),
            ("a the", "a", None),
            ("", None, 2**40),
            (" ".join(f"w{n % 37}" for n in range(300)), "é", []),
            *[(f"common w{i % 5} " + "the " * (i % 4), "many", i) for i in range(400)],
        ]
    )
]
MAPPINGS = {
    "properties": {
        "title": {"type": "text"},
        "tag": {"type": "keyword"},
        "year": {"type": "long"},
        "price": {"type": "double"},
        "floats": {"type": "dense_vector"},
        "bytes": {"type": "dense_vector", "element_type": "byte"},
        "bits": {"type": "dense_vector", "element_type": "bit", "index": False},
        "place": {"type": "geo_point"},
        "rank": {"type": "rank_feature"},
    }
}


def code(length):
    rest = length - 24
    if length < 24 or rest < 8:
        return length
    shift = rest.bit_length() - 4
    return 24 + (rest >> shift) % 8 + 8 * (shift + 1)


def listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


@pytest.fixture(scope="module", params=[1, 3])
def opened(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("format") / "index"
    index = Index.from_documents(
        DOCUMENTS, mappings=MAPPINGS, settings={"number_of_shards": request.param}, path=path
    )
    sections = sections_of(path.read_bytes())
    return index, sections, [Shard(sections, number) for number in range(request.param)]


def of_shard(shard):
    by_id = {document["_id"]: document for document in DOCUMENTS}
    return [by_id[name] for name in shard.words(10)]


def test_the_metadata_names_the_fields(opened):
    index, sections, _ = opened
    metadata = json.loads(sections[1, 0, 0])

    assert metadata["fields"] == list(MAPPINGS["properties"])
    assert metadata["mappings"] == index.mappings
    assert metadata["settings"] == index.settings


def test_ids_and_sources_are_there(opened):
    _, _, shards = opened

    assert sorted(name for shard in shards for name in shard.words(10)) == sorted(d["_id"] for d in DOCUMENTS)
    for shard in shards:
        starts, data = items("Q", shard.get(13)), shard.get(14)
        for document, (a, b) in zip(of_shard(shard), pairwise(starts), strict=True):
            assert json.loads(data[a:b]) == {key: value for key, value in document.items() if key != "_id"}


def test_texts_are_there_forward_and_inverted(opened):
    index, _, shards = opened
    for shard in shards:
        words, lists = shard.words(20, 0), shard.lists(0)
        assert words == sorted(words, key=str.encode)
        frequencies, norms = [{} for _ in words], []
        for doc, document in enumerate(of_shard(shard)):
            expected, position = {}, 0
            for text in listed(document["title"]):
                tokens = index.analyze("title", text)
                for token in tokens:
                    expected.setdefault(words.index(token.token), []).append(position + token.position)
                position += len(tokens) + 100
            assert shard.forward(0, doc) == expected
            norms.append(code(sum(map(len, expected.values()))))
            for term, positions in expected.items():
                frequencies[term][doc] = len(positions)
        assert [found for found, _ in lists] == frequencies
        assert list(shard.get(30, 0)) == norms
        for found, headers in lists:
            for docs, impacts in headers:
                best = {(min(found[d], 255), norms[d]) for d in docs}
                assert all(any(tf <= most and norm >= least for most, least in impacts) for tf, norm in best)
                assert {most for most, _ in impacts} <= {tf for tf, _ in best}
                assert {least for _, least in impacts} <= {norm for _, norm in best}
        presence = items("Q", shard.get(31, 0))
        assert all(presence[doc // 64] >> doc % 64 & 1 for doc in range(shard.documents))
        _, kind, documents, terms, tokens, values, k1, b, *shape = shard.records[0]
        assert (kind, documents, terms, values) == (1, sum(n > 0 for n in norms), len(words), 0)
        assert shape == [0, 0]
        assert tokens == sum(sum(found.values()) for found in frequencies)
        assert (k1, b) == (struct.unpack("<f", struct.pack("<f", 1.2))[0], 0.75)


def test_columns_are_there(opened):
    _, _, shards = opened
    for shard in shards:
        documents, tags = of_shard(shard), shard.words(20, 1)
        ordinals = [sorted({tags.index(tag) for tag in listed(d["tag"])}) for d in documents]
        assert shard.column(0, 1) == ordinals
        assert [list(found) for found, _ in shard.lists(1)] == [
            [doc for doc, have in enumerate(ordinals) if rank in have] for rank in range(len(tags))
        ]
        assert shard.column(1, 2) == [sorted(listed(d["year"])) for d in documents]
        assert shard.column(2, 3) == [[d["price"]] for d in documents]
        assert shard.get(51, 3) is None
        counts = {field: (record[1], record[2], record[5]) for field, record in shard.records.items()}
        assert counts[1] == (2, sum(map(bool, ordinals)), sum(map(len, ordinals)))
        assert counts[2][0] == 3
        assert counts[3] == (4, len(documents), len(documents))


def test_vectors_are_there(opened):
    _, _, shards = opened
    for shard in shards:
        documents = of_shard(shard)
        vectors = [None if d["floats"] is None else rounded(d["floats"]) for d in documents]
        sums = [sum(rounded(x * x for x in vector)) for vector in vectors if vector]
        magnitudes = iter(rounded(map(math.sqrt, sums)))
        assert shard.vectors(4) == (1, 3, [vector and (vector, next(magnitudes)) for vector in vectors])
        assert shard.vectors(5) == (2, 2, [(d["bytes"], None) for d in documents])
        assert shard.vectors(6) == (3, 16, [(list(bytes.fromhex(d["bits"])), None) for d in documents])
        assert shard.get(51, 5) is None
        assert shard.get(61, 6) is None


def test_points_and_features_are_there(opened):
    _, _, shards = opened
    for shard in shards:
        documents = of_shard(shard)
        points = [d["place"] and (d["place"][0]["lat"], d["place"][0]["lon"]) for d in documents]
        assert shard.column(1, 7) == [
            [(lat * 2**32 // 180 << 32) + lon * 2**32 // 360 % 2**32, 0x7FFFFFFF7FFFFFFF] if point else []
            for point in points
            for lat, lon in [point or (0, 0)]
        ]
        bits = [struct.unpack("<I", struct.pack("<f", d["rank"]))[0] for d in documents]
        assert shard.column(1, 8) == [[number >> 15] for number in bits]


def rounded(numbers):
    return [struct.unpack("<f", struct.pack("<f", number))[0] for number in numbers]


def test_the_hash_has_the_examples_of_the_page():
    assert hash64(b"") == 0
    assert hash64(b"rescora") == 10826782120596512276
