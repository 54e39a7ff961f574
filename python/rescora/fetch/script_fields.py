"""Script fields: what scripts say of the hits of one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.core import _core
from rescora.core_errors import document_error
from rescora.fetch.page import Page, Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.compile import FieldScript


def script_fields(page: Page) -> Shown | None:
    """
    Return the fields of each hit; a value stands in a list, as Elasticsearch has it, unless it is one.

    A list without items is left out. The scripts work within the limits of the request, whose other scripts
    have worked before. A field that is not done when its time is over is left out of all hits, and so are
    those after it.

    Raises
    ------
    ScriptError
        If a script fails on a hit and its failures are not ignored.
    """
    if not page.plan.fields:
        return None
    scores = page.scores
    fields: list[dict[str, list[Any]]] = [{} for _ in page.docs]
    for field in page.plan.fields:
        try:
            of_field = _values(page.view.core, field, page.docs, scores, page.limits)
        except _core.Stopped as stopped:
            if stopped.args[0] != "deadline":
                raise
            return Shown(fields, complete=False)
        for place, value in enumerate(of_field):
            values = value if isinstance(value, list) else [value]
            if value is not _FAILED and values:
                fields[place][field.name] = values
    return Shown(fields)


_FAILED = object()


def _values(
    index: _core.Snapshot,
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
