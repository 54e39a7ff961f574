"""
Ask a node of OpenSearch how it scores booleans: `booleans.py URL` writes opensearch-booleans.jsonl.

The node has an index of its own name, one shard, with the documents of function-score.
"""

import json
import sys
import urllib.request
from pathlib import Path

GOLDEN = Path(__file__).parents[1]
FOLDER = GOLDEN / "function-score"
WORD, OTHER = {"match": {"title": "fox"}}, {"match": {"body": "lazy brown"}}


def queries() -> list[dict]:
    """Every way to ask for a boolean that scores, alone and among other clauses."""
    made = []
    for flag in (True, False):
        text = json.dumps(flag)
        term, match = {"term": {"flag": flag}}, {"match": {"flag": text}}
        boosted = {"term": {"flag": {"value": flag, "boost": 2.2}}}
        made += [
            term,
            match,
            boosted,
            {"match_phrase": {"flag": text}},
            {"multi_match": {"query": text, "fields": ["flag^3"]}},
            {
                "multi_match": {
                    "query": text,
                    "fields": ["title", "flag", "tag"],
                    "lenient": True,
                    "tie_breaker": 0.3,
                }
            },
            {"multi_match": {"query": text, "fields": ["tag", "flag"], "type": "cross_fields"}},
            {"bool": {"should": [term, WORD, OTHER]}},
            {"bool": {"must": [match, WORD], "should": [OTHER]}},
            {"bool": {"should": [term, match, boosted, WORD]}},
            {"bool": {"must": [WORD], "must_not": [term], "should": [{"term": {"flag": not flag}}]}},
            {"bool": {"must": [WORD], "filter": [term]}},
            {"dis_max": {"queries": [term, WORD], "tie_breaker": 0.4}},
            {"constant_score": {"filter": term, "boost": 1.5}},
            {"boosting": {"positive": term, "negative": WORD, "negative_boost": 0.3}},
            {"function_score": {"query": term, "field_value_factor": {"field": "stars", "missing": 1}}},
            {
                "function_score": {
                    "query": boosted,
                    "functions": [{"weight": 3, "filter": WORD}],
                    "min_score": 1,
                }
            },
            {"script_score": {"query": term, "script": {"source": "_score * 10 + doc['stars'].size()"}}},
        ]
    return made


def requests() -> list[dict]:
    asked = [{"query": query, "size": 30} for query in queries()]
    stages = [{"window_size": 40, "query": {"rescore_query": query}} for query in queries()]
    return asked + [{"query": WORD, "rescore": stage, "size": 30} for stage in stages]


def call(url: str, method: str, body: str | dict) -> dict:
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    kind = "application/x-ndjson" if isinstance(body, str) else "application/json"
    request = urllib.request.Request(url, data, {"Content-Type": kind}, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def fill(url: str) -> None:
    definition = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    call(url, "PUT", {**definition, "settings": {"number_of_shards": 1, "number_of_replicas": 0}})
    lines = []
    for line in (FOLDER / "docs.jsonl").read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        lines += [json.dumps({"index": {"_id": document.pop("id")}}), json.dumps(document)]
    call(f"{url}/_bulk", "POST", "\n".join(lines) + "\n")
    call(f"{url}/_forcemerge?max_num_segments=1", "POST", "")
    call(f"{url}/_refresh", "POST", "")


def main(node: str) -> None:
    url = f"{node.rstrip('/')}/index"
    fill(url)
    with (GOLDEN / "opensearch-booleans.jsonl").open("w", encoding="utf-8") as out:
        for request in requests():
            hits = call(f"{url}/_search", "POST", request)["hits"]["hits"]
            case = {"request": request, "hits": [[hit["_id"], hit["_score"]] for hit in hits]}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
