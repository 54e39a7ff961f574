"""Variables in a request are filled from parameters; what is missing, unknown or not plain is named."""

import numpy as np
import pytest

from rescora.errors import RequestError, UnsupportedError
from rescora.request import Template

BODY = {
    "query": {"rescore_query": {"match": {"title": {"query": "{{q}}", "boost": "{{ b }}"}}}},
    "window_size": 5,
}


def test_variables_are_replaced_wherever_they_stand():
    template = Template([BODY, "the {{q}} and {{{b}}}", 7])

    assert template.variables == {"q", "b"}
    filled = template.render({"q": 'a "fox"', "b": 1.5})
    assert filled[0]["query"]["rescore_query"]["match"]["title"] == {"query": 'a "fox"', "boost": "1.5"}
    assert filled[1:] == ['the a "fox" and 1.5', 7]


def test_the_template_itself_is_never_changed():
    template = Template(BODY)

    template.render({"q": "x", "b": 1})

    assert BODY["query"]["rescore_query"]["match"]["title"]["query"] == "{{q}}"


def test_what_is_filled_in_is_not_read_again():
    assert Template("{{a}}{{b}}").render({"a": "{{b}}", "b": "x"}) == "{{b}}x"


@pytest.mark.parametrize(("value", "expected"), [(7, "7"), (True, "true"), (0.5, "0.5"), ("", "")])
def test_any_scalar_becomes_its_text(value, expected):
    assert Template("{{a}}").render({"a": value}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(0.5), "0.5"),
        (np.float32(1e10), "1.0E10"),
        (np.int64(7), "7"),
        (np.bool_(False), "false"),
        (np.str_("fox"), "fox"),
    ],
)
def test_a_scalar_of_numpy_prints_as_one_of_python(value, expected):
    assert Template("{{a}}").render({"a": value}) == expected


@pytest.mark.parametrize(
    ("params", "fragment"),
    [
        ({}, "missing parameter [query]"),
        ({"query": "x", "qeury": "y"}, "unknown parameter [qeury]"),
        ({"query": None}, "a string, number or boolean is wanted"),
        ({"query": ["x"]}, "a string, number or boolean is wanted"),
        ({"query": "\ud800"}, "not valid Unicode"),
        ({"query": float("nan")}, "a value is wanted, not [nan]"),
        ({"query": np.float32("inf")}, "a value is wanted, not [inf]"),
        ({"query": 10**5000}, "an integer of more than 300 digits"),
        ({"query": np.array(["x"])}, "a string, number or boolean is wanted"),
        ([1], "params must be an object"),
    ],
)
def test_wrong_parameters_are_named(params, fragment):
    with pytest.raises(RequestError) as caught:
        Template({"a": "{{query}}"}).render(params)
    assert fragment in str(caught.value)


@pytest.mark.parametrize("text", ["{{#toJson}}x{{/toJson}}", "{{^a}}", "{{> part}}", "{{! note}}"])
def test_other_mustache_tags_are_refused_by_name(text):
    with pytest.raises(UnsupportedError, match="mustache tag"):
        Template({"a": text})


@pytest.mark.parametrize("text", ["{{a", "{{}}", "{{a b}}"])
def test_broken_tags_are_errors_with_their_path(text):
    with pytest.raises(RequestError) as caught:
        Template({"a": [text]})
    assert caught.value.path == "a[0]"


def test_a_variable_among_a_scripts_parameters_keeps_its_type():
    body = {
        "script": {"script": {"source": "params.w * params.v[0]", "params": {"w": "{{w}}", "v": "{{v}}"}}}
    }
    template = Template(body, "rescore")

    filled = template.render({"w": 0.5, "v": [1, 2]})

    assert filled["script"]["script"]["params"] == {"w": 0.5, "v": [1, 2]}
    assert template.variables == {"w", "v"}


def test_elsewhere_and_beside_other_text_it_is_text():
    body = {"query": "{{w}}", "script": {"params": {"w": "{{w}}", "label": "w={{w}}"}}}

    assert Template(body).render({"w": 2}) == {"query": "2", "script": {"params": {"w": 2, "label": "w=2"}}}
