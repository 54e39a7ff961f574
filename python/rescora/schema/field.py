"""What one field of an index is, and all that is asked of its type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

import msgspec

from rescora.errors import MappingError, show
from rescora.reading.values import scalar_text
from rescora.schema.sink import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Action, Leaf, Learner, Sink

DEFAULT_BM25 = (1.2000000476837158, 0.75)  # k1 and b; 1.2 as a float32
Scalar = str | int | float | bool
Now = Callable[[], int]  # asked only by who needs it: what depends on the time cannot be kept


class Seen(NamedTuple):
    """How scripts see a field's values: their type there, the column, and the name of its operations."""

    type: str
    column: str
    lane: str


class Bounds(Protocol):
    """The two ends of a range of values; None is no limit."""

    @property
    def low(self) -> Scalar | None:
        """The lower end."""

    @property
    def high(self) -> Scalar | None:
        """The upper end."""

    @property
    def include_low(self) -> bool:
        """Whether the lower end is in the range."""

    @property
    def include_high(self) -> bool:
        """Whether the upper end is in the range."""

    @property
    def format(self) -> str | None:
        """How the ends are written, if they are dates."""

    @property
    def time_zone(self) -> str | None:
        """The zone of ends that are dates and name none."""


class Field(msgspec.Struct, frozen=True, eq=False):
    """
    One field; types with parameters of their own have a class of their own for their fields.

    Attributes
    ----------
    name, number : str, int
        The full dotted name; the place in the order of creation, which the core knows it by.
    kind : FieldType
        Its type.
    parent : str or None
        The field whose values it gets too, if it is a multi-field.
    analyzer, search_analyzer : str
        Who makes terms of documents and of queries; "keyword" for all but text.
    k1, b : float
        BM25's parameters, rounded to float32.
    ignore_malformed : bool
        Whether a value that does not fit is left out, and not the document.
    null_value : object
        What stands for an explicit null; None if nothing does.
    definition : dict
        The parameters as they were given, type included.
    """

    name: str
    number: int
    kind: FieldType
    parent: str | None = None
    analyzer: str = "keyword"
    search_analyzer: str = "keyword"
    k1: float = DEFAULT_BM25[0]
    b: float = DEFAULT_BM25[1]
    ignore_malformed: bool = False
    null_value: Any = None
    definition: dict[str, Any] = {}

    @property
    def type(self) -> str:
        """The name of its type."""
        return self.kind.name

    @property
    def storage(self) -> str:
        """How values are kept: see `FieldType`."""
        return self.kind.storage


