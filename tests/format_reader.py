"""A reader of index files that was written from FORMAT.md alone."""

import struct
from itertools import pairwise

M64 = 2**64 - 1
R2, R3, R5, R7 = 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1


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
    assert (magic, order, version, length, zero) == (b"RESCORA\n", 0x01020304, 4, len(data), 0)
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
        records = [struct.unpack_from("<4I2Q2f2I", self.get(2), 8 + 48 * i) for i in range(fields)]
        assert len(self.get(2)) == 8 + 48 * fields
        self.records = {record[0]: record for record in records}

    def words(self, first, field=0):
        starts, data = items("Q", self.get(first, field)), self.get(first + 1, field)
        words = [data[a:b] for a, b in pairwise(starts)]
        table = items("I", self.get(first + 2, field))
        assert len(table) == 1 << (2 * len(words)).bit_length()
        expected, crowded = [0] * len(table), []
        for rank, word in enumerate(words):
            slots = [(hash64(word) + probe) % len(table) for probe in range(min(64, len(table)))]
            free = next((slot for slot in slots if not expected[slot]), None)
            if free is None:
                crowded.append(rank)
            else:
                expected[free] = rank + 1
        assert list(table) == expected
        left_over = self.get({10: 15, 20: 26}[first], field)
        assert list(items("I", left_over)) == sorted(crowded, key=words.__getitem__)
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
            last, begin, *impacts, bits, tf_bits = struct.unpack_from("<2I8B", data, 16 * block)
            n, at = min(128, frequency - 128 * block), 16 * blocks + begin
            gaps = unpacked(data[at:], n, bits)
            tfs = [1 + tf for tf in unpacked(data[at + (n * bits + 7) // 8 :], n, tf_bits)]
            for gap, tf in zip(gaps, tfs, strict=True):
                before += 1 + gap
                found[before] = tf
            assert last == before
            headers.append((list(found)[-n:], list(zip(impacts[::2], impacts[1::2], strict=True))))
        assert total == sum(found.values())
        return found, headers

    def forward(self, field, doc):
        """Return {term: positions} of one document."""
        offsets = items("I", self.get(32, field))
        data = self.get(33, field)[4 * offsets[doc] : 4 * offsets[doc + 1]]
        if not data:
            return {}
        words, packed = struct.unpack_from("<2I", data)
        count, kind, at = packed & 0x3FFFFFFF, "BHI"[packed >> 30], 8 + (words + 3) // 4 * 4
        entries = list(struct.iter_unpack(f"<I{kind}", data[at : at + words * struct.calcsize(f"<I{kind}")]))
        listed = struct.unpack_from(f"<{count}{kind}", data, at + words * struct.calcsize(f"<I{kind}"))
        terms = [entry & 0x7FFFFFFF for entry, _ in entries]
        assert list(data[8 : 8 + words]) == [(t * 0x9E3779B1 & 0xFFFFFFFF) >> 24 for t in terms]
        return {
            entry & 0x7FFFFFFF: [number] if entry >> 31 else list(listed[number + 1 :][: listed[number]])
            for entry, number in entries
        }

    def vectors(self, field):
        """Return the element type, the dimensions, and each document's vector with its magnitude, or None."""
        _, kind, _, _, _, count, _, _, dims, element = self.records[field]
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
    data = data[: (n * bits + 7) // 8]
    if n < 128:
        number = int.from_bytes(data, "little")
        return [number >> i * bits & ((1 << bits) - 1) for i in range(n)]
    words = [data[at : at + 4] for at in range(0, len(data), 4)]
    lanes = [unpacked(b"".join(words[lane::4]), 32, bits) for lane in range(4)]
    return [lanes[i % 4][i // 4] for i in range(128)]
