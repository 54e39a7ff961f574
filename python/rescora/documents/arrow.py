"""Documents out of tables: anything with Arrow's C stream interface, rows one by one, numbers as arrays."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from rescora.core import _core
from rescora.dates.zones import to_iso
from rescora.errors import MappingError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescora.documents.builder import IndexBuilder
    from rescora.progress import Progress

_ROWS = 512  # rows that are Python's at a time, and between two looks at the clock
_NUMBERS = {"b": "b", **dict.fromkeys("cCsSiIlL", "i"), "f": "f", "g": "f"}  # Arrow's format: NumPy's kind


class ArrowTable(Protocol):
    """Anything that streams Arrow batches: tables of pyarrow, polars, pandas, DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule named ``arrow_array_stream``."""


def is_arrow(docs: Any) -> bool:
    """Tell whether documents come as a table."""
    return hasattr(docs, "__arrow_c_stream__")


def feed_arrow(builder: IndexBuilder, table: ArrowTable, report: Progress) -> None:
    """
    Hand every row of a table to a builder that has taken nothing yet.

    The index is the same as that of a list of dicts in which nulls are missing, timestamps are strings such
    as ``2014-11-18T12:00:00.000Z`` in UTC and dates such as ``2014-11-18``. Numbers do not go value by value:
    the only batch of a table is used where it lies, several are joined once.

    Raises
    ------
    UnsupportedError
        For a column of a type that no field can have; the message names both.
    MappingError
        If two columns have one name, or a row does not fit the mapping.
    """
    try:
        stream = _core.ArrowStream(table.__arrow_c_stream__(), _write_date)
    except _core.Unsupported as error:
        raise UnsupportedError(str(error), path="docs") from None
    rows = _Rows(builder, stream.columns, report)
    batches = _batches(stream)
    first, second = next(batches, None), next(batches, None)
    if first is not None:
        rows.begin(first, alone=second is None)
        rows.add(first, 1)
    if second is not None:
        for batch in chain([second], batches):
            rows.add(batch)


def _batches(stream: _core.ArrowStream) -> Iterator[_core.ArrowBatch]:
    while (batch := stream.next()) is not None:
        if len(batch):
            yield batch


class _Rows:
    """Takes the batches of a table to the builder."""

    def __init__(self, builder: IndexBuilder, columns: list[tuple[str, str]], report: Progress) -> None:
        self._builder = builder
        self._add = builder.add_or_skip if builder.skips else builder.add
        self._report = report
        self._columns = columns
        self._names = [name for name, _ in columns]
        for name in self._names:
            if self._names.count(name) > 1:
                raise MappingError(f"the table has two columns with the name [{name}]", field=name)
        self._arrays: list[int] = []  # the columns that do not go value by value
        self._lent: list[int] = []  # those of them that are used where they lie
        self._read = list(range(len(columns)))

    def begin(self, batch: _core.ArrowBatch, alone: bool) -> None:
        """Take the first row, which shows what fields the columns become; see which can go as arrays."""
        builder = self._builder
        self._add(batch.rows(0, 1, self._read)[0])
        for column, (name, kind) in enumerate(self._columns):
            lent = alone and batch.nulls(column) == 0
            if kind in _NUMBERS and builder.expect_column(name, _NUMBERS[kind], lent):
                self._arrays.append(column)
                if lent:
                    self._lent.append(column)
        if not builder.schema.source_enabled:
            self._read = [n for n in self._read if n not in self._arrays or builder.is_id(self._names[n])]

    def add(self, batch: _core.ArrowBatch, start: int = 0) -> None:
        """Take the rows from `start` on, and all of the arrays."""
        builder = self._builder
        before = builder.documents - start
        for row in range(start, len(batch), _ROWS):
            for document in batch.rows(row, min(row + _ROWS, len(batch)), self._read):
                self._add(document)
            self._report.update(documents=builder.documents, bytes=0)
        for column, (values, valid) in zip(self._arrays, batch.take(self._arrays), strict=True):
            if column in self._lent:
                builder.add_column(self._names[column], values)
            else:
                builder.add_values(self._names[column], before, values, valid)


def _write_date(milliseconds: int, whole_day: bool) -> str:
    text = to_iso(milliseconds)
    return text.partition("T")[0] if whole_day else text
