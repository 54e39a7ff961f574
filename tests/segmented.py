"""An index whose shards are cut into several segments; answers may not depend on it."""

import functools
import random
from unittest import mock

from rescora import Index
from rescora.documents.builder import IndexBuilder


def ends_by_chance(documents: int, segments: int, draw: random.Random) -> list[int]:
    """Return where to cut so many documents into segments, some of which may be empty."""
    return sorted(draw.randint(0, documents) for _ in range(segments - 1))


def segmented(documents, ends, **options) -> Index:
    """Return the index whose shards begin a new segment before each of these documents."""
    builder = functools.partial(IndexBuilder, segment_ends=ends)
    with mock.patch("rescora.documents.build.IndexBuilder", builder):
        return Index.from_documents(documents, **options)
