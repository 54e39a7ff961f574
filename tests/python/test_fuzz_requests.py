"""Whatever comes in, as a request, a document or a file, what comes out is an answer or an error of ours."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import fuzz_documents
import fuzz_files
import fuzz_requests
import seeds

from rescora import CorruptFileError, Index

pytestmark = pytest.mark.slow


def test_mutated_bodies_give_answers_or_request_errors():
    outcomes, failures = fuzz_requests.fuzz(20_000, seed=3)

    assert failures == []
    assert outcomes["answer"] > 2_000
    assert outcomes["parsing_exception"] > 2_000


def test_bodies_are_answered_before_they_are_mutated():
    index = seeds.index()

    assert {fuzz_requests.run(index, body) for body in seeds.bodies()} == {"answer"}


def test_mutated_documents_and_mappings_give_an_index_or_request_errors():
    outcomes, failures = fuzz_documents.fuzz(2_000, seed=3)

    assert failures == []
    assert outcomes["an index"] > 100


@pytest.mark.parametrize(("why", "given"), fuzz_documents.corpus())
def test_what_once_went_wrong_is_a_request_error(why, given):
    assert fuzz_documents.run(*given).endswith("_exception"), why


def test_damaged_files_give_answers_or_corrupt_file_errors():
    outcomes, failures = fuzz_files.fuzz(200, seed=3)

    assert failures == []
    assert any(outcome.endswith("answers") for outcome in outcomes)


@pytest.mark.parametrize(
    "source", [b'{"title": "a"', b'["a"    ]', b"\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"[[[[[[[[["]
)
def test_a_damaged_source_is_a_corrupt_file(tmp_path, source):
    path = tmp_path / "index"
    good = b'{"title":"abc"}'
    Index.from_documents([{"title": "abc"}], path=path)
    content = path.read_bytes()
    assert content.count(good) == 1
    path.write_bytes(content.replace(good, source.ljust(len(good))))

    hits = Index.open(path).search()

    assert hits.ids == ["0"]
    with pytest.raises(CorruptFileError, match="the source of document 0 is damaged"):
        print(hits[0].source)
    with pytest.raises(CorruptFileError, match="is damaged"):
        Index.open(path, verify=True)
