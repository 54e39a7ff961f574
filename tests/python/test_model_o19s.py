"""The plugin's models: the scores worked out by hand, the feature set, and what is refused by name."""

import json

import numpy as np
import pytest

from models_mutated import survives, survives_all
from reference.goldens import beside
from reference.model.walk import predict
from rescora.errors import ModelError
from rescora.model.formats import o19s
from rescora.model.parsing.source import Source

DUMP = {
    "nodeid": 0,
    "depth": 0,
    "split": "b",
    "split_condition": 0.1,
    "yes": 1,
    "no": 2,
    "missing": 1,
    "children": [{"nodeid": 1, "leaf": -1.5}, {"nodeid": 2, "leaf": 0.7}],
}
RANKLIB = """## LambdaMART

<ensemble><tree id="1" weight="2.0"><split><feature> 2 </feature><threshold> 0.5 </threshold>
<split pos="left"><output> 1.0 </output></split>
<split pos="right"><output> 4.0 </output></split></split></tree>
</ensemble>
"""
QUERY = {"match": {"title": "{{keywords}}"}}
FEATURES = [{"name": name, "params": ["keywords"], "template": QUERY} for name in "ab"]
TENTH = np.float32(0.1)


def body(kind, definition, features=FEATURES, **model):
    made = {"model": {"name": "m", "model": {"type": f"model/{kind}", "definition": definition, **model}}}
    return made if features is None else made | {"featureset": {"name": "set", "features": features}}


def load(given, names=None):
    return o19s.load(Source(None, given), names)


def test_a_value_on_the_threshold_goes_right_and_a_missing_one_where_the_dump_says():
    loaded = load(body("xgboost+json", [DUMP, DUMP | {"missing": 2}]))

    rows = [[0, TENTH], [0, np.nextafter(TENTH, np.float32(0))], [0, np.nan]]
    low, high = np.float32(-1.5), np.float32(0.7)
    np.testing.assert_array_equal(predict(loaded, np.float32(rows)), [high + high, low + low, low + high])
    assert (loaded.feature_names, loaded.absent, loaded.model.base) == (("a", "b"), None, 0)


def test_an_objective_decides_on_the_sigmoid():
    for objective in ("rank:pairwise", "rank:ndcg", "rank:map", "reg:linear", "binary:logitraw"):
        loaded = load(body("xgboost+json", {"objective": objective, "splits": [DUMP]}))
        assert loaded.model.output.transform == "identity"
    loaded = load(body("xgboost+json", json.dumps({"objective": "reg:logistic", "splits": [DUMP]})))
    np.testing.assert_array_equal(predict(loaded, np.float32([[0, 0]])), [1 / (1 + np.exp(1.5))])
    with pytest.raises(ModelError, match=r"the objective \[reg:squarederror\] is not supported"):
        load(body("xgboost+json", {"objective": "reg:squarederror", "splits": [DUMP]}))


def test_ranklib_counts_the_features_of_the_set():
    loaded = load(body("ranklib", RANKLIB))

    np.testing.assert_array_equal(predict(loaded, np.float32([[9, 0.5], [0, 1], [9, np.nan]])), [2, 8, 2])
    assert load(body("ranklib", RANKLIB), ("b", "x")).model.trees[0].feature.tolist() == [0]
    with pytest.raises(ModelError, match=r"uses feature \[b\]"):
        load(body("ranklib", RANKLIB), ("a", "x"))


def test_a_linear_model_adds_in_the_order_of_the_set():
    loaded = load(body("linear", '{"b": 1e8, "a": 1.0}'))

    assert loaded.model.feature.tolist() == [0, 1]
    np.testing.assert_array_equal(predict(loaded, np.float32([[1, 0], [np.nan, 1]])), np.float32([1, 1e8]))
    assert load(body("linear", {"b": 1, "a": 2}, None)).feature_names == ("b", "a")
    with pytest.raises(ModelError, match=r"feature \[c\] is not in the feature set"):
        load(body("linear", {"c": 1}))


def test_normalizers_come_before_the_model_and_after_defaults():
    normalizers = {
        "a": {"min_max": {"minimum": 1, "maximum": 3}},
        "b": {"standard": {"mean": 10, "standard_deviation": 4}},
    }
    loaded = load(body("linear", {"a": 1, "b": 1}, feature_normalizers=normalizers))

    np.testing.assert_array_equal(predict(loaded, np.float32([[2, 12], [np.nan, 10]])), [1.0, -0.5])


