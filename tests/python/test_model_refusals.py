"""What no model may be is refused in every format that can say it, with words that name the place."""

import base64
import gzip
import json
import sys
import time
from functools import reduce
from operator import getitem
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

from model_seeds import to_ubj

from rescora import Model, ModelError

SOON = 3  # seconds of the processor, for a path of a million nodes
MANY = 1_000_000
NAMES = ("a", "b")


class Nodes:
    """
    A tree before a format is chosen: arrays as LightGBM has them; a child below 0 is the leaf ``~child``.

    Attributes
    ----------
    feature, left, right : list of int
    trees : int
        How often the tree stands in the model.
    names : sequence of str
    """

    def __init__(self, left, right, feature=None, trees=1, names=NAMES):
        self.left, self.right, self.trees, self.names = list(left), list(right), trees, names
        self.feature = [0] * len(self.left) if feature is None else feature

    @property
    def nodes(self):
        return len(self.left)

    @property
    def leaves(self):
        return self.nodes + 1

    def numbers(self, children):
        """Return children's numbers where leaves are counted on after the nodes."""
        nodes = self.nodes
        return [child if child >= 0 else nodes + ~child for child in children]


def chain(nodes):
    """Return the tree in which every right child has children, down to the last."""
    return Nodes([~i for i in range(nodes)], [*range(1, nodes), ~nodes])


GOOD = Nodes([1, ~0], [~2, ~1])


# Formats of arrays: they can say a cycle, and a child that is not there.


def lightgbm(tree):
    def words(values):
        return " ".join(map(str, values))

    count = tree.nodes
    block = f"num_leaves={tree.leaves}\nnum_cat=0\nsplit_feature={words(tree.feature)}\n"
    block += f"threshold={words([0.5] * count)}\ndecision_type={words([2] * count)}\n"
    block += f"left_child={words(tree.left)}\nright_child={words(tree.right)}\n"
    block += f"leaf_value={words([1] * tree.leaves)}\nis_linear=0\nshrinkage=1\n\n\n"
    head = f"tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nmax_feature_idx={len(tree.names) - 1}\n"
    head += f"objective=lambdarank\nfeature_names={words(tree.names)}\n\n"
    return (head + "".join(f"Tree={i}\n{block}" for i in range(tree.trees)) + "end of trees\n").encode()


def saved_by_xgboost(tree):
    count = tree.nodes + tree.leaves
    leaves = [0] * tree.leaves
    arrays = {
        "left_children": [*tree.numbers(tree.left), *[-1] * tree.leaves],
        "right_children": [*tree.numbers(tree.right), *[-1] * tree.leaves],
        "split_indices": [*tree.feature, *leaves],
        "split_conditions": [0.5] * count,
        "base_weights": [0.5] * count,
        "default_left": [0] * count,
        "tree_param": {"size_leaf_vector": "1"},
    }
    model = {"trees": [arrays | {"id": i} for i in range(tree.trees)], "tree_info": [0] * tree.trees}
    learner = {
        "feature_names": list(tree.names),
        "feature_types": ["float"] * len(tree.names),
        "gradient_booster": {"name": "gbtree", "model": model},
        "learner_model_param": {"base_score": "0", "num_feature": str(len(tree.names)), "num_class": "0"},
        "objective": {"name": "rank:ndcg"},
    }
    return {"learner": learner, "version": [3, 2, 0]}


def xgboost(tree):
    return json.dumps(saved_by_xgboost(tree)).encode()


def xgboost_ubj(tree):
    return to_ubj(saved_by_xgboost(tree))


def o19s_raw(tree):
    return plugin_model("xgboost+json+raw", json.dumps(saved_by_xgboost(tree)), tree)


def definition(tree):
    below = zip(tree.numbers(tree.left), tree.numbers(tree.right), tree.feature, strict=True)
    split = [
        {"left_child": left, "right_child": right, "split_feature": feature, "threshold": 0.5}
        for left, right, feature in below
    ]
    made = {
        "feature_names": list(tree.names),
        "tree_structure": [*split, *[{"leaf_value": 1.0}] * tree.leaves],
    }
    return {"trained_model": {"ensemble": {"trained_models": [{"tree": made}] * tree.trees}}}


