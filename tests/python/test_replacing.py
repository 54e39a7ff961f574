"""Writing files: nothing of the user's is lost, whatever stands at the path and whenever the process ends."""

import errno
import fcntl
import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

import rescora
from rescora.cli import main
from rescora.files import replacing as replacing_module
from rescora.files.place import INDEX, MODEL
from rescora.files.replacing import check_place, replacing

KILL_SAVES = Path(__file__).parents[1] / "fuzz" / "kill_saves.py"
DOCUMENTS = [{"_id": "a", "title": "a quick fox"}, {"_id": "b", "title": "slow"}]
LINES = "".join(json.dumps(document) + "\n" for document in DOCUMENTS)
LINEAR = {
    "class": "org.apache.solr.ltr.model.LinearModel",
    "name": "m",
    "features": [{"name": "title"}],
    "params": {"weights": {"title": -2.0}},
}
NOT_UTF8 = os.fsdecode(b"caf\xe9")


@pytest.fixture
def index():
    return rescora.Index.from_documents(DOCUMENTS)


@pytest.fixture
def model():
    return rescora.Model.load(LINEAR)


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text(LINES)
    return path


class Consumed:
    """Documents that must not be asked for."""

    def __iter__(self):
        raise AssertionError("a document was read before the path was looked at")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def is_index_of_two(path):
    return len(rescora.Index.open(path, verify=True)) == 2


# Output and input


@pytest.fixture(params=["itself", "a symbolic link", "a hard link", "a link to a link", "another spelling"])
def alias(request, lines, tmp_path):
    """Another name of the documents' file."""
    path = tmp_path / "alias"
    if request.param == "a symbolic link":
        path.symlink_to(lines)
    elif request.param == "a hard link":
        path.hardlink_to(lines)
    elif request.param == "a link to a link":
        (tmp_path / "between").symlink_to(lines)
        path.symlink_to("between")
    elif request.param == "another spelling":
        path = tmp_path / ".." / tmp_path.name / lines.name
    else:
        path = lines
    return path


@pytest.mark.parametrize("overwrite", [False, True])
def test_documents_are_never_replaced_by_their_index(lines, alias, overwrite):
    for docs, path in [
        (lines, alias),
        (alias, lines),
        (str(lines), os.fsencode(alias)),
        (os.fsencode(lines), alias),
    ]:
        with pytest.raises(rescora.RequestError, match="is read as input, and must not be replaced"):
            rescora.Index.from_documents(docs, path=path, overwrite=overwrite)
        assert lines.read_text() == LINES


def test_an_open_file_of_documents_is_never_replaced_either(lines):
    with lines.open() as docs, pytest.raises(rescora.RequestError, match="is read as input"):
        rescora.Index.from_documents(docs, path=lines, overwrite=True)
    assert lines.read_text() == LINES


def test_an_index_given_as_documents_is_not_replaced(index, tmp_path):
    path = tmp_path / "index.rescora"
    index.save(path)
    with pytest.raises(rescora.RequestError, match="is read as input"):
        rescora.Index.from_documents(path, path=path)
    assert is_index_of_two(path)


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_the_command_refuses_to_replace_anything_that_it_reads(lines, alias, force, tmp_path, capsys):
    mappings, settings = tmp_path / "m.json", tmp_path / "s.json"
    mappings.write_text("{}")
    settings.write_text("{}")
    files = ["--mappings", str(mappings), "--settings", str(settings)]
    for output in (alias, mappings, settings):
        before = output.read_text()
        assert main(["index", str(lines), *files, "-o", str(output), *force]) == 2
        assert "is read as input" in capsys.readouterr().err
        assert output.read_text() == before


def test_the_command_does_not_replace_the_file_that_standard_input_is(lines):
    program = "import sys; from rescora.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "index", "-", "-o", str(lines), "--force"]
    with lines.open() as stdin:
        done = subprocess.run(command, check=False, capture_output=True, timeout=60, stdin=stdin)
    assert (done.returncode, b"is read as input" in done.stderr) == (2, True)
    assert lines.read_text() == LINES


# What stands there already


def test_an_index_is_replaced_and_the_command_says_so(lines, tmp_path, capsys):
    output = tmp_path / "out.rescora"
    assert main(["index", str(lines), "-o", str(output)]) == 0
    assert "replaces" not in capsys.readouterr().out
    assert main(["index", str(lines), "-o", str(output)]) == 0
    assert "; it replaces the index that stood there" in capsys.readouterr().out
    assert is_index_of_two(output)


