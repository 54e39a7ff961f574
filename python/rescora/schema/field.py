"""What one field of an index is: its type, its analyzers, and every other parameter of its mapping."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_BM25 = (1.2000000476837158, 0.75)  # k1 and b; 1.2 as a float32
INTEGERS = ("long", "integer", "short", "byte", "boolean", "date", "geo_point", "rank_feature")


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """
    One field.

    Attributes
    ----------
    name, number : str, int
        The full dotted name; the place in the order of creation, which the core knows it by.
    type : str
        Elasticsearch's type.
    parent : str or None
        The field whose values it gets too, if it is a multi-field.
    analyzer, search_analyzer : str
        Who makes words of documents and of queries; "keyword" for all but text.
    k1, b : float
        BM25's parameters, rounded to float32.
    position_increment_gap : int
        The distance between the last word of a value and the first of the next.
    ignore_above : int or None
        Keywords longer than this (in UTF-16 units) are not indexed.
    format : str
        How a date is written.
    dims : int
        How many dimensions a vector has; 0 as long as no document has told.
    element_type, vector_similarity : str
        What a vector is made of ("float", "byte" or "bit"), and how an indexed one would be compared.
    ignore_z_value : bool
        Whether a point may have a height, which is passed over.
    positive_score_impact : bool
        Whether a greater rank_feature is a better one.
    ignore_malformed : bool
        Whether a value that does not fit is left out, and not the document.
    null_value : object
        What stands for an explicit null; None if nothing does.
    definition : dict
        The parameters as they were given, type included.
    """

    name: str
    number: int
    type: str
    parent: str | None = None
    analyzer: str = "keyword"
    search_analyzer: str = "keyword"
    k1: float = DEFAULT_BM25[0]
    b: float = DEFAULT_BM25[1]
    position_increment_gap: int = 100
    ignore_above: int | None = None
    format: str = ""
    dims: int = 0
    element_type: str = "float"
    vector_similarity: str = ""
    ignore_z_value: bool = True
    positive_score_impact: bool = True
    ignore_malformed: bool = False
    null_value: Any = None
    definition: Mapping[str, Any] = field(default_factory=dict)

    @property
    def storage(self) -> str:
        """How values are kept: "text", "keyword", "integer" (dates and points too), "real" or "vector"."""
        if self.type in ("text", "keyword"):
            return self.type
        if self.type == "dense_vector":
            return "vector"
        return "integer" if self.type in INTEGERS else "real"
