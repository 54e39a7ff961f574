"""Random LightGBM text files: missing types and default sides vary from node to node."""

import numpy as np

from model_makers.common import Columns, Made, Rng, coin, leaf_value, shape_for

OBJECTIVES = (
    "lambdarank",
    "rank_xendcg",
    "regression",
    "regression sqrt",
    "binary sigmoid:1",
    "binary sigmoid:0.7",
    "cross_entropy",
    "cross_entropy_lambda",
    "poisson",
    "gamma",
    "tweedie",
)


def joined(values: list) -> str:
    return " ".join(repr(value) if isinstance(value, float) else str(value) for value in values)


def nodes(rng: Rng, columns: Columns, count: int) -> dict:
    """Return what `count` nodes ask for; a quarter of them for one of the sets of categories."""
    lists = {
        "split_feature": [],
        "threshold": [],
        "decision_type": [],
        "cat_boundaries": [0],
        "cat_threshold": [],
    }
    for _ in range(count):
        column, threshold = columns.draw()
        kind = int(rng.integers(3)) << 2
        if rng.random() < 0.25:
            threshold, kind = len(lists["cat_boundaries"]) - 1, kind | 1
            lists["cat_threshold"] += rng.integers(0, 2**32, rng.integers(1, 4)).tolist()
            lists["cat_boundaries"].append(len(lists["cat_threshold"]))
        elif coin(rng):
            kind |= 2
        lists["split_feature"].append(column)
        lists["threshold"].append(threshold)
        lists["decision_type"].append(kind)
    return lists


def tree_block(rng: Rng, columns: Columns, number: int, most: int) -> str:
    shape = shape_for(rng, most)
    inner, leaves = len(shape.left), shape.leaves
    lists = nodes(rng, columns, inner)
    sets = {key: lists.pop(key) for key in ("cat_boundaries", "cat_threshold")}
    lists |= {"split_gain": [1] * inner, "left_child": shape.left, "right_child": shape.right}
    lists |= {"leaf_value": [leaf_value(rng) for _ in range(leaves)]}
    lists |= {"leaf_weight": [1] * leaves, "leaf_count": [1] * leaves}
    lists |= {"internal_value": [0] * inner, "internal_weight": [0] * inner, "internal_count": [2] * inner}
    lists |= sets if sets["cat_threshold"] else {}
    lines = [f"Tree={number}", f"num_leaves={leaves}", f"num_cat={len(sets['cat_boundaries']) - 1}"]
    lines += [f"{key}={joined(values)}" for key, values in lists.items()]
    return "\n".join([*lines, "is_linear=0", "shrinkage=0.1", "", "", ""])


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float64)
    blocks = [tree_block(rng, columns, number, leaves) for number in range(trees)]
    lines = ["tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0"]
    lines += [f"max_feature_idx={features - 1}", f"objective={rng.choice(OBJECTIVES)}"]
    lines += ["average_output"] * (rng.random() < 0.3)
    lines += [f"feature_names={joined(columns.names)}", f"feature_infos={joined(['[-1:1]'] * features)}"]
    lines += [f"tree_sizes={joined([len(block) for block in blocks])}"] if coin(rng) else []
    end = "end of trees\n\nfeature_importances:\n\nparameters:\n[boosting: gbdt]\nend of parameters\n"
    return columns.made("\n".join([*lines, "", "".join(blocks) + end]))
