"""Mustache as Elasticsearch has it: sections, functions, escapes, and what counts as missing."""

import contextlib
import json
import pickle
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from rescora.errors import RequestError, UnsupportedError
from rescora.request.mustache import MAX_DEPTH, MAX_OUTPUT, MissingParameter, Mustache

PEOPLE = {
    "people": [
        {"name": "John Smith", "emails": ["john@smith.com", "jsmith@email.com"]},
        {"name": "John Doe", "emails": ["john@doe.com"]},
    ]
}


def render(template, params=None, **options):
    return Mustache(template).render(params or {}, **options)


def test_variables_print_as_java_prints_them():
    values = ["q", 7, 2**70, True, False, 0.5, 100.0, 1e10, 1e-5, -0.0, None, ""]
    expected = "q 7 1180591620717411303424 true false 0.5 100.0 1.0E10 1.0E-5 -0.0  "

    assert " ".join(render("{{a}}", {"a": value}) for value in values) == expected


def test_lists_print_as_objects_of_their_places_and_what_they_hold_as_lists():
    params = {"l": ["x", [1, [2]], {"k": ["y", None]}], "o": {"k": [True, {}], "n": None}, "e": []}

    assert render("{{{l}}}", params) == "{0=x, 1=[1, [2]], 2={k=[y, null]}}"
    assert render("{{{o}}}", params) == "{k=[true, {}], n=null}"
    assert render("{{{e}}}", params) == "{}"


def test_only_plain_variables_are_escaped_for_json():
    text = 'a "b" \\ / \b\t\n\f\r \x01\x1f\x7f é 😀'
    escaped = 'a \\"b\\" \\\\ / \\b\\t\\n\\f\\r \\u0001\\u001F\x7f é 😀'

    assert render("{{a}}", {"a": text}) == escaped
    assert render("{{{a}}}{{&a}}{{& a }}{{{ a }}}", {"a": text}) == text * 4
    assert render("{{a}}", {"a": ['"']}) == '{0=\\"}'


def test_names_with_dots_lead_into_objects_and_lists():
    params = {
        "data": [["foo", "bar"], {"key": "k"}, None],
        "a": {"b": {"c": 1}},
        "x.y": "flat",
        "x": {"y": 2},
    }

    assert render("{{data.0.1}} {{data.1.key}} {{data.size}} {{data.0.size}}", params) == "bar k 3 2"
    assert render("{{a.b.c}} {{x.y}}", params) == "1 flat"
    assert (
        render("[{{data.2}}{{data.3}}{{data.-1}}{{data.x}}{{a.x.c}}{{a.b.c.d}}{{.a}}{{a.}}]", params) == "[]"
    )


def test_names_are_trimmed_in_tags():
    assert render("{{ a }}{{\na\t}}{{# b }}x{{/b}}", {"a": 1, "b": True}) == "11x"


def test_a_kind_after_a_blank_is_part_of_the_name():
    assert render("[{{ #a }}]", {"#a": 1, "a": 2}) == "[1]"


@pytest.mark.parametrize("value", [True, "x", 0, 0.0, {}, {"a": 1}, [0], [None]])
def test_what_is_true_is_written_and_its_inverse_is_not(value):
    assert render("{{#a}}yes{{/a}}{{^a}}no{{/a}}", {"a": value}) == "yes"


@pytest.mark.parametrize(
    "params", [{}, {"a": None}, {"a": False}, {"a": ""}, {"a": []}, {"a": np.bool_(False)}]
)
def test_what_is_false_empty_or_missing_is_not_written_but_its_inverse_is(params):
    assert render("{{#a}}yes{{/a}}{{^a}}no{{/a}}", params) == "no"


def test_sections_are_written_once_for_each_item():
    template = '{{#people}}<{{name}}{{#emails}} "{{.}}"{{/emails}}{{^phone}} -{{/phone}}>{{/people}}'

    expected = '<John Smith "john@smith.com" "jsmith@email.com" -><John Doe "john@doe.com" ->'
    assert render(template, PEOPLE) == expected


