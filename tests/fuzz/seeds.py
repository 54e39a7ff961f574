"""What is mutated: bodies with every query, documents with every type, and a small index to search."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rescora import Index

GOLDEN = Path(__file__).parents[1] / "golden"
DEMO = Path(__file__).parents[2] / "python" / "rescora" / "data" / "arxiv-demo" / "docs.jsonl"

NAMES: list[Any] = [
    *(
        "query",
        "rescore",
        "bool",
        "must",
        "should",
        "filter",
        "must_not",
        "match",
        "match_phrase",
        "boost",
        "_name",
    ),
    *(
        "match_phrase_prefix",
        "multi_match",
        "dis_max",
        "queries",
        "constant_score",
        "boosting",
        "positive",
        "negative",
    ),
    *(
        "negative_boost",
        "term",
        "terms",
        "range",
        "exists",
        "ids",
        "prefix",
        "match_all",
        "match_none",
        "value",
    ),
    *(
        "values",
        "field",
        "fields",
        "type",
        "slop",
        "operator",
        "minimum_should_match",
        "analyzer",
        "max_expansions",
    ),
    *(
        "zero_terms_query",
        "tie_breaker",
        "gte",
        "gt",
        "lte",
        "lt",
        "from",
        "to",
        "format",
        "time_zone",
        "lenient",
    ),
    *(
        "window_size",
        "rescore_query",
        "query_weight",
        "rescore_query_weight",
        "score_mode",
        "size",
        "_source",
    ),
    *(
        "explain",
        "profile",
        "min_score",
        "post_filter",
        "track_total_hits",
        "search_type",
        "sort",
        "includes",
    ),
    *(
        "excludes",
        "title",
        "text",
        "tag",
        "year",
        "price",
        "open",
        "when",
        "nowhere",
        "case_insensitive",
        "fuzziness",
    ),
    *("aggs", "highlight", "", "ok", 7, None, "title.keyword", "relation", "adjust_pure_negative"),
]

BODIES: list[Any] = [
    {
        "query": {
            "bool": {
                "must": [
                    {
                        "match": {
                            "title": {"query": "quantum group", "operator": "or", "boost": 1.5, "_name": "m"}
                        }
                    }
                ],
                "filter": [{"range": {"year": {"gte": 1995, "lt": "2020"}}}, {"exists": {"field": "tag"}}],
                "should": [
                    {"match_phrase": {"text": {"query": "the representation theory", "slop": 3}}},
                    {"term": {"tag": {"value": "math", "boost": 2}}},
                    {
                        "dis_max": {
                            "queries": [{"term": {"open": True}}, {"match": {"text": "theory of the"}}],
                            "tie_breaker": 0.3,
                        }
                    },
                ],
                "must_not": {"prefix": {"tag": "q"}},
                "minimum_should_match": "1<50%",
            }
        },
        "rescore": [
            {
                "window_size": 50,
                "query": {
                    "rescore_query": {"match_phrase": {"title": {"query": "quantum group", "slop": 2}}},
                    "query_weight": 0.7,
                    "rescore_query_weight": 1.2,
                    "score_mode": "total",
                },
            },
            {
                "query": {
                    "rescore_query": {
                        "constant_score": {"filter": {"terms": {"tag": ["math", "cs"]}}, "boost": 3}
                    },
                    "score_mode": "multiply",
                }
            },
        ],
        "size": 5,
        "from": 0,
        "_source": {"includes": ["t*"], "excludes": "text"},
        "track_total_hits": 100,
    },
    {
        "query": {
            "multi_match": {
                "query": "groups of a theory",
                "fields": ["title^2", "text", "t*"],
                "type": "best_fields",
                "tie_breaker": 0.5,
            }
        },
        "post_filter": {
            "range": {
                "when": {
                    "gte": "2001-01-01||-5y/M",
                    "lte": "now",
                    "time_zone": "+01:00",
                    "format": "yyyy-MM-dd",
                }
            }
        },
        "min_score": 0.01,
        "explain": True,
    },
    {
        "query": {
            "multi_match": {
                "query": "a group theory",
                "fields": ["title", "text"],
                "type": "cross_fields",
                "operator": "and",
            }
        },
        "profile": True,
    },
    {
        "query": {
            "multi_match": {"query": "the theo", "fields": ["title", "text"], "type": "phrase", "slop": 9}
        },
        "sort": ["_score"],
    },
    {
        "query": {
            "multi_match": {
                "query": "the theo",
                "fields": ["title", "text"],
                "type": "most_fields",
                "minimum_should_match": 1,
            }
        },
        "search_type": "dfs_query_then_fetch",
    },
    {
        "query": {"match_phrase_prefix": {"text": {"query": "of the gr", "slop": 1, "max_expansions": 10}}},
        "explain": "true",
    },
    {
        "query": {
            "boosting": {
                "positive": {"match": {"text": "group"}},
                "negative": {"term": {"open": "false"}},
                "negative_boost": 0.4,
            }
        },
        "track_total_hits": False,
    },
    {"query": {"ids": {"values": ["d0", "d3", 7]}}, "sort": [{"_score": {"order": "desc"}}]},
    {
        "query": {"terms": {"year": [1999, 2004.0, "2010"], "boost": 2}},
        "rescore": {
            "window_size": 3,
            "query": {
                "rescore_query": {"match": {"text": {"query": "", "zero_terms_query": "all"}}},
                "score_mode": "avg",
            },
        },
    },
    {
        "query": {"range": {"price": {"gt": -1.5, "lte": 1e3, "boost": 0.5}}},
        "rescore": [{"query": {"rescore_query": {"match_none": {}}, "query_weight": -1}}],
    },
    {"query": {"range": {"tag": {"gte": "a", "lt": "n"}}}, "size": 0},
    {
        "query": {
            "match": {
                "text": {
                    "query": "quantum groups and the theory",
                    "analyzer": "english",
                    "minimum_should_match": "75%",
                }
            }
        },
        "_source": False,
    },
    {
        "query": {
            "bool": {
                "should": [
                    {"match_all": {"boost": 2}},
                    {"bool": {"must_not": [{"exists": {"field": "year"}}]}},
                ],
                "adjust_pure_negative": True,
            }
        },
        "_source": ["title", "a*"],
    },
    {
        "query": {"term": {"year": 1999}},
        "post_filter": {"bool": {"filter": {"prefix": {"title.keyword": {"value": "A"}}}}},
    },
]

MAPPINGS: dict[str, Any] = {
    "properties": {
        "title": {"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}},
        "text": {"type": "text", "analyzer": "english", "position_increment_gap": 10},
        "tag": {"type": "keyword"},
        "year": {"type": "integer"},
        "price": {"type": "double"},
        "open": {"type": "boolean"},
        "when": {"type": "date"},
        "vector": {"type": "dense_vector", "dims": 3},
        "place": {"type": "geo_point"},
        "rank": {"type": "rank_feature"},
    }
}
SETTINGS: dict[str, Any] = {
    "number_of_shards": 2,
    "index": {"similarity": {"flat": {"type": "BM25", "k1": 0.9, "b": 0.4}}},
}


def documents(count: int = 60) -> list[dict[str, Any]]:
    """Return documents with every type, some values missing and some more than one."""
    with DEMO.open(encoding="utf-8") as lines:
        papers = [json.loads(line) for line, _ in zip(lines, range(count), strict=False)]
    made: list[dict[str, Any]] = []
    for number, paper in enumerate(papers):
        document: dict[str, Any] = {"_id": f"d{number}", "title": paper["title"], "text": paper["text"][:200]}
        document["tag"] = [paper["id"].split("/")[0], "math", "cs"][number % 3 :]
        if number % 4:
            document["year"] = [1990 + number, 1999][: 1 + number % 2]
            document["price"] = number * 1.25 - 10
        document["open"] = number % 2 == 0
        document["when"] = f"20{number % 20:02d}-0{1 + number % 9}-11T10:00:00Z"
        if number % 3:
            document["vector"] = [number, 0.5, -1]
            document["place"] = [{"lat": number, "lon": -number}, "41.12,-71.34"][: number % 3]
            document["rank"] = number / 7
        made.append(document)
    return made


def index() -> Index:
    """Return the index that mutated bodies are run against."""
    return Index.from_documents(documents(), mappings=MAPPINGS, settings=SETTINGS, progress=False)


def bodies() -> list[Any]:
    """Return the hand-written bodies, several times over, and those of the goldens that ship."""
    found = BODIES * 20
    for name in ("lucene-arxiv-demo", "lucene-mixed"):
        with (GOLDEN / f"{name}.jsonl").open(encoding="utf-8") as lines:
            found.extend(json.loads(line)["request"] for line in lines)
    return found
