"""Whatever stands in a body, the answer is a request or our own error."""

import copy
import random

from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from rescora.errors import RequestError
from rescora.queries import Compiler
from rescora.request import Template, parse_body
from rescora.schema.schema import Schema
from tree import split, tree

SEED_BODY = {
    "query": {
        "bool": {
            "must": [
                {"match": {"title": {"query": "the fox", "operator": "and", "minimum_should_match": "3<90%"}}}
            ],
            "filter": {
                "range": {"when": {"gte": "now-1d/d", "lt": "2014-11-18||+1M", "time_zone": "+01:00"}}
            },
            "should": [
                {"multi_match": {"query": "a b", "fields": ["title^2", "n*"], "type": "cross_fields"}},
                {
                    "dis_max": {
                        "queries": [{"term": {"n": 3}}, {"terms": {"tag": ["x", 1]}}],
                        "tie_breaker": 0.5,
                    }
                },
                {"constant_score": {"filter": {"exists": {"field": "title"}}, "boost": 2}},
                {"range": {"price": {"gt": 1.5}}},
                {"range": {"n": {"gt": 1.5, "lte": "7"}}},
            ],
            "must_not": {"prefix": {"tag": "a"}},
            "minimum_should_match": 1,
        }
    },
    "rescore": [
        {
            "window_size": 50,
            "query": {
                "rescore_query": {"match_phrase": {"title": {"query": "the fox", "slop": 2}}},
                "query_weight": 0.7,
                "score_mode": "total",
            },
        },
        {"query": {"rescore_query": {"match_phrase_prefix": {"title": "the f"}}}},
    ],
    "size": 10,
    "from": 0,
    "_source": {"includes": ["a*"]},
    "sort": ["_score"],
    "track_total_hits": True,
}
SCHEMA = Schema(
    {
        "properties": {
            "title": {"type": "text"},
            "n": {"type": "integer"},
            "price": {"type": "float"},
            "when": {"type": "date"},
            "tag": {"type": "keyword"},
            "ok": {"type": "boolean"},
        }
    }
)
JUNK = [
    *(None, True, -1, 0, 1.5, 2**63, 10**400, float("nan"), float("-inf"), b"x", object()),
    *("", "x", "7", "1e400", "\ud800", "{{a}}", "{{#", "title", "now", "now+9999999999y", "||", "2014"),
    *("9999-12-31||+999999999y", "-1%", "99999999999%", "+18:01", "Europe/Paris", "../etc", "\x00", "*" * 50),
    *([], {}, [[]], [None], {"": {}}, {"match": {}}, {"match_all": {}}, {1: 2}, (1, 2), {"query": "x"}),
]


def places(body):
    """Return all (container, key) in a body."""
    found, stack = [], [body]
    while stack:
        node = stack.pop()
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            found.append((node, key))
            if isinstance(node[key], dict | list):
                stack.append(node[key])
    return found


NEW_KEYS = [
    "boost",
    "_name",
    "query",
    "x",
    7,
    "size",
    "analyzer",
    "format",
    "lenient",
    "type",
    "gte",
    "value",
]


def mutate(body, rng):
    """Change one place: to junk, under another key, to a part of the seed, to nothing, or by a key more."""
    container, key = rng.choice(places(body) or [(body, "query")])
    junk = copy.deepcopy(rng.choice(JUNK))  # a copy, or the next mutation would change the junk itself
    action = rng.randrange(5)
    if action == 0:
        container[key] = junk
    elif action == 1 and isinstance(container, dict):
        container[rng.choice(NEW_KEYS)] = container.pop(key, None)
    elif action == 2:
        donor, name = rng.choice(places(SEED_BODY))
        container[key] = copy.deepcopy(donor[name])
    elif action == 3:
        del container[key]
    elif isinstance(container, dict):
        container[rng.choice(NEW_KEYS)] = junk


def survives(body):
    try:
        Template(body)
    except RequestError as error:
        error.to_dict()
    try:
        request = parse_body(body)
        for query in (request.query, request.post_filter, *(stage.query for stage in request.rescore)):
            if query is not None:
                Compiler(SCHEMA, split, tree, now=1_416_268_800_000).compile(query)
    except RequestError as error:
        problem = error
    else:
        return
    assert str(problem)
    assert problem.to_dict()["status"] == 400


def test_mutated_bodies_give_requests_or_our_own_errors():
    rng = random.Random(7)
    for _ in range(5_000):
        body = copy.deepcopy(SEED_BODY)
        for _ in range(rng.randrange(1, 6)):
            if body:
                mutate(body, rng)
        survives(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
KEYS = st.sampled_from(
    ["query", "rescore", "size", "from", "_source", "sort", "post_filter", "min_score", "x"]
)


@examples(200)
@given(body=st.dictionaries(KEYS, JSON, max_size=4) | JSON)
def test_any_json_gives_a_request_or_our_own_error(body):
    survives(body)
