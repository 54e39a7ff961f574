"""`Index`: made from documents or opened from a file, to search and rescore."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.core import _core
from rescora.documents.build import build
from rescora.errors import CorruptFileError, RequestError
from rescora.files.paths import printable
from rescora.files.place import INDEX
from rescora.files.replacing import check_place
from rescora.model.model import Model
from rescora.model.models import Models
from rescora.notices import notify_without_effect
from rescora.pickling import Opened
from rescora.public import public_methods
from rescora.reading.values import scalar_text
from rescora.saved import damage_named, read_index, write_index
from rescora.schema.pasted import pasted_mappings, pasted_settings
from rescora.schema.settings import parse_settings
from rescora.searcher import Searcher
from rescora.threads import check_threads
from rescora.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from rescora.documents.skipped import Skipped
    from rescora.files.paths import AnyPath
    from rescora.progress import Listener
    from rescora.schema.analysis import Token
    from rescora.schema.schema import Schema


@public_methods
class Index(Searcher):
    """
    Documents, ready to be searched and rescored; immutable.

    `from_documents` makes one and `open` reads one from a file: there is no adding, changing or deleting.
    All methods may be called from many threads at once, and the work itself holds no lock of Python's.

    A pickle, for other processes, and a copy hold the path of the file that the index was opened from, and
    the models that were put in or taken away since; the file must be there, and the same. An index that was
    not opened from a file has no path: pickling it is a TypeError.

    Examples
    --------
    >>> docs = [{"_id": "a", "title": "A quick fox"}, {"_id": "b", "title": "A slow one"}]
    >>> index = Index.from_documents(docs)
    >>> index
    <rescora.Index of 2 documents: title, title.keyword>
    >>> hits = index.search(query={"match": {"title": "quick"}})
    >>> hits.ids, hits[0].source
    (['a'], {'title': 'A quick fox'})
    """

    __module__ = "rescora"

    def __init__(
        self,
        core: _core.Snapshot,
        schema: Schema,
        settings: Mapping[str, Any],
        file: _core.File | None = None,
    ) -> None:
        self._models = Models()
        super().__init__(View.of(core, schema, parse_settings(settings), self._models))
        self._raw_settings = dict(settings)
        self._file = file
        self._opened: Opened | None = None
        #: The documents that `from_documents` left out, as pairs of id and reason.
        self.skipped: list[Skipped] = []

    @classmethod
    def from_documents(
        cls,
        docs: Any,
        id_field: str | None = None,
        mappings: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        path: AnyPath | None = None,
        progress: bool | Listener | None = None,
        *,
        columns: Mapping[str, ArrayLike] | None = None,
        threads: int | None = None,
        on_error: str = "raise",
        overwrite: bool = False,
    ) -> Index:
        """
        Index documents.

        Parameters
        ----------
        docs : iterable of dict, path, file, or object with the Arrow C stream interface
            The documents. A path names a file of JSON lines. Hits of a search (``_id`` and ``_source``) and
            the lines of a bulk request are read as what they are.
        id_field : str, optional
            The key of a document's id. By default ``_id``; where that is absent, the document's number from 0
            is its id.
        mappings, settings : dict, optional
            As Elasticsearch has them, or what ``GET index`` answers, whole. Fields that are not mapped are
            found in the documents.
        path : path, optional
            Where the index is saved, as by `save`; it is then opened from there. What `save` would refuse is
            refused before the first document is read; a file that the documents come from is never replaced.
        progress : bool or callable, optional
            None shows a line on a terminal once the work has taken half a second; True always, False never;
            a function is called with a `Step`.
        columns : dict of array_like, optional
            Numeric fields that are given as one array each, a value a document in the order of `docs`, and
            dense_vector fields, a row a document. An int64 or float64 array, or one of float32 (int8 for
            bytes) vectors, is used where it lies, not copied, if there is one shard.
        threads : int, optional
            Threads for finishing several shards; one a processor if None.
        on_error : str
            "skip" leaves out documents that cannot be indexed, as if they had not been given;
            `Index.skipped` tells which, and why. "raise" ends with the first.
        overwrite : bool
            Whether a file at `path` that is no index is replaced.

        Returns
        -------
        Index

        Raises
        ------
        RequestError
            For mappings, settings or documents that are wrong; the message names document and field.
        OSError
            If nothing can be written at `path`, or another file stands there.
        """
        if path is not None:
            check_place(path, INDEX, overwrite=overwrite, inputs=[docs])
        settings, mappings = pasted_settings(settings), pasted_mappings(mappings)
        parsed = parse_settings(settings)
        notify_without_effect(parsed)
        built = build(
            docs,
            mappings,
            parsed,
            id_field=id_field,
            columns=columns or {},
            progress=progress,
            threads=check_threads(threads),
            on_error=on_error,
        )
        index = cls(built.core, built.schema, dict(settings or {}))
        if path is not None:
            index.save(path, overwrite=overwrite)
            index = cls.open(path)
        index.skipped = built.skipped
        return index

    @classmethod
    def open(cls, path: AnyPath, verify: bool = False, *, in_memory: bool = False) -> Index:
        """
        Open a saved index; it is mapped into memory, so this takes no longer for a large one.

        A mapped file may be renamed, removed, or replaced by another of its name, as `save` does it: whoever
        has it mapped keeps it. It must not be changed in place or cut short (``cp`` over it, ``truncate``,
        ``rsync --inplace``), nor its disk or server go away: a search that needs what is gone ends the
        process, with SIGBUS. Where nobody can promise that, there is `in_memory`.

        Parameters
        ----------
        path : path
            The file that `save` wrote.
        verify : bool
            Whether all contents are checked now, which reads the whole file.
        in_memory : bool
            Whether the file is read now, whole, instead of mapped; nothing that happens to it later matters.

        Raises
        ------
        CorruptFileError
            If the file is not an index, or damaged.
        OSError
            If it cannot be read.
        """
        with damage_named(path):
            saved = read_index(path, verify=verify, in_memory=in_memory)
            index = cls(saved.core, saved.schema, saved.settings, saved.file)
            index._models.restore(saved.models, printable(path))
        index._opened = Opened.of(path, in_memory=in_memory)
        return index

    def save(self, path: AnyPath, *, overwrite: bool = False) -> None:
        """
        Write the index to one file: it appears whole or not at all.

        An index that stands there is replaced, and its permissions stay; links are followed.

        Parameters
        ----------
        path : path
            The file.
        overwrite : bool
            Whether a file that is no index is replaced too.

        Raises
        ------
        OSError
            If it cannot be written, or another file, a folder or a device stands there; it is untouched.
        """
        view, models = self._view, self._models.store()
        write_index(path, view.core, view.schema, self._raw_settings, models, overwrite=overwrite)

    def verify(self) -> None:
        """
        Check every byte of the file that this index was opened from; an index in memory has nothing to check.

        Raises
        ------
        CorruptFileError
            If anything is not as it was written.
        """
        if self._file is None:
            return
        try:
            self._file.verify()
        except _core.CorruptFile as error:
            raise CorruptFileError(str(error)) from None

    def __reduce__(self) -> tuple[Any, ...]:
        if self._opened is None or self._file is None:
            raise TypeError(
                "cannot pickle or copy an index in memory, only one that was opened from a file: "
                "save it, and open it with rescora.Index.open"
            )
        return _opened_again, (type(self), self._opened, self._file.checksum, self._models.changes())

    def __len__(self) -> int:
        return len(self._view.core)

    def __repr__(self) -> str:
        count, fields = self._view.core.num_shards, self._view.schema.shown
        shards = f" in {count} shards" if count > 1 else ""
        names = ", ".join(fields[:8]) + (", …" if len(fields) > 8 else "")
        noun = "document" if len(self) == 1 else "documents"
        return f"<rescora.Index of {len(self):,} {noun}{shards}: {names or 'no fields'}>"

    @property
    def name(self) -> str:
        """The index's name, ``settings["index.name"]``."""
        return self._view.settings.name

    @property
    def mappings(self) -> dict[str, Any]:
        """The fields, as Elasticsearch shows them."""
        return self._view.schema.to_dict()

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, as they were given."""
        return dict(self._raw_settings)

    @property
    def models(self) -> dict[str, Model]:
        """The models that rescorers of this index may name, by their ids."""
        return self._models.all()

    def put_model(self, model_id: str, model: Model) -> None:
        """
        Give the index a model, for the ``learning_to_rank`` rescorer; one of the same id is replaced.

        A request that is running keeps the model that it began with, and a compiled `Rescorer` without
        variables the one that it was compiled with. `save` writes the models with the index.

        Parameters
        ----------
        model_id : str
            The ``model_id`` of requests.
        model : Model
            One whose features say how they are computed.

        Raises
        ------
        ModelError
            If no feature of the model has an extractor, or one asks for what this index has not.

        Examples
        --------
        >>> index = Index.from_documents([{"_id": "a", "title": "red fox"}, {"_id": "b", "title": "fox"}])
        >>> linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m",
        ...           "features": [{"name": "title"}], "params": {"weights": {"title": -2.0}}}
        >>> title = {"feature_name": "title", "query": {"match": {"title": "{{text}}"}}}
        >>> index.put_model("short", Model.load(linear, [title]))
        >>> rank = {"model_id": "short", "params": {"text": "red"}}
        >>> rescore = {"window_size": 10, "learning_to_rank": rank}
        >>> index.search(query={"match": {"title": "fox"}}, rescore=rescore).ids
        ['b', 'a']
        """
        if not isinstance(model, Model):
            raise TypeError(f"model must be a rescora.Model, not {type(model).__name__}")
        self._view.planner.check_features(model._features)
        self._models.put(model_id, model)

    def delete_model(self, model_id: str) -> None:
        """
        Take a model away; a request that is running keeps it.

        Raises
        ------
        RequestError
            If there is none of this id, with status 404.
        """
        self._models.delete(model_id)

    def analyze(self, field: str, text: str) -> list[Token]:
        """
        Return the terms that a field makes of a text.

        Examples
        --------
        >>> index = Index.from_documents([{"title": "A quick fox"}])
        >>> [token.token for token in index.analyze("title", "The Quick-Brown fox")]
        ['the', 'quick', 'brown', 'fox']
        """
        found = self._view.schema.field(field)
        if found is None:
            raise RequestError(
                f"there is no field [{field}]; the index has {list(self._view.schema.shown)}", path="field"
            )
        if not found.kind.has_words:
            raise RequestError(f"field [{field}] of type [{found.type}] is not analyzed", path="field")
        if not isinstance(text, str):
            raise TypeError(f"text must be a string, not {type(text).__name__}")
        return self._view.analyzers[found.analyzer].analyze(scalar_text(text, "text"))


def _opened_again(
    kind: type[Index], opened: Opened, checksum: int, changes: Mapping[str, Model | None]
) -> Index:
    """Return the index that a pickle holds."""
    index = kind.open(opened.path, **opened.keywords)
    if index._file is None or index._file.checksum != checksum:
        raise CorruptFileError(f"{opened.path!r} holds another index than when it was pickled: open it anew")
    index._models.change(changes)
    return index