def test_names_are_looked_for_in_the_innermost_section_first_and_then_outside():
    params = {"a": {"x": 1, "o": {"p": 5}}, "x": 2, "y": 3, "o": {"p": 6, "q": 7}}

    assert render("{{#a}}{{x}}{{y}}{{/a}}{{x}}", params) == "132"
    # the last part alone is not looked for further out, an earlier one is
    assert render("{{#a}}{{o.p}}[{{o.q}}]{{/a}}{{#o}}{{a.x}}{{/o}}", params) == "5[]1"


def test_the_dot_is_the_innermost_scope():
    assert render("{{#a}}{{.}},{{/a}}", {"a": [1, "b", True]}) == "1,b,true,"
    assert render("{{#a}}{{#.}}{{.}}{{/.}};{{/a}}", {"a": [[1, 2], [3]]}) == "12;3;"
    assert render("{{#a}}{{.}}{{/a}}", {"a": [[1, [2]]]}) == "{0=1, 1=[2]}"
    assert render("{{.}}", {"a": 1}) == "{a=1}"
    assert render("{{#a}}{{.}}{{/a}}", {"a": [None]}) == "{a=[null]}"


def test_comments_write_nothing():
    assert render("a{{! {{b} \n}}c") == "ac"


def test_lines_that_hold_nothing_but_the_tags_of_a_section_are_left_out():
    template = '[\n  {{#a}}\n    "{{.}}",\n  {{/a}}\n  "end"\n]'

    assert render(template, {"a": [1, 2]}) == '[\n    "1",\n    "2",\n  "end"\n]'
    assert render("a {{#b}} c {{/b}} d", {"b": True}) == "a  c  d"
    assert render("a\r\n{{#b}}\r\nc\r\n{{/b}}\r\nd", {"b": True}) == "a\r\nc\r\nd"


def test_json_of_lists_and_objects():
    value = {"s": 'a"\n', "n": [1, 2.5, 1e10, 2**40], "b": [True, False, None], "o": {}, "l": []}
    expected = '{"s":"a\\"\\n","n":[1,2.5,1.0E10,1099511627776],"b":[true,false,null],"o":{},"l":[]}'

    assert render("{{#toJson}}v{{/toJson}}", {"v": value}) == expected
    assert render("{{#TOJSON}}v.n{{/TOJSON}}", {"v": value}) == "[1,2.5,1.0E10,1099511627776]"
    assert render("{{#toJson}}.{{/toJson}}", {"v": None}) == '{"v":null}'
    assert render("{{#v}}{{#toJson}}.{{/toJson}}{{/v}}", {"v": [{"a": 1}, ["x"]]}) == '{"a":1}["x"]'


@pytest.mark.parametrize(
    ("value", "expected"), [('a "b"', 'a "b"'), ("", ""), (True, "true"), (42.5, "42.5"), (None, "")]
)
def test_json_of_anything_else_is_its_bare_text(value, expected):
    assert render("{{#toJson}}v{{/toJson}}", {"v": value}) == expected


def test_the_name_in_a_function_is_not_trimmed():
    assert render("[{{#toJson}} v {{/toJson}}]", {"v": [1]}) == "[]"


def test_lists_are_joined_without_escapes():
    params = {"a": [1, 2.5, True, '"x"', ["y", {"k": 1}]], "e": []}

    assert render("{{#join}}a{{/join}}", params) == '1,2.5,true,"x",[y, {k=1}]'
    assert render("{{#join delimiter=' and '}}a.4{{/join delimiter=' and '}}", params) == "y and {k=1}"
    assert render("{{#join delimiter=''}}a{{/join delimiter=''}}", params) == '12.5true"x"[y, {k=1}]'
    assert render("{{#join delimiter='||'}}e{{/join delimiter='||'}}", params) == ""
    assert render("{{#people}}to: {{#join}}emails{{/join}};{{/people}}", PEOPLE) == (
        "to: john@smith.com,jsmith@email.com;to: john@doe.com;"
    )


def test_what_is_no_list_joins_to_the_text_between_its_tags():
    assert render("{{#join}}a{{/join}} {{#join}}b{{/join}}", {"a": 7}) == "a b"
    assert render("{{#join}}{{#toJson}}a{{/toJson}}{{/join}}", {"a": [{"k": 1}]}) == '[{"k":1}]'


