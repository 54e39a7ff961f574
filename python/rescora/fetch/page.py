"""What a sub-phase is given, and what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescora.compile import Plan
    from rescora.core import _core
    from rescora.found import Part
    from rescora.request import SearchRequest
    from rescora.view import View


class Page(NamedTuple):
    """
    A page of hits that is to be shown.

    Attributes
    ----------
    view : View
        What was searched: the documents, with their fields and analyzers.
    request, plan : SearchRequest, Plan
        What was asked, and how the core ran it.
    found : _core.Page
        What the core found.
    docs, scores : ndarray of uint32, of float32
        The numbers of the hits' documents, and their scores.
    limits : _core.Limits, optional
        Those of the request, part of which the search has used.
    texts : list of str
        What stood in the places that the plan leaves open.
    """

    view: View
    request: SearchRequest
    plan: Plan
    found: _core.Page
    docs: NDArray[np.uint32]
    scores: NDArray[np.float32]
    limits: _core.Limits | None
    texts: list[str]


class Shown(NamedTuple):
    """
    What a sub-phase gives of the hits of a page.

    Attributes
    ----------
    part : Part
        An entry a hit; one that is empty is not shown.
    complete : bool
        Whether there was time for all of it.
    """

    part: Part
    complete: bool = True
