"""The schema while documents are read: new fields are kept or dropped with the document that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.schema.fields import IGNORED

if TYPE_CHECKING:
    from rescora.schema.draft import Draft
    from rescora.schema.field import Field
    from rescora.schema.fields import Fields
    from rescora.schema.schema import Schema


class Growth:
    """
    From one version of a schema to the next, document by document.

    Attributes
    ----------
    schema : Schema
        The version with all that documents have brought which were kept.
    """

    __slots__ = ("_draft", "schema")

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._draft: Draft | None = None

    @property
    def fields(self) -> Fields:
        """The fields as the document that is being read sees them."""
        return self.schema if self._draft is None else self._draft

    def draft(self) -> Draft:
        """Return what the document that is being read may add to."""
        if self._draft is None:
            self._draft = self.schema.draft()
        return self._draft

    def learn(self, name: str, **parameters: Any) -> None:
        """Set parameters of a field's mapping that its first value tells."""
        self.draft().learn(name, **parameters)

    def ignored(self) -> Field:
        """Return the field with the names of those whose values were left out."""
        return self.fields.field(IGNORED) or self.draft().ignored()

    def keep(self) -> None:
        """Keep what has been added: where there is something, it makes the next version."""
        if self._draft is not None:
            self.schema = self.schema.revised(self._draft)
            self._draft = None

    def drop(self) -> None:
        """Forget what has been added since the last document that was kept."""
        self._draft = None
