"""Colliding texts: an attacker's choice for a hash table whose function is known."""

import numpy as np

M64 = 2**64 - 1
R2, R3, R5 = 0x6A09E667F3BCC909, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B
TARGET = np.uint64(0x0123456789ABCDEF)
LETTERS = np.frombuffer(b"0123456789abcdef", np.uint8)


def absorb(state, value):
    state = state ^ (value * np.uint64(R3))
    return (state << np.uint64(29) | state >> np.uint64(35)) * np.uint64(R5)


def solved(wanted):
    """The value whose product with R3 is this."""
    return wanted * np.uint64(pow(R3, -1, 2**64))


def texts(count, halves, seed):
    """One in 256 of the solutions is ASCII: of those, so many that differ."""
    rng = np.random.default_rng(seed)
    found = {}
    while len(found) < count:
        free = rng.choice(LETTERS, (1 << 19, 8)).view(np.uint64)[:, 0]
        both = np.stack(halves(free), axis=1).view(np.uint8)
        ascii_only = both[((both < 128) & (both > 0)).all(axis=1)]
        found.update(dict.fromkeys(ascii_only.view("S16")[:, 0].tolist()))
    return list(found)[:count]


def texts_of_one_hash(count, prefix="", seed=1):
    """
    Return texts with one and the same `hash64`: the last half undoes what the one before it did to the state.

    Needs a prefix of 0 or 8 characters.
    """
    begin = np.array([(16 + len(prefix)) * R2 & M64], np.uint64)
    if prefix:
        begin = absorb(begin, np.frombuffer(prefix.encode(), np.uint64))
    made = texts(count, lambda first: (first, solved(absorb(begin, first) ^ TARGET)), seed)
    return [prefix + text.decode() for text in made]


def texts_of_one_unkeyed_slot(count, seed=1):
    """Return texts of 16 characters that met in the table of words before it had a key."""
    made = texts(count, lambda second: ((TARGET ^ second * np.uint64(R3)) - np.uint64(16), second), seed)
    return [text.decode() for text in made]
