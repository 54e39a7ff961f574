"""The extension's file: the linker's tables are read-only, no stack is executable, its overruns are seen."""

import re
import struct
import sys
from pathlib import Path

import pytest

from rescora import _core

BYTES = Path(_core.__file__).read_bytes()
PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 2, 0x6474E551, 0x6474E552
DT_FLAGS, DT_FLAGS_1 = 30, 0x6FFFFFFB
DF_BIND_NOW, DF_1_NOW, PF_X = 8, 1, 1

GUARD_READ = re.compile(rb"\x64[\x48\x4c]\x8b.\x25\x28\x00\x00\x00", re.DOTALL)  # mov %fs:0x28, REGISTER
FORTIFIED = re.compile(rb"__[a-z]+_chk\0")

PROJECT = Path(__file__).resolve().parents[2]
PLACE = PROJECT / "build" / "dev" / "CMakeCache.txt"


def plain():
    """Whether this is a developer's build in place, which the dev preset makes without hardening."""
    if PROJECT not in Path(_core.__file__).resolve().parents or not PLACE.exists():
        return False
    return re.search(r"^RESCORA_HARDEN:\w+=OFF$", PLACE.read_text("utf-8"), re.M) is not None


pytestmark = [
    pytest.mark.skipif(sys.platform == "darwin", reason="NOT RUN: this is no ELF file"),
    pytest.mark.skipif(plain(), reason="NOT RUN: the extension in place was built without hardening"),
]


def segments():
    """Return of each kind of segment its flags, its place in the file and its size."""
    assert BYTES[:6] == b"\x7fELF\x02\x01"
    start, size, count = struct.unpack_from("<Q14xHH", BYTES, 32)
    rows = [struct.unpack_from("<IIQQQQ", BYTES, start + i * size) for i in range(count)]
    return {kind: (flags, offset, length) for kind, flags, offset, _, _, length in rows}


def dynamic():
    """Return the tags of the dynamic section and their values."""
    _, offset, length = segments()[PT_DYNAMIC]
    return dict(struct.unpack_from("<QQ", BYTES, offset + at) for at in range(0, length, 16))


def test_what_the_linker_relocated_is_read_only_before_any_code_runs():
    assert PT_GNU_RELRO in segments()
    assert dynamic().get(DT_FLAGS, 0) & DF_BIND_NOW or dynamic().get(DT_FLAGS_1, 0) & DF_1_NOW


def test_no_stack_is_executable():
    assert not segments()[PT_GNU_STACK][0] & PF_X


def test_the_stack_is_protected():
    assert b"__stack_chk_fail" in BYTES or GUARD_READ.search(
        BYTES
    )  # without the name where that is linked in


def test_library_calls_are_fortified_where_the_library_can():
    if b"GLIBC_2" in BYTES:  # musl has no such functions
        assert FORTIFIED.search(BYTES.replace(b"__stack_chk_fail", b""))
