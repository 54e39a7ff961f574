"""Source filtering keeps what was asked for and leaves the source alone."""

import copy
import time

import pytest

from rescora.fetch.source import SourceFilter, _matcher
from rescora.request import SourceSpec
from rescora.request.body import parse_source

SOURCE = {
    "title": "x",
    "tags": ["a", "b"],
    "empty": [],
    "o": {"a": 1, "b": {"c": 2, "d": 3}},
    "list": [{"a": 1, "b": 2}, {"b": 3}],
    "d.e": 4,
}


def keep(includes=(), excludes=()):
    return SourceFilter(SourceSpec(includes=includes, excludes=excludes))(SOURCE)


@pytest.mark.parametrize(
    ("includes", "excludes", "expected"),
    [
        ((), (), SOURCE),
        (("title", "nothing"), (), {"title": "x"}),
        (("t*",), (), {"title": "x", "tags": ["a", "b"]}),
        (("o",), (), {"o": SOURCE["o"]}),
        (("o.b",), (), {"o": {"b": {"c": 2, "d": 3}}}),
        (("*.c",), (), {"o": {"b": {"c": 2}}}),
        (("o.*",), ("o.b.d",), {"o": {"a": 1, "b": {"c": 2}}}),
        (("o",), ("*.b",), {"o": {"a": 1}}),
        (("list.a",), (), {"list": [{"a": 1}]}),
        (("d.e",), (), {"d.e": 4}),
        (("d",), (), {"d.e": 4}),
        (("empty",), (), {"empty": []}),
        (("*",), ("*",), {}),
        ((), ("o", "list", "d", "empty"), {"title": "x", "tags": ["a", "b"]}),
        ((), ("list.b", "o.*", "t*", "d", "empty"), {"o": {}, "list": [{"a": 1}, {}]}),
    ],
)
def test_includes_and_excludes_are_elasticsearchs(includes, excludes, expected):
    before = copy.deepcopy(SOURCE)

    assert keep(includes, excludes) == expected
    assert before == SOURCE


def test_a_source_may_be_wanted_whole():
    assert SourceFilter(SourceSpec()).whole
    assert SourceFilter(SourceSpec())(SOURCE) is SOURCE


def test_many_stars_do_not_take_ages():
    assert SourceFilter(SourceSpec(includes=("*" * 200 + "x",)))({"a" * 200: 1}) == {}


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("a*b*c", ["abc", "axxbyyc", "abcbc", "abc.d", "a.b.c.d"], ["ab", "acb", "abcx", "xabc"]),
        ("a*a", ["aa", "aba", "a.a"], ["a", "ab"]),
        ("*", ["", "a", "a.b"], []),
        ("*b", ["b", "ab", "a.b", "ab.c"], ["a", "ba"]),
        ("a**b", ["ab", "axb"], ["a"]),
    ],
)
def test_a_star_stands_for_anything(pattern, fits, fits_not):
    accepts = _matcher((pattern,))
    assert all(map(accepts, fits))
    assert not any(map(accepts, fits_not))


def test_patterns_that_nearly_fit_are_soon_known_not_to():
    began = time.process_time()
    assert not _matcher(("*a" * 2_000 + "b",))("a" * 10_000)
    assert _matcher(tuple(f"n{number}" for number in range(100_000)))("n5.x")
    assert time.process_time() - began < 1


def test_there_may_be_so_many_patterns_with_stars():
    assert len(parse_source([f"{number}*" for number in range(1_000)]).includes) == 1_000
    with pytest.raises(ValueError, match="at most 1,000 patterns"):
        parse_source([f"{number}*" for number in range(1_001)])
