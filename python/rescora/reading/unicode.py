"""Find lone surrogates, in Python's objects and in JSON, for error messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rescora.errors import show


def no_unicode(value: Any, path: str = "") -> str:
    r"""
    Say which text of an object has a lone surrogate; nothing if none has.

    Parameters
    ----------
    value : object
        Dicts, lists, texts and what else stands in JSON.
    path : str
        What the object itself is called.

    Examples
    --------
    >>> no_unicode({"a": ["x", "fox\ud800"]})
    '[a] is not valid Unicode at character 3: \\ud800 is half of a surrogate pair'
    """
    if isinstance(value, str):
        return _no_unicode_text(value, path)
    parts: list[tuple[str, Any]] = []
    if isinstance(value, Mapping):
        for key in value:
            said = _no_unicode_text(
                key, f"the name of a field in [{show(path)}]" if path else "the name of a field"
            )
            if said:
                return said
        parts = [(f"{path}.{key}" if path else str(key), one) for key, one in value.items()]
    elif isinstance(value, list | tuple):
        parts = [(path, one) for one in value]
    return next(filter(None, (no_unicode(one, where) for where, one in parts)), "")


def _no_unicode_text(text: Any, path: str) -> str:
    if not isinstance(text, str):
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x} is half of a surrogate pair"
        name = path if path.startswith("the name") else f"[{show(path)}]"
        return f"{name} is not valid Unicode at character {error.start}: {half}"
    return ""


def no_json(given: bytes | bytearray | memoryview | str, error: Exception) -> str:
    r"""
    Say why a text is no JSON: invalid Unicode, if that is why, else the parser's error.

    Examples
    --------
    >>> no_json(b'{"a": "\\udc00"}', ValueError("JSON is malformed"))
    '[a] is not valid Unicode at character 0: \\udc00 is half of a surrogate pair'
    >>> no_json(b'{"a": "\xff"}', ValueError("Invalid UTF-8 encoded string"))
    'byte 7, 0xff, is not UTF-8'
    """
    try:
        text = given if isinstance(given, str) else bytes(given).decode()
    except UnicodeDecodeError as found:
        return f"byte {found.start}, {found.object[found.start]:#x}, is not UTF-8"
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return str(error)
    return no_unicode(value) or str(error)
