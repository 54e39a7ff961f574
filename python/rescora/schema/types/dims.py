"""How many dimensions a vector may have."""

from __future__ import annotations

MAX_DIMS = 4_096  # of bits eight times as many: a vector's bytes are counted


class BadVectorError(ValueError):
    """A vector that its field cannot have, and its place in an array of several."""

    def __init__(self, reason: str, row: int = 0) -> None:
        super().__init__(reason)
        self.row = row


def check_dims(dims: int, element_type: str) -> None:
    """Raise ValueError unless a vector of this element type can have so many dimensions."""
    bits = element_type == "bit"
    least, most = (8, MAX_DIMS * 8) if bits else (1, MAX_DIMS)
    if not least <= dims <= most:
        reason = f"The number of dimensions should be in the range [{least}, {most}] but was [{dims}]"
        raise BadVectorError(reason)
    if bits and dims % 8:
        raise BadVectorError(f"The number of dimensions should be a multiple of 8 but was [{dims}]")
