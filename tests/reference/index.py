"""One shard in memory: postings with positions, field lengths, values."""

from collections import defaultdict

import numpy as np

from .analysis import analyze, units
from .mapping import Field, Mapping, as_numbers, as_text, flatten
from .queries import placed
from .vectors import vector

POSITION_GAP = 100  # between two values of a text field


def encode_length(length: int) -> int:
    """Return the byte that a field's length in words is kept as: exact to 39, then four significant bits."""
    if length < 40:
        return length
    rest = length - 24
    shift = rest.bit_length() - 4
    return 24 + ((rest >> shift) & 7) + ((shift + 1) << 3)


def decode_length(code: int) -> int:
    if code < 40:
        return code
    rest = code - 24
    return 24 + ((8 | (rest & 7)) << ((rest >> 3) - 1))


class TextStatistics:
    """What BM25 needs to know of a field: the documents with at least one word, and all words."""

    def __init__(self, documents: int, words: int):
        self.documents = documents
        self.words = words


class FieldIndex:
    """One field of one shard. Words fill `postings` and `lengths`, others `numbers` or `vectors`."""

    def __init__(self, kind: Field):
        self.kind = kind
        self.postings: dict[str, dict[int, list[int]]] = defaultdict(dict)  # word -> document -> positions
        self.lengths: dict[int, int] = {}  # document -> words
        self.numbers: dict[int, list[int | float]] = {}
        self.vectors: dict[int, list] = {}
        self.present: set[int] = set()

    def add(self, document: int, values: list) -> None:
        if self.kind.type == "text":
            self.add_text(document, [as_text(value) for value in values])
        elif self.kind.type == "keyword":
            self.add_keywords(document, [as_text(value) for value in values])
        elif self.kind.type == "dense_vector":
            (value,) = values
            self.vectors[document] = vector(self.kind.element_type, value)
            self.present.add(document)
        else:
            numbers = [number for value in values for number in as_numbers(self.kind, value)]
            self.numbers[document] = sorted(numbers, key=placed)
            if self.kind.type == "boolean":
                self.add_flags(document, numbers)
            if numbers:
                self.present.add(document)

    def add_text(self, document: int, values: list[str]) -> None:
        """Index the values one after another, each 100 positions after the end of the one before."""
        position = -1
        length = 0
        for value in values:
            analysis = analyze(self.kind.analyzer, value)
            for token in analysis.tokens:
                positions = self.postings[token.term].setdefault(document, [])
                positions.append(position + 1 + token.position)
            if analysis.tokens:
                position += 1 + analysis.tokens[-1].position
            position += analysis.trailing + POSITION_GAP
            length += len(analysis.tokens)
        self.lengths[document] = length
        self.present.add(document)  # even if the text is empty

    def add_keywords(self, document: int, values: list[str]) -> None:
        """Index whole values. A keyword has no norm: to BM25 each document is one word long."""
        for value in values:
            if units(value) <= self.kind.ignore_above:
                self.postings[value][document] = [0]
                self.lengths[document] = 1
                self.present.add(document)

    def add_flags(self, document: int, flags: list[int]) -> None:
        """Index booleans as words too, each once a document and without a length."""
        for flag in flags:
            self.postings["FT"[flag]][document] = [0]
            self.lengths[document] = 1

    def length_code(self, document: int) -> int:
        return encode_length(self.lengths[document])

    def document_frequency(self, word: str) -> int:
        return len(self.postings.get(word, ()))

    def statistics(self) -> TextStatistics:
        """Count the documents that have a word, and all words; a whole value counts once a document."""
        documents = sum(length > 0 for length in self.lengths.values())
        if self.kind.type in ("keyword", "boolean"):
            return TextStatistics(documents, sum(map(len, self.postings.values())))
        return TextStatistics(documents, sum(self.lengths.values()))


class Shard:
    """The documents of one shard, numbered from 0 in the order they came."""

    def __init__(self, mapping: Mapping, base: int = 0):
        self.mapping = mapping
        self.base = base
        self.ids: list[str] = []
        self.fields: dict[str, FieldIndex] = {}
        self.index_name = "index"
        self.number = 0  # among the shards
        self.fault_count = 0  # how often a document could not be scored, so far
        self.faults: dict[int, Exception] = {}  # document -> why it cannot be scored, until that is raised

    def add(self, id_: str, document: dict) -> None:
        number = len(self.ids)
        self.ids.append(id_)
        for path, values in flatten(document, self.mapping.fields).items():
            self.mapping.learn(path, values[0])
            for kind in self.mapping.of_source(path):
                self.fields.setdefault(kind.name, FieldIndex(kind)).add(number, values)

    def field(self, name: str) -> FieldIndex:
        """Return a mapped field, empty if no document of this shard has it."""
        return self.fields.get(name) or FieldIndex(self.mapping.fields[name])

    def expand_prefix(self, field: str, prefix: str) -> list[str]:
        """Return the words of a field that begin so, in the order of their UTF-8 bytes."""
        return sorted(word for word in self.field(field).postings if word.startswith(prefix))


def decoded_lengths() -> list[np.float32]:
    return [np.float32(decode_length(code)) for code in range(256)]
