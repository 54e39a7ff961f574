"""The schema of an index: its fields, immutable; documents that bring new fields make the next version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.reading.limits import check_size
from rescora.schema.checks import bm25_of
from rescora.schema.draft import Draft
from rescora.schema.fields import MAX_FIELDS, Fields, Rules
from rescora.schema.mapping import read_properties, read_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Schema(Fields):
    """
    The fields of an index by name; it never changes, so searches may keep theirs while others are made.

    Parameters
    ----------
    body : dict, optional
        Elasticsearch mappings: ``{"properties": {...}, "dynamic": true}``.
    similarity : dict, optional
        Named similarities, ``settings.index.similarity``.
    analyzers : iterable of str, optional
        The names of the analyzers that exist; None lets any name pass.
    order : sequence of str, optional
        The names of all fields in the order of their numbers, as `names` gave them when the index was saved.
    max_fields : int
        ``index.mapping.total_fields.limit``.
    ignore_malformed : bool
        ``index.mapping.ignore_malformed``, for fields that do not say.

    Attributes
    ----------
    version : int
        1 for what a mapping says, and one more for each change.

    Raises
    ------
    RequestError
        `MappingError` for a mapping that makes no sense, `UnsupportedError` for one that is not supported.

    Examples
    --------
    >>> title = {"type": "text", "fields": {"raw": {"type": "keyword"}}}
    >>> schema = Schema({"properties": {"title": title}})
    >>> [(f.name, f.number, f.type) for f in schema.fields]
    [('title', 0, 'text'), ('title.raw', 1, 'keyword')]
    >>> schema.with_field("year", {"type": "long"}), schema
    (Schema(version 2: title, title.raw, year), Schema(version 1: title, title.raw))
    """

    __slots__ = ("version",)

    def __init__(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        similarity: Mapping[str, Any] | None = None,
        analyzers: Iterable[str] | None = None,
        order: Sequence[str] | None = None,
        max_fields: int = MAX_FIELDS,
        ignore_malformed: bool = False,
    ) -> None:
        rules = Rules(
            {name: bm25_of(name, given) for name, given in (similarity or {}).items()},
            None if analyzers is None else frozenset(analyzers),
            max_fields,
            ignore_malformed,
        )
        body = {} if body is None else body
        check_size(body, "mappings")
        root = read_root(body)
        draft = Draft(rules, root, {"": root.get("dynamic", "true")}, {}, {})
        read_properties(draft, body.get("properties", {}))
        if order is not None:
            draft.renumber(order)
        self._take(draft, version=1)

    def _take(self, draft: Draft, version: int) -> None:
        super().__init__(draft.rules, draft._root, draft._objects, draft._fields, draft._children)
        self.version = version

    def __repr__(self) -> str:
        return f"Schema(version {self.version}: {', '.join(self.names)})"

    def draft(self) -> Draft:
        """Begin to write the next version; what is written there is not seen here."""
        return Draft(self.rules, self._root, dict(self._objects), dict(self._fields), dict(self._children))

    def revised(self, draft: Draft) -> Schema:
        """Return the next version: what a draft of this one has become; it may not be added to again."""
        made = object.__new__(Schema)
        made._take(draft, self.version + 1)
        return made

    def with_field(self, name: str, definition: Any) -> Schema:
        """
        Return the next version, which has one more field.

        Parameters
        ----------
        name : str
            The full dotted name.
        definition : dict
            ``{"type": "text", ...}``.
        """
        draft = self.draft()
        draft.add(name, definition)
        return self.revised(draft)
