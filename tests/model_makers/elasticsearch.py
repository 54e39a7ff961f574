"""Random Elasticsearch ensembles, plain and compressed: every test, a feature order for each tree."""

import base64
import gzip
import json

import numpy as np

from model_makers.common import Columns, Made, Rng, coin, in_order, leaf_value, shape_for


def node_of(rng: Rng, columns: Columns, own: list[int], number: int) -> dict:
    column, threshold = columns.draw()
    node = {"node_index": number, "split_feature": own.index(column), "threshold": threshold}
    node |= {"default_left": coin(rng)} if rng.random() < 0.8 else {}
    test = rng.choice(["lt", "lte", "gt", "gte", ""])
    return node | ({"decision_type": str(test)} if test else {})


def tree_of(rng: Rng, columns: Columns, leaves: int) -> dict:
    """Make a tree with its own order of the features."""
    shape = shape_for(rng, leaves)
    order, own = in_order(shape), rng.permutation(columns.count).tolist()
    place = {node: i for i, node in enumerate(order)}
    nodes = []
    for i, node in enumerate(order):
        if node >= 0:
            made = node_of(rng, columns, own, i)
            nodes.append(
                made | {"left_child": place[shape.left[node]], "right_child": place[shape.right[node]]}
            )
        else:
            nodes.append({"node_index": i, "leaf_value": leaf_value(rng), "number_samples": 1})
    return {
        "feature_names": [columns.names[i] for i in own],
        "tree_structure": nodes,
        "target_type": "regression",
    }


def output_of(rng: Rng, trees: int) -> dict:
    weights = rng.choice([1.0, 0.5, 0.1, -0.7], trees).tolist()
    choices = [
        {},
        {"weighted_sum": {}},
        {"weighted_sum": {"weights": weights}},
        {"exponent": {"weights": weights}},
    ]
    chosen = choices[int(rng.integers(len(choices)))]
    return {"aggregate_output": chosen} if chosen else {}


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float64)
    made = [{"tree": tree_of(rng, columns, leaves)} for _ in range(trees)]
    ensemble = {"feature_names": list(columns.names), "trained_models": made, "target_type": "regression"}
    trained = {"trained_model": {"ensemble": ensemble | output_of(rng, trees)}}
    if coin(rng):
        return columns.made({"definition": trained})
    packed = gzip.compress(json.dumps(trained).encode(), mtime=0)
    return columns.made({"compressed_definition": base64.b64encode(packed).decode()})