@pytest.mark.parametrize("content", [b"", b"notes", b"RESCOR", b'{"rescora_model":1}'])
def test_another_file_is_replaced_by_an_index_only_if_that_is_said(index, lines, tmp_path, content, capsys):
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(FileExistsError, match=r"is not a Rescora index.*overwrite=True"):
        index.save(path)
    with pytest.raises(FileExistsError) as refused:
        rescora.Index.from_documents(Consumed(), path=path)
    assert refused.value.filename == str(path)
    assert main(["index", str(lines), "-o", str(path)]) == 1
    assert f"{path}: is not a Rescora index, and is replaced only with" in capsys.readouterr().err
    assert path.read_bytes() == content
    assert names(tmp_path) == ["docs.jsonl", "notes"]

    index.save(path, overwrite=True)
    assert is_index_of_two(path)
    path.write_bytes(content)
    assert len(rescora.Index.from_documents(DOCUMENTS, path=path, overwrite=True)) == 2
    path.write_bytes(content)
    assert main(["index", str(lines), "-o", str(path), "--force"]) == 0
    assert "; it replaces the file that stood there" in capsys.readouterr().out
    assert is_index_of_two(path)


def test_another_file_is_replaced_by_a_model_only_if_that_is_said(model, tmp_path):
    path = tmp_path / "model.txt"
    path.write_text("what a library saved")
    with pytest.raises(FileExistsError, match="is not a Rescora model"):
        model.save(path)
    assert path.read_text() == "what a library saved"
    model.save(path, overwrite=True)
    model.save(path)  # one of ours
    assert rescora.Model.load(path).predict([[1.0]]).tolist() == [-2.0]


def write_and(do, path):
    """Do something while a file is written."""
    with replacing(path, INDEX) as descriptor:
        os.write(descriptor, INDEX.magic)
        do()


def test_what_comes_to_the_path_while_the_file_is_written_stays(tmp_path):
    path = tmp_path / "index"
    with pytest.raises(FileExistsError):
        write_and(lambda: path.write_text("notes of another process"), path)
    assert path.read_text() == "notes of another process"
    assert names(tmp_path) == ["index"]


def test_files_of_ours_begin_as_the_policy_thinks(index, model, tmp_path):
    index.save(tmp_path / "index")
    assert (tmp_path / "index").read_bytes().startswith(INDEX.magic)
    assert model.to_bytes().startswith(MODEL.magic)


# Where nothing can be written


def fifo(path):
    os.mkfifo(path)
    return path


def socket_at(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))
    return path


def loop(path):
    path.symlink_to(path.name)
    return path


IMPOSSIBLE = {
    "a folder": (lambda folder: folder, IsADirectoryError, errno.EISDIR),
    "a link to a folder": (lambda folder: link(folder / "x", folder), IsADirectoryError, errno.EISDIR),
    "a name for a folder": (lambda folder: f"{folder}/new/", IsADirectoryError, errno.EISDIR),
    "a FIFO": (lambda folder: fifo(folder / "x"), OSError, errno.EINVAL),
    "a link to a FIFO": (lambda folder: link(folder / "y", fifo(folder / "x")), OSError, errno.EINVAL),
    "a socket": (lambda folder: socket_at(folder / "x"), OSError, errno.EINVAL),
    "a device": (lambda _: "/dev/null", OSError, errno.EINVAL),
    "no folder": (lambda folder: folder / "absent" / "x", FileNotFoundError, errno.ENOENT),
    "a file for a folder": (lambda folder: file(folder / "x") / "y", NotADirectoryError, errno.ENOTDIR),
    "a link to no folder": (lambda folder: link(folder / "x", "absent/y"), FileNotFoundError, errno.ENOENT),
    "a loop of links": (lambda folder: loop(folder / "x"), OSError, errno.ELOOP),
    "too long a name": (lambda folder: folder / ("x" * 256), OSError, errno.ENAMETOOLONG),
}


def link(path, target):
    path.symlink_to(target)
    return path


