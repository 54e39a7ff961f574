"""The guard against getting slower judges counts by a record that was made with the same things."""

import importlib.util
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PATH = PROJECT / "bench" / "instructions" / "guard.py"
MADE_WITH = {"compiler": "GCC 12.2.0", "instruction set": "avx2"}


@pytest.fixture(scope="module")
def guard():
    spec = importlib.util.spec_from_file_location("guard", PATH)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "guard", module)  # dataclasses look their module up
        spec.loader.exec_module(module)
    return module


def judged(guard, before, now, **made_with):
    record = guard.Counts(MADE_WITH, before)
    return guard.judge(record, guard.Counts(MADE_WITH | made_with, now), tolerance=0.02)


def test_counts_within_the_tolerance_are_good(guard):
    report, good = judged(guard, {"phrase": 1000, "match": 1000}, {"phrase": 1020, "match": 980})

    assert good
    assert report.splitlines()[1].split() == ["phrase", "1,000", "1,020", "+2.00", "%"]
    assert report.splitlines()[-1] == "No workload is slower by more than 2 %."


def test_a_workload_over_the_tolerance_fails_and_is_named(guard):
    report, good = judged(guard, {"phrase": 1000, "match": 1000}, {"phrase": 1021, "match": 1000})

    assert not good
    assert report.splitlines()[1].endswith("+2.10 %  slower")
    assert report.endswith("1 of 2 workloads are slower by more than 2 %, or missing: phrase.")


@pytest.mark.parametrize("name", MADE_WITH)
def test_counts_made_with_other_things_are_only_reported(guard, name):
    report, good = judged(guard, {"phrase": 1000}, {"phrase": 5000}, **{name: "another"})

    assert good
    assert "+400.00 %  slower" in report
    assert report.endswith(f"  {name}: {MADE_WITH[name]} then, another now")


def test_what_only_one_side_was_made_with_is_a_difference(guard):
    report, good = judged(guard, {"phrase": 1000}, {"phrase": 5000}, valgrind="3.19")

    assert good
    assert report.endswith("  valgrind: None then, 3.19 now")


def test_a_faster_workload_is_good_and_asks_to_be_recorded(guard):
    report, good = judged(guard, {"phrase": 1000}, {"phrase": 979})

    assert good
    assert report.splitlines()[1].endswith("-2.10 %  faster: record it with --record")


def test_a_new_workload_is_good_and_asks_to_be_recorded(guard):
    report, good = judged(guard, {"phrase": 1000}, {"phrase": 1000, "match": 7})

    assert good
    assert report.splitlines()[2].split(maxsplit=2) == ["match", "7", "new: record it with --record"]


def test_a_workload_that_is_no_longer_counted_fails(guard):
    report, good = judged(guard, {"phrase": 1000, "match": 7}, {"phrase": 1000})

    assert not good
    assert report.splitlines()[2].split(maxsplit=2) == ["match", "7", "recorded, but not counted"]
    assert report.endswith("or missing: match.")


def test_dumps_are_read_in_the_order_of_the_calls(guard, tmp_path):
    for number in (1, 2, 10):
        text = f"part: {number}\n\ndesc: Trigger: --dump-after=rescora_counted\n\ntotals: {number * 7}\n"
        (tmp_path / f"counts.{number}").write_text(text)
    (tmp_path / "counts.11").write_text("part: 11\n\ndesc: Trigger: Program termination\n\ntotals: 0\n")

    assert guard.parse_dumps(tmp_path) == [7, 14, 70]


def test_workloads_take_their_counts_in_order_and_no_other_number_of_them(guard):
    output = "compiler\tGCC 12.2.0\nworkload\tphrase, slop 2\nworkload\tmatch\n"

    counts = guard.Counts({"compiler": "GCC 12.2.0"}, {"phrase, slop 2": 7, "match": 14})
    assert guard.parse_output(output, [7, 14]) == counts
    with pytest.raises(guard.Failure, match="counted 1 calls of rescora_counted for 2 workloads"):
        guard.parse_output(output, [7])


def test_a_record_is_read_as_it_was_written(guard, tmp_path):
    counts = guard.Counts(MADE_WITH, {"phrase": 1000})

    guard.write(tmp_path / "counts.json", counts)

    assert guard.read(tmp_path / "counts.json") == counts


def test_every_workload_on_record_has_its_answer(guard):
    answers = (PATH.with_name("answers.h")).read_text("utf-8")

    assert len(guard.read(guard.RECORD).instructions) > 20
    assert [name for name in guard.read(guard.RECORD).instructions if f'{{"{name}", 0x' not in answers] == []


def test_without_valgrind_the_guard_says_so_and_has_a_status_of_its_own(guard, monkeypatch, capsys):
    monkeypatch.setattr(guard.shutil, "which", lambda _: None)

    assert guard.main([]) == guard.NO_VALGRIND
    assert capsys.readouterr().err == "Nothing was counted: valgrind is not installed.\n"