def test_features_become_extractors():
    features = [
        FEATURES[0] | {"template_language": "mustache"},
        FEATURES[1] | {"template": json.dumps(QUERY)},
    ]
    loaded = load(body("linear", {"a": 1}, features))

    assert loaded.extractors == [{"feature_name": "a", "query": QUERY}, {"feature_name": "b", "query": QUERY}]


def test_stored_models_and_lists_of_features_are_read_too():
    inner = {"type": "model/linear", "definition": '{"b": 2}'}
    stored = {
        "name": "m",
        "type": "model",
        "model": {"name": "m", "feature_set": {"name": "s", "features": FEATURES}, "model": inner},
    }
    for given in (
        stored,
        {"_source": stored},
        {"model": inner, "features": FEATURES},
        {"name": "m", "model": inner, "feature_set": {"features": FEATURES}},
    ):
        assert o19s.recognises(Source(None, given))
        loaded = load(given)
        assert (loaded.format, loaded.feature_names, loaded.model.feature.tolist()) == (
            "o19s",
            ("a", "b"),
            [1],
        )


def test_without_a_set_the_callers_names_are_one():
    loaded = load(body("xgboost+json", [DUMP], None), ("x", "b"))

    assert (loaded.feature_names, loaded.model.trees[0].feature.tolist()) == (("x", "b"), [1])
    assert load(body("xgboost+json", [DUMP], None)).feature_names == ("b",)
    assert load(body("xgboost+json", [DUMP]), ("b", "z")).model.trees[0].feature.tolist() == [0]


@pytest.mark.parametrize("language", ["derived_expression", "script_feature"])
def test_features_that_are_no_queries_are_refused_by_name(language):
    with pytest.raises(ModelError, match=rf"features\[0\]: feature \[a\]: template_language \[{language}\]"):
        load(body("linear", {"a": 1}, [FEATURES[0] | {"template_language": language}]))


def saved(objective="rank:ndcg"):
    path = beside() / "golden" / "ltr" / "xgb_ndcg.json"
    if not path.exists():
        pytest.skip(f"NOT RUN: {path} is not there; RESCORA_SHARED names its folder")
    pytest.importorskip("rescora.model.formats.xgboost", reason="the reader of XGBoost's files")
    model = json.loads(path.read_bytes())
    count = int(model["learner"]["learner_model_param"]["num_feature"])
    model["learner"] |= {"feature_names": [f"f{i}" for i in range(count)], "feature_types": ["float"] * count}
    model["learner"]["objective"]["name"] = objective
    return model, np.load(path.with_suffix(".npz"))


def test_what_xgboost_saved_is_read_without_its_base_score():
    model, golden = saved()
    loaded = load(body("xgboost+json+raw", json.dumps(model), None))

    assert (loaded.model.base, loaded.model.accumulate, loaded.absent) == (0.0, "float32", None)
    np.testing.assert_allclose(
        predict(loaded, golden["X"][:50]), golden["raw"][:50], atol=1e-5
    )  # without a constant


def test_a_saved_model_needs_names_float_types_and_leaves_where_the_plugin_looks():
    model, _ = saved()
    for key, value, said in [
        ("feature_names", [], "feature_names must be an array that is not empty"),
        ("feature_types", ["float"], "others are not supported"),
        ("objective", {"name": "reg:squarederror"}, r"\[reg:squarederror\] is not supported"),
        ("gradient_booster", {"name": "dart"}, r"\[dart\] is not supported"),
    ]:
        with pytest.raises(ModelError, match=said):
            load(body("xgboost+json+raw", model | {"learner": model["learner"] | {key: value}}, None))
    with pytest.raises(ModelError, match="is not in the feature set"):
        load(body("xgboost+json+raw", model))
    model["learner"]["gradient_booster"]["model"]["trees"][1]["base_weights"][-1] += 1
    with pytest.raises(ModelError, match="tree 1: base_weights that differ"):
        load(body("xgboost+json+raw", model, None))


