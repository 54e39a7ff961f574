"""A stand-in for the core's queries: each node is a tuple of its name and arguments."""

NODES = [
    "term",
    "phrase",
    "phrase_prefix",
    "terms",
    "prefix",
    "term_range",
    "integers",
    "reals",
    "integer_range",
    "real_range",
    "date_range",
    "exists",
    "ids",
    "match_all",
    "match_none",
    "boolean",
    "dis_max",
    "constant_score",
    "boosting",
    "boost",
    "blended",
]


class Tree:
    """The core's factory, with tuples for nodes."""


for _name in NODES:
    setattr(Tree, _name, staticmethod(lambda *args, _name=_name: (_name, *args)))


def split(analyzer, text):
    """Split at blanks; "stop" leaves holes for "the", and any unknown name is none."""
    if analyzer not in ("standard", "stop", "keyword"):
        raise KeyError(analyzer)
    words = [text] if analyzer == "keyword" else text.lower().split()
    return [(word, i) for i, word in enumerate(words) if analyzer != "stop" or word != "the"]
