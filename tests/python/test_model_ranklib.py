"""RankLib's files: the scores worked out by hand, and what is refused by name."""

import random
import re
import time

import numpy as np
import pytest

from models_mutated import survives_all
from reference.model.walk import predict
from rescora.errors import ModelError
from rescora.model.formats import ranklib, ranklib_trees
from rescora.model.parsing.decimals import single_of_text
from rescora.model.parsing.source import Source

STUMP = """<split>
\t\t\t<feature> 2 </feature>
\t\t\t<threshold> 0.5 </threshold>
\t\t\t<split pos="left">
\t\t\t\t<output> -1.5 </output>
\t\t\t</split>
\t\t\t<split pos="right">
\t\t\t\t<output> 2.0 </output>
\t\t\t</split>
\t\t</split>"""
LEAF = "<split><output> 0.25 </output></split>"


def ensemble(*trees, weight="0.1"):
    inside = "".join(
        f'\t<tree id="{i}" weight="{weight}">\n{tree}\n</tree>\n' for i, tree in enumerate(trees, 1)
    )
    return f"<ensemble>\n{inside}</ensemble>\n"


def file_of(body, name="LambdaMART"):
    return f"## {name}\n## No. of trees = 2\n\n{body}".encode()


def load(body, name="LambdaMART", names=None):
    return ranklib.load(Source(file_of(body, name)), names)


ROWS = np.array([[9, 0.5], [9, np.nextafter(np.float32(0.5), np.float32(1))], [9, np.nan]], np.float32)


def test_a_value_on_the_threshold_and_an_absent_one_go_left_and_each_sum_is_rounded():
    loaded = load(ensemble(STUMP, LEAF))

    weight = float(np.float32(0.1))  # a float, multiplied in double
    low = np.float32(float(np.float32(-1.5 * weight)) + 0.25 * weight)
    high = np.float32(float(np.float32(2.0 * weight)) + 0.25 * weight)
    assert loaded.num_features == 2
    assert loaded.feature_names == ()
    assert loaded.absent == 0
    np.testing.assert_array_equal(predict(loaded, ROWS), np.array([low, high, low], np.float32))


def test_a_random_forest_is_the_mean_of_its_ensembles():
    body = ensemble(STUMP, LEAF, weight="1.0") + "\n" + ensemble(LEAF, weight="1.0")
    loaded = load(body, "Random Forests")

    assert loaded.model.groups == [2, 1]
    np.testing.assert_array_equal(predict(loaded, ROWS), [(-1.25 + 0.25) / 2, (2.25 + 0.25) / 2, -0.5])


def test_linear_regression_starts_from_its_constant():
    loaded = load("0:0.5 2:-2.0 1:0.25", "Linear Regression")

    np.testing.assert_array_equal(predict(loaded, np.float32([[4, 1]])), [0.5 - 2 + 1])
    assert loaded.model.feature.tolist() == [1, 0]
    np.testing.assert_array_equal(predict(loaded, np.float32([[4, np.nan]])), [1.5])


def test_coordinate_ascent_has_no_constant():
    loaded = load("1:0.5 3:2.0", "Coordinate Ascent")

    assert loaded.num_features == 3
    np.testing.assert_array_equal(predict(loaded, np.float32([[4, 9, 1]])), [4])


def test_names_number_the_columns():
    loaded = load(ensemble(STUMP), names=("a", "b", "c"))

    assert (loaded.feature_names, loaded.num_features) == (("a", "b", "c"), 3)
    with pytest.raises(ModelError, match=r"node 0: a feature must be a number from 1 to 1, not  2 "):
        load(ensemble(STUMP), names=("a",))
    with pytest.raises(ModelError, match=r"feature \[a\] stands twice in feature_names"):
        load(ensemble(STUMP), names=("a", "a"))


def test_numbers_are_rounded_once_as_java_does():
    right = 7.038530691851209e-26  # by way of float64 it becomes the float32 beside it
    assert float(np.float32(float("7.038531e-26"))) != right
    assert single_of_text("7.038531e-26", "x") == right
    middle = 1 + 2**-24
    assert single_of_text(f"{middle:.60f}", "x") == 1  # exactly in the middle: to even
    assert single_of_text("1.00000005960464477540", "x") == 1 + 2**-23  # a little above, which float64 loses
    assert single_of_text("1.00000005960464477538", "x") == 1


def test_sums_of_the_training_are_passed_over():
    left_over = "<psuedoResponse><sum>1</sum></psuedoResponse>"
    plain, fuller = load(ensemble(STUMP)), load(ensemble(STUMP.replace("</split>", f"{left_over}</split>")))

    np.testing.assert_array_equal(predict(plain, ROWS), predict(fuller, ROWS))


@pytest.mark.parametrize("name", ["RankNet", "RankBoost", "AdaRank", "ListNet", "LambdaRank"])
def test_other_rankers_are_refused_by_name(name):
    assert ranklib.recognises(Source(file_of("", name)))
    with pytest.raises(ModelError, match=rf"ranker \[{name}\] is not supported"):
        load("", name)