def elasticsearch(tree):
    return json.dumps({"definition": definition(tree)}).encode()


def compressed(tree):
    packed = gzip.compress(json.dumps(definition(tree)).encode(), compresslevel=1)
    return json.dumps({"compressed_definition": base64.b64encode(packed).decode()}).encode()


def stored(tree):
    body = json.loads(Model.load(lightgbm(GOOD)).to_bytes())

    def put(name, kind, values):
        body["arrays"][name] = base64.b64encode(np.array(values, kind).tobytes()).decode()

    count = tree.trees
    put("node_begin", "<u4", np.arange(count + 1) * tree.nodes)
    put("leaf_begin", "<u4", np.arange(count + 1) * tree.leaves)
    for name, values in (("feature", tree.feature), ("left", tree.left), ("right", tree.right)):
        put(name, "<i4", values * count)
    put("threshold", "<f8", [0.5] * tree.nodes * count)
    put("rule", "<u1", [0] * tree.nodes * count)
    put("leaf_value", "<f8", [1] * tree.leaves * count)
    body |= {"feature_names": list(tree.names), "num_features": len(tree.names)}
    return json.dumps(body).encode()


# Formats of nodes in nodes.


def nested(tree, node_of, leaf_of):
    """Return the text of nested nodes; `node_of` gives what stands before, between and after the children."""
    if tree.nodes == MANY:  # all are written like the first, which is much quicker
        before, between, after = node_of(0)
        return (before + leaf_of(0) + between) * MANY + leaf_of(0) + after * MANY
    parts, waiting = [], [0]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            parts.append(item)
        elif item < 0:
            parts.append(leaf_of(~item))
        else:
            before, between, after = node_of(item)
            parts.append(before)
            waiting += [after, tree.right[item], between, tree.left[item]]
    return "".join(parts)


def lightgbm_dump(tree):
    def node_of(node):
        asked = {
            "split_index": node,
            "split_feature": tree.feature[node],
            "threshold": 0.5,
            "default_left": True,
        }
        asked |= {"decision_type": "<=", "missing_type": "None"}
        return json.dumps(asked)[:-1] + ',"left_child":', ',"right_child":', "}"

    root = nested(tree, node_of, lambda leaf: f'{{"leaf_index":{leaf},"leaf_value":1}}')
    trees = ",".join([f'{{"num_leaves":{tree.leaves},"tree_structure":{root}}}'] * tree.trees)
    head = {"version": "v4", "num_class": 1, "num_tree_per_iteration": 1, "feature_names": list(tree.names)}
    head |= {"max_feature_idx": len(tree.names) - 1, "objective": "lambdarank"}
    return f'{json.dumps(head)[:-1]},"tree_info":[{trees}]}}'.encode()


def dumped(tree, names):
    def node_of(node):
        yes, no = tree.numbers([tree.left[node], tree.right[node]])
        asked = {"nodeid": node, "split": names[tree.feature[node]], "split_condition": 0.5}
        asked |= {"yes": yes, "no": no, "missing": no}
        return json.dumps(asked)[:-1] + ',"children":[', ",", "]}"

    root = nested(tree, node_of, lambda leaf: f'{{"nodeid":{tree.nodes + leaf},"leaf":1}}')
    return f"[{','.join([root] * tree.trees)}]"


def xgboost_dump(tree):
    return dumped(tree, [f"f{i}" for i in range(10)]).encode()


def plugin_model(kind, text, tree):
    template = {"match": {"title": "{{keywords}}"}}
    features = [{"name": name, "params": ["keywords"], "template": template} for name in tree.names]
    model = {"name": "m", "model": {"type": f"model/{kind}", "definition": text}}
    return json.dumps({"model": model, "featureset": {"name": "s", "features": features}}).encode()


def o19s(tree):
    return plugin_model("xgboost+json", dumped(tree, [*tree.names, *"cdefghij"]), tree)


