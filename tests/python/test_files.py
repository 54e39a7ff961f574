"""Saving and opening: what the system refuses is an OSError of its own kind, and nothing is left behind."""

import pytest

import rescora


@pytest.fixture
def index():
    return rescora.Index.from_documents([{"_id": "a", "title": "a quick fox"}, {"_id": "b", "title": "slow"}])


def test_opening_what_is_not_there_says_so(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        rescora.Index.open(tmp_path / "absent.rescora")
    assert error.value.filename == str(tmp_path / "absent.rescora")


def test_opening_a_folder_says_so(tmp_path):
    with pytest.raises(IsADirectoryError):
        rescora.Index.open(tmp_path)


def test_opening_another_file_says_that_it_is_no_index(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, long enough to hold a header if they were an index at all. " * 3)
    with pytest.raises(rescora.CorruptFileError, match="not a Rescora index"):
        rescora.Index.open(path)


def test_saving_where_nothing_can_be_written_leaves_nothing(index, tmp_path):
    with pytest.raises(FileNotFoundError):
        index.save(tmp_path / "no" / "such" / "folder.rescora")
    assert list(tmp_path.iterdir()) == []


def test_a_saved_index_answers_as_before_and_keeps_its_fields(index, tmp_path):
    index.save(tmp_path / "papers.rescora")
    opened = rescora.Index.open(tmp_path / "papers.rescora", verify=True)
    query = {"match": {"title": "quick"}}
    assert opened.search(query=query).to_dict()["hits"] == index.search(query=query).to_dict()["hits"]
    assert opened.mappings == index.mappings
    assert len(opened) == 2


def test_an_index_can_be_saved_over_the_file_it_was_opened_from(index, tmp_path):
    path = tmp_path / "papers.rescora"
    index.save(path)
    opened = rescora.Index.open(path)
    opened.save(path)
    assert opened.search(query={"match": {"title": "fox"}}).ids == ["a"]
    assert rescora.Index.open(path, verify=True).search(query={"match": {"title": "fox"}}).ids == ["a"]


def test_damage_in_a_section_is_found_by_verify(index, tmp_path):
    path = tmp_path / "papers.rescora"
    index.save(path)
    data = bytearray(path.read_bytes())
    place = data.index(b"a quick fox")  # in the sources
    data[place] ^= 1
    path.write_bytes(data)
    opened = rescora.Index.open(path)
    with pytest.raises(rescora.CorruptFileError, match="damaged"):
        opened.verify()
    with pytest.raises(rescora.CorruptFileError, match="damaged"):
        rescora.Index.open(path, verify=True)


def test_a_prefix_alone_merges_with_its_neighbours_as_the_words_it_stands_for():
    docs = [{"title": "line lines probe " + "x " * n} for n in range(1, 40)]
    found = rescora.Index.from_documents(docs)
    constant = {"prefix": {"title": {"value": "pro", "boost": 1.7}}}
    lone = {"match_phrase_prefix": {"title": "l"}}
    spelled = [{"term": {"title": "line"}}, {"term": {"title": "lines"}}]
    flat = found.search(query={"bool": {"should": [constant, *spelled]}}, size=50)
    merged = found.search(query={"bool": {"should": [constant, lone]}}, size=50)
    assert merged.ids == flat.ids
    assert merged.scores.tobytes() == flat.scores.tobytes()
