"""Reading files: bounded in bytes and in time, whatever stands under the name."""

import base64
import gzip
import io
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import rescora
from rescora.documents import lines
from rescora.files import reading
from rescora.files.reading import read_at_most
from rescora.model.formats import elasticsearch
from rescora.model.parsing import source

LINEAR = {
    "class": "org.apache.solr.ltr.model.LinearModel",
    "name": "m",
    "features": [{"name": "title"}],
    "params": {"weights": {"title": -2.0}},
}


@pytest.fixture
def index():
    return rescora.Index.from_documents([{"_id": "a", "title": "a quick fox"}, {"_id": "b", "title": "slow"}])


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def written(fifo, data):
    """Start a thread that writes to a FIFO, as long as somebody reads."""

    def write():
        try:
            with fifo.open("wb") as file:
                file.writelines(data)
        except BrokenPipeError:
            pass

    thread = threading.Thread(target=write)
    thread.start()
    return thread


# Models


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_a_device_is_no_model(path):
    with pytest.raises(OSError, match="must be a regular file, not a character device") as refused:
        rescora.Model.load(path)
    assert refused.value.filename == path


def test_a_socket_or_a_folder_is_no_model(tmp_path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
    with pytest.raises(OSError, match="must be a regular file, not a socket"):
        rescora.Model.load(tmp_path / "socket")
    with pytest.raises(IsADirectoryError):
        rescora.Model.load(tmp_path)


def test_a_model_comes_through_a_fifo(fifo):
    text = json.dumps(LINEAR).encode()
    thread = written(fifo, [text[:10], text[10:]])
    assert rescora.Model.load(fifo).predict([[1.0]]).tolist() == [-2.0]
    thread.join()


def test_a_fifo_that_nobody_writes_to_is_given_up(fifo, monkeypatch):
    monkeypatch.setattr(reading, "_PATIENCE", 0.1)
    with pytest.raises(TimeoutError, match=r"is a FIFO that gave nothing for 0\.1 seconds"):
        rescora.Model.load(fifo)
    silent = os.open(fifo, os.O_RDWR)
    with pytest.raises(TimeoutError):
        rescora.Model.load(fifo)
    os.close(silent)


def test_a_fifo_without_end_is_read_to_the_limit_only(fifo, monkeypatch):
    monkeypatch.setattr(source, "MOST_BYTES", 1 << 20)

    def endless():
        while True:
            yield bytes(1 << 16)

    thread = written(fifo, endless())
    with pytest.raises(rescora.ModelError, match="has more than the 1,048,576 bytes that a model may have"):
        rescora.Model.load(fifo)
    thread.join()


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "model"
    path.touch()
    os.truncate(path, source.MOST_BYTES + 1)
    with pytest.raises(rescora.ModelError, match="has more than the 2,147,483,648 bytes"):
        rescora.Model.load(path)


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit_only(tmp_path, monkeypatch):
    path = tmp_path / "growing"
    path.write_bytes(bytes(8))
    read = os.read

    def grow(descriptor, count):
        os.truncate(path, path.stat().st_size + 100)
        return read(descriptor, count)

    monkeypatch.setattr(reading.os, "read", grow)
    assert read_at_most(path, 1_000) is None


@pytest.mark.parametrize("size", [0, 1, 999, 1_000])
def test_up_to_the_limit_files_are_read_whole(size, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    assert read_at_most(path, 1_000) == b"x" * size
    path.write_bytes(b"x" * 1_001)
    assert read_at_most(path, 1_000) is None


def test_files_that_the_system_calls_empty_are_read():
    assert read_at_most("/proc/self/status", 1 << 20).startswith(b"Name:")


# Documents


def test_a_line_of_documents_that_does_not_end_is_refused(fifo, monkeypatch):
    monkeypatch.setattr(lines, "MOST_BYTES", 1 << 20)
    said = "line 1 of /dev/zero has more than the 1,048,576 bytes of a document"
    for on_error in ("raise", "skip"):
        with pytest.raises(rescora.RequestError, match=said):
            rescora.Index.from_documents("/dev/zero", on_error=on_error)
    with Path("/dev/zero").open("rb") as zeros, pytest.raises(rescora.RequestError, match=said):
        rescora.Index.from_documents(zeros)

    for endless in (io.BytesIO(bytes(2 << 20)), io.StringIO("x" * (2 << 20))):
        with pytest.raises(
            rescora.RequestError, match="line 1 of the file has more than the 1,048,576 bytes"
        ):
            rescora.Index.from_documents(endless)
    packed = gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(bytes(2 << 20))))
    with pytest.raises(rescora.RequestError, match="has more than the 1,048,576 bytes of a document"):
        rescora.Index.from_documents(packed)

    thread = written(fifo, [b'{"a": 1}\n' * 1_000])
    assert len(rescora.Index.from_documents(fifo)) == 1_000
    thread.join()


