"""Reciprocal rank and nDCG equal trec_eval's, as ir_measures computes them."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, nDCG

from rescora.evaluation.metrics import mean, ndcg, reciprocal_rank

IDS = [f"d{i}" for i in range(15)]
GRADES = st.dictionaries(st.sampled_from(IDS), st.integers(0, 3), min_size=1)
RANKING = st.lists(st.sampled_from(IDS), unique=True, min_size=1)


def trec_eval(measure, ranking, grades):
    run = {"q": {id_: float(len(ranking) - place) for place, id_ in enumerate(ranking)}}
    return ir_measures.calc_aggregate([measure], {"q": grades}, run)[measure]


@given(ranking=RANKING, grades=GRADES)
def test_the_reciprocal_rank_is_that_of_trec_eval(ranking, grades):
    assert trec_eval(RR, ranking, grades) == pytest.approx(reciprocal_rank(ranking, grades), abs=1e-12)


@given(ranking=RANKING, grades=GRADES, k=st.sampled_from([1, 3, 10]))
def test_ndcg_is_that_of_trec_eval(ranking, grades, k):
    assert trec_eval(nDCG @ k, ranking, grades) == pytest.approx(ndcg(ranking, grades, k=k), abs=1e-12)


def test_a_query_that_found_nothing_counts_as_zero():
    judgments = {"found": {"a": 1}, "nothing": {"b": 1}}

    assert mean(reciprocal_rank, {"found": ["a"], "nothing": []}, judgments) == 0.5
    assert mean(reciprocal_rank, {"found": ["a"]}, judgments) == 0.5


def test_a_mean_over_no_query_is_refused():
    with pytest.raises(ValueError, match="at least one judged query"):
        mean(ndcg, {"q": ["a"]}, {})


def test_a_negative_grade_counts_as_zero():
    assert ndcg(["bad", "good"], {"good": 1, "bad": -1}) == ndcg(["other", "good"], {"good": 1})
