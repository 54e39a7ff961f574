"""Which shard a document belongs to: Elasticsearch's hash of its id."""

MASK = 0xFFFFFFFF


def rotate(x: int, bits: int) -> int:
    return ((x << bits) | (x >> (32 - bits))) & MASK


def scramble(block: int) -> int:
    return rotate(block * 0xCC9E2D51 & MASK, 15) * 0x1B873593 & MASK


def murmur3(data: bytes, seed: int = 0) -> int:
    """Return murmur3_x86_32 as a signed number."""
    h = seed
    whole = len(data) // 4 * 4
    for i in range(0, whole, 4):
        h ^= scramble(int.from_bytes(data[i : i + 4], "little"))
        h = (rotate(h, 13) * 5 + 0xE6546B64) & MASK
    if data[whole:]:
        h ^= scramble(int.from_bytes(data[whole:], "little"))
    h ^= len(data)
    h = (h ^ h >> 16) * 0x85EBCA6B & MASK
    h = (h ^ h >> 13) * 0xC2B2AE35 & MASK
    h ^= h >> 16
    return h - (1 << 32) if h >> 31 else h


def routing_shards(shards: int) -> int:
    """Return how many parts the hashes are cut into, so that an index could be split later."""
    return shards << max(1, 10 - (shards - 1).bit_length())


def shard_of(id_: str, shards: int) -> int:
    if shards == 1:
        return 0
    parts = routing_shards(shards)
    return murmur3(id_.encode("utf-16-le")) % parts // (parts // shards)
