"""The learning-to-rank rescorer: a model's features of one document after another, and a score for each."""

import json
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .index import Shard
from .rescore import Hit, ModelRescorer, by_score
from .score import Scorer

NAN = np.float32("nan")


class RankingModel(NamedTuple):
    """Extractors, and what makes scores of rows of their values."""

    features: list[dict]
    score: Callable[[np.ndarray], np.ndarray]


def apply_model(
    rescorer: ModelRescorer,
    model: RankingModel,
    shard: Shard,
    hits: list[Hit],
    scorer_of: Callable[[dict], Scorer],
) -> list[Hit]:
    """Give the window the model's scores; there are no hits beyond it."""
    head = sorted(hits[: rescorer.window], key=lambda hit: hit.document)
    columns = [column(feature, rescorer.params, shard, head, scorer_of) for feature in model.features]
    scores = model.score(np.array(columns, np.float32).T) if head else []
    found = [Hit(hit.document, np.float32(score)) for hit, score in zip(head, scores, strict=True)]
    return sorted(found, key=by_score)


def column(feature: dict, params: dict, shard: Shard, head: list[Hit], scorer_of: Callable) -> list:
    """Return one feature of each document; what is not there is NaN."""
    if "first_pass_score" in feature:
        return [hit.score for hit in head]
    if "param" in feature:
        return [params.get(feature["param"], feature.get("default", NAN))] * len(head)
    if "field" in feature:
        numbers = shard.field(feature["field"]).numbers
        return [np.float32((numbers.get(hit.document) or [NAN])[0]) for hit in head]
    scorer = scorer_of(filled(feature, params))
    scores = [scorer(hit.document) for hit in head]
    return [NAN if score is None else score for score in scores]


def filled(feature: dict, params: dict) -> dict:
    """Return a query with its parameters; one that is missing makes it match nothing, or everything."""
    text = json.dumps(feature["query"])
    for name, value in params.items():
        text = text.replace("{{" + name + "}}", str(value))
    default = feature.get("default_score", 0)
    if "{{" in text:
        return {"match_all": {"boost": default}} if default else {"match_none": {}}
    return json.loads(text)
