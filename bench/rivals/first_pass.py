"""
tantivy and bm25s for the first pass: each searches the same texts for the same phrases, on one thread.

Their scores cannot be ours, and `scores_differ` says why; so only the hits' overlap is reported.
"""

import importlib
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from clock import shortest
from rivals.lucene import Missing

K1, B = 1.2, 0.75  # Lucene's; bm25s has another default
WRITER_BYTES = 1_500_000_000  # one segment: larger than the index in memory


def needed(name: str) -> Any:
    """Import a rival, or say that it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise Missing(f"the package {name} is not installed") from None


class Tantivy:
    """tantivy over one segment, whose document numbers are the lines'."""

    scores_differ = (
        "it splits words at every character that is no letter and no digit, drops words of 40 bytes and "
        "more, and rounds in another order"
    )

    def __init__(self, texts: Sequence[str], phrases: Sequence[str], folder: Path) -> None:
        tantivy = needed("tantivy")
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="default", index_option="position")
        schema = builder.build()
        folder.mkdir(parents=True, exist_ok=True)
        index = tantivy.Index(schema, path=str(folder), reuse=False)
        writer = index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for text in texts:
            writer.add_document(tantivy.Document(text=text))
        writer.commit()
        index.reload()
        self.name = f"tantivy {version('tantivy')}"
        self._searcher = index.searcher()
        if self._searcher.num_segments != 1:
            raise Missing(f"it made {self._searcher.num_segments} segments where one was wanted")
        self._queries = [index.parse_query(plain(phrase), ["text"]) for phrase in phrases]

    def times(self, size: int, calls: int) -> np.ndarray:
        """Return each phrase's nanoseconds, the shortest of some calls that count no matches."""
        return np.array(
            [shortest(partial(self._searcher.search, query, size, False), calls) for query in self._queries]
        )

    def hits(self, size: int) -> list[np.ndarray]:
        """Return each phrase's documents."""
        pages = (self._searcher.search(query, size, False).hits for query in self._queries)
        return [np.array([address.doc for _, address in page], np.uint32) for page in pages]


class Bm25s:
    """bm25s with numba's loops where numba is installed, for they are its fastest."""

    scores_differ = (
        "it scores with exact lengths where Lucene keeps a byte of each, without the factor k1 + 1 that "
        "Elasticsearch keeps, and splits by a regular expression"
    )

    def __init__(self, texts: Sequence[str], phrases: Sequence[str], _folder: Path) -> None:
        bm25s = needed("bm25s")
        backend = "numba" if importlib.util.find_spec("numba") else "numpy"
        self.name = f"bm25s {version('bm25s')} ({backend})"
        self._model = bm25s.BM25(method="lucene", k1=K1, b=B, backend=backend)
        self._model.index(self._words(bm25s, texts), show_progress=False)
        known = self._model.vocab_dict
        words = self._words(bm25s, phrases, return_ids=False)
        self._queries = [[[word for word in phrase if word in known]] for phrase in words]

    @staticmethod
    def _words(bm25s: Any, texts: Sequence[str], **options: Any) -> Any:
        return bm25s.tokenize(
            list(texts), token_pattern=r"(?u)\b\w+\b", stopwords=None, show_progress=False, **options
        )

    def _retrieve(self, query: list[list[str]], size: int) -> Any:
        return self._model.retrieve(query, k=size, show_progress=False)

    def times(self, size: int, calls: int) -> np.ndarray:
        """Return each phrase's nanoseconds, the shortest of some calls."""
        return np.array([shortest(partial(self._retrieve, query, size), calls) for query in self._queries])

    def hits(self, size: int) -> list[np.ndarray]:
        """Return each phrase's documents."""
        return [self._retrieve(query, size).documents[0].astype(np.uint32) for query in self._queries]


def plain(phrase: str) -> str:
    """Return a phrase without what tantivy's parser would read as operators."""
    return " ".join("".join(c if c.isalnum() else " " for c in phrase).lower().split())


def overlap(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> float:
    """Return the mean share of our hits that the other has too."""
    return float(
        np.mean([len(np.intersect1d(a, b)) / max(1, len(a)) for a, b in zip(ours, theirs, strict=True)])
    )
