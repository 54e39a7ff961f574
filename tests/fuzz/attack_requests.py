"""Hostile requests, family by family: what an attacker would send to crash, to hang, or to fill memory."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import fuzz_requests
import mutation
import seeds

COUNT = 874
Attack = tuple[
    str, Callable[[], Any]
]  # its name, and what makes the body: large ones are made when they are sent

LEAF: dict[str, Any] = {"match": {"title": "quantum"}}
WRAPPERS: dict[str, Callable[[list[Any]], Any]] = {
    "must": lambda inner: {"bool": {"must": inner}},
    "should": lambda inner: {"bool": {"should": inner}},
    "filter": lambda inner: {"bool": {"filter": inner}},
    "must_not": lambda inner: {"bool": {"must_not": inner}},
    "dis_max": lambda inner: {"dis_max": {"queries": inner}},
    "boosting": lambda inner: {
        "boosting": {"positive": inner[0], "negative": inner[-1], "negative_boost": 0.5}
    },
    "constant_score": lambda inner: {"constant_score": {"filter": {"bool": {"filter": inner}}}},
    "function_score": lambda inner: {
        "function_score": {"query": {"bool": {"should": inner}}, "functions": []}
    },
    "functions": lambda inner: {
        "function_score": {"functions": [{"filter": one, "weight": 2} for one in inner]}
    },
    "script_score": lambda inner: {
        "script_score": {"query": {"bool": {"should": inner}}, "script": {"source": "_score"}}
    },
}


def shared(wrap: Callable[[list[Any]], Any], width: int, depth: int) -> Any:
    """Return a query of a few dicts that is a tree of width ** depth clauses when it is read."""
    query: Any = LEAF
    for _ in range(depth):
        query = wrap([query] * width)
    return query


def holding_itself(wrap: Callable[[list[Any]], Any]) -> Any:
    """Return a query that is a part of itself."""
    begin: dict[str, Any] = {}
    begin.update(wrap([begin, begin]))
    return begin


def nested(wrap: Callable[[list[Any]], Any], depth: int) -> Any:
    """Return a query in a query in a query."""
    query: Any = LEAF
    for _ in range(depth):
        query = wrap([query])
    return query


def as_query(query: Any, place: int) -> Any:
    """Return a body with the query in one of the places where there may be one."""
    rescore = {"window_size": 50, "query": {"rescore_query": query}}
    return ({"query": query}, {"rescore": rescore}, {"post_filter": query}, {"rescore": [rescore] * 3})[
        place % 4
    ]


def of_shared_dicts() -> Iterator[Attack]:
    for number, (name, wrap) in enumerate(WRAPPERS.items()):
        for width, depth in ((8, 9), (2, 40), (3, 12), (64, 5), (1_000, 3), (5_000, 1)):
            yield (
                f"{width} ** {depth} clauses in {name}",
                lambda w=wrap, n=width, d=depth, p=number + width: as_query(shared(w, n, d), p),
            )
        yield f"{name} holds itself", lambda w=wrap, p=number: as_query(holding_itself(w), p)


def of_shared_values() -> Iterator[Attack]:
    def list_tree(width: int, depth: int) -> Any:
        tree: Any = ["x"] * width
        for _ in range(depth):
            tree = [tree] * width
        return tree

    def dict_tree(width: int, depth: int) -> Any:
        tree: Any = {"x": 1.5}
        for _ in range(depth):
            tree = {f"k{i}": tree for i in range(width)}
        return tree

    itself: dict[str, Any] = {}
    itself["a"] = itself
    list_itself: list[Any] = []
    list_itself.append(list_itself)
    trees = {
        "8 ** 9 in lists": lambda: list_tree(8, 8),
        "8 ** 9 in dicts": lambda: dict_tree(8, 9),
        "10 ** 5 in lists": lambda: list_tree(10, 4),
        "2 ** 60 in dicts": lambda: dict_tree(2, 60),
        "a dict in itself": lambda: itself,
        "a list in itself": lambda: list_itself,
    }
    places: dict[str, Callable[[Any], Any]] = {
        "params of a script": lambda tree: {
            "rescore": {"script": {"script": {"source": "params.a == null ? 1 : 2", "params": {"a": tree}}}}
        },
        "params of a script field": lambda tree: {
            "script_fields": {"f": {"script": {"source": "1", "params": {"a": tree}}}}
        },
        "params of a model": lambda tree: {
            "rescore": {
                "window_size": 50,
                "learning_to_rank": {"model_id": "attacked", "params": {"text": tree, "p": tree}},
            }
        },
        "values of terms": lambda tree: {"query": {"terms": {"tag": tree}}},
        "a match": lambda tree: {"query": {"match": {"title": tree}}},
        "ids": lambda tree: {"query": {"ids": {"values": tree}}},
        "_source": lambda tree: {"_source": tree},
        "sort": lambda tree: {"sort": tree},
        "rescore": lambda tree: {"rescore": tree},
        "size": lambda tree: {"size": tree},
        "the body": lambda tree: tree,
        "an unknown key": lambda tree: {"oops": tree},
        "what is not supported": lambda tree: {"aggs": tree},
        "origin of a decay": lambda tree: {
            "query": {"function_score": {"gauss": {"place": {"origin": tree, "scale": "1km"}}}}
        },
        "a range": lambda tree: {"query": {"range": {"year": {"gte": tree}}}},
        "fields": lambda tree: {"query": {"multi_match": {"query": "x", "fields": tree}}},
        "explain": lambda tree: {"explain": tree},
        "script_fields": lambda tree: {"script_fields": tree},
    }
    for place, make in places.items():
        for name, tree in trees.items():
            yield f"{name} as {place}", lambda make=make, tree=tree: make(tree())


def of_depth() -> Iterator[Attack]:
    for number, (name, wrap) in enumerate(WRAPPERS.items()):
        for depth in (29, 31, 99, 350, 5_000):
            yield (
                f"{depth} levels of {name}",
                lambda w=wrap, d=depth, p=number + depth: as_query(nested(w, d), p),
            )
    for depth in (300, 1_000, 100_000, 3_000_000):
        yield f"{depth} brackets as text", lambda d=depth: "[" * d
        yield f"{depth} objects as text", lambda d=depth: '{"query":' * d
        yield f"{depth} closed objects as text", lambda d=depth: '{"bool":' * d + "1" + "}" * d
        yield f"{depth} lists of sources", lambda d=depth: '{"_source":' + "[" * d + "]" * d + "}"
        yield f"{depth} dots in a source", lambda d=depth: {"_source": ".".join("a" * d)}


LEAVES: dict[str, Any] = {
    "match": {"match": {"title": "quantum group theory"}},
    "match of every word": {"match": {"text": {"query": "the of and a", "operator": "and"}}},
    "match_phrase": {"match_phrase": {"text": {"query": "the theory of the", "slop": 9}}},
    "match_phrase_prefix": {"match_phrase_prefix": {"text": "the t"}},
    "prefix": {"prefix": {"text": "t"}},
    "multi_match": {"multi_match": {"query": "the theory", "fields": ["*"]}},
    "cross_fields": {"multi_match": {"query": "the theory", "fields": ["t*"], "type": "cross_fields"}},
    "term": {"term": {"tag": "math"}},
    "range": {"range": {"year": {"gte": 1990}}},
    "date range": {"range": {"when": {"gte": "now-10y/d"}}},
    "exists": {"exists": {"field": "title"}},
    "ids": {"ids": {"values": ["d1", "d2"]}},
    "match_all": {"match_all": {"boost": 1.5, "_name": "n"}},
    "rank_feature": {"rank_feature": {"field": "rank"}},
    "distance_feature": {"distance_feature": {"field": "when", "origin": "now", "pivot": "7d"}},
    "script": {"script": {"script": "doc['year'].size() > 0"}},
    "function_score": {"function_score": {"random_score": {"seed": 3, "field": "year"}}},
}


def of_many_clauses() -> Iterator[Attack]:
    for name, leaf in LEAVES.items():
        for count in (500, 4_096, 100_000):
            yield (
                f"{count} times {name}",
                lambda leaf=leaf, n=count: {"query": {"bool": {"should": [leaf] * n}}},
            )
        yield (
            f"a dis_max of functions of 60 times {name}",
            lambda leaf=leaf: {
                "query": {
                    "dis_max": {
                        "queries": [
                            {
                                "function_score": {
                                    "query": leaf,
                                    "functions": [{"filter": leaf, "weight": 2}] * 8,
                                }
                            }
                        ]
                        * 60
                    }
                },
                "explain": True,
            },
        )


TEXTS: dict[str, Callable[[], str]] = {
    "one word": lambda: "the " * 200_000,
    "different words": lambda: " ".join(f"w{i}" for i in range(100_000)),
    "one long word": lambda: "x" * 1_000_000,
    "combining marks": lambda: "e" + "\u0301" * 400_000,
    "emoji": lambda: "\U0001f468\u200d\U0001f469\u200d" * 60_000,
    "ideographs": lambda: "\u4e2d\u6587" * 200_000,
    "apostrophes": lambda: "a'b.c_d " * 100_000,
    "nothing": lambda: " " * 1_000_000,
    "flags": lambda: "\U0001f1e6" * 200_000,
    "zeros": lambda: "\x00" * 500_000,
    "dotted capitals": lambda: "\u0130\u00df" * 200_000,
}


def of_long_texts() -> Iterator[Attack]:
    for name, text in TEXTS.items():
        for kind in ("match", "match_phrase", "match_phrase_prefix", "prefix", "term"):
            yield f"{kind} of {name}", lambda kind=kind, text=text: {"query": {kind: {"text": text()}}}
        yield (
            f"cross_fields of {name}",
            lambda text=text: {
                "query": {"multi_match": {"query": text(), "fields": ["*"], "type": "cross_fields"}}
            },
        )
        yield f"{name} as a body", text
        yield f"{name} as a key", lambda text=text: {text(): 1}
    for length in (10, 40, 200, 1_000, 4_000):
        for slop in (0, 3, 1_000, 2**31 - 1):
            words = ("the of " * length).strip()
            yield (
                f"a phrase of {2 * length} repeated words, slop {slop}",
                lambda w=words, s=slop: {"query": {"match_phrase": {"text": {"query": w, "slop": s}}}},
            )


def of_many_values() -> Iterator[Attack]:
    values: dict[str, Callable[[int], list[Any]]] = {
        "integers": lambda n: list(range(n)),
        "spread integers": lambda n: [i * (2**61 - 1) for i in range(-4, 5)] * (n // 9),
        "fractions": lambda n: [i / 7 for i in range(n)],
        "texts": lambda n: [f"v{i}" for i in range(n)],
        "dates": lambda n: [f"{1970 + i % 60}-01-01||+{i}d/M" for i in range(n)],
    }
    for field in ("title", "tag", "year", "price", "open", "when"):
        for name, make in values.items():
            yield (
                f"65,536 {name} for {field}",
                lambda f=field, make=make: {"query": {"terms": {f: make(65_536)}}},
            )
    yield "a million values for year", lambda: {"query": {"terms": {"year": list(range(1_100_000))}}}
    yield "a million ids", lambda: {"query": {"ids": {"values": [f"d{i}" for i in range(900_000)]}}}
    yield (
        "a million functions",
        lambda: {"query": {"function_score": {"functions": [{"weight": 2}] * 400_000}}},
    )
    yield "5,000 functions", lambda: {"query": {"function_score": {"functions": [{"weight": 2}] * 4_000}}}
    for count in (16, 17, 300, 10_000):
        yield f"{count} rescorers", lambda n=count: {"rescore": [{"query": {"rescore_query": LEAF}}] * n}
        yield (
            f"{count} scripts",
            lambda n=count: {"rescore": [{"script": {"script": {"source": "_score + 1"}}}] * n},
        )
        yield (
            f"{count} script fields",
            lambda n=count: {"script_fields": {f"f{i}": {"script": f"{i}"} for i in range(n)}},
        )


NUMBERS = [*mutation.NUMBERS, "9" * 400, "-1e400", "0x10", [1], {"a": 1}]


def of_numbers() -> Iterator[Attack]:
    window = {"query": {"rescore_query": LEAF}}
    options: dict[str, Callable[[Any], Any]] = {
        "from": lambda n: {"from": n},
        "size": lambda n: {"size": n},
        "window_size": lambda n: {"rescore": {"window_size": n, **window}},
        "boost": lambda n: {"query": {"match": {"title": {"query": "the", "boost": n}}}},
        "slop": lambda n: {"query": {"match_phrase": {"text": {"query": "of the", "slop": n}}}},
        "query_weight": lambda n: {"rescore": {"query": {"rescore_query": LEAF, "query_weight": n}}},
        "min_score": lambda n: {"min_score": n, "query": LEAF},
        "max_boost": lambda n: {"query": {"function_score": {"query": LEAF, "max_boost": n, "weight": 3}}},
        "seed": lambda n: {"query": {"function_score": {"random_score": {"seed": n, "field": "year"}}}},
        "a pivot": lambda n: {"query": {"rank_feature": {"field": "rank", "saturation": {"pivot": n}}}},
    }
    for option, make in options.items():
        for number in NUMBERS[:: 1 if option in ("size", "window_size", "slop") else 2]:
            yield f"{option} is {str(number)[:20]!r}", lambda make=make, n=number: make(n)


def of_little_languages() -> Iterator[Attack]:
    dates = {
        "date math": "now" + "+1d" * 50_000,
        "roundings": "2014-11-18||" + "/d" * 50_000,
        "a year": "9" * 50_000,
        "an offset": "2014-11-18T00:00:00+" + "0" * 50_000,
        "a fraction": "2014-11-18T00:00:00." + "9" * 50_000,
        "far years": "now+999999999999999999y",
    }
    for name, text in dates.items():
        for make in (
            lambda t: {"query": {"range": {"when": {"gte": t}}}},
            lambda t: {"query": {"term": {"when": t}}},
            lambda t: {"query": {"distance_feature": {"field": "when", "origin": t, "pivot": "1d"}}},
            lambda t: {"query": {"range": {"when": {"gte": "2014", "time_zone": t}}}},
            lambda t: {"query": {"range": {"when": {"gte": "2014", "format": t}}}},
            lambda t: {"query": {"function_score": {"gauss": {"when": {"origin": t, "scale": "1d"}}}}},
        ):
            yield f"{name} as a date", lambda make=make, t=text: make(t)
    for pattern in ("y" * 5_000, "[" * 5_000, "[y]" * 3_000, "'" * 4_001, "||".join(["yyyy"] * 5_000)):
        yield (
            f"the format {pattern[:8]}",
            lambda p=pattern: {"query": {"range": {"when": {"gte": "2014", "format": p}}}},
        )
    for text in ("3<90% " * 20_000, "1<2<3<" * 10_000, "%" * 50_000, "9" * 50_000 + "%", "-" * 50_000):
        yield (
            f"minimum_should_match {text[:8]}",
            lambda t=text: {"query": {"match": {"title": {"query": "a b", "minimum_should_match": t}}}},
        )
    for pattern in (
        "*" * 5_000,
        "*a" * 2_000,
        "a*" * 2_000 + "b",
        "?*" * 1_000,
        "[" * 5_000,
        "(a+)+" * 100,
        ".*" * 2_000,
        "t" * 100_000,
    ):
        yield f"_source {pattern[:6]}", lambda p=pattern: {"_source": {"includes": [p], "excludes": [p]}}
        yield (
            f"50 fields {pattern[:6]}",
            lambda p=pattern: {"query": {"multi_match": {"query": "the", "fields": [p] * 50}}},
        )
        yield (
            f"points {pattern[:6]}",
            lambda p=pattern: {"query": {"function_score": {"gauss": {"place": {"origin": p, "scale": p}}}}},
        )
        yield (
            f"a model called {pattern[:6]}",
            lambda p=pattern: {"rescore": {"window_size": 50, "learning_to_rank": {"model_id": p}}},
        )
    for weight in ("^" * 5_000, "^" + "9" * 5_000, "^1" * 2_000):
        yield (
            f"fields with {weight[:4]}",
            lambda w=weight: {"query": {"multi_match": {"query": "the", "fields": ["title" + w] * 50}}},
        )


def of_broken_json() -> Iterator[Attack]:
    body = json.dumps({"query": {"bool": {"should": [LEAF, {"term": {"year": 1999}}]}}, "size": 3})
    for cut in range(1, len(body), 5):
        yield f"JSON that ends at {cut}", lambda c=cut: body[:c]
    for name, text in {
        "a number of a million digits": '{"size": ' + "1" * 1_000_000 + "}",
        "an exponent of a million digits": '{"size": 1e' + "1" * 1_000_000 + "}",
        "a million keys": "{" + ",".join(f'"k{i}":1' for i in range(300_000)) + "}",
        "one key, often": "{" + ",".join(['"size":1'] * 200_000) + "}",
        "a surrogate alone": '{"query":{"match":{"title":"\\ud800"}}}',
        "NaN": '{"size": NaN}',
        "a byte order mark": "\ufeff{}",
        "a null": "null",
        "escapes": '{"query":{"match":{"title":"' + "\\u0041" * 100_000 + '"}}}',
    }.items():
        yield name, lambda t=text: t
    for number, data in enumerate(
        (b"\xff" * 1_000, b"{}\x00", b"\xef\xbb\xbf{}", b'{"size":\xed\xa0\x80}', b"")
    ):
        yield f"bytes {number}", lambda d=data: d


FAMILIES = (
    of_shared_dicts,
    of_shared_values,
    of_depth,
    of_many_clauses,
    of_long_texts,
    of_many_values,
    of_numbers,
    of_little_languages,
    of_broken_json,
)


def hostile_requests() -> list[Attack]:
    """Return the attacks, the same in each run: the families', and damaged bodies up to their number."""
    made = [attack for family in FAMILIES for attack in family()]
    rng, donors = random.Random(874), seeds.bodies()
    for number in range(COUNT - len(made)):
        body = fuzz_requests.mutated(donors, rng)
        made.append((f"damaged body {number}", lambda body=body: body))
    return made