class FieldType:
    """
    A type of fields: one object, which answers all that mappings, documents, queries and scripts ask of it.

    What is not overridden is refused, so that a new type begins with what it can do. `types` lists all.
    Methods are given a field of `field_class`.

    Attributes
    ----------
    name : str
        Elasticsearch's name of it.
    parameters : Table
        What a mapping may say: each parameter's attribute of the field, and how it is read.
    field_class : type
        What its fields are; with attributes for parameters that no other type has.
    multi_fields, is_multi_field : bool
        Whether its fields may have multi-fields, and may be one.
    storage : str
        How the core keeps values: "text", "keyword", "integer", "real" or "vector".
    flags : bool
        Whether integers are weighed as the terms of a keyword field are, as booleans in Lucene's index.
    array_kinds : str
        NumPy's letters of the arrays that mean the same as their values one after another.
    has_words, is_analyzed : bool
        Whether values are terms, and whether an analyzer makes these of a text.
    is_searched : bool
        Whether a value can be looked for.
    keeps_numbers, has_numbers : bool
        Whether the core keeps a number for each value, and whether that is what the value says: of numbers,
        booleans and dates it is.
    is_vector : bool
        Whether a value is a vector.
    distances : str
        How far two values are from one another: "number", "date" or "point"; empty if nothing tells.
    is_feature : bool
        Whether a value says how good its document is, for ``rank_feature``.
    seen : Seen or None
        What scripts and random scores read of a document; None if there is nothing like that.
    """

    name = ""
    parameters: ClassVar[Table] = {}
    field_class: type[Field] = Field
    multi_fields = is_multi_field = True
    storage = "integer"
    flags = False
    array_kinds = ""
    has_words = is_analyzed = False
    is_searched = False
    keeps_numbers = has_numbers = False
    is_vector = False
    distances = ""
    is_feature = False
    seen: Seen | None = None

    def __repr__(self) -> str:
        return f"<type {self.name}>"

    # -- its mapping

    def complete(self, name: str, attributes: dict[str, Any]) -> None:
        """Hold the attributes that a mapping sets to one another, and set those that go without saying."""

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        """Return what a leaf takes for an explicit null; ValueError where `given` is no value of the type."""
        demand_scalar(given)
        return scalar_text(given)

    # -- values of documents

    def leaf(self, field: Any) -> Leaf:
        """Return what takes a scalar to a field, or raises RefusedError, as by default; it must be fast."""

        def refuse(value: Any, _sink: Sink) -> None:
            raise refused(field, value, f"no single value can be of type [{self.name}]")

        return refuse

    def action(self, field: Any, learn: Learner) -> Action | None:
        """Return what takes a value to a field, arrays as a whole; None if they are just several values."""
        return None

    def from_array(
        self, array: NDArray[Any], field: Any, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[Any]:
        """
        Return the values of an array as the core keeps them.

        Parameters
        ----------
        array : ndarray
            A number a document.
        field : Field
            Whose values they are.
        docs : ndarray, optional
            The documents' numbers, for messages; by default all from 0 on.

        Raises
        ------
        MappingError
            If one does not fit, or the type takes no arrays.
        """
        reason = f"a column cannot be of type [{self.name}]"
        raise MappingError(reason, field=field.name, path=f"columns.{field.name}")

    def told_by(self, values: NDArray[Any], field: Any) -> dict[str, Any]:
        """Return parameters of the mapping that the first values tell, as `from_array` gave them."""
        return {}

    # -- queries: `make` gives the core's query of a name; a value that the type cannot have is a ValueError

    def term(self, make: Any, field: Any, value: Scalar, now: Now) -> Any:
        """Return the query for one value: scored for terms, constant for numbers."""
        raise ValueError(self.not_searched(field))

    def terms(self, make: Any, field: Any, values: Sequence[Scalar], now: Now) -> Any:
        """Return the query for any of some values, score 1."""
        raise ValueError(self.not_searched(field))

    def between(self, make: Any, field: Any, bounds: Bounds, now: Now) -> Any:
        """Return the query for a range of values."""
        raise ValueError(f"Field [{field.name}] of type [{self.name}] does not support range queries")

    def not_searched(self, field: Field) -> str:
        """Return what Elasticsearch says to those who look for a value, where there is nothing to find."""
        return f"Field [{field.name}] of type [{self.name}] doesn't support term queries"

    def spelled(self, word: str) -> str | None:
        """Return a word of a query as the field's terms are spelled; None where values are no terms."""
        return None

    # -- scripts

    def not_seen(self, field: Field, children: Sequence[Field]) -> str:
        """Return why scripts cannot read a field, which has these multi-fields, where `seen` is None."""
        return f"Fielddata is not supported on field [{field.name}] of type [{self.name}]"


def demand_scalar(given: Any) -> None:
    """Raise ValueError unless a null value is a string, a number or a boolean."""
    if not isinstance(given, str | int | float):
        raise ValueError(f"a value is wanted, not [{show(given)}]")


def refused(field: Field, value: Any, cause: str) -> RefusedError:
    """Return the error for a value that its field cannot have."""
    return RefusedError(
        field.name,
        f"failed to parse field [{field.name}] of type [{field.type}]. "
        f"Preview of field's value: '{show(value)}'",
        cause,
    )


def converted(field: Field, value: Any, convert: Callable[[Any], Any]) -> Any:
    """Return what `convert` makes of a value; its ValueError is a value that the field cannot have."""
    try:
        return convert(value)
    except ValueError as error:
        raise refused(field, value, str(error)) from None


def leaf_of(field: Field) -> Leaf:
    """Return what takes a scalar to a field; one that does not fit is left out where the mapping says so."""
    leaf = field.kind.leaf(field)
    return _lenient(leaf, field.name) if field.ignore_malformed else leaf


def _lenient(leaf: Leaf, name: str) -> Leaf:
    def put(value: Any, sink: Sink) -> None:
        try:
            leaf(value, sink)
        except RefusedError:
            sink.ignored(name)

    return put
