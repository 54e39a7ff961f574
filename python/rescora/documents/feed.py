"""All documents of a source, whatever it is, into a builder."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescora.documents.arrow import feed_arrow, is_arrow
from rescora.documents.forms import is_bulk, is_hit, may_be_action, open_bulk, open_hit
from rescora.documents.lines import items_of
from rescora.files.paths import is_path, text_of

if TYPE_CHECKING:
    from rescora.documents.builder import IndexBuilder
    from rescora.progress import Progress

_REPORT_EVERY = 256  # documents between two looks at the clock


def size_of(docs: Any) -> int | None:
    """Return the bytes of the file that the documents come from, if they come from one."""
    return Path(text_of(docs)).stat().st_size if is_path(docs) else None


def feed(builder: IndexBuilder, docs: Any, report: Progress) -> None:
    """Add every document of an iterable, of a file of JSON lines, of a bulk request, or of an Arrow table."""
    if is_arrow(docs):
        feed_arrow(builder, docs, report)
        return
    items = items_of(docs)
    add = builder.add_or_skip if builder.skips else builder.add
    # Documents are looked at before the next is asked for: a generator may fill one dict again and again.
    first = list(islice(items, 1))
    if first and may_be_action(first[0][0]):
        first += islice(items, 2)
    items = chain(first, items)
    if is_bulk([document for document, _ in first]):
        for enveloped in open_bulk(items, builder.num_shards):
            add(*enveloped)
            if builder.rows % _REPORT_EVERY == 0:
                report.update(documents=builder.documents, bytes=0)
        report.update(documents=builder.documents, bytes=0)
        return
    read = 0
    for document, line in items:
        if document.__class__ is dict and "_source" in document and is_hit(document):
            add(*open_hit(document, builder.num_shards))
        else:
            add(document, line)
        read += len(line) if line is not None else 0
        if builder.rows % _REPORT_EVERY == 0:
            report.update(documents=builder.documents, bytes=read)
    report.update(documents=builder.documents, bytes=read)
