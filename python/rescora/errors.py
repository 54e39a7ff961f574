"""Exceptions, with Elasticsearch's types and reasons and the path in the request."""

from __future__ import annotations

import difflib
import re
import reprlib
from typing import TYPE_CHECKING, Any

from rescora.core import _core

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A wrapper of one of these is named as the root cause by what it wraps.
_WRAPPERS = ("x_content_parse_exception",)
# Java's own exceptions are never a root cause: what wraps them is.
_PLAIN = ("illegal_argument_exception", "number_format_exception")


class RequestError(ValueError):
    """
    A request (or mapping, or argument) that cannot be carried out.

    Parameters
    ----------
    reason : str
        What is wrong, as Elasticsearch says it: ``illegal score_mode [totl]``.
    path : str
        The place in the body: ``rescore[1].query.score_mode``; empty if there is none.
    type : str
        Elasticsearch's name of the kind of error.
    status : int
        The HTTP status a server would answer with.
    caused_by : RequestError, optional
        The error that this one wraps.
    shard_level : bool
        Whether Elasticsearch finds it on the shards, and so reports a failed search phase.

    Examples
    --------
    >>> error = RequestError("missing rescore type", path="rescore[1]")
    >>> str(error)
    'rescore[1]: missing rescore type'
    >>> error.to_dict()["error"]["type"], error.to_dict()["status"]
    ('parsing_exception', 400)
    """

    __module__ = "rescora"

    def __init__(
        self,
        reason: str,
        *,
        path: str = "",
        type: str = "parsing_exception",
        status: int = 400,
        caused_by: RequestError | None = None,
        shard_level: bool = False,
    ) -> None:
        self.reason = brief(reason)
        self.path = brief(path)
        self.type = type
        self.status = status
        self.caused_by = caused_by
        self.shard_level = shard_level
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        """
        Return path, reason, and the reasons beneath it; the path is the innermost one already.

        Elasticsearch's own reasons often end with that of their cause, which is not said again.
        """
        said = f"{self.path}: {self.reason}" if self.path else self.reason
        inner = self.caused_by
        while inner is not None:
            said = said if said.endswith(inner.reason) else f"{said}: {inner.reason}"
            inner = inner.caused_by
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), dict(self.__dict__), self.args)

    def of_search(self, place: int) -> RequestError:
        """Return the error as one of a search among others, by the place of its parameters."""
        its = f"params[{place}]"
        path = (
            its + self.path.removeprefix("params")
            if self.path.startswith("params")
            else f"{its}: {self.path}"
        )
        named = _restore(type(self), {**self.__dict__, "path": brief(path)}, ())
        named.args = (named._sentence(),)
        return named

    def cause(self) -> dict[str, Any]:
        """Return the error and what it wraps, as they stand under ``caused_by``."""
        said: dict[str, Any] = {"type": self.type, "reason": self.reason}
        if self.caused_by is not None:
            said["caused_by"] = self.caused_by.cause()
        return said

    def root(self) -> RequestError:
        """Return the error that Elasticsearch would name as the root cause."""
        inner = self.caused_by
        if inner is None or self.type not in _WRAPPERS or inner.type in _PLAIN:
            return self
        return inner.root()

    def to_dict(self, index: str = "index") -> dict[str, Any]:
        """Return the body that Elasticsearch would answer with."""
        root = self.root()
        root_cause = [{key: said for key, said in root.cause().items() if key != "caused_by"}]
        if not self.shard_level:
            return {"error": {"root_cause": root_cause, **self.cause()}, "status": self.status}
        error = {
            "root_cause": root_cause,
            "type": "search_phase_execution_exception",
            "reason": "all shards failed",
            "phase": "query",
            "grouped": True,
            "failed_shards": [{"shard": 0, "index": index, "node": "rescora", "reason": self.cause()}],
            "caused_by": self.cause(),
        }
        return {"error": error, "status": self.status}


def _restore(kind: type[RequestError], attributes: dict[str, Any], args: tuple[Any, ...]) -> RequestError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(attributes)
    return error


class UnsupportedError(RequestError):
    """
    A well-formed Elasticsearch feature that Rescora does not have.

    Attributes
    ----------
    keys : tuple of str
        The keys of a search body that are meant, all of them.

    Examples
    --------
    >>> str(UnsupportedError("[aggs]", path="aggs"))
    'aggs: [aggs] is not supported by this version of rescora'
    """

    __module__ = "rescora"

    def __init__(self, what: str, *, path: str = "", hint: str = "", keys: Sequence[str] = ()) -> None:
        self.keys = tuple(keys)
        verb = "are" if len(keys) > 1 else "is"
        reason = f"{what} {verb} not supported by this version of rescora{hint}"
        super().__init__(reason, path=path, type="illegal_argument_exception")


class MappingError(RequestError):
    """
    A mapping that cannot be made, or a document that does not fit it.

    Attributes
    ----------
    document, field : str
        Who is meant: the document's name (empty for a bad mapping) and the field's.
    """

    __module__ = "rescora"

    def __init__(
        self,
        reason: str,
        *,
        document: str = "",
        field: str = "",
        path: str = "",
        type: str = "mapper_parsing_exception",
        caused_by: RequestError | None = None,
    ) -> None:
        self.document = document
        self.field = field
        super().__init__(reason, path=path, type=type, caused_by=caused_by)

    def _sentence(self) -> str:
        said = super()._sentence()
        return f"{show(self.document)}: {said}" if self.document else said


_AROUND = 25  # characters of a script shown on either side of the place that is meant


