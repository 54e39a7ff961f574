"""Helpers of the subcommands: JSON input and output, and a document's title."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from rescora.errors import RequestError

if TYPE_CHECKING:
    import argparse
    from typing import TypeAlias

    Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

STANDARD_INPUT = "-"


def print_json(value: Any) -> None:
    """Write a value to stdout, indented."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.write(text.decode("utf-8") + "\n")


def read_json(path: str) -> Any:
    """
    Return the value in a file, or on stdin when the path is ``-``.

    Raises
    ------
    RequestError
        If it is not JSON; the message names the file.
    """
    data = sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        name = "standard input" if path == STANDARD_INPUT else path
        raise RequestError(f"{name} is not JSON: {error}") from None


def title_of(source: dict[str, Any] | None, id_: str) -> str:
    """
    Return a document's title for display: its title or name, or its first text that is not the id.

    Examples
    --------
    >>> title_of({"id": "7", "year": 1993, "title": "Sorting  in place"}, "7")
    'Sorting in place'
    """
    source = source or {}
    named = [source.get(key) for key in ("title", "name", "headline", "subject")]
    texts = [
        value for value in (*named, *source.values()) if isinstance(value, str) and value not in ("", id_)
    ]
    return " ".join(texts[0].split()) if texts else ""
