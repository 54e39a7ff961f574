"""Vectors as they are kept: float32 numbers, or signed bytes, each a number or eight bits."""

import math

import numpy as np


def vector(element: str, value: object) -> list:
    """Return the components that a field of this element type keeps of a document's value."""
    if isinstance(value, str):
        value = [byte - 256 if byte > 127 else byte for byte in bytes.fromhex(value)]
    return [np.float32(x) for x in value] if element == "float" else [int(x) for x in value]


def bits(components: list) -> list[int]:
    """Return the bits of packed bytes, the highest of each byte first."""
    return [byte % 256 >> place & 1 for byte in components for place in range(7, -1, -1)]


def magnitude(element: str, components: list) -> np.float32:
    """Return the length: float32 squares, added as doubles."""
    if element == "bit":
        components = bits(components)
    return np.float32(math.sqrt(sum(float(x * x) for x in components)))