REFUSED = [
    (body("lightgbm", {}), r"model.type: \[model/lightgbm\] is not supported"),
    (body("xgboost+json", []), "definition must be an array that is not empty"),
    (body("xgboost+json", "{"), "definition is no JSON"),
    (body("xgboost+json", '{"objective": "reg:linear"} [{}]'), "definition is no JSON"),
    (body("xgboost+json", "[" * 100_000), "definition is no JSON"),
    (
        body("xgboost+json", [DUMP | {"split": "c"}]),
        r"tree 0, node 0: feature \[c\] is not in the feature set",
    ),
    (body("xgboost+json", [DUMP | {"yes": 7}]), "tree 0, node 0: yes, no and missing|yes and no"),
    (body("xgboost+json", [DUMP | {"missing": 7}]), "yes, no and missing must be the nodeids"),
    (body("xgboost+json", [DUMP | {"children": []}]), "must have a leaf or two children"),
    (body("xgboost+json", [DUMP | {"split_condition": None}]), "split_condition must be a finite number"),
    (body("xgboost+json", [DUMP | {"split_condition": 1e39}]), "that float32 can hold"),
    (body("xgboost+json", [DUMP, {"leaf": "x"}]), "tree 1, node 0: leaf must be a finite number, not x"),
    (body("xgboost+json", [DUMP | {"colour": 1}]), r"\[colour\] in a node is not supported"),
    (body("linear", {}), "the definition has no weights"),
    (body("linear", {"a": "1"}), r"the weight of feature \[a\] must be a finite number, not 1"),
    (body("linear", {"a": 1}, []), "features must be an array that is not empty"),
    (body("linear", {"a": 1}, FEATURES * 2), r"feature \[a\] stands twice in the feature set"),
    (body("linear", {"a": 1}, [{"name": "a", "template": "{{#x}}"}]), r"the template of \[a\] is no JSON"),
    (
        body("linear", {"a": 1}, feature_normalizers={"c": {}}),
        r"feature_normalizers.c: feature \[c\] is not in",
    ),
    (body("linear", {"a": 1}, feature_normalizers={"a": {}}), "must be one of min_max and standard"),
    (
        body("linear", {"a": 1}, feature_normalizers={"a": {"min_max": {"minimum": 1, "maximum": 1}}}),
        "minimum must be below",
    ),
    (
        body(
            "linear", {"a": 1}, feature_normalizers={"a": {"standard": {"mean": 1, "standard_deviation": 0}}}
        ),
        "must be above 0",
    ),
    (body("linear", {"a": 1}) | {"features": FEATURES}, "must have one feature set"),
    (
        body("linear", {"a": 1}) | {"modle": 1},
        r"\[modle\] in the body is not supported, did you mean \[model\]",
    ),
    (body("ranklib", 3), "definition must be a string"),
    (body("ranklib", "## RankNet"), r"\[RankNet\] is not supported"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_model_is_refused_with_its_place(given, said):
    with pytest.raises(ModelError, match=said):
        load(given)


def test_only_a_model_of_the_plugin_is_recognised():
    for other in ({}, [], None, {"model": {}}, {"type": "model/linear"}, {"model": {"model": {"type": 3}}}):
        assert not o19s.recognises(Source(None, other))
    assert not o19s.recognises(Source(None, {"trees": [], "model": {"gbtree": {}}}))


@pytest.mark.parametrize(
    ("kind", "definition"),
    [
        ("xgboost+json", {"objective": "rank:ndcg", "splits": [DUMP]}),
        ("xgboost+json", json.dumps([DUMP])),
        ("linear", {"a": 1, "b": 2}),
        ("ranklib", RANKLIB),
    ],
)
def test_damage_gives_only_model_errors(kind, definition):
    normalizers = {"a": {"min_max": {"minimum": 1, "maximum": 3}}}
    survives_all(o19s, body(kind, definition, feature_normalizers=normalizers))


def test_a_damaged_saved_model_gives_only_model_errors():
    model, _ = saved()
    model["learner"]["gradient_booster"]["model"]["trees"] = model["learner"]["gradient_booster"]["model"][
        "trees"
    ][:2]
    survives_all(o19s, body("xgboost+json+raw", model, None), times=150)


def test_deep_json_is_no_model():
    survives(o19s, Source(b'{"model":' * 100_000))