def test_lines_may_be_as_long_as_the_limit(monkeypatch, tmp_path):
    line = b'{"a": "' + b"x" * 100 + b'"}'
    monkeypatch.setattr(lines, "MOST_BYTES", len(line) + 1)
    path = tmp_path / "docs.jsonl"
    path.write_bytes(line + b"\n" + line)
    assert len(rescora.Index.from_documents(path)) == 2
    path.write_bytes(line + b"\n" + line + b"  \n")
    with pytest.raises(rescora.RequestError, match=r"line 2 of .* has more than the 110 bytes"):
        rescora.Index.from_documents(path)


# What is compressed

BOMB = """
import base64, sys, zlib
from pathlib import Path
import rescora
from rescora.model.formats import elasticsearch
elasticsearch.MOST_INFLATED = limit = 64 << 20
packer = zlib.compressobj(9, wbits=31)
piece = sys.argv[2].encode() * (1 << 20)
bomb = b"".join([packer.compress(piece) for _ in range(int(sys.argv[1]))] + [packer.flush()])
model = {"model_type": "tree_ensemble", "inference_config": {"learning_to_rank": {}},
         "compressed_definition": base64.b64encode(bomb).decode()}
def memory(kind):
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(kind))
before = memory("VmRSS")
try:
    rescora.Model.load(model)
except rescora.ModelError as error:
    print(error)
print((memory("VmHWM") - before) * 1024 / limit)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("times", "text", "said"),
    [
        (1_000, " ", "compressed_definition: inflates to more than 67,108,864 bytes"),
        (65, " ", "compressed_definition: inflates to more than 67,108,864 bytes"),
        (64, " ", "definition: is no trained model"),
        (21, "{},", "compressed_definition: has more than 16,777,216 objects and lists"),
        (21, "[],", "compressed_definition: has more than 16,777,216 objects and lists"),
    ],
)
def test_a_bomb_takes_at_most_little_more_memory_than_the_limit(times, text, said):
    command = [sys.executable, "-c", BOMB, str(times), text]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    message, memory = done.stdout.splitlines()
    assert message.startswith(said)
    assert float(memory) < 1.1


def test_a_definition_may_inflate_to_exactly_the_limit(monkeypatch):
    for length in (0, 1, 2, 100_000, 3_000_000):
        data = os.urandom(length)
        monkeypatch.setattr(elasticsearch, "MOST_INFLATED", length)
        assert elasticsearch._inflated(base64.b64encode(gzip.compress(data)).decode()) == data
        with pytest.raises(rescora.ModelError, match="inflates to more"):
            elasticsearch._inflated(base64.b64encode(gzip.compress(data + b"x")).decode())


def test_a_definition_that_is_cut_short_or_goes_on_is_refused():
    for data in (os.urandom(700_000), bytes(700_000), b""):
        packed = gzip.compress(data)
        for wrong in (
            packed[:-1],
            packed[: len(packed) // 2],
            packed + b"x",
            packed + packed,
            packed + bytes(1 << 19),
        ):
            with pytest.raises(rescora.ModelError, match="is cut short, or has something behind its end"):
                elasticsearch._inflated(base64.b64encode(wrong).decode())


# Indexes


def test_what_is_no_regular_file_is_no_index(fifo, tmp_path):
    for path, what in [(fifo, "a FIFO"), ("/dev/zero", "a character device")]:
        for in_memory in (False, True):
            with pytest.raises(OSError, match=f"must be a regular file, not {what}"):
                rescora.Index.open(path, in_memory=in_memory)
    with pytest.raises(IsADirectoryError):
        rescora.Index.open(tmp_path, in_memory=True)


CUT_SHORT = """
import os, sys
import rescora
index = rescora.Index.open(sys.argv[1], in_memory=sys.argv[2] == "memory")
os.truncate(sys.argv[1], 0)
print(index.search(query={"match": {"title": "fox"}}).ids)
index.verify()
print(len(index))
"""


def test_an_index_in_memory_does_not_mind_that_its_file_is_cut_short(index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    command = [sys.executable, "-c", CUT_SHORT, str(path)]
    done = subprocess.run([*command, "memory"], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "['a']\n2\n")
    index.save(path, overwrite=True)
    assert subprocess.run([*command, "mapped"], check=False, capture_output=True, timeout=60).returncode < 0


def test_an_index_in_memory_answers_as_the_mapped_one_and_is_checked_as_strictly(index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    opened = rescora.Index.open(path, verify=True, in_memory=True)
    query = {"match": {"title": "quick"}}
    assert opened.search(query=query).to_dict()["hits"] == index.search(query=query).to_dict()["hits"]

    data = path.read_bytes()
    place = data.index(b"a quick fox")
    path.write_bytes(data[:place] + b"b" + data[place + 1 :])
    with pytest.raises(rescora.CorruptFileError, match="damaged"):
        rescora.Index.open(path, verify=True, in_memory=True)
    path.write_bytes(data[:-1])
    with pytest.raises(rescora.CorruptFileError, match="is truncated"):
        rescora.Index.open(path, in_memory=True)


def test_a_saved_index_in_memory_can_be_saved_again(index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    rescora.Index.open(path, in_memory=True).save(path)
    assert rescora.Index.open(path, verify=True).search(query={"match": {"title": "fox"}}).ids == ["a"]
