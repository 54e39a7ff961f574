"""rank_feature: what documents and columns say is what the file holds."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from agreement import examples
from kept_fields import DOCS, ids_with, kept, mapping_of, refusal
from rescora import Index

FEATURES = [1, 2.5, 1e-30, "7.25", 2.0**-126, np.float32(3), [5], 123456789]


# the reciprocal of 3e38 is refused: see below
@pytest.mark.parametrize(("value", "positive"), [*itertools.product(FEATURES, [True, False]), (3e38, True)])
def test_a_feature_is_kept_without_its_last_bits(value, positive, tmp_path):
    number = np.float32(value[0] if isinstance(value, list) else value)
    if not positive:
        number = np.float32(1) / number
    bits = int(number.view(np.uint32)) >> 15

    assert kept(value, tmp_path, kind="rank_feature", positive_score_impact=positive) == [bits]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "featureValue must be a positive normal float, got: 0.0 for feature f on field _feature"),
        (
            -1.5,
            "got: -1.5 for feature f on field _feature which is less than the minimum positive normal float",
        ),
        (1e-39, "less than the minimum positive normal float: 1.1754944E-38"),
        (1e39, "featureValue must be finite, got: Infinity for feature f on field _feature"),
        (math.nan, "featureValue must be finite, got: NaN for feature f"),
        ("x", 'For input string: "x"'),
        (True, "Current token (VALUE_TRUE) not numeric"),
        ({"a": 1}, "Expected a value but found START_OBJECT"),
        (
            [1, 2],
            "[rank_feature] fields do not support indexing multiple values for the same field [f] in",
        ),
    ],
)
def test_a_feature_that_does_not_fit_is_refused(value, message):
    said = refusal([{"_id": "x", "f": value}], kind="rank_feature")

    assert said.startswith("document [x]: failed to parse field [f] of type [rank_feature]")
    assert message in said


@pytest.mark.parametrize(("value", "message"), [(0, "must be finite"), (3e38, "got: 3.333333E-39")])
def test_a_reciprocal_that_is_not_normal_is_no_feature(value, message):
    assert message in refusal([{"f": value}], kind="rank_feature", positive_score_impact=False)


@given(nps.arrays(np.float64, 6, elements=st.floats(1e-37, 1e37)), st.booleans())
@examples(30)
def test_a_column_of_features_means_its_values(column, positive):
    mappings = mapping_of("rank_feature", positive_score_impact=positive)
    index = Index.from_documents(DOCS, mappings=mappings, columns={"f": column})
    plain = Index.from_documents(
        [{**d, "f": x} for d, x in zip(DOCS, column, strict=True)], mappings=mappings
    )

    assert index.mappings == plain.mappings
    assert ids_with(index) == ids_with(plain)