REFUSED = {
    ensemble(STUMP) * 2: r"\[LambdaMART\] must have one <ensemble>, not 2",
    "<ensemble></ensemble>": r"an <ensemble> must have a <tree>",
    "": "must be <ensemble> elements",
    "1:2": "must be <ensemble> elements",
    '<!DOCTYPE a [<!ENTITY b "c">]>' + ensemble(LEAF): r"\[<!DOCTYPE .*\] is not supported",
    ensemble(STUMP.replace("0.5", "NaN")): "tree 0, node 0: threshold must be a finite number",
    ensemble(STUMP.replace("0.5", "1e39")): "node 0: threshold must be a number that float32 can hold",
    ensemble(STUMP.replace(" 2 ", " 0 ")): "node 0: a feature must be a number from 1",
    ensemble(STUMP.replace(" 2 ", " 99999999 ")): "node 0: a feature must be a number from 1",
    ensemble(STUMP.replace(" 2 ", " 2.5 ")): "node 0: a feature must be a number from 1",
    ensemble(STUMP.replace("2.0", "1_0")): "node 2: output must be a finite number, not  1_0 ",
    ensemble(STUMP.replace('"left"', '"right"')): "must be left and right",
    ensemble(STUMP.replace("threshold", "category")): "must have feature, threshold, split",
    ensemble(LEAF, weight="x"): "tree 0: weight must be a finite number",
    ensemble(LEAF)[:-6]: "the XML is damaged",
}


@pytest.mark.parametrize(("body", "said"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_no_model_is_refused_with_its_place(body, said):
    with pytest.raises(ModelError, match=said):
        load(body)


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("Linear Regression", "1:2", r"must have 1 constants \(0:…\), not 0"),
        ("Linear Regression", "0:2", "has no weights"),
        ("Coordinate Ascent", "0:1 1:2", r"must have 0 constants \(0:…\), not 1"),
        ("Coordinate Ascent", "1:2\n2:3", "one line of weights, not 2"),
        ("Coordinate Ascent", "1=2", "must be written feature:weight"),
        ("Coordinate Ascent", "1:inf", "must be a finite number"),
        ("Coordinate Ascent", "-1:2", "must be a number from 1"),
    ],
)
def test_a_line_of_weights_that_is_wrong_is_refused(name, line, said):
    with pytest.raises(ModelError, match=said):
        load(line, name)


def test_a_path_that_is_too_long_is_refused():
    deep = "<split><feature>1</feature><threshold>1</threshold><split><output>1</output></split>" * 20_000
    with pytest.raises(ModelError, match=r"ensemble 0, tree 0, node \d+: the tree is deeper than 4,096"):
        load(ensemble(deep + LEAF + "</split>" * 20_000))


def test_only_a_file_of_ranklib_is_recognised():
    assert ranklib.recognises(Source(file_of(ensemble(STUMP))))
    for other in (b"", b"tree\nversion=v4", b"{}", b"\xff\xfe## LambdaMART", b"## Something"):
        assert not ranklib.recognises(Source(other))
    assert not ranklib.recognises(Source(None, {"a": 1}))


def test_a_thousand_trees_load_at_once():
    leaves = [f"<split><output> {i / 7} </output></split>" for i in range(64)]
    while len(leaves) > 1:
        leaves = [
            f"<split><feature>1</feature><threshold>0.{i}</threshold>{left}{right}</split>"
            for i, (left, right) in enumerate(zip(leaves[::2], leaves[1::2], strict=True))
        ]
    data = file_of(ensemble(*leaves * 1000))
    begin = time.process_time()

    assert len(ranklib.load(Source(data), None).model.trees) == 1000

    assert time.process_time() - begin < 3  # some 0.3 s on a quiet machine


@pytest.mark.parametrize("body", [ensemble(STUMP, LEAF), ensemble(LEAF) + ensemble(STUMP)])
def test_damage_gives_only_model_errors(body):
    survives_all(ranklib, file_of(body, "Random Forests"))
    survives_all(ranklib, file_of("0:1 1:0.5 2:3", "Linear Regression"))


def test_the_quick_reader_of_trees_agrees_with_that_of_xml_or_leaves_it_the_tree():
    text = f'<tree id="1" weight="0.1">\n{STUMP.replace(" 2.0 ", "1e-9")}</tree>'
    text = text.replace("<output>1e-9</output>", STUMP.removeprefix("<split>").removesuffix("</split>"))
    chance, quick = random.Random(8), 0
    parts = re.findall(r"<[^>]*>|[^<]+", text)
    for _ in range(1500):
        changed = list(parts)
        for _ in range(chance.randint(0, 2)):
            at = chance.randrange(1, len(changed))
            changed[at : at + chance.randint(0, 8)] = chance.choice([[], [chance.choice(parts[1:])]])
        given = "".join(changed) if changed[-1] == "</tree>" else text
        found = ranklib_trees._plain_tree(given, 2)
        if found is not None:
            quick += 1
            expected = ranklib_trees._tree_of_xml(given, 2, "")
            for name in ("feature", "threshold", "rule", "left", "right", "leaf_value"):
                np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), strict=True)
    assert 500 < quick < 1400
