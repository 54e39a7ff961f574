"""Random CatBoost JSON exports, oblivious and not."""

import numpy as np

from model_makers.common import Columns, Made, Rng, leaf_value, nested, shape_for


def split_of(columns: Columns) -> dict:
    column, border = columns.draw()
    before = sum(len(set(pool)) for pool in columns.pools[:column])
    index = before + sorted(set(columns.pools[column])).index(border)
    return {
        "border": border,
        "float_feature_index": column,
        "split_index": index,
        "split_type": "FloatFeature",
    }


def oblivious_tree(rng: Rng, columns: Columns, leaves: int) -> dict:
    depth = int(rng.integers(0, int(np.log2(leaves)) + 1))
    splits = [split_of(columns) for _ in range(depth)]
    values = [leaf_value(rng) for _ in range(2**depth)]
    return {"leaf_values": values, "leaf_weights": [1] * 2**depth, "splits": splits}


def tree_of(rng: Rng, columns: Columns, leaves: int) -> dict:
    return nested(
        shape_for(rng, leaves),
        lambda _, left, right: {"left": left, "right": right, "split": split_of(columns)},
        lambda _: {"value": leaf_value(rng), "weight": 1},
    )


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float32)
    described = [
        {
            "borders": sorted(set(pool)),
            "feature_id": columns.names[i],
            "feature_index": i,
            "flat_feature_index": i,
            "has_nans": True,
            "nan_value_treatment": str(rng.choice(["AsIs", "AsTrue", "AsFalse"])),
        }
        for i, pool in enumerate(columns.pools)
    ]
    oblivious = rng.random() < 0.7
    tree = oblivious_tree if oblivious else tree_of
    model = {"features_info": {"float_features": described}, "model_info": {"params": {}}}
    model["oblivious_trees" if oblivious else "trees"] = [tree(rng, columns, leaves) for _ in range(trees)]
    model["scale_and_bias"] = [float(rng.choice([1.0, 0.3])), [float(rng.choice([0.0, -0.07, 0.1]))]]
    return columns.made(model)