def file(path):
    path.write_text("text")
    return path


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_an_impossible_place_is_refused_by_name_before_any_document_is_read(
    case, overwrite, index, model, tmp_path, lines, capsys
):
    make, kind, reason = IMPOSSIBLE[case]
    path = make(tmp_path)
    before = names(tmp_path)

    for save in (
        lambda: rescora.Index.from_documents(Consumed(), path=path, overwrite=overwrite),
        lambda: index.save(path, overwrite=overwrite),
        lambda: model.save(path, overwrite=overwrite),
    ):
        with pytest.raises(kind) as refused:
            save()
        assert (refused.value.errno, refused.value.filename) == (reason, str(path))
    assert main(["index", str(lines), "-o", str(path), *(["--force"] if overwrite else [])]) == 1
    assert str(path) in capsys.readouterr().err
    assert names(tmp_path) == before


def test_devices_and_fifos_are_called_so(index, tmp_path):
    with pytest.raises(OSError, match="must be a regular file, not a character device: '/dev/null'"):
        index.save("/dev/null", overwrite=True)
    with pytest.raises(OSError, match="must be a regular file, not a FIFO"):
        index.save(fifo(tmp_path / "x"))


AS_ANOTHER_USER = """
import os, sys
import rescora
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
class Consumed:
    def __iter__(self):
        raise AssertionError("a document was read")
try:
    rescora.Index.from_documents(Consumed(), path=sys.argv[1], overwrite=True)
except PermissionError as error:
    assert error.filename == sys.argv[1]
    print("refused", error.errno)
"""


@pytest.fixture
def shared():
    """A folder that other users reach; pytest's own are private."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        if not all(above.stat().st_mode & 0o001 for above in folder.parents):
            pytest.skip(f"other users do not reach {folder.parent}")
        yield folder
        folder.chmod(0o700)


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        pytest.param(0o555, errno.EACCES, id="a folder that may not be written to"),
        pytest.param(0o1777, errno.EPERM, id="a file of another's in a folder like /tmp"),
    ],
)
def test_a_lack_of_permission_is_told_before_any_document_is_read(mode, reason, shared):
    if os.geteuid() != 0 and mode == 0o1777:
        pytest.skip("only root can be another user")
    path = shared / "index.rescora"
    path.write_text("notes")
    shared.chmod(mode)
    command = [sys.executable, "-c", AS_ANOTHER_USER, str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (f"refused {reason}\n", "")
    assert path.read_text() == "notes"


# Names


@pytest.mark.parametrize("path", ["a\0b", b"a\0b", Path("a\0b")])
def test_a_nul_in_a_path_is_an_error_everywhere(path, index, model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for use in (
        lambda: index.save(path),
        lambda: rescora.Index.open(path),
        lambda: rescora.Index.from_documents(Consumed(), path=path),
        lambda: rescora.Index.from_documents(path),
        lambda: model.save(path),
    ):
        with pytest.raises(ValueError, match=r"a path must not contain a NUL, as 'a\\x00b' does"):
            use()
    assert names(tmp_path) == []


@pytest.mark.parametrize("as_given", [Path, str, os.fsencode])
def test_names_that_are_not_utf8_work_everywhere(as_given, index, model, tmp_path, capsys):
    folder = tmp_path / NOT_UTF8
    folder.mkdir()
    saved, documents, trained = (
        as_given(folder / f"{NOT_UTF8}.{end}") for end in ("rescora", "jsonl", "model")
    )
    Path(os.fsdecode(documents)).write_text(LINES)

    index.save(saved)
    assert is_index_of_two(saved)
    assert len(rescora.Index.from_documents(documents, path=saved)) == 2
    model.save(trained)
    assert rescora.Model.load(os.fsdecode(trained)).num_features == 1
    assert len(names(folder)) == 3

    assert main(["index", os.fsdecode(documents), "-o", os.fsdecode(saved)]) == 0
    assert r"caf\xe9.rescora: 2 documents" in capsys.readouterr().out
    assert main(["search", os.fsdecode(saved), "--query", "fox"]) == 0
    assert "a quick fox" in capsys.readouterr().out


@pytest.mark.parametrize("as_given", [Path, str, os.fsencode])
def test_errors_of_names_that_are_not_utf8_name_them(as_given, tmp_path):
    broken = tmp_path / f"{NOT_UTF8}.rescora"
    broken.write_bytes(b"RESCORA\n and nothing that follows")
    with pytest.raises(rescora.CorruptFileError, match=r"caf\\xe9.rescora: is truncated"):
        rescora.Index.open(as_given(broken))
    with pytest.raises(FileNotFoundError) as error:
        rescora.Index.open(as_given(tmp_path / f"{NOT_UTF8}.absent"))
    assert error.value.filename == str(tmp_path / f"{NOT_UTF8}.absent")


@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, NOT_UTF8 * 50, "-", "a b\n", ".tmp-1-1", "*[a]"])
def test_any_name_that_the_system_takes_will_do(name, index, tmp_path):
    index.save(tmp_path / name)
    index.save(tmp_path / name)
    assert names(tmp_path) == [name]
    assert is_index_of_two(tmp_path / name)


# Permissions and links


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o777])
def test_a_file_that_is_replaced_keeps_its_permissions(mode, index, model, lines, tmp_path):
    for path, save in [
        (tmp_path / "index", index.save),
        (tmp_path / "model", model.save),
        (tmp_path / "built", lambda path: main(["index", str(lines), "-o", str(path)])),
    ]:
        save(path)
        path.chmod(mode)
        save(path)
        assert oct(stat.S_IMODE(path.stat().st_mode)) == oct(mode)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_new_file_has_the_permissions_that_the_umask_leaves(mask, index, tmp_path):
    old = os.umask(mask)
    try:
        index.save(tmp_path / "index")
    finally:
        os.umask(old)
    assert oct(stat.S_IMODE((tmp_path / "index").stat().st_mode)) == oct(0o666 & ~mask)


def test_what_replaces_a_private_file_is_private_while_it_is_written(index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    path.chmod(0o600)
    with replacing(path, INDEX) as descriptor:
        assert stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077 == 0


@pytest.mark.parametrize("relative", [True, False])
def test_a_link_is_written_through_and_stays(relative, index, tmp_path):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target, middle, path = folder / "real", folder / "middle", tmp_path / "link"
    middle.symlink_to("real" if relative else target)
    path.symlink_to("elsewhere/middle" if relative else middle)

    index.save(path)  # the target does not exist yet
    assert is_index_of_two(target)
    target.chmod(0o600)
    index.save(path)

    assert path.is_symlink()
    assert middle.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(folder) == ["middle", "real"]
    assert names(tmp_path) == ["elsewhere", "link"]


def test_links_of_folders_lead_where_the_system_goes(index, tmp_path, monkeypatch):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a/b")
    monkeypatch.chdir(tmp_path)
    index.save("link/../index")  # beside b, not beside the link
    assert names(tmp_path / "a") == ["b", "index"]


# A full disk


FULL_DISK = """
import resource, sys
import rescora
index = rescora.Index.from_documents([{"title": f"word{i} " * 50} for i in range(2_000)], progress=False)
linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m",
          "features": [{"name": f"f{i}"} for i in range(10_000)],
          "params": {"weights": {f"f{i}": 1.0 for i in range(10_000)}}}
