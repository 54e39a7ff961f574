"""All documents of a source, whatever it is, into a builder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescora.documents.arrow import feed_arrow, is_arrow
from rescora.documents.builder import read_lines, read_mappings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescora.documents.builder import IndexBuilder
    from rescora.progress import Progress

_READ_AT_ONCE = 1 << 18  # bytes; of less, asking the system for more takes a tenth of the time
_REPORT_EVERY = 256  # documents between two looks at the clock


def _lines_of(path: Path) -> Iterator[tuple[Any, bytes]]:
    with path.open("rb", buffering=_READ_AT_ONCE) as lines:
        yield from read_lines(lines, str(path))


def feed(builder: IndexBuilder, docs: Any, report: Progress) -> None:
    """Add every document of an iterable, of a file of JSON lines, or of an Arrow table."""
    if is_arrow(docs):
        feed_arrow(builder, docs, report)
        return
    read = 0
    for document, line in (
        _lines_of(Path(docs)) if isinstance(docs, (str, os.PathLike)) else read_mappings(docs)
    ):
        builder.add(document, line)
        read += len(line) if line is not None else 0
        if builder.documents % _REPORT_EVERY == 0:
            report.update(documents=builder.documents, bytes=read)
    report.update(documents=builder.documents, bytes=read)