def solr(tree):
    def node_of(node):
        name = [*tree.names, *"cdefghij"][tree.feature[node]]
        return f'{{"feature":"{name}","threshold":"0.5","left":', ',"right":', "}"

    root = nested(tree, node_of, lambda _: '{"value":"1"}')
    trees = ",".join([f'{{"weight":1,"root":{root}}}'] * tree.trees)
    features = json.dumps([{"name": name} for name in tree.names])
    head = f'"class":"org.apache.solr.ltr.model.MultipleAdditiveTreesModel","name":"m","features":{features}'
    return f'{{{head},"params":{{"trees":[{trees}]}}}}'.encode()


def ranklib_text(tree):
    def node_of(node):
        asked = f"<feature> {tree.feature[node] + 1} </feature>\n<threshold> 0.5 </threshold>\n"
        return asked + '<split pos="left">', '</split>\n<split pos="right">', "</split>\n"

    root = nested(tree, node_of, lambda _: "<output> 1 </output>")
    trees = "".join(
        f'<tree id="{i + 1}" weight="1"><split>{root}</split></tree>\n' for i in range(tree.trees)
    )
    return f"## LambdaMART\n\n<ensemble>\n{trees}</ensemble>"


def ranklib(tree):
    return ranklib_text(tree).encode()


def o19s_ranklib(tree):
    return plugin_model("ranklib", ranklib_text(tree), tree)


def catboost(tree):
    def node_of(node):
        feature = tree.feature[node]
        split = f'{{"split_index":{feature},"float_feature_index":{feature},"border":0.5}}'
        return f'{{"split":{split},"left":', ',"right":', "}"

    root = nested(tree, node_of, lambda _: '{"value":1}')
    features = [
        {"feature_id": name, "feature_index": i, "flat_feature_index": i, "borders": [0.5], "has_nans": False}
        | {"nan_value_treatment": "AsIs"}
        for i, name in enumerate(tree.names)
    ]
    trees = ",".join([root] * tree.trees)
    return f'{{"features_info":{{"float_features":{json.dumps(features)}}},"trees":[{trees}]}}'.encode()


ARRAYS = {
    "lightgbm": lightgbm,
    "xgboost": xgboost,
    "xgboost_ubj": xgboost_ubj,
    "o19s_raw": o19s_raw,
    "elasticsearch": elasticsearch,
    "compressed": compressed,
    "stored": stored,
}
NESTED = {
    "lightgbm_dump": lightgbm_dump,
    "xgboost_dump": xgboost_dump,
    "o19s": o19s,
    "solr": solr,
    "ranklib": ranklib,
    "o19s_ranklib": o19s_ranklib,
    "catboost": catboost,
}
ALL = ARRAYS | NESTED

# What every format refuses. An empty file is left out: it is of no format.


@pytest.mark.parametrize("name", ALL)
def test_a_good_model_loads(name):
    model = Model.load(ALL[name](GOOD))

    assert model.num_trees == 1
    np.testing.assert_array_equal(model.predict(np.zeros((1, model.num_features))), [LEAVES.get(name, 1)])


@pytest.mark.parametrize("name", ALL)
def test_a_file_that_is_cut_short_anywhere_is_refused(name):
    data = ALL[name](GOOD)
    whole = data.rstrip()
    for length in range(1, len(whole)):
        with pytest.raises(ModelError, match=CUT_SHORT.get(name, JSON_CUT_SHORT)):
            Model.load(data[:length])


LEAVES = {"xgboost": 0.5, "xgboost_ubj": 0.5, "o19s_raw": 0.5}
UNKNOWN = "is no model of a known format"
JSON_CUT_SHORT = (
    f"is damaged JSON: (Input data was truncated|JSON is malformed: .* [(]byte [0-9]+[)])|{UNKNOWN}"
)
CUT_SHORT = {
    "lightgbm": f"the file is cut short|{UNKNOWN}",
    "xgboost_ubj": f"byte [0-9]+: .* bytes should follow|is damaged JSON|{UNKNOWN}",
    "ranklib": f"must be <ensemble> elements|must follow its trees|{UNKNOWN}",
}
CYCLE = "tree 0, node 2: child node 1 has another parent: this is no tree"
CYCLES = {
    "elasticsearch": r"tree 0, node 1: \[tree\] contains cycle, or two ways to this node",
    "compressed": r"tree 0, node 1: \[tree\] contains cycle, or two ways to this node",
}


