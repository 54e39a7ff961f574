"""Documents and requests with functions of scores, seeded, written to the folder given."""

import json
import random
import sys
from pathlib import Path

WORDS = [
    "quick",
    "brown",
    "fox",
    "lazy",
    "dog",
    "river",
    "stone",
    "probe",
    "wave",
    "timer",
    "ring",
    "line",
    "cloud",
    "amber",
    "violet",
    "quartz",
]
TAGS = ["news", "blog", "shop", "forum", "wiki", "été", "日本"]

MAPPINGS = {
    "title": {"type": "text", "fields": {"keyword": {"type": "keyword"}}},
    "body": {"type": "text"},
    "tag": {"type": "keyword"},
    "views": {"type": "long"},
    "stars": {"type": "integer"},
    "delta": {"type": "short"},
    "tiny": {"type": "byte"},
    "price": {"type": "double"},
    "rating": {"type": "float"},
    "prices": {"type": "double"},
    "counts": {"type": "long"},
    "flag": {"type": "boolean"},
    "when": {"type": "date"},
    "whens": {"type": "date"},
    "at": {"type": "geo_point"},
    "places": {"type": "geo_point"},
    "rank": {"type": "rank_feature"},
    "length": {"type": "rank_feature", "positive_score_impact": False},
}

SCRIPTS = [
    ("_score * 2", {}),
    ("_score + doc['stars'].value", {}),
    ("_score * Math.log10(doc['code'].value + 2) * params.w", {"w": 0.5}),
    ("doc['views'].size() == 0 ? 1.5 : Math.sqrt(doc['views'].value)", {}),
    ("doc['stars'].value / 2 + doc['code'].value % 3", {}),
    ("double s = 0; for (x in doc['prices']) { s += x } return _score + s / (1 + s)", {}),
    (
        "if (doc['flag'].size() > 0 && doc['flag'].value) { return _score * params.up } return _score",
        {"up": 1.75},
    ),
    (
        "doc['tag'].size() == 0 ? 0 : params.by_tag.getOrDefault(doc['tag'].value, 0.25)",
        {"by_tag": {"blog": 2, "shop": 3.5}},
    ),
    ("saturation(doc['stars'].value + 1, 3)", {}),
    ("sigmoid(doc['code'].value, 40, 2) + _score", {}),
    ("decayNumericGauss(40, 20, 5, 0.5, doc['code'].value)", {}),
    (
        "doc['when'].size() == 0 ? 0.1 : "
        "decayDateExp('2020-01-01T00:00:00Z', '400d', '10d', 0.5, doc['when'].value)",
        {},
    ),
    ("randomScore(17, 'code') + 0.5", {}),
    ("doc['when'].size() == 0 ? 1 : doc['when'].value.getYear() - 1900", {}),
]


def some(rng: random.Random, chance: float) -> bool:
    return rng.random() < chance


def text(rng: random.Random, least: int, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))


def date(rng: random.Random) -> str:
    day = f"{rng.randint(1965, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    hour, minute, second = rng.randint(0, 23), rng.randint(0, 59), rng.randint(0, 59)
    return f"{day}T{hour:02}:{minute:02}:{second:02}.{rng.randint(0, 999):03}Z"


def point(rng: random.Random) -> dict:
    return {"lat": round(rng.uniform(-89, 89), 4), "lon": round(rng.uniform(-179, 179), 4)}


def document(rng: random.Random, number: int) -> dict:
    made = {
        "title": text(rng, 2, 6),
        "body": text(rng, 5, 40),
        "code": number * 7 % 200,
        "stars": rng.randint(0, 5),
        "tag": sorted(rng.sample(TAGS, rng.randint(1, 3))),
        "views": int(10 ** rng.uniform(0, 7)),
        "delta": rng.randint(-300, 300),
        "tiny": rng.randint(-128, 127),
        "price": round(rng.uniform(0.01, 500), 2),
        "rating": round(rng.uniform(0, 5), 1),
        "prices": [round(rng.uniform(0, 100), 3) for _ in range(rng.randint(1, 4))],
        "counts": [rng.randint(0, 1000) for _ in range(rng.randint(1, 3))],
        "flag": some(rng, 0.5),
        "when": date(rng),
        "whens": [date(rng) for _ in range(rng.randint(1, 3))],
        "at": point(rng),
        "places": [point(rng) for _ in range(rng.randint(1, 3))],
        "rank": round(10 ** rng.uniform(-2, 3), 3),
        "length": rng.randint(1, 300),
    }
    always = {"title", "code", "stars"}
    return {"id": f"doc-{number}"} | {k: v for k, v in made.items() if k in always or some(rng, 0.85)}


