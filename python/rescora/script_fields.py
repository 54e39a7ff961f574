"""Script fields: what scripts say of the hits of one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora import _core
from rescora.core_errors import document_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.compile import FieldScript


def script_fields(
    index: _core.Index,
    fields: Sequence[FieldScript],
    page: _core.Page,
    limits: _core.Limits | None = None,
) -> list[dict[str, list[Any]]]:
    """
    Return the fields of each hit; a value stands in a list, as Elasticsearch has it, unless it is one.

    A list without items is left out.

    `limits` are those of the request, whose scripts have worked before.

    Raises
    ------
    ScriptError
        If a script fails on a hit and its failures are not ignored.
    """
    docs, scores = page.docs(), page.scores()
    found: list[dict[str, list[Any]]] = [{} for _ in docs]
    for field in fields:
        for place, value in enumerate(_values(index, field, docs, scores, limits)):
            values = value if isinstance(value, list) else [value]
            if value is not _FAILED and values:
                found[place][field.name] = values
    return found


_FAILED = object()


def _values(
    index: _core.Index,
    field: FieldScript,
    docs: NDArray[np.uint32],
    scores: NDArray[np.float32],
    limits: _core.Limits | None,
) -> Sequence[Any]:
    try:
        return _core.run_script(index, field.script, docs, scores, limits)
    except _core.DocumentError as error:
        if not field.ignore_failure or error.args[0] == "work_limit":
            raise document_error(error) from None
        if len(docs) == 1:
            return [_FAILED]
    halves = [slice(0, len(docs) // 2), slice(len(docs) // 2, None)]  # until those that fail stand alone
    return [value for half in halves for value in _values(index, field, docs[half], scores[half], limits)]
