"""From documents to a finished core index: ids, sources and values, handed over in batches of one field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from rescora.core import _core
from rescora.documents.growth import Growth
from rescora.documents.reader import DocumentReader, metadata_field
from rescora.documents.skipped import Skipped
from rescora.documents.stores import COLUMN_STORES, STORES
from rescora.errors import MappingError, RequestError, show
from rescora.notices import notify
from rescora.reading.limits import DEEPEST, MOST_VALUES, check_size
from rescora.reading.unicode import no_unicode
from rescora.schema.columns import means_its_values, type_for

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import ArrayLike, NDArray

    from rescora.schema.analysis import Analyzers
    from rescora.schema.field import Field
    from rescora.schema.schema import Schema

_IN_DOCUMENT = object()  # where the id stands, unless it is said
BATCH = 2_000  # documents between two calls of the core: enough to forget what a call costs


def _as_json(value: Any) -> Any:
    """Return a foreign array or number, such as NumPy's, as JSON can have it."""
    tolist = getattr(value, "tolist", None)
    if not callable(tolist) or isinstance(value, memoryview):
        raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")
    return tolist()


_encode = msgspec.json.Encoder(enc_hook=_as_json).encode


class _Values:
    """The values of one field since the last call of the core."""

    __slots__ = ("docs", "values")

    def __init__(self) -> None:
        self.docs: list[int] = []
        self.values: list[Any] = []


def _too_large(reason: str, document: str) -> MappingError:
    return MappingError(reason, document=document, type="document_parsing_exception")