def plain(rng: random.Random) -> dict:
    word, other = rng.sample(WORDS, 2)
    return rng.choice(
        [
            {"match_all": {}},
            {"match": {"title": word}},
            {"match": {"title": f"{word} {other}"}},
            {"match": {"body": {"query": f"{word} {other}", "boost": 1.5}}},
            {"term": {"tag": rng.choice(TAGS)}},
            {"match_all": {"boost": 2.5}},
            {
                "bool": {
                    "should": [{"match": {"title": word}}, {"match": {"body": other}}],
                    "filter": [{"range": {"stars": {"gte": 1}}}],
                }
            },
        ]
    )


def a_filter(rng: random.Random) -> dict:
    return rng.choice(
        [
            {"term": {"tag": rng.choice(TAGS)}},
            {"range": {"stars": {"gte": rng.randint(1, 4)}}},
            {"exists": {"field": rng.choice(["price", "when", "at"])}},
            {"match": {"title": rng.choice(WORDS)}},
            {"term": {"flag": True}},
            {"bool": {"must_not": [{"term": {"tag": "blog"}}]}},
        ]
    )


def field_value_factor(rng: random.Random) -> dict:
    field = rng.choice(
        [
            "views",
            "stars",
            "delta",
            "tiny",
            "price",
            "rating",
            "prices",
            "counts",
            "flag",
            "when",
            "whens",
            "code",
        ]
    )
    modifiers = ["none", "log", "log1p", "log2p", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"]
    made = {"field": field, "modifier": rng.choice(modifiers)}
    if some(rng, 0.6):
        made["factor"] = rng.choice([0.1, 1.2, 2, 0.5, 3.7])
    if field not in ("stars", "code") or some(rng, 0.2):
        made["missing"] = rng.choice([1, 0.5, 3, 10])
    return {"field_value_factor": made}


def decay(rng: random.Random) -> dict:
    kind = rng.choice(["number", "number", "date", "geo"])
    if kind == "number":
        field = rng.choice(["views", "stars", "delta", "price", "rating", "prices", "counts", "code"])
        curve = {"origin": rng.choice([0, 10, 100, 2.5]), "scale": rng.choice([1, 7.5, 50, 400])}
        offset = rng.choice([0.5, 2, 20])
    elif kind == "date":
        field = rng.choice(["when", "whens"])
        curve = {
            "origin": rng.choice(
                ["2020-01-01", "1999-06-15T12:00:00Z", "1970-01-01", "2010-01-01T00:00:00.123Z"]
            ),
            "scale": rng.choice(["10d", "1000d", "500h", "90000m"]),
        }
        offset = rng.choice(["1d", "12h", "365d", "0s"])
    else:
        field = rng.choice(["at", "places"])
        curve = {
            "origin": rng.choice(["48.85,2.35", {"lat": -33.9, "lon": 151.2}, [12.5, 41.9], "u33d"]),
            "scale": rng.choice(["2000km", "3000000m", "1500mi", "7000km"]),
        }
        offset = rng.choice(["10km", "500mi", "0m"])
    if some(rng, 0.4):
        curve["offset"] = offset
    if some(rng, 0.4):
        curve["decay"] = rng.choice([0.1, 0.33, 0.9])
    body = {field: curve}
    if some(rng, 0.3) or field in ("prices", "counts", "whens", "places"):
        body["multi_value_mode"] = rng.choice(["min", "max", "avg", "sum"])
    return {rng.choice(["gauss", "exp", "linear"]): body}


def random_score(rng: random.Random) -> dict:
    field = rng.choice(
        ["code", "_seq_no", "tag", "views", "price", "when", "title.keyword", "rating", "stars"]
    )
    return {"random_score": {"seed": rng.choice([0, 1, 42, -7, 10**10, "a seed"]), "field": field}}


def script(rng: random.Random) -> dict:
    source, params = rng.choice(SCRIPTS)
    return {"script": {"source": source, "params": params}} if params else {"script": {"source": source}}


def a_function(rng: random.Random, weighted: bool) -> dict:
    makers = [
        field_value_factor,
        decay,
        decay,
        random_score,
        lambda r: {"script_score": script(r)},
        lambda _: {},
    ]
    made = rng.choice(makers)(rng)
    if not made or (weighted and some(rng, 0.35)):
        made["weight"] = rng.choice([0.25, 2, 3.5, 1, 42])
    return made


def function_score(rng: random.Random, depth: int = 1) -> dict:
    inner = query(rng, depth - 1) if depth and some(rng, 0.15) else plain(rng)
    body = {"query": inner} if some(rng, 0.93) else {}
    if some(rng, 0.35):
        body |= a_function(rng, weighted=False)  # a function beside the query takes no weight
    else:
        body["functions"] = [
            a_function(rng, weighted=True) | ({"filter": a_filter(rng)} if some(rng, 0.6) else {})
            for _ in range(rng.randint(1, 4))
        ]
        if some(rng, 0.8):
            body["score_mode"] = rng.choice(["multiply", "first", "avg", "max", "sum", "min"])
    if some(rng, 0.75):
        body["boost_mode"] = rng.choice(["multiply", "replace", "sum", "avg", "max", "min"])
    for key, chance, values in (
        ("max_boost", 0.2, [0.5, 1.5, 10]),
        ("min_score", 0.15, [0.4, 1, 2.5]),
        ("boost", 0.2, [0.5, 2, 3.25]),
    ):
        if some(rng, chance):
            body[key] = rng.choice(values)
    return {"function_score": body}


def script_score(rng: random.Random) -> dict:
    body = {"query": plain(rng)} | script(rng)
    for key, chance, values in (("min_score", 0.3, [0.4, 1, 2.5]), ("boost", 0.3, [0.5, 2, 3.25])):
        if some(rng, chance):
            body[key] = rng.choice(values)
    return {"script_score": body}


def feature(rng: random.Random) -> dict:
    if some(rng, 0.4):
        date_or_point = rng.choice(
            [
                {
                    "field": "when",
                    "origin": "2015-05-05T05:05:05Z",
                    "pivot": rng.choice(["7d", "900d", "36h"]),
                },
                {
                    "field": "at",
                    "origin": rng.choice([[2.35, 48.85], "10,20"]),
                    "pivot": rng.choice(["1000km", "3mi", "500m"]),
                },
                {"field": "whens", "origin": "2001-01-01", "pivot": "365d"},
            ]
        )
        made, name = date_or_point, "distance_feature"
    else:
        curves = [
            {},
            {"saturation": {}},
            {"saturation": {"pivot": 8}},
            {"log": {"scaling_factor": 2.5}},
            {"sigmoid": {"pivot": 7, "exponent": 0.6}},
            {"linear": {}},
        ]
        field = rng.choice(["rank", "rank", "length"])
        made, name = (
            {"field": field} | rng.choice([c for c in curves if field == "rank" or "log" not in c]),
            "rank_feature",
        )
    return {name: made | ({"boost": rng.choice([0.5, 2, 7])} if some(rng, 0.4) else {})}


def query(rng: random.Random, depth: int = 1) -> dict:
    roll = rng.random()
    if roll < 0.6 or not depth:
        return function_score(rng, depth)
    if roll < 0.72:
        return script_score(rng)
    if roll < 0.82:
        return feature(rng)
    return rng.choice(
        [
            {"bool": {"must": [function_score(rng, 0)], "should": [feature(rng), plain(rng)]}},
            {"bool": {"should": [script_score(rng), plain(rng)], "must_not": [a_filter(rng)]}},
            {"bool": {"must": [plain(rng)], "filter": [function_score(rng, 0)], "boost": 1.5}},
            {"dis_max": {"queries": [function_score(rng, 0), feature(rng), plain(rng)], "tie_breaker": 0.3}},
            {
                "boosting": {
                    "positive": function_score(rng, 0),
                    "negative": a_filter(rng),
                    "negative_boost": 0.4,
                }
            },
            {"constant_score": {"filter": function_score(rng, 0), "boost": 1.25}},
        ]
    )


def request(rng: random.Random) -> dict:
    body = {"query": query(rng), "size": 20}
    if some(rng, 0.2):
        rescore = {
            "rescore_query": query(rng),
            "query_weight": rng.choice([1, 0.7]),
            "rescore_query_weight": rng.choice([1, 1.2, 0]),
        }
        rescore["score_mode"] = rng.choice(["total", "multiply", "avg", "max", "min"])
        body = {
            "query": plain(rng),
            "rescore": {"window_size": rng.choice([5, 20, 60]), "query": rescore},
            "size": 20,
        }
    return body


def write(path: Path, rows: list) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main(folder: Path) -> None:
    rng = random.Random(3)
    index = {"mappings": {"properties": {"code": {"type": "long"}} | MAPPINGS}}
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
    write(folder / "docs.jsonl", [document(rng, number) for number in range(200)])
    write(folder / "requests.jsonl", [request(rng) for _ in range(650)])
    asked = [{"query": query(rng), "id": f"doc-{rng.randrange(200)}"} for _ in range(400)]
    write(folder / "explain.jsonl", asked)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
