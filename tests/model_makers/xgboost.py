"""Random saved XGBoost models: trees, DART, linear boosters, sets of categories."""

import numpy as np

from model_makers.common import (
    ROUNDED_TWICE,
    Columns,
    Made,
    Rng,
    as_single,
    coin,
    in_order,
    leaf_value,
    shape_for,
)

OBJECTIVES = {
    "rank:ndcg": {"lambdarank_param": {}},
    "rank:pairwise": {"lambdarank_param": {}},
    "reg:squarederror": {"reg_loss_param": {"scale_pos_weight": "1"}},
    "binary:logistic": {"reg_loss_param": {"scale_pos_weight": "1"}},
    "count:poisson": {"poisson_regression_param": {"max_delta_step": "0.7"}},
}


def leaves_only(order: list[int], left: list[int], right: list[int]) -> dict:
    """Return a tree's arrays before its inner nodes ask for anything."""
    place = {node: i for i, node in enumerate(order)}
    count = len(order)
    tree = {key: [0.0] * count for key in ("base_weights", "loss_changes", "sum_hessian", "split_conditions")}
    tree |= {key: [0] * count for key in ("split_indices", "default_left", "split_type")}
    tree |= {key: [] for key in ("categories", "categories_nodes", "categories_segments", "categories_sizes")}
    tree["left_children"] = [place[left[node]] if node >= 0 else -1 for node in order]
    tree["right_children"] = [place[right[node]] if node >= 0 else -1 for node in order]
    tree["parents"] = [2**31 - 1] * count
    for children in (tree["left_children"], tree["right_children"]):
        for parent, child in enumerate(children):
            if child != -1:
                tree["parents"][child] = parent
    return tree


def add_categories(rng: Rng, tree: dict, node: int) -> None:
    chosen = sorted(rng.choice(70, rng.integers(1, 20), replace=False).tolist())
    tree["split_type"][node] = 1
    tree["categories_nodes"].append(node)
    tree["categories_segments"].append(len(tree["categories"]))
    tree["categories_sizes"].append(len(chosen))
    tree["categories"] += chosen


def tree_of(rng: Rng, columns: Columns, number: int, most: int, categorical: bool) -> dict:
    shape = shape_for(rng, most)
    order = in_order(shape)
    tree = {"id": number, **leaves_only(order, shape.left, shape.right)}
    params = {"num_deleted": 0, "num_feature": columns.count, "num_nodes": len(order), "size_leaf_vector": 1}
    tree["tree_param"] = {key: str(value) for key, value in params.items()}
    for i, node in enumerate(order):
        if node < 0:
            tree["split_conditions"][i] = tree["base_weights"][i] = as_single(leaf_value(rng))
            continue
        tree["split_indices"][i], threshold = columns.draw()
        tree["split_conditions"][i] = as_single(threshold)
        tree["default_left"][i] = int(coin(rng))
        if categorical and tree["split_indices"][i] == 0:
            add_categories(rng, tree, i)
    return tree


def forest(rng: Rng, columns: Columns, trees: int, leaves: int, categorical: bool) -> dict:
    return {
        "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(trees)},
        "iteration_indptr": list(range(trees + 1)),
        "tree_info": [0] * trees,
        "trees": [tree_of(rng, columns, i, leaves, categorical) for i in range(trees)],
    }


def booster(rng: Rng, columns: Columns, trees: int, leaves: int, categorical: bool) -> dict:
    kind = str(rng.choice(["gbtree", "gbtree", "gbtree", "dart", "gblinear"]))
    if kind == "gblinear" and not categorical:
        weights = [as_single(leaf_value(rng)) for _ in range(columns.count + 1)]
        return {"name": kind, "model": {"boosted_rounds": 3, "weights": weights}}
    gbtree = {"name": "gbtree", "model": forest(rng, columns, trees, leaves, categorical)}
    if kind != "dart":
        return gbtree
    return {
        "name": kind,
        "gbtree": gbtree,
        "weight_drop": [as_single(weight) for weight in rng.random(trees)],
    }


def saved(rng: Rng, columns: Columns, boosted: dict, objectives: list[str], categorical: bool) -> dict:
    """Return the whole model around a booster."""
    objective = str(rng.choice(objectives))
    params = {
        "boost_from_average": "1",
        "num_class": "0",
        "num_feature": str(columns.count),
        "num_target": "1",
    }
    params["base_score"] = str(rng.choice(["5E-1", "[5E-1]", "2.5E-1", "[1.234567E-1]"]))
    learner = {
        "attributes": {},
        "feature_names": list(columns.names) if coin(rng) else [],
        "feature_types": ["c" if categorical and i == 0 else "float" for i in range(columns.count)],
        "gradient_booster": boosted,
        "learner_model_param": params,
        "objective": {"name": objective, **OBJECTIVES[objective]},
    }
    return {"learner": learner, "version": [3, 2, 0]}


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    """Make a saved model; column 0 may be categorical, for a column is either, never both."""
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float32, also=(ROUNDED_TWICE,))
    categorical = coin(rng)
    boosted = booster(rng, columns, trees, leaves, categorical)
    return columns.made(saved(rng, columns, boosted, list(OBJECTIVES), categorical))
