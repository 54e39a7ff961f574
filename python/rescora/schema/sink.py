"""Who takes the values of a document, and what is raised for a value that does not fit its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from rescora.errors import MappingError, RequestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOCUMENT = "document_parsing_exception"


class Sink(Protocol):
    """Who takes the values of one document."""

    def text(self, field: int, value: str, /) -> None:
        """Take a text; called once a value, in order."""

    def keyword(self, field: int, value: str, /) -> None:
        """Take a keyword."""

    def integer(self, field: int, value: int, /) -> None:
        """Take an integer, a boolean (0 or 1), a date (milliseconds), a point or a feature as it is kept."""

    def real(self, field: int, value: float, /) -> None:
        """Take a double, or a float already rounded to float32."""

    def vector(self, field: int, value: NDArray[Any], /) -> None:
        """Take a vector: float32, or int8 for bytes and packed bits."""

    def has(self, field: int, /) -> bool:
        """Tell whether this document has given the field a value already."""

    def ignored(self, name: str, /) -> None:
        """Take note that a value of the field of this name is left out."""


Leaf = Callable[[Any, Sink], None]  # takes one scalar to a field
Action = Callable[[Any, Sink], None]  # takes all that stands at a key of a document


class Learner(Protocol):
    """Who keeps what a field's first value tells of its mapping."""

    def __call__(self, name: str, **parameters: Any) -> None:
        """Set parameters of the mapping of the field of this name."""


class RefusedError(Exception):
    """A value that does not fit, before the document's name is known."""

    def __init__(self, field: str, reason: str, cause: str = "", kind: str = DOCUMENT) -> None:
        super().__init__(reason)
        self.field, self.reason, self.cause, self.kind = field, reason, cause, kind

    def named(self, document: str) -> MappingError:
        """Return the error with the name of the document."""
        cause = RequestError(self.cause, type="illegal_argument_exception") if self.cause else None
        return MappingError(self.reason, document=document, field=self.field, type=self.kind, caused_by=cause)