def test_urls_are_encoded_as_forms():
    url = "?query=(foo:A OR baz:B) AND title:/joh?n/ AND ~date:{* TO é}"
    encoded = "%3Fquery%3D%28foo%3AA+OR+baz%3AB%29+AND+title%3A%2Fjoh%3Fn%2F+AND+%7Edate%3A%7B*+TO+%C3%A9%7D"

    assert render("{{#url}}{{u}}{{/url}}", {"u": url}) == encoded
    assert render("{{#url}}a/{{#join}}l{{/join}}-_.{{/url}}/b", {"l": ["<x>", "y"]}) == "a%2F%3Cx%3E%2Cy-_./b"
    assert render("{{#url}}{{u}}{{/url}}", {"u": '"'}) == "%5C%22"  # escaped for JSON before


def test_what_is_filled_in_is_not_read_again():
    assert render("{{a}}{{{a}}}{{#join}}l{{/join}}", {"a": "{{b}}", "l": ["{{b}}"], "b": 1}) == "{{b}}" * 3


def test_numpys_values_print_as_the_numbers_they_are():
    params = {
        "v": np.array([0.5, 2]),
        "n": [np.float64(0.5), np.int32(3), np.bool_(True)],
        "f": np.float32(0.1),
    }

    assert (
        render("{{#toJson}}v{{/toJson}} {{#toJson}}n{{/toJson}} {{v.1}}", params)
        == "[0.5,2.0] [0.5,3,true] 2.0"
    )
    assert render("{{f}}", params) == "0.10000000149011612"


def test_variables_are_the_first_parts_of_names():
    template = (
        "{{a.b}}{{{c}}}{{&d}}{{#e}}{{f}}{{.}}{{/e}}{{^g.0}}{{/g.0}}{{#toJson}}h.i{{/toJson}}"
        "{{#join}}j{{/join}}{{#url}}k{{l}}{{/url}}{{! m }}{{#toJson}}.{{/toJson}}{{#join}}{{n}}{{/join}}{{ }}"
    )

    assert Mustache(template).variables == frozenset("abcdefghjln") - {"b"}


# --- missing parameters ---


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{{a}}", "a"),
        ("{{{a}}}", "a"),
        ("{{& a }}", "a"),
        ("{{given.b}}", "given.b"),
        ("{{null.b}}", "null.b"),
        ("{{list.2}}", "list.2"),
        ("{{list.1}}", "list.1"),  # a null in a list is not there
        ("{{#given}}{{b}}{{/given}}", "b"),
        ("{{^a}}{{c}}{{/a}}", "c"),
        ("{{#url}}{{a}}{{/url}}", "a"),
        ("{{#join}}{{a}}{{/join}}", "a"),
        ("{{#toJson}}{{a}}{{/toJson}}", "a"),
    ],
)
def test_a_variable_that_is_not_given_is_missing(template, name):
    params = {"given": {"x": 1}, "null": None, "list": [0, None]}
    render(template, params)  # which is otherwise no error

    with pytest.raises(MissingParameter, match="is missing") as caught:
        render(template, params, detect_missing=True)

    assert caught.value.name == name
    assert caught.value.reason == f"Parameter [{name}] is missing"
    assert caught.value.type == "mustache_invalid_parameter_exception"


@pytest.mark.parametrize(
    "template",
    [
        "{{null}}",  # null is given
        "{{given.n}}",
        "{{.}}",
        "{{#a}}{{b}}{{.}}{{/a}}",  # what is not written is not missed
        "{{#null}}{{b}}{{/null}}",
        "{{^a}}{{/a}}",
        "{{#a.b}}{{/a.b}}",
        "{{#toJson}}a{{/toJson}}",
        "{{#join}}a{{/join}}",
        "{{list.size}}{{#list}}{{.}}{{/list}}",
    ],
)
def test_sections_functions_and_nulls_are_not_missing(template):
    params = {"given": {"n": None}, "null": None, "list": [0, None]}

    assert render(template, params, detect_missing=True) == render(template, params)


