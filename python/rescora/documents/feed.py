"""All documents of a source, whatever it is, into a builder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescora.documents.arrow import feed_arrow, is_arrow
from rescora.documents.builder import read_lines, read_mappings
from rescora.files.paths import is_path, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescora.documents.builder import IndexBuilder
    from rescora.files.paths import AnyPath
    from rescora.progress import Progress

_READ_AT_ONCE = 1 << 18  # bytes; of less, asking the system for more takes a tenth of the time
_REPORT_EVERY = 256  # documents between two looks at the clock


def _lines_of(path: AnyPath) -> Iterator[tuple[Any, bytes]]:
    with Path(text_of(path)).open("rb", buffering=_READ_AT_ONCE) as lines:
        yield from read_lines(lines, printable(path))


def size_of(docs: Any) -> int | None:
    """Return the bytes of the file that the documents come from, if they come from one."""
    return Path(text_of(docs)).stat().st_size if is_path(docs) else None


def feed(builder: IndexBuilder, docs: Any, report: Progress) -> None:
    """Add every document of an iterable, of a file of JSON lines, or of an Arrow table."""
    if is_arrow(docs):
        feed_arrow(builder, docs, report)
        return
    read = 0
    for document, line in _lines_of(docs) if is_path(docs) else read_mappings(docs):
        builder.add(document, line)
        read += len(line) if line is not None else 0
        if builder.documents % _REPORT_EVERY == 0:
            report.update(documents=builder.documents, bytes=read)
    report.update(documents=builder.documents, bytes=read)
