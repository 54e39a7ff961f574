"""A stand-in for the core's queries: each is a tuple of its kind's name and its fields."""


def tree(kind, *fields):
    """Make what the core's `query` makes, a tuple."""
    return (kind, *fields)


def split(analyzer, text):
    """Split at blanks; "stop" leaves holes for "the", and any unknown name is none."""
    if analyzer not in ("standard", "stop", "keyword"):
        raise KeyError(analyzer)
    words = [text] if analyzer == "keyword" else text.lower().split()
    return [(word, i) for i, word in enumerate(words) if analyzer != "stop" or word != "the"]