def test_a_missing_parameter_can_be_pickled():
    error = pickle.loads(pickle.dumps(MissingParameter("a.b")))

    assert (type(error), error.name, str(error)) == (
        MissingParameter,
        "a.b",
        "params: Parameter [a.b] is missing",
    )


# --- errors ---


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{a", "Improperly closed variable in query-template:1"),
        ("x\n{{{a}}", "Improperly closed variable in query-template:2"),
        ("{{! a", "Improperly closed variable in query-template:1"),
        ("{{}}", "Empty mustache in query-template:1"),
        ("{{#a}}", "Failed to close 'a' tag in query-template:1"),
        ("\n{{#a}}\n{{#b}}{{/b}}", "Failed to close 'a' tag in query-template:2"),
        ("{{#a}}{{/b}}", "Mismatched start/end tags: a != b in query-template:1"),
        ("\n{{/b}}", "Mismatched start/end tags: null != b in query-template:2"),
        (
            "{{#join delimiter='a'}}x{{/join}}",
            "Mismatched start/end tags: join delimiter='a' != join in query-template:1",
        ),
        (
            "{{#toJson}}{{/toJson}}",
            "Mustache function [toJson] must contain one and only one identifier in query-template:1",
        ),
        (
            "{{#toJson}}{{a}}{{b}}{{/toJson}}",
            "Mustache function [toJson] must contain one and only one identifier in query-template:1",
        ),
        (
            "{{#join}}a{{b}}{{/join}}",
            "Mustache function [join] must contain one and only one identifier in query-template:1",
        ),
        ("{{#a}}" * (MAX_DEPTH + 1), f"sections must not be nested deeper than {MAX_DEPTH} levels"),
    ],
)
def test_broken_templates_are_named_in_elasticsearchs_words(template, reason):
    with pytest.raises(RequestError) as caught:
        Mustache(template, "query_extractor.query")

    assert (caught.value.path, caught.value.reason) == ("query_extractor.query", reason)
    assert caught.value.type == "script_exception"


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{{> part}}", "partial"),
        ("{{=<% %>=}}", "change of delimiters"),
        ("{{<super}}{{/super}}", "inheriting"),
        ("{{$a}}{{/a}}", "block"),
        ("{{%pragma}}", "pragma"),
        ("{{#join}}{{#url}}{{a}}{{/url}}{{/join}}", "[url] within [join]"),
    ],
)
def test_what_is_not_supported_is_refused_by_name(template, what):
    with pytest.raises(UnsupportedError) as caught:
        Mustache(template, "place")

    assert what in caught.value.reason
    assert caught.value.path == "place"


SELF = {}
SELF["self"] = [SELF]
WIDE = "x"
for _ in range(50):
    WIDE = [WIDE] * 10  # 10^50 values, in 50 lists


@pytest.mark.parametrize(
    ("template", "value", "fragment"),
    [
        ("{{a}}", float("nan"), "params.a: a value is wanted"),
        ("{{#toJson}}a{{/toJson}}", [float("inf")], "params.a: a value is wanted"),
        ("{{a}}", "\ud800", "params.a: [\\ud800] is not valid Unicode"),
        ("{{a}}", b"x", "params.a: unexpected token"),
        ("{{a}}", object(), "params.a: a value is wanted"),
        ("{{a}}", {"k": {1}}, "params.a: a value is wanted"),
        ("{{a}}", {1: 2}, "params.a: a string is wanted"),
        ("{{#toJson}}a{{/toJson}}", [np.zeros(1)], "an array is taken as a parameter"),
        ("{{a}}", 10**400, "an integer of more than 300 digits"),
        ("{{#join}}a{{/join}}", [1, None], "params.a[1]: null cannot be joined"),
        ("{{a}}", SELF, f"must not be nested deeper than {MAX_DEPTH} levels"),
        ("{{#toJson}}a{{/toJson}}", SELF, f"must not be nested deeper than {MAX_DEPTH} levels"),
        ("{{#toJson}}a{{/toJson}}", WIDE, "size limit exceeded"),
        ("{{#a}}{{#a}}{{#a}}{{#a}}{{/a}}{{/a}}{{/a}}{{/a}}", [0] * 1000, "steps"),
        ("{{#a}}{{#toJson}}{{.}}{{/toJson}}{{/a}}", ["x" * 900_000] * 1000, "steps"),
        ("{{{a}}}{{{a}}}", "x" * 600_000, "Mustache script result size limit exceeded"),
    ],
)
def test_what_cannot_be_written_is_refused(template, value, fragment):
    with pytest.raises(RequestError) as caught:
        render(template, {"a": value})

    assert fragment in str(caught.value)