@pytest.mark.parametrize("name", ARRAYS)
def test_a_cycle_is_refused(name):
    with pytest.raises(ModelError, match=CYCLES.get(name, CYCLE)):
        Model.load(ARRAYS[name](Nodes([1, 2, 1], [~0, ~1, ~2])))


ROOTS = {  # where the first tree's root is
    "lightgbm_dump": ("tree_info", 0, "tree_structure"),
    "xgboost_dump": (0,),
    "o19s": ("model", "model", "definition", 0),
    "solr": ("params", "trees", 0, "root"),
    "catboost": ("trees", 0),
}
LEFT = {"lightgbm_dump": "left_child", "solr": "left", "catboost": "left"}
HOLDS_ITSELF = {
    "lightgbm_dump": "tree 0: node 0 stands twice",
    "xgboost_dump": "tree 0: node 0 stands twice",
}


@pytest.mark.parametrize("name", ROOTS)
def test_an_object_that_holds_itself_is_refused(name):
    """JSON cannot say it, but a caller's dict may."""
    model = json.loads(NESTED[name](GOOD))
    if name == "o19s":
        model["model"]["model"]["definition"] = json.loads(model["model"]["model"]["definition"])
    root = reduce(getitem, ROOTS[name], model)
    if name in LEFT:
        root[LEFT[name]] = root
    else:
        root["children"][0] = root
        root["yes"] = root["missing"] = root["nodeid"]

    deep = "tree 0, node [0-9]+: the tree is deeper than 4,096"
    with pytest.raises(ModelError, match=HOLDS_ITSELF.get(name, deep)):
        Model.load(model)


BEYOND = {
    "lightgbm": "tree 0, node 1: right_child 7 is none of 2 nodes and 3 leaves",
    "stored": "tree 0, node 1: child node 7 is beyond the 2 there are",
    "elasticsearch": "tree 0, node 1: a child is missing: there are 5 nodes",
    "compressed": "tree 0, node 1: a child is missing: there are 5 nodes",
}


@pytest.mark.parametrize("name", ARRAYS)
def test_a_child_that_is_not_there_is_refused(name):
    with pytest.raises(ModelError, match=BEYOND.get(name, "tree 0, node 1: the child 7 is none of 5 nodes")):
        Model.load(ARRAYS[name](Nodes([1, ~0], [~2, 7])))


FEATURES = {
    "elasticsearch": r"tree 0, node 1: \[split_feature\] is beyond the 2 feature_names",
    "compressed": r"tree 0, node 1: \[split_feature\] is beyond the 2 feature_names",
    "o19s": r"tree 0, node 1: feature \[j\] is not in the feature set",
    "ranklib": "ensemble 0, tree 0, node 1: a feature must be a number from 1 to 2, not  10",
    "o19s_ranklib": "ensemble 0, tree 0, node 1: a feature must be a number from 1 to 2, not  10",
    "catboost": "tree 0, node 1: split_index must be a whole number from 0 to 1, not 9",
    "xgboost_dump": "feature_names has 2 names, but the model at least 10 features",
}


@pytest.mark.parametrize("name", sorted(set(ALL) - {"solr"}))  # whose trees are worth nothing then
def test_a_feature_that_is_not_there_is_refused(name):
    features = NAMES if name in ("ranklib", "xgboost_dump") else None  # these do not say how many there are

    said = FEATURES.get(name, "tree 0, node 1: feature 9 is beyond the 2 features")
    with pytest.raises(ModelError, match=said):
        Model.load(ALL[name](Nodes([1, ~0], [~2, ~1], [0, 9])), features)


