"""Source filtering keeps what was asked for and leaves the source alone."""

import copy

import pytest

from rescora.request import SourceSpec
from rescora.source import SourceFilter

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
