"""Requests with placeholders: compiled once where these are texts to analyze, else in each call."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from rescora.errors import RequestError
from rescora.reading.limits import check_size
from rescora.request.template import Template

Params = Mapping[str, Any]
Made = TypeVar("Made")


class Open(NamedTuple, Generic[Made]):
    """
    What runs a request whose texts come with each call.

    Attributes
    ----------
    made : object
        It.
    num_texts : int
        How many texts a call gives.
    longest_text : int
        So many characters may they have together.
    """

    made: Made
    num_texts: int
    longest_text: int


class Templated(Generic[Made]):
    """
    Makes of a request, and of a call's parameters, what runs it.

    Parameters
    ----------
    body : object
        The request; ``"{{name}}"`` in a string marks a parameter.
    path : str
        What it is called in errors.
    make : callable
        From a request without parameters to what runs it, or RequestError.
    make_open : callable
        The same for one with a `Hole` in place of each string with parameters; None where more than texts
        must be known.
    lasts : callable
        Whether what was made of a request without parameters serves later calls, too.
    templated : bool
        Whether ``{{`` in a string begins a parameter; otherwise it is text like any other.

    Attributes
    ----------
    fixed : object or None
        What runs a request without parameters, if that lasts.
    open : Open or None
        What runs it when a call's texts are short enough.
    only : str or None
        The one parameter, where `open` wants its text and nothing else.

    Raises
    ------
    RequestError
        If a request without parameters is wrong; what is wrong with others, a call says.
    """

    __slots__ = ("_make", "_path", "_template", "fixed", "only", "open")

    def __init__(
        self,
        body: Any,
        path: str,
        make: Callable[[Any], Made],
        make_open: Callable[[Any], Open[Made] | None],
        *,
        lasts: Callable[[Made], bool] = lambda _: True,
        templated: bool = True,
    ) -> None:
        check_size(body, path)
        self._path = path
        self._make = make
        self._template = Template(body, path) if templated else Template.without_variables(body, path)
        self.fixed: Made | None = None
        self.open: Open[Made] | None = None
        if self.variables:
            with contextlib.suppress(RequestError):  # what is wrong, a call will say
                self.open = make_open(self._template.with_holes())
        else:
            made = make(body)
            self.fixed = made if lasts(made) else None
        holes = self._template.holes
        self.only = holes[0].only if self.open and self.open.num_texts == len(holes) == 1 else None

    @property
    def variables(self) -> frozenset[str]:
        """The names of the parameters that a call must give."""
        return self._template.variables

    def texts_of(self, columns: Mapping[str, Sequence[Any]]) -> list[str] | None:
        """
        Return the texts of many calls, one call after another, where `open` serves all of them.

        `columns` has each parameter's values, one a call; None where they are not plain and short.
        """
        names = [hole.only for hole in self._template.holes]
        if self.open is None or len(names) != self.open.num_texts or set(names) != set(columns):
            return None
        longest = self.open.longest_text // len(names)
        for values in columns.values():
            if not all(type(value) is str and len(value) <= longest and value.isascii() for value in values):
                return None
        calls = zip(*[columns[name] for name in names if name is not None], strict=True)
        return list(itertools.chain.from_iterable(calls))

    def filled(self, params: Params | None) -> tuple[Made, list[str]]:
        """Return what a call runs, and the texts that it gives to that."""
        if self.fixed is not None and not params:
            return self.fixed, []
        given = self._template.check(params)
        if self.open is not None:
            texts = [hole.filled(given) for hole in self._template.holes]
            if sum(map(len, texts)) <= self.open.longest_text:
                return self.open.made, texts[: self.open.num_texts]
        rendered = self._template.render(given)
        check_size(rendered, self._path)
        return self._make(rendered), []
