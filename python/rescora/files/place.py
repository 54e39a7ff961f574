"""The target of a save: resolves it, and refuses to overwrite other files, before any work is done."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rescora.errors import RequestError
from rescora.files.paths import demand_regular, is_path, naming, opening, printable, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.files.paths import AnyPath

Stands: TypeAlias = Literal["nothing", "ours", "another file"]

_MOST_LINKS = 40  # as Linux follows


@dataclass(frozen=True)
class Kind:
    """
    A kind of file: its name, and its first bytes.

    Examples
    --------
    >>> INDEX.begins(b"RESCORA"), INDEX.begins(b"{}")
    (True, False)
    """

    name: str
    magic: bytes

    def begins(self, data: bytes) -> bool:
        """Return whether a file of this kind begins so, cut short or not."""
        return data[: len(self.magic)] == self.magic[: len(data)]


INDEX = Kind("a Rescora index", b"RESCORA\n")
MODEL = Kind("a Rescora model", b'{"rescora_model":')


@dataclass(frozen=True)
class Place:
    """
    A place where a file may be written.

    Attributes
    ----------
    path : str
        Absolute, and no link: what a new file is renamed to.
    stands : str
        What stands there.
    mode : int, optional
        The permissions of what stands there.
    """

    path: str
    stands: Stands
    mode: int | None = None


def find_place(path: AnyPath, kind: Kind, *, overwrite: bool = False, inputs: Iterable[object] = ()) -> Place:
    """
    Return where a file of this kind is to be written; the links of the path are followed.

    Parameters
    ----------
    path : path
    kind : Kind
        A file that is of this kind may be replaced.
    overwrite : bool
        Whether any other file may be replaced too.
    inputs : iterable
        What is read meanwhile, and so never replaced: paths and open files; other objects do not matter.

    Raises
    ------
    OSError
        If no file can be written there, or what stands there must not be replaced; it names the path.
    RequestError
        If the file is one of the inputs.
    """
    name = text_of(path)
    with naming(name):
        there = _status(name)
        target = _end_of_links(os.path.join(os.getcwd(), name))
        if os.path.basename(target) in ("", ".", ".."):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if there is None:
            return Place(target, "nothing")
        demand_regular(there)
        _refuse_inputs(name, there, inputs)
        _demand_replaceable(os.stat(os.path.dirname(target)), there)
        stands: Stands = "ours" if _is_of(target, kind) else "another file"
        if stands != "ours" and not overwrite:
            reason = f"is not {kind.name}, and is replaced only with overwrite=True (--force)"
            raise FileExistsError(errno.EEXIST, reason)
        return Place(target, stands, stat.S_IMODE(there.st_mode) & 0o777)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _end_of_links(path: str) -> str:
    for _ in range(_MOST_LINKS):
        if not os.path.islink(path):
            return path
        path = os.path.join(os.path.dirname(path), os.readlink(path))
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _refuse_inputs(name: str, there: os.stat_result, inputs: Iterable[object]) -> None:
    for given in inputs:
        status = _status_of_input(given)
        if status is not None and os.path.samestat(status, there):
            reason = f"[{printable(name)}] is read as input, and must not be replaced by what is made of it"
            raise RequestError(reason, type="illegal_argument_exception")


def _status_of_input(given: Any) -> os.stat_result | None:
    try:
        return os.stat(given) if is_path(given) else os.fstat(given.fileno())
    except (AttributeError, OSError, ValueError, TypeError):  # no file, or none of the system's
        return None


def _demand_replaceable(folder: os.stat_result, there: os.stat_result) -> None:
    """In a folder such as /tmp only the owner of a file, of the folder, or root may replace it."""
    if folder.st_mode & stat.S_ISVTX and os.geteuid() not in (0, folder.st_uid, there.st_uid):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def _is_of(path: str, kind: Kind) -> bool:
    try:
        [descriptor] = opening(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:  # what cannot be read is not known to be ours
        return False
    try:
        return os.read(descriptor, len(kind.magic)) == kind.magic
    finally:
        os.close(descriptor)
