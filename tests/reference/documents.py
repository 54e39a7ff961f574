"""A shard's documents as scripts see them."""

from . import geo
from .index import Shard
from .script.documents import Vector, ordered


class ShardDocument:
    """One document of a shard, for `doc`."""

    def __init__(self, shard: Shard, number: int):
        self.shard = shard
        self.number = number

    def field(self, name: str) -> tuple[str, list] | None:
        kind = self.shard.mapping.fields.get(name)
        if kind is None:
            return None
        if kind.type == "text":
            return "text", []
        if kind.type == "keyword":
            postings = self.shard.field(name).postings
            return "keyword", ordered("keyword", [word for word in postings if self.number in postings[word]])
        if kind.type == "dense_vector":
            vector = self.shard.field(name).vectors.get(self.number)
            return kind.type, [] if vector is None else [Vector(kind.element_type, vector)]
        values = sorted(self.shard.field(name).numbers.get(self.number, []))
        if kind.type == "geo_point":
            return kind.type, [geo.decode(value) for value in values]
        return kind.type, ordered(kind.type, values)