@pytest.mark.parametrize("params", [None, [], "a", 1])
def test_parameters_must_be_an_object(params):
    with pytest.raises(RequestError, match="params must be an object"):
        Mustache("{{a}}").render(params)


def test_the_template_must_be_text():
    with pytest.raises(RequestError, match="a string is wanted"):
        Mustache({"a": 1})


def test_the_limits_are_reached_before_they_are_passed():
    assert len(render("{{a}}", {"a": "x" * MAX_OUTPUT})) == MAX_OUTPUT
    assert render("{{#a}}" * MAX_DEPTH + "x" + "{{/a}}" * MAX_DEPTH, {"a": 1}) == "x"


# --- laws ---

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
KEYS = st.sampled_from(["a", "b", "c", "a.b", "size"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=3),
    max_leaves=8,
)
PARAMS = st.dictionaries(KEYS, VALUES, max_size=4)
SIGNS = [*"{}#^/&!>=. \n", "{{", "}}", "{{{", "}}}", "a", "b", "a.b", "a.0", "size"]
TAGS = ["{{#a}}", "{{/a}}", "{{^a}}", "{{a}}", "{{{b}}}", "{{.}}", "{{! x}}"]
FUNCTIONS = ["{{#toJson}}", "{{/toJson}}", "{{#join}}", "{{/join}}", "{{#url}}", "{{/url}}"]
PIECES = st.sampled_from([*SIGNS, *TAGS, *FUNCTIONS])


@given(st.lists(PIECES, max_size=12).map("".join), PARAMS, st.booleans())
@examples(300)
def test_whatever_the_template_the_answer_is_a_text_or_our_own_error(template, params, detect_missing):
    try:
        text = Mustache(template).render(params, detect_missing=detect_missing)
    except RequestError:
        return
    assert text.encode().decode() == text


@given(TEXTS)
def test_any_text_comes_through_a_json_string(text):
    assert json.loads(render('{"q": "{{q}}"}', {"q": text})) == {"q": text}


@given(VALUES.filter(lambda value: isinstance(value, list | dict)))
def test_any_list_or_object_comes_through_json(value):
    assert json.loads(render("{{#toJson}}v{{/toJson}}", {"v": value})) == value


@given(TEXTS.filter(lambda text: "{{" not in text and "\r" not in text))
def test_a_text_without_tags_is_itself(text):
    assert render(text) == text


def test_damaged_templates_and_odd_values_raise_only_our_own_errors():
    source = random.Random(7)
    template = (
        '{"terms": {"f": {{#toJson}}a.b{{/toJson}}}, "x": [{{#l}}"{{n}}{{^n}}-{{/n}}",\n{{/l}}'
        "{{#join delimiter='|'}}l{{/join delimiter='|'}}"
        '], "u": "{{#url}}{{{u}}}{{/url}}", "d": {{& a.l.0}}}'
    )
    odd = [
        None,
        True,
        -1,
        1e308,
        float("nan"),
        "\ud800",
        "{{",
        b"x",
        [],
        {},
        {None: 1},
        {"b": {1}},
        [[None]],
        SELF,
        object(),
    ]
    for _ in range(600):
        text = list(template)
        for _ in range(source.randint(0, 3)):
            text[source.randrange(len(text))] = source.choice(
                ["", "{", "}", "#", "/", "\x00", "\ud800", "{{a}}"]
            )
        cut = "".join(text)[: source.choice([None, source.randrange(len(text))])]
        params = {name: source.choice(odd) for name in source.sample(["a", "l", "n", "u"], 3)}
        with contextlib.suppress(RequestError):  # anything else fails the test
            Mustache(cut).render(params, detect_missing=source.random() < 0.5)
