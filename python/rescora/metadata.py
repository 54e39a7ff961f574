"""What an index file says of itself beside its shards: fields, mappings, settings, models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from rescora.errors import CorruptFileError
from rescora.files.paths import printable

if TYPE_CHECKING:
    from rescora.files.paths import AnyPath


def naming(path: AnyPath, error: Exception) -> str:
    """Return an error's words, with the file's name where they do not begin with it."""
    said, name = str(error), printable(path)
    return said if said.startswith(name) else f"{name}: {said}"


def read_metadata(raw: bytes, path: AnyPath) -> dict[str, Any]:
    """Return the metadata of an index file; CorruptFileError where it is not what `Index.save` wrote."""
    try:
        metadata = msgspec.json.decode(raw)
        if not (
            isinstance(metadata, dict)
            and isinstance(metadata["mappings"], dict)
            and isinstance(metadata["settings"], dict)
            and isinstance(metadata["fields"], list)
            and all(isinstance(name, str) for name in metadata["fields"])
            and isinstance(metadata.get("models", {}), dict)
            and all(isinstance(model, str) for model in metadata.get("models", {}).values())
        ):
            raise CorruptFileError(f"{printable(path)}: the metadata is not what an index has")
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
        raise CorruptFileError(f"{printable(path)}: the metadata cannot be read: {error}") from None
    return metadata