class ScriptError(RequestError):
    """
    A script that cannot be compiled, or that fails on a document.

    Attributes
    ----------
    script : str
        Its source.
    position : int
        The place in it that is meant, in characters.

    Examples
    --------
    >>> cause = RequestError("cannot resolve symbol [scor]", type="illegal_argument_exception")
    >>> error = ScriptError("compile error", "scor + 1", 0, cause, path="rescore.script")
    >>> print(error)
    rescore.script: compile error: cannot resolve symbol [scor]
    scor + 1
    ^---- HERE
    """

    __module__ = "rescora"

    def __init__(
        self,
        reason: str,
        script: str,
        position: int,
        caused_by: RequestError,
        *,
        path: str = "",
        document: str = "",
    ) -> None:
        self.script = script
        self.position = position
        self.document = document
        super().__init__(
            reason,
            path=path,
            type="script_exception",
            status=caused_by.status,
            caused_by=caused_by,
            shard_level=True,
        )

    def _stack(self) -> list[str]:
        """Return the part of the script around the place, and a mark below it."""
        begin, end = self._part()
        line = " ".join(self.script[begin:end].splitlines() or [""])
        before, after = "... " if begin else "", " ..." if end < len(self.script) else ""
        return [before + line + after, " " * (len(before) + self.position - begin) + "^---- HERE"]

    def _part(self) -> tuple[int, int]:
        begin = max(0, self.position - _AROUND)
        end = min(len(self.script), self.position + _AROUND)
        return (0 if begin < 5 else begin), (len(self.script) if len(self.script) - end < 5 else end)

    def _sentence(self) -> str:
        said = super()._sentence()
        where = f"document [{show(self.document)}]: " if self.document else ""
        return "\n".join([where + said, *self._stack()])

    def cause(self) -> dict[str, Any]:
        """Return the error as Elasticsearch has it, with the script and the place in it."""
        said = super().cause()
        inner = said.pop("caused_by")
        begin, end = self._part()
        return {
            **said,
            "script_stack": self._stack(),
            "script": show(self.script, _MOST),
            "lang": "painless",
            "position": {"offset": self.position, "start": begin, "end": end},
            "caused_by": inner,
        }


class ModelError(RequestError):
    """
    A model that cannot be loaded: damaged, not understood, or with something that Rescora does not have.

    Examples
    --------
    >>> str(ModelError("feature 7 is beyond the 5 features", path="tree 3, node 0"))
    'tree 3, node 0: feature 7 is beyond the 5 features'
    """

    __module__ = "rescora"

    def __init__(self, reason: str, *, path: str = "") -> None:
        super().__init__(reason, path=path, type="illegal_argument_exception")


def model_error(reason: str, path: str) -> ModelError:
    """Return the error for a part of a model; as `check_size` wants it."""
    return ModelError(reason, path=path)


class SearchTimeout(RequestError):  # noqa: N818 - Elasticsearch's name
    """A request whose time was over before it was done, where a part of the answer is no answer."""

    __module__ = "rescora"

    def __init__(self) -> None:
        super().__init__("Time exceeded", type="search_timeout_exception", status=429, shard_level=True)


class Cancelled(RequestError):  # noqa: N818 - as asyncio's CancelledError, in our words
    """A request that was ended by its `Cancellation`."""

    __module__ = "rescora"

    def __init__(self) -> None:
        super().__init__("task cancelled", type="task_cancelled_exception")


class CorruptFileError(OSError):
    """A file that is not, or no longer, an index: damaged, cut short, or of another version."""

    __module__ = "rescora"


_SHOWN = 60  # characters of one value in a message: three times, and a part of a script, are less than 200
_MOST = 200  # characters of a message that is too long to be ours alone
_OURS = 400  # characters: no message of ours is as long
_BRACKETED = re.compile(rf"\[([^\[\]]{{{_SHOWN + 1},}})(?=\])")
_WORD = re.compile(rf"[^\s./,:;()\[\]\"']{{{_SHOWN + 1},}}")


def show(value: object, limit: int = _SHOWN) -> str:
    """Return `value` as a message shows it: never long, never an error itself."""
    if type(value) is str and len(value) <= limit and value.isascii():  # a key, most often
        return value
    try:
        text = value if isinstance(value, str) else _repr(value)
    except Exception:  # a foreign object's repr may do anything
        text = f"<{type(value).__name__}>"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= limit else text[: limit - 1] + "…"


_shortened = reprlib.Repr()
_shortened.maxlevel = 2


def _repr(value: object) -> str:
    """Return a repr that costs little: a tree that shares its parts may have any number of them."""
    return _shortened.repr(value) if _core.excess(value, 1_000, 20) else repr(value)


def brief(text: str) -> str:
    """
    Return a message with each value that it repeats cut to what `show` shows of one.

    Values stand in brackets or are single words; a message that is still longer than any of ours keeps its
    beginning and its end.

    Examples
    --------
    >>> brief("unknown query [" + "match" * 1_000 + "]") == "unknown query [" + show("match" * 1_000) + "]"
    True
    """
    if len(text) <= _SHOWN:
        return text
    text = _BRACKETED.sub(lambda found: "[" + show(found[1]), text)
    text = _WORD.sub(lambda found: show(found[0]), text)
    return text if len(text) <= _OURS else f"{text[: _MOST * 2 // 3]} … {text[-(_MOST // 3 - 3) :]}"


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """
    Return a suggestion to append to a message, or nothing.

    Examples
    --------
    >>> did_you_mean("rescore_qeury", ["rescore_query", "query_weight"])
    ', did you mean [rescore_query]?'
    """
    if not isinstance(word, str) or len(word) > 64:
        return ""
    names = sorted(known)
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    near = near or [name for name in names if name.lower() == word.lower()]
    return f", did you mean [{near[0]}]?" if near and near[0] != word else ""