model = rescora.Model.load(linear)
limit = 1 << 16  # bytes a file may have; what would be a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for save in (index.save, model.save):
    for path in sys.argv[1:]:
        try:
            save(path, overwrite=True)
        except OSError as error:
            assert error.filename == path, error
            print("refused", error.errno)
"""


def test_a_full_disk_leaves_the_old_file_and_nothing_else(index, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    index.save(old)
    old.chmod(0o600)
    before = old.read_bytes()
    command = [sys.executable, "-c", FULL_DISK, str(old), str(new)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["refused", str(errno.EFBIG)] * 4, "")
    assert old.read_bytes() == before
    assert stat.S_IMODE(old.stat().st_mode) == 0o600
    assert names(tmp_path) == ["old"]


def test_a_failure_or_an_interrupt_while_writing_leaves_the_old_file_and_nothing_else(index, tmp_path):
    path = tmp_path / "index"
    index.save(path)
    before = path.read_bytes()
    for error in (KeyboardInterrupt(), RuntimeError(), OSError(errno.ENOSPC, "No space left on device")):

        def fail(error=error):
            raise error

        with pytest.raises(type(error)):
            write_and(fail, path)
        assert path.read_bytes() == before
        assert names(tmp_path) == ["index"]


# Processes that were killed


def abandoned(tmp_path, kind):
    """Names that killed processes leave, in the old form and in ours."""
    made = [tmp_path / name for name in ("out.tmp-1-1", "out.tmp-4711-12", f"out.tmp-{'0a' * 8}")]
    for path, data in zip(made, [b"", kind.magic[:5], kind.magic + b"and more"], strict=True):
        path.write_bytes(data)
    return made


@pytest.mark.parametrize("kind", [INDEX, MODEL])
def test_what_killed_processes_left_is_removed_by_the_next_save(kind, index, model, tmp_path):
    abandoned(tmp_path, kind)
    (index if kind is INDEX else model).save(tmp_path / "out")
    assert names(tmp_path) == ["out"]


def test_only_abandoned_temporaries_of_the_same_target_are_removed(index, tmp_path):
    held, *_ = abandoned(tmp_path, INDEX)
    others = {
        "out.tmp-notes": b"",
        "out.tmp-1-1-1": b"",
        "other.tmp-1-1": INDEX.magic,
        "xout.tmp-1-1": INDEX.magic,
        "out.tmp-7-7": b"something of the user's, by chance of this name",
    }
    for name, data in others.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "out.tmp-8-8").symlink_to(tmp_path / "other.tmp-1-1")
    with held.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        index.save(tmp_path / "out")
        assert names(tmp_path) == sorted(["out", held.name, "out.tmp-8-8", *others])
    index.save(tmp_path / "out")
    assert names(tmp_path) == sorted(["out", "out.tmp-8-8", *others])


def test_temporaries_of_saves_that_are_running_are_left_alone(index, tmp_path):
    path = tmp_path / "out"
    with replacing(path, INDEX) as descriptor:
        os.write(descriptor, INDEX.magic)
        index.save(path)
        index.save(path)
        assert len(names(tmp_path)) == 2
        assert is_index_of_two(path)
    assert path.read_bytes() == INDEX.magic
    assert names(tmp_path) == ["out"]


def test_a_temporary_that_is_removed_before_it_is_locked_is_made_anew(index, tmp_path, monkeypatch):
    tries = []
    lock = replacing_module._try_lock

    def late(descriptor):
        """Another process cleans up between the making and the locking."""
        if tries.append(descriptor) or len(tries) == 1:
            for path in tmp_path.glob("out.tmp-*"):
                path.unlink()
        return lock(descriptor)

    monkeypatch.setattr(replacing_module, "_try_lock", late)
    index.save(tmp_path / "out")
    assert len(tries) == 2
    assert is_index_of_two(tmp_path / "out")
    assert names(tmp_path) == ["out"]


def test_without_locks_saving_works_and_nothing_is_taken_away(index, tmp_path, monkeypatch):
    def cannot(_descriptor, _operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", cannot)
    left = abandoned(tmp_path, INDEX)
    index.save(tmp_path / "out")
    assert names(tmp_path) == sorted(["out", *(path.name for path in left)])
    assert is_index_of_two(tmp_path / "out")


def test_many_threads_may_save_to_one_path(index, tmp_path):
    path = tmp_path / "out"
    larger = rescora.Index.from_documents([{"title": f"fox {i}"} for i in range(500)])
    failures = []

    def save(saved):
        try:
            for _ in range(10):
                saved.save(path)
                check_place(path, INDEX)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=save, args=[each]) for each in (index, larger) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(tmp_path) == ["out"]
    assert len(rescora.Index.open(path, verify=True)) in (2, 500)


def test_sixty_processes_killed_while_they_save_leave_a_whole_index_and_after_one_save_nothing_else():
    command = [sys.executable, str(KILL_SAVES), "--kills", "60", "--seed", "7"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    seen = {what: int(times) for times, what in (line.split(maxsplit=1) for line in done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout + done.stderr
    assert seen["kills"] == 60
    assert seen["rounds that left a temporary file"] > 0  # they were killed in the midst of it
    assert seen["files left"] == 0


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux says which descriptors are open")
def test_a_save_keeps_no_descriptor_open(index, model, tmp_path):
    def open_descriptors():
        return len([*Path("/proc/self/fd").iterdir()])

    for save in (index.save, model.save):
        save(tmp_path / save.__qualname__)
    before = open_descriptors()
    for _ in range(10):
        for save in (index.save, model.save):
            save(tmp_path / save.__qualname__)
    end = time.monotonic() + 5  # of what a thread closes
    while open_descriptors() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert open_descriptors() <= before


def test_the_name_of_a_saved_file_is_flushed_as_its_bytes_are(index, tmp_path, monkeypatch):
    flushed, fsync = [], os.fsync

    def watched(descriptor):
        flushed.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    index.save(tmp_path / "saved")
    assert flushed == [False, True]
