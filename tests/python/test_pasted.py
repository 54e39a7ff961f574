"""A server's settings and mappings can be given unchanged; settings that change no answer are named once."""

import json
import warnings

import pytest

import rescora
from rescora import Index, RequestError, RescoraWarning
from rescora.cli import main
from rescora.schema.pasted import pasted_mappings, pasted_settings
from rescora.schema.settings import parse_settings

MAPPINGS = {
    "dynamic": "strict",
    "_meta": {"owner": "us"},
    "properties": {"t": {"type": "text", "analyzer": "mine"}, "settings": {"type": "keyword"}},
}
SETTINGS = {  # strings for numbers, as a server says them
    "index": {
        "routing": {"allocation": {"include": {"_tier_preference": "data_content"}}},
        "number_of_shards": "2",
        "provided_name": "papers",
        "creation_date": "1700000000000",
        "number_of_replicas": "1",
        "uuid": "0a1b2c",
        "version": {"created": "8503000"},
        "refresh_interval": "30s",
        "max_result_window": "20000",
        "blocks": {"read_only_allow_delete": "false"},
        "analysis": {
            "filter": {"stops": {"type": "stop", "stopwords": ["the", "a"]}},
            "analyzer": {
                "mine": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "stops"]}
            },
        },
        "similarity": {"default": {"type": "BM25", "b": "0.3", "k1": "1.1", "discount_overlaps": "true"}},
        "mapping": {"total_fields": {"limit": "2000"}, "coerce": "true"},
    }
}
ANSWER = {"papers": {"aliases": {}, "mappings": MAPPINGS, "settings": SETTINGS}}
PASSIVE = [
    "blocks.read_only_allow_delete",
    "creation_date",
    "number_of_replicas",
    "provided_name",
    "refresh_interval",
    "routing.allocation.include._tier_preference",
    "uuid",
    "version.created",
]


def build(**given):
    """Return the index of one document, and the warnings."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        index = Index.from_documents([{"_id": "a", "t": "the Fox"}], **given)
    return index, said


@pytest.mark.parametrize(
    "settings",
    [
        ANSWER,
        ANSWER["papers"],
        {"papers": {"settings": SETTINGS}},
        {"papers": {"settings": SETTINGS, "defaults": {"index": {"codec": "default"}}}},
        {"settings": SETTINGS},
        SETTINGS,
    ],
)
def test_settings_of_an_answer_are_read_whole_and_the_passive_ones_named_once(settings):
    index, said = build(settings=settings)

    [warning] = said
    assert warning.category is RescoraWarning
    assert str(warning.message) == f"these settings have no effect here: {', '.join(PASSIVE)}"
    assert warning.filename == __file__
    parsed = parse_settings(SETTINGS)
    assert (parsed.number_of_shards, parsed.max_result_window, parsed.total_fields_limit) == (
        2,
        20_000,
        2_000,
    )
    assert [token.token for token in index.analyze("t", "The fox")] == ["the", "fox"]
    assert index.name == ("papers" if "papers" in settings else "index")


@pytest.mark.parametrize(
    "mappings",
    [
        ANSWER,
        ANSWER["papers"],
        {"papers": {"mappings": MAPPINGS}},
        {"papers": {"mappings": {"_doc": MAPPINGS}}},
        {"mappings": MAPPINGS},
        MAPPINGS,
    ],
)
def test_mappings_of_an_answer_are_read_whole(mappings):
    index, said = build(mappings=mappings, settings={"analysis": SETTINGS["index"]["analysis"]})

    assert said == []
    assert index.mappings == {**MAPPINGS, "properties": MAPPINGS["properties"]}
    assert [token.token for token in index.analyze("t", "The fox")] == ["fox"]


def test_an_index_of_an_answer_is_saved_and_opened_in_silence(tmp_path):
    index, said = build(mappings=ANSWER, settings=ANSWER, path=tmp_path / "papers")

    assert len(said) == 1
    opened = Index.open(tmp_path / "papers")
    assert opened.search(query={"match": {"t": "fox"}}).to_dict()["hits"]["hits"][0]["_index"] == "papers"
    assert (opened.settings, opened.mappings) == (index.settings, index.mappings)


@pytest.mark.parametrize(
    "mappings",
    [
        {"properties": {"mappings": {"type": "keyword"}}},
        {"properties": {"mappings": {"properties": {"a": {"type": "long"}}}}},
        {"properties": {"settings": {"type": "long"}}, "dynamic": "false"},
    ],
)
def test_fields_that_are_called_as_parts_of_an_answer_stay_fields(mappings):
    assert pasted_mappings(mappings) is mappings


@pytest.mark.parametrize(
    "settings", [{"similarity": {"settings": {"type": "BM25"}}}, {"index": {"number_of_shards": 1}}, {}, None]
)
def test_settings_without_a_wrapper_stay_as_they_are(settings):
    assert pasted_settings(settings) is settings


def test_an_answer_about_several_indices_is_refused():
    two = {"a": ANSWER["papers"], "b": ANSWER["papers"]}
    for given in ({"settings": two}, {"mappings": two}):
        with pytest.raises(RequestError, match=r"tells of 2 indices, \[a\], \[b\]: give the one"):
            Index.from_documents([], **given)


def test_an_answer_without_the_part_that_is_asked_for_is_refused():
    with pytest.raises(RequestError, match=r"mappings: the answer has no \[mappings\], only \[settings\]"):
        Index.from_documents([], mappings={"papers": {"settings": SETTINGS}})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"index": {"number_of_replica": "1"}}, "unknown setting"),
        ({"index": {"uuidd": "1"}}, "unknown setting"),
        ({"index": {"routing_path": "a"}}, "not supported"),
        ({"index": {"sort": {"field": "a"}}}, "not supported"),
        ({"index": {"mode": "time_series"}}, "not supported"),
        ({"index": {"default_pipeline": "clean"}}, "not supported"),
        ({"index": {"mapping": {"coerce": "false"}}}, "not supported"),
    ],
)
def test_settings_that_would_change_answers_and_unknown_ones_stay_errors(settings, message):
    with pytest.raises(RequestError, match=message):
        Index.from_documents([], settings={"papers": {"settings": settings}})


def test_settings_at_their_defaults_are_taken_in_silence():
    defaults = {"mode": "standard", "default_pipeline": "_none", "mapping": {"coerce": "true"}}
    assert build(settings={"index": defaults})[1] == []


def test_the_command_takes_answers_in_files_and_names_passive_settings(tmp_path, capsys):
    lines, answer, output = (tmp_path / name for name in ("docs.jsonl", "answer.json", "out.rescora"))
    lines.write_text('{"_id": "a", "t": "the Fox"}\n')
    answer.write_text(json.dumps(ANSWER))

    files = ["--mappings", str(answer), "--settings", str(answer), "--shards", "3"]
    assert main(["index", str(lines), "-o", str(output), *files]) == 0

    said = capsys.readouterr()
    assert said.err == f"rescora: warning: these settings have no effect here: {', '.join(PASSIVE)}\n"
    hits = rescora.Index.open(output).search()
    assert (hits.shard_count, hits.index_name) == (3, "papers")
