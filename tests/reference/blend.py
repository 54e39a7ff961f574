"""cross_fields: one word in several fields, its frequencies blended so that rarity favours none."""

from .queries import Blended, Boost, DisMax, Term


def blended_frequencies(own: list[int], words: list[int], documents: int) -> list[int | None]:
    """
    Blend a word's document frequencies over fields; None where it keeps its own.

    Parameters
    ----------
    own : list of int
        In how many documents each field has the word.
    words : list of int
        How many words each field has in all documents.
    documents : int
        How many documents there are.
    """
    blended: list[int | None] = [None] * len(own)
    if max(own) == 0:
        return blended
    most = min(documents, *words)
    actual = min(most, max(own))
    by_frequency = sorted(range(len(own)), key=lambda i: -own[i])
    previous = own[by_frequency[0]]
    for i in by_frequency:
        if own[i] == 0:
            break
        if previous > own[i]:
            actual += 1  # a field where the word is rarer counts a little less
        blended[i] = min(most, actual)
        previous = own[i]
    return blended


def blended_dis_max(query: Blended, shard) -> DisMax:
    """Give the best field's score the word, with the blended frequencies of this shard."""
    fields = [shard.field(name) for name, _ in query.fields]
    frequencies = blended_frequencies(
        [field.document_frequency(query.term) for field in fields],
        [field.statistics().words for field in fields],
        len(shard.ids),
    )
    terms = []
    for (name, boost), frequency in zip(query.fields, frequencies, strict=True):
        term = Term(name, query.term, frequency)
        terms.append(term if boost == 1 else Boost(term, boost))
    return DisMax(tuple(terms), query.tie_breaker)
