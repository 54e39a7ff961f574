"""From documents of any form to the core's snapshot of them and the fields that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rescora.core import _core
from rescora.documents.builder import IndexBuilder
from rescora.documents.feed import feed, size_of
from rescora.documents.skipped import skips_errors
from rescora.progress import Progress
from rescora.schema.analysis import Analyzers
from rescora.schema.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from rescora.documents.skipped import Skipped
    from rescora.progress import Listener
    from rescora.schema.settings import Settings


class Built(NamedTuple):
    """The documents, their fields, and those documents that were left out."""

    core: _core.Snapshot
    schema: Schema
    skipped: list[Skipped]


def build(
    docs: Any,
    mappings: Mapping[str, Any] | None,
    settings: Settings,
    *,
    id_field: str | None,
    columns: Mapping[str, ArrayLike],
    progress: bool | Listener | None,
    threads: int,
    on_error: str,
) -> Built:
    """Index documents, as `Index.from_documents` is told to; 0 threads are one a processor."""
    analyzers = Analyzers(settings.analysis)
    schema = Schema(
        mappings,
        similarity=settings.similarity,
        analyzers=analyzers,
        max_fields=settings.total_fields_limit,
        ignore_malformed=settings.ignore_malformed,
    )
    skips = skips_errors(on_error)
    builder = IndexBuilder(schema, analyzers, settings.number_of_shards, id_field, columns, skips)
    with Progress(progress, total_bytes=size_of(docs)) as report:
        feed(builder, docs, report)
    for name, column in columns.items():
        builder.add_column(name, column)
    shards = builder.finish(threads)
    return Built(_core.Snapshot(shards, list(builder.schema.names)), builder.schema, builder.skipped)
