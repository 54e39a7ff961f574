"""cross_fields: one term in several fields, with blended document frequencies."""

from typing import NamedTuple

from .queries import Blended, Boost, DisMax, Term


class FieldFrequencies(NamedTuple):
    """One field of a shard: the documents that have the word, those that have any, and all words."""

    having: int
    documents: int
    words: int


def blended_frequencies(fields: list[FieldFrequencies], documents: int) -> list[int]:
    """
    Blend a word's document frequencies over fields: nearly the greatest for all, a little more where rarer.

    A field without the word keeps 0, and does not lower what the frequencies may be at most.
    """
    frequencies = [0] * len(fields)
    most = min([documents, *(field.words for field in fields if field.having)])
    blended = min(most, max(field.having for field in fields))
    by_frequency = sorted(range(len(fields)), key=lambda i: -fields[i].having)
    previous = fields[by_frequency[0]].having
    for i in by_frequency:
        field = fields[i]
        if field.having == 0:
            break
        if field.having < previous:
            blended += 1
        frequencies[i] = min(blended, field.documents, most)
        previous = field.having
    return frequencies


def blended_dis_max(query: Blended, shard) -> DisMax:
    """Give the best field's score the word, with the blended frequencies of this shard."""
    fields = [shard.field(name) for name, _, _ in query.fields]
    counts = [field.statistics() for field in fields]
    known = [
        FieldFrequencies(field.document_frequency(word), count.documents, count.words)
        for field, count, (_, word, _) in zip(fields, counts, query.fields, strict=True)
    ]
    terms = []
    for (name, word, boost), frequency in zip(
        query.fields, blended_frequencies(known, len(shard.ids)), strict=True
    ):
        term = Term(name, word, frequency)
        terms.append(term if boost == 1 else Boost(term, boost))
    return DisMax(tuple(terms), query.tie_breaker)
