"""BM25 with Lucene's rounding: float32 throughout, the logarithm in double precision."""

import math

import numpy as np

from .index import TextStatistics, decoded_lengths
from .mapping import Field

ONE = np.float32(1)
LENGTHS = decoded_lengths()


def idf(documents: int, having: int) -> np.float32:
    """Return ln(1 + (N - df + 0.5) / (df + 0.5)), N counting the documents that have a word in the field."""
    return np.float32(math.log(1 + (documents - having + 0.5) / (having + 0.5)))


def phrase_idf(idfs: list[np.float32]) -> np.float32:
    return np.float32(sum(map(float, idfs)))


def inverse_norms(kind: Field, statistics: TextStatistics) -> list[np.float32]:
    """Return 1 / (k1 * (1 - b + b * L / avgdl)) for each length byte."""
    average = np.float32(statistics.words / statistics.documents)
    return [ONE / (kind.k1 * ((ONE - kind.b) + kind.b * length / average)) for length in LENGTHS]


def weight(kind: Field, boost: np.float32, idf_: np.float32) -> np.float32:
    return (boost * (ONE + kind.k1)) * idf_


def score(weight_: np.float32, frequency: np.float32, inverse_norm: np.float32) -> np.float32:
    return weight_ - weight_ / (ONE + frequency * inverse_norm)