class IndexBuilder:
    """
    Takes documents one by one and gives the shards.

    Parameters
    ----------
    schema : Schema
        Where it is dynamic, documents that bring new fields make the next version.
    analyzers : Analyzers
        Those of the index.
    num_shards : int
        Shards that documents are routed to by their ids.
    id_field : str, optional
        The key of a document's id. By default ``_id``, which may be absent: the number of the row is the id.
    columns : collection of str
        The names of the fields that `add_column` will give; documents must not have them.
    skips : bool
        Whether documents that cannot be indexed are left out, instead of ending the work.
    segment_ends : sequence of int
        Rows before which each shard begins a new segment. Answers do not depend on it.

    Attributes
    ----------
    rows, documents : int
        How many documents were given, and how many of them are in the index.
    skipped : list of Skipped
        Those that are not.
    """

    def __init__(
        self,
        schema: Schema,
        analyzers: Analyzers,
        num_shards: int,
        id_field: str | None = None,
        columns: Collection[str] = (),
        skips: bool = False,
        segment_ends: Sequence[int] = (),
    ) -> None:
        self._growth = Growth(schema)
        self._analyzers = analyzers
        self._id_field = "_id" if id_field is None else id_field
        self._id_is_said = id_field is not None
        self._core = _core.Builder(num_shards, list(segment_ends))
        self.num_shards = num_shards
        self._reader = DocumentReader(self._growth, self._id_field)
        self._values: dict[int, _Values] = {}
        self._ids: list[str] = []
        self._sources: list[bytes] = []
        self._known_fields = 0
        self._stemmed: list[Field] = []
        self._declared: set[int] = set()
        self._columns = frozenset(columns)
        self._expected: dict[str, Field] = {}
        self.documents = self.rows = 0
        self._with_another_id = 0  # documents that have no _id, but an id
        self.skips = skips
        self.skipped: list[Skipped] = []
        self._kept: list[int] = []  # the rows of the documents, where some may be left out
        self._known_ids: set[str] = set()

    @property
    def schema(self) -> Schema:
        """The fields, with those that documents have brought."""
        return self._growth.schema

    # The document reader's ways to hand over a value.

    def _put(self, field: int, value: Any) -> None:
        """Take a value of the document that is being read."""
        try:
            held = self._values[field]
        except KeyError:
            held = self._values[field] = _Values()
        held.docs.append(self.documents)
        held.values.append(value)

    text = keyword = integer = real = vector = _put

    def has(self, field: int) -> bool:
        """Tell whether the document that is being read has a value of a field."""
        held = self._values.get(field)
        return held is not None and held.docs[-1] == self.documents

    def ignored(self, name: str) -> None:
        """Note in the document that is being read that a value of a field is left out."""
        field = self._growth.ignored().number
        held = self._values.get(field)
        place = len(held.docs) - 1 if held else -1
        while held and place >= 0 and held.docs[place] == self.documents:
            if held.values[place] == name:
                return
            place -= 1
        self._put(field, name)

    def add(self, document: Any, line: bytes | None = None, identity: Any = _IN_DOCUMENT) -> None:
        """
        Take one document.

        Parameters
        ----------
        document : dict
            What is indexed.
        line : bytes, optional
            Its JSON where that is at hand; kept as the source if the id is not in it as ``_id``.
        identity : str or int, optional
            Its id, if that does not stand in it; None if it has none.
        """
        if len(self._ids) == BATCH:
            self.flush()
        self._take(document, line, identity)
        self._growth.keep()

    def _take(self, document: Any, line: bytes | None, identity: Any) -> None:
        if document.__class__ is not dict:
            self._demand_object(document)
        # a line of JSON is no larger than it is long
        if line is None and _core.excess(document, MOST_VALUES, DEEPEST):
            check_size(document, self._next, error=_too_large)
        if identity is _IN_DOCUMENT:
            identity = document.get(self._id_field)
        else:
            identity = self._said(identity, document)
        if identity.__class__ is not str or not identity or not identity.isascii():
            identity = self._identity(identity, document)
        self._reader.read(document, self, identity)
        if self.schema.source_enabled:
            self._sources.append(self._source(document, line))
        self._ids.append(identity)
        self.documents += 1
        self.rows += 1

    def add_or_skip(self, document: Any, line: bytes | None = None, identity: Any = _IN_DOCUMENT) -> None:
        """Take one document, or leave it out as if it had not been there."""
        if len(self._ids) == BATCH:
            self.flush()  # whose errors are of no one document
        row = self.rows
        try:
            self._take(document, line, identity)
            self._demand_new(self._ids[-1])
        except RequestError as error:
            self._growth.drop()
            self._forget()
            self.skipped.append(Skipped(self._readable_id(document, identity), str(error)))
        else:
            self._growth.keep()
            self._kept.append(row)
        self.rows = row + 1

    def _demand_object(self, document: Any) -> None:
        if isinstance(document, RequestError):  # of a line that is no JSON
            raise document
        if not isinstance(document, dict):
            reason = f"a document must be an object, not [{show(document)}]"
            raise MappingError(reason, document=self._next, type="document_parsing_exception")

    def _said(self, identity: Any, document: dict[str, Any]) -> Any:
        """Return the id of a document in an envelope; if the caller has said where ids are, it is there."""
        if self._id_field != "_id":
            return document.get(self._id_field)
        if "_id" in document:
            raise metadata_field("_id").named(f"document [{show(identity)}]")
        return identity

    def _demand_new(self, identity: str) -> None:
        """Give a document back whose id is there already; the core would refuse all of them."""
        if identity in self._known_ids:
            self._ids.pop()
            if self.schema.source_enabled:
                self._sources.pop()
            self.documents -= 1
            raise RequestError(f"the id [{show(identity)}] is there already; ids must differ")
        self._known_ids.add(identity)

    def _readable_id(self, document: Any, identity: Any) -> str | None:
        if identity is _IN_DOCUMENT or self._id_field != "_id":
            identity = document.get(self._id_field) if isinstance(document, dict) else None
        readable = isinstance(identity, str | int) and not isinstance(identity, bool)
        return str(identity) if readable else None

    def _forget(self) -> None:
        """Give back the values of the document that is being read, and the ways to fields that it found."""
        for number, held in list(self._values.items()):
            while held.docs and held.docs[-1] == self.documents:
                held.docs.pop()
                held.values.pop()
            if not held.docs:
                del self._values[number]
        self._reader = DocumentReader(self._growth, self._id_field)

    @property
    def _next(self) -> str:
        """What messages call a document whose id is not known: its number."""
        return f"document {self.rows}"

    def _identity(self, identity: Any, document: dict[str, Any]) -> str:
        """Return what stands at the key of ids as an id."""
        if identity is None and self._id_field == "_id":
            self._with_another_id += isinstance(document.get("id"), str | int)
            return str(self.rows)
        if isinstance(identity, bool) or not isinstance(identity, (str, int)) or identity == "":
            wanted = "must be the document's id, a string or an integer"
            reason = f"[{self._id_field}] {wanted}, not [{show(identity)}]"
            raise MappingError(
                reason, document=self._next, field=self._id_field, type="document_parsing_exception"
            )
        text = str(identity)
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError:
                reason = f"[{self._id_field}] is not valid Unicode: [{show(text)}]"
                raise MappingError(reason, document=self._next, field=self._id_field) from None
        return text

    def _source(self, document: dict[str, Any], line: bytes | None) -> bytes:
        if "_id" in document:
            document = {key: value for key, value in document.items() if key != "_id"}
        elif line is not None:
            return line
        try:
            return _encode(document)
        except (TypeError, ValueError, RecursionError) as error:
            said = no_unicode(document) if isinstance(error, UnicodeError) else error
            raise MappingError(f"the source cannot be kept as JSON: {said}", document=self._next) from None

    def add_column(self, name: str, column: ArrayLike) -> None:
        """
        Take one value of a numeric field, or one vector, for each document, after the documents.

        An int64 or float64 array is used where it lies, not copied, if the index has one shard; so is
        an array of float32 vectors, or of int8 ones for bytes.
        """
        array = np.asarray(column)
        mapped = self.schema.field(name)
        if mapped is not None and mapped.kind.is_vector:
            self._add_vector_column(mapped, array)
            return
        if array.ndim != 1 or array.dtype.kind not in "iufb":
            found = f"{array.dtype} of shape {array.shape}"
            reason = f"a column must be a one-dimensional array of numbers, not {found}"
            raise MappingError(reason, field=name, path=f"columns.{name}")
        array = self._one_each(name, array)
        if name.startswith("_"):
            raise MappingError(f"[{name}] is not a name for a column", field=name, path=f"columns.{name}")
        self.flush()
        field = mapped or self._growth.draft().add(name, {"type": type_for(array)})
        self._growth.keep()
        values = field.kind.from_array(array, field)
        COLUMN_STORES[field.storage].set(self._core, field, values)

    def _one_each(self, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """Return a column's values for the documents of the index."""
        if array.ndim == 0 or len(array) != self.rows:
            length = 0 if array.ndim == 0 else len(array)
            reason = f"a column must have one value for each of the {self.rows} documents, not {length}"
            raise MappingError(reason, field=name, path=f"columns.{name}")
        return array[self._kept] if self.skipped else array

    def _add_vector_column(self, field: Field, array: NDArray[Any]) -> None:
        array = self._one_each(field.name, array)
        rows = field.kind.from_array(array, field)
        told = field.kind.told_by(rows, field)
        if told:
            self._growth.learn(field.name, **told)
            self._growth.keep()
        self.flush()
        field = self.schema.fields[field.number]
        COLUMN_STORES[field.storage].set(self._core, field, rows)

    def is_id(self, name: str) -> bool:
        """Tell whether a key holds the documents' ids, or perhaps those that were meant."""
        return name == self._id_field or (name == "id" and not self._id_is_said)

    def expect_column(self, name: str, kind: str, whole: bool) -> bool:
        """
        Say after the first document that a key's values come as arrays, those of the first document too.

        Parameters
        ----------
        name : str
            The key.
        kind : str
            NumPy's letter for the values: "b", "i" or "f".
        whole : bool
            Whether `add_column` will give them; else `add_values` will, piece by piece.

        Returns
        -------
        bool
            Whether that means the same as one value after another; if not, nothing has changed.
        """
        field = self.schema.field(name)
        if (
            field is None
            or self.skips  # a row may have to be left out
            or not means_its_values(kind, field)
            or "." in name  # an object may have the same field
            or name in self._columns
            or self.schema.multi_fields(name)
        ):
            return False
        self._reader.ignore(name)
        self._values.pop(field.number, None)
        if whole:
            self._columns |= {name}
        self._expected[name] = field
        return True

    def add_values(
        self, name: str, first: int, values: NDArray[Any], valid: NDArray[np.bool_] | None
    ) -> None:
        """Take one value for each document from `first` on, except where it is not valid."""
        self.flush()
        field = self._expected[name]
        docs = np.arange(first, first + len(values), dtype=np.uint32)
        if valid is not None:
            docs, values = docs[valid], values[valid]
        STORES[field.storage].add(self._core, field, docs, field.kind.from_array(values, field, docs))

    def flush(self) -> None:
        """Hand over what has been taken."""
        fields = self.schema.fields
        for field in fields[self._known_fields :]:
            if field.name not in self._columns and not STORES[field.storage].waits:
                self._declare(field)
        self._known_fields = len(fields)
        self._core.add_documents(self._ids)
        if self._sources:
            self._core.add_sources(self._sources)
        for number, held in self._values.items():
            self._hand_over(fields[number], held)
        self._ids, self._sources, self._values = [], [], {}

    def _declare(self, field: Field) -> None:
        analyzer = self._analyzers[field.analyzer]
        if analyzer.stemmers and field.kind.is_analyzed:
            self._stemmed.append(field)
        STORES[field.storage].declare(self._core, field, analyzer.core)
        self._declared.add(field.number)

    def _hand_over(self, field: Field, held: _Values) -> None:
        if field.name in self._columns:
            raise MappingError("a column cannot be a field of the documents too", field=field.name)
        if field.number not in self._declared:
            self._declare(field)
        STORES[field.storage].add(self._core, field, np.array(held.docs, np.uint32), held.values)

    def finish(self, threads: int | None = None) -> list[list[_core.Segment]]:
        """Return the segments of each shard; the builder is of no use afterwards."""
        self.flush()
        if not self._id_is_said and 0 < self.rows == self._with_another_id:
            notify(
                "every document has [id] and none has [_id], so row numbers became their ids: "
                'if [id] is meant, write id_field="id"'
            )
        for field in self._stemmed:
            for segment in range(self._core.num_segments):
                words = self._core.words(field.number, segment)
                self._core.set_terms(field.number, segment, self._analyzers[field.analyzer].terms(words))
        return self._core.finish(threads or 0)
