"""What every query of a request is: a frozen value with the path that it came from."""

from __future__ import annotations

import msgspec


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What every query has: a boost (a float32), perhaps a name, and its place in the body."""

    boost: float = 1.0
    name: str | None = None
    path: str = ""
