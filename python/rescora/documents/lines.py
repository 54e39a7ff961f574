"""Documents one by one: out of JSON lines, or out of an iterable."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, AnyStr

import msgspec

from rescora.errors import RequestError
from rescora.files.paths import is_path, printable, text_of
from rescora.reading.unicode import no_json

_READ_AT_ONCE = 1 << 18  # bytes; of less, asking the system for more takes a tenth of the time
MOST_BYTES = 1 << 28  # of a line: more than twice what Elasticsearch takes in one request

Item = tuple[Any, bytes | None]  # a document or why there is none, and its JSON where that is at hand


def items_of(docs: Any) -> Iterator[Item]:
    """Return the documents of a path, of an open file, or of an iterable, one by one."""
    if is_path(docs):
        return _of_path(docs)
    if hasattr(docs, "readline"):
        name = getattr(docs, "name", "")
        where = "standard input" if name in (0, "<stdin>") else str(name) or "the file"
        return read_lines(_bounded(docs, where), where)
    return read_mappings(docs)


def _of_path(path: Any) -> Iterator[Item]:
    with Path(text_of(path)).open("rb", buffering=_READ_AT_ONCE) as lines:
        yield from read_lines(_bounded(lines, printable(path)), printable(path))


def _bounded(file: IO[AnyStr], where: str) -> Iterator[AnyStr]:
    """Yield the lines of a file; refuse one that does not end, for what comes after it would not either."""
    number = 0
    while line := file.readline(MOST_BYTES):
        number += 1
        if len(line) == MOST_BYTES and line[-1:] not in (b"\n", "\n"):
            raise RequestError(
                f"line {number} of {where} has more than the {MOST_BYTES:,} bytes of a document"
            )
        yield line


def read_lines(lines: Iterable[bytes | str], where: str) -> Iterator[tuple[Any, bytes]]:
    """Yield each line's document, or why it is none, with its JSON; blank lines are passed over."""
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(lines, 1):
        raw = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
        stripped = (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).strip()
        if not stripped:
            continue
        try:
            document = decode(stripped)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            reason = f"line {number} of {where} is not one JSON object: {no_json(stripped, error)}"
            document = RequestError(reason, type="document_parsing_exception")
        yield document, stripped


def read_mappings(value: Any) -> Iterator[tuple[Any, None]]:
    """Yield each document of an iterable."""
    if isinstance(value, Mapping):
        raise TypeError("docs must be an iterable of documents, not one document")
    try:
        documents = iter(value)
    except TypeError:
        message = f"docs must be an iterable of dicts, a path, or an Arrow stream, not {type(value).__name__}"
        raise TypeError(message) from None
    for document in documents:
        yield document, None
