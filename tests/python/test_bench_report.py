"""What the benches make of their measurements: statistics, rows, tables, and rivals that are missing."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "bench"))

from report import (
    STATISTICS,
    Row,
    Wanted,
    amount,
    compared,
    markdown,
    missing_rivals,
    put_between,
    statistics_of,
    summary,
    table,
)
from rivals import first_pass, lucene


def rounds(*lists):
    return np.array(lists, np.int64) * 1000


def test_a_query_counts_with_its_least_round():
    times = rounds([4, 9, 2], [5, 3, 2])

    assert statistics_of(times, ("median", "worst")) == ["3.0", "4.0", "3.5"]


def test_statistics_are_those_of_their_names():
    times = np.arange(1, 102)

    assert {name: of(times) for name, of in STATISTICS.items()} == {
        "median": 51,
        "90th": 91,
        "99th": 100,
        "worst": 101,
        "mean": 51,
    }


def test_a_ratio_says_how_many_times_as_fast_ours_is():
    row = compared("work", "median", rounds([2, 2], [1, 1]), "Rival", rounds([6, 6], [8, 8]), wanted=4)

    assert (row.ours, row.theirs, row.times_as_good) == (1, 6, 6)
    assert row.spread == (4.25, 6.75)  # quartiles of 3 and 8
    assert row.cells() == [
        "work, median",
        "1 µs",
        "Rival",
        "6 µs",
        "6x",
        "4.25x to 6.75x",
        "≥ 4x",
        "reached by 50 %",
    ]


def test_a_missing_rival_keeps_its_row_and_its_wanted_number():
    row = compared("work", "99th", rounds([2]), "Lucene 9.9.1", "missing", wanted=40)

    assert row.cells()[2:] == ["Lucene 9.9.1", "missing", "—", "—", "≥ 40x", "not measured"]


@pytest.mark.parametrize(
    ("wanted", "reached", "said"),
    [
        (Wanted(40, "x"), 50, "reached by 25 %"),
        (Wanted(40, "x"), 30, "missed by 25 %"),
        (Wanted(40, "x"), 40, "reached by 0 %"),
        (Wanted(5, "µs", at_most=True), 4, "reached by 20 %"),
        (Wanted(5, "µs", at_most=True), 10, "missed by 100 %"),
        (Wanted(5, "µs", at_most=True), None, "not measured"),
    ],
)
def test_a_bound_says_whether_it_is_kept_and_by_how_much(wanted, reached, said):
    assert wanted.verdict(reached) == said


@pytest.mark.parametrize(
    ("number", "unit", "text"),
    [(0.388, "ms", "0.39 ms"), (45.66, "µs", "45.7 µs"), (3224.2, "µs", "3,224 µs"), (40, "x", "40x")],
)
def test_amounts_have_about_three_digits(number, unit, text):
    assert amount(number, unit) == text


def test_the_summary_counts_what_is_reached_and_names_the_rest():
    rows = [
        Row("fast", "median", 1, "µs", wanted=Wanted(2, "µs", at_most=True), reached=1),
        Row("slow", "median", 3, "µs", "Rival", wanted=Wanted(2, "x"), reached=1),
        Row("unasked", "", 3, "µs"),
    ]

    assert summary(rows) == (
        "1 of 2 wanted numbers are reached.\n- slow, median, beside Rival: missed by 50 %.\n"
    )


def test_every_missing_rival_is_named_with_its_reason():
    assert missing_rivals({"tantivy": "the package tantivy is not installed"}) == (
        "- Missing: tantivy: the package tantivy is not installed.\n"
    )


def test_a_rival_whose_package_is_not_there_is_missing(monkeypatch, tmp_path):
    for name, rival in (("tantivy", first_pass.Tantivy), ("bm25s", first_pass.Bm25s)):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed

        with pytest.raises(lucene.Missing, match=f"the package {name} is not installed"):
            rival(["a text"], ["a"], tmp_path)


def test_lucene_without_a_jdk_is_missing(tmp_path):
    with pytest.raises(lucene.Missing, match="no JDK in the folder that was named"):
        lucene.jdk(tmp_path)


def test_lucene_without_its_jars_is_missing(tmp_path):
    with pytest.raises(lucene.Missing, match=r"lucene-core-9\.9\.1\.jar is not in the folder of jars"):
        lucene.class_path("9.9.1", tmp_path, tmp_path)


def test_newer_lucenes_get_the_modules_that_they_ask_for():
    assert lucene.flags("9.9.1", "4g") == ["-Xms4g", "-Xmx4g"]
    assert "jdk.incubator.vector" in lucene.flags("10.5.1", "4g")


def test_overlap_is_the_share_of_our_hits_that_another_has():
    ours = [np.array([1, 2, 3, 4]), np.array([7])]
    theirs = [np.array([4, 9, 1, 8]), np.array([7])]

    assert first_pass.overlap(ours, theirs) == 0.75


def test_a_table_has_a_line_a_row():
    assert markdown(("a", "b"), [("1", "2")]) == "| a | b |\n|---|--:|\n| 1 | 2 |\n"
    assert table([Row("work", "", 1, "µs")]).splitlines()[-1] == "| work | 1 µs | — | — | — | — | — | — |"


def test_a_page_keeps_what_stands_outside_the_marks(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- rivals -->\nold\n<!-- /rivals -->\nafter\n")

    put_between(page, "rivals", "new \\1")

    assert page.read_text() == "before\n<!-- rivals -->\n\nnew \\1\n<!-- /rivals -->\nafter\n"
    with pytest.raises(ValueError, match="no single pair"):
        put_between(page, "others", "new")