@pytest.mark.parametrize(
    "name", sorted(set(ALL) - {"ranklib", "xgboost_dump"})
)  # these have no lists of names
def test_a_name_that_stands_twice_is_refused(name):
    with pytest.raises(ModelError, match=r"feature \[a\] stands twice in "):
        Model.load(ALL[name](Nodes([1, ~0], [~2, ~1], names=("a", "a"))))


@pytest.mark.parametrize("name", ALL)
def test_a_name_that_the_caller_gives_twice_is_refused(name):
    with pytest.raises(ModelError, match=r"features\[1\]: the name \[a\] is given twice"):
        Model.load(ALL[name](GOOD), ["a", "a"])


EMPTY = {
    "xgboost": r"gradient_booster.model: trees must be a list of trees, not \[\]",
    "xgboost_ubj": r"gradient_booster.model: trees must be a list of trees, not \[\]",
    "o19s_raw": r"gradient_booster.model: trees must be a list of trees, not \[\]",
    "elasticsearch": r"trained_model.ensemble: \[trained_models\] must not be empty",
    "compressed": r"trained_model.ensemble: \[trained_models\] must not be empty",
    "stored": "an ensemble must have at least one tree",
    "xgboost_dump": r"\[\[\]\], of 2 bytes, is no model of a known format",
    "o19s": "definition must be an array that is not empty",
    "solr": "params.trees must be an array that is not empty",
    "ranklib": "ensemble 0: an <ensemble> must have a <tree>|<ensemble>",
    "o19s_ranklib": "ensemble 0: an <ensemble> must have a <tree>|<ensemble>",
    "catboost": "trees must have at least one tree",
}


@pytest.mark.parametrize("name", ALL)
def test_a_model_without_trees_is_refused(name):
    with pytest.raises(ModelError, match=EMPTY.get(name, "the model has no trees")):
        Model.load(ALL[name](Nodes([1, ~0], [~2, ~1], trees=0)))


DEEP = {
    "lightgbm": "tree 0, node 4096: is deeper than 4096 nodes",
    "xgboost": "tree 0, node 4096: is deeper than 4096 nodes",
    "elasticsearch": "tree 0, node 4096: is deeper than 4096 nodes",
    "stored": "tree 0, node 4096: is deeper than 4096 nodes",
    "lightgbm_dump": "is damaged JSON: it is nested too deeply",
    "xgboost_dump": "is damaged JSON: it is nested too deeply",
    "o19s": "definition is no JSON: maximum recursion depth exceeded",
    "solr": "is damaged JSON: it is nested too deeply",
    "ranklib": "ensemble 0, tree 0, node [0-9]+: the tree is deeper than 4,096",
    "catboost": "is damaged JSON: it is nested too deeply",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEP)  # the others share the readers of these
def test_a_path_of_a_million_nodes_is_soon_refused(name):
    tree = chain(MANY // 2 if name == "elasticsearch" else MANY)  # its leaves are in the same list
    model = saved_by_xgboost(tree) if name == "xgboost" else ALL[name](tree)  # whose text would take seconds
    began = time.process_time()

    with pytest.raises(ModelError, match=DEEP[name]):
        Model.load(model)
    assert time.process_time() - began < SOON


def test_much_white_space_in_a_tree_takes_no_time():
    """An expression that began with any white space tried each place of it."""
    data = ranklib(GOOD).replace(b"</split>", b"</split>" + b" " * 200_000 + b"<x/>", 1)
    began = time.process_time()

    with pytest.raises(ModelError, match="ensemble 0, tree 0"):
        Model.load(data)
    assert time.process_time() - began < SOON


@pytest.mark.parametrize("name", ["o19s", "solr", "catboost", "lightgbm", "stored"])
def test_many_features_and_many_trees_take_no_more_than_their_sum(name):
    """A set of all features that was made for each node made ten seconds of this."""
    many = [f"feature_{i}" for i in range(4_000)]
    model = ALL[name](Nodes([1, ~0], [~2, ~1], names=many, trees=4_000))
    began = time.process_time()

    assert Model.load(model).num_trees == 4_000
    assert time.process_time() - began < SOON
