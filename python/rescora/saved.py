"""Index files: shards, and the metadata with fields, mappings, settings and models."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from rescora.core import _core
from rescora.errors import CorruptFileError, RequestError
from rescora.files.paths import printable
from rescora.files.place import INDEX
from rescora.files.reading import regular_file
from rescora.files.replacing import replacing
from rescora.schema.schema import Schema
from rescora.schema.settings import parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rescora.files.paths import AnyPath


class Saved(NamedTuple):
    """
    What a file holds.

    Attributes
    ----------
    file : _core.File
        The file itself, mapped or read.
    core, schema : _core.Snapshot, Schema
        The documents, and their fields.
    settings : dict
        The settings, as they were given.
    models : dict of str to str
        The models, as they are stored.
    """

    file: _core.File
    core: _core.Snapshot
    schema: Schema
    settings: dict[str, Any]
    models: dict[str, str]


def read_index(path: AnyPath, *, verify: bool, in_memory: bool) -> Saved:
    """Return what a file holds; `damage_named` says what is wrong with one."""
    with regular_file(path) as descriptor:
        file = _core.File(descriptor, printable(path), in_memory)
    if verify:
        file.verify()
    metadata = _metadata(file.metadata(), path)
    names, given = metadata["fields"], metadata["settings"]
    core = _core.Snapshot(file.shards(), names)
    settings = parse_settings(given)
    schema = Schema(
        metadata["mappings"],
        similarity=settings.similarity,
        order=names,
        max_fields=max(settings.total_fields_limit, len(names)),
        ignore_malformed=settings.ignore_malformed,
    )
    return Saved(file, core, schema, given, metadata.get("models", {}))


def write_index(
    path: AnyPath,
    core: _core.Snapshot,
    schema: Schema,
    settings: Mapping[str, Any],
    models: Mapping[str, str],
    *,
    overwrite: bool,
) -> None:
    """Write an index to a file, whole or not at all."""
    metadata = {
        "fields": list(schema.names),
        "mappings": schema.to_dict(),
        "settings": settings,
        "models": models,
    }
    with replacing(path, INDEX, overwrite=overwrite) as descriptor:
        core.save(descriptor, msgspec.json.encode(metadata).decode())


@contextlib.contextmanager
def damage_named(path: AnyPath) -> Iterator[None]:
    """Let everything that is wrong in a file be a CorruptFileError that names it."""
    try:
        yield
    except _core.CorruptFile as error:
        raise CorruptFileError(_naming(path, error)) from None
    except RequestError as error:
        raise CorruptFileError(f"{printable(path)}: the metadata makes no sense: {error}") from None


def _naming(path: AnyPath, error: Exception) -> str:
    """Return an error's words, with the file's name where they do not begin with it."""
    said, name = str(error), printable(path)
    return said if said.startswith(name) else f"{name}: {said}"


def _metadata(raw: bytes, path: AnyPath) -> dict[str, Any]:
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
