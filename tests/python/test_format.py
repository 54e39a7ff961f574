"""FORMAT.md is enough to read an index file: a reader written from it alone finds what was indexed."""

import json
import math
import struct
from itertools import pairwise

import pytest

from rescora import Index

M64 = 2**64 - 1
R2, R3, R5, R7 = 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1
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


def hash64(data):
    def absorb(state, word):
        x = state ^ (word * R3 & M64)
        return (((x << 29) | (x >> 35)) & M64) * R5 & M64

    state, at = len(data) * R2 & M64, 0
    if len(data) >= 32:
        lane = [R2, R3, R5, R7]
        for at in range(0, len(data) // 32 * 32, 32):
            lane = [absorb(lane[i], word) for i, word in enumerate(struct.unpack_from("<4Q", data, at))]
        at = len(data) // 32 * 32
        for value in lane:
            state = absorb(state, value)
    while len(data) - at >= 8:
        state = absorb(state, int.from_bytes(data[at : at + 8], "little"))
        at += 8
    if at < len(data):
        state = absorb(state, int.from_bytes(data[at:], "little"))
    state = (state ^ state >> 32) * R7 & M64
    state = (state ^ state >> 29) * R2 & M64
    return state ^ state >> 32


def sections_of(data):
    """Return {(kind, shard, field): bytes}, with everything checked that a reader may check."""
    magic, order, version, length, at, size, count, zero, table_sum = struct.unpack_from("<8s2I3Q2IQ", data)
    assert (magic, order, version, length, zero) == (b"RESCORA\n", 0x01020304, 1, len(data), 0)
    assert (at + size, size, table_sum) == (len(data), 40 * count, hash64(data[at:]))
    assert hash64(data[:56]) == struct.unpack_from("<Q", data, 56)[0]
    found, place = {}, 64
    for i in range(count):
        kind, shard, field, reserved, offset, size, checksum = struct.unpack_from("<4I3Q", data, at + 40 * i)
        assert (offset, reserved) == (place, 0)
        found[kind, shard, field] = data[offset : offset + size]
        assert hash64(found[kind, shard, field]) == checksum
        place = (offset + size + 63) // 64 * 64
    assert (place, list(found)) == (at, sorted(found))
    return found


def items(kind, data):
    return struct.unpack(f"<{len(data) // struct.calcsize(kind)}{kind}", data)


class Shard:
    def __init__(self, sections, number):
        self.get = lambda kind, field=0: sections.get((kind, number, field))
        self.documents, fields = struct.unpack_from("<2I", self.get(2))
        records = [struct.unpack_from("<4I2Q2f", self.get(2), 8 + 40 * i) for i in range(fields)]
        assert len(self.get(2)) == 8 + 40 * fields
        self.records = {record[0]: record for record in records}

    def words(self, first, field=0):
        starts, data = items("Q", self.get(first, field)), self.get(first + 1, field)
        words = [data[a:b] for a, b in pairwise(starts)]
        table = items("I", self.get(first + 2, field))
        assert len(table) == 1 << (2 * len(words)).bit_length()
        expected = [0] * len(table)
        for rank, word in enumerate(words):
            slot = hash64(word) % len(table)
            while expected[slot]:
                slot = (slot + 1) % len(table)
            expected[slot] = rank + 1
        assert list(table) == expected
        return [word.decode() for word in words]

    def lists(self, field):
        """Return for each term its documents and frequencies, and the blocks' headers."""
        starts, infos = items("Q", self.get(24, field)), items("I", self.get(23, field))
        assert self.get(25, field)[starts[-1] :] == bytes(8)
        return [
            self._list(self.get(25, field)[a:b], infos[2 * t], infos[2 * t + 1])
            for t, (a, b) in enumerate(pairwise(starts))
        ]

    def _list(self, data, frequency, total):
        blocks, found, headers, before = (frequency + 127) // 128, {}, [], -1
        for block in range(blocks):
            last, begin, greatest, norm, bits, tf_bits, zero = struct.unpack_from("<3I4B", data, 16 * block)
            n, at = min(128, frequency - 128 * block), 16 * blocks + begin
            gaps = unpacked(data[at:], n, bits)
            tfs = [1 + tf for tf in unpacked(data[at + (n * bits + 7) // 8 :], n, tf_bits)]
            for gap, tf in zip(gaps, tfs, strict=True):
                before += 1 + gap
                found[before] = tf
            assert (last, greatest, zero) == (before, max(tfs), 0)
            headers.append((list(found)[-n:], norm))
        assert total == sum(found.values())
        return found, headers

    def forward(self, field, doc):
        """Return {term: positions} of one document."""
        offsets = items("I", self.get(32, field))
        data = self.get(33, field)[4 * offsets[doc] : 4 * offsets[doc + 1]]
        if not data:
            return {}
        words, packed = struct.unpack_from("<2I", data)
        count, start_kind, kind = packed & 0x0FFFFFFF, "BHI"[packed >> 28 & 3], "BHI"[packed >> 30]
        at = 8 + (words + 3) // 4 * 4
        terms = struct.unpack_from(f"<{words}I", data, at)
        assert list(data[8 : 8 + words]) == [(t * 0x9E3779B1 & 0xFFFFFFFF) >> 24 for t in terms]
        starts = struct.unpack_from(f"<{words}{start_kind}", data, at + 4 * words)
        positions = struct.unpack_from(
            f"<{count}{kind}", data, at + (4 + struct.calcsize(start_kind)) * words
        )
        ends = (*starts[1:], count)
        return {t: list(positions[a:b]) for t, a, b in zip(terms, starts, ends, strict=True)}

    def vectors(self, field):
        """Return the elements' kind, the dimensions, and each document's vector with its magnitude, or None."""
        _, kind, _, dims, element, count, *_ = self.records[field]
        assert kind == 5
        code, width = {1: ("f", dims), 2: ("b", dims), 3: ("B", dims // 8)}[element]
        flat = items(code, self.get(60, field))
        assert len(flat) == width * count
        magnitudes = items("f", self.get(61, field)) if element == 1 else [None] * count
        rows = [(list(flat[width * i : width * (i + 1)]), magnitudes[i]) for i in range(count)]
        offsets = self.get(51, field)
        ends = items("I", offsets) if offsets is not None else range(self.documents + 1)
        return element, dims, [rows[a] if b == a + 1 else None for a, b in pairwise(ends)]

    def column(self, kind, field):
        """Return each document's values."""
        values = items({1: "q", 2: "d", 0: "I"}[kind], self.get(41 if kind == 0 else 50, field))
        offsets = self.get(40 if kind == 0 else 51, field)
        ends = items("I", offsets) if offsets is not None else range(self.documents + 1)
        return [list(values[a:b]) for a, b in pairwise(ends)]


def unpacked(data, n, bits):
    number = int.from_bytes(data[: (n * bits + 7) // 8], "little")
    return [number >> i * bits & ((1 << bits) - 1) for i in range(n)]


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
        assert all(least == min(norms[d] for d in docs) for _, headers in lists for docs, least in headers)
        presence = items("Q", shard.get(31, 0))
        assert all(presence[doc // 64] >> doc % 64 & 1 for doc in range(shard.documents))
        _, kind, documents, terms, tokens, values, k1, b = shard.records[0]
        assert (kind, documents, terms, values) == (1, sum(n > 0 for n in norms), len(words), 0)
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
        assert shard.get(51, 5) is None and shard.get(61, 6) is None


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
