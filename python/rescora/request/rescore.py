"""Rescorers: a type leads to a parser; a new type is one entry here and a file beside this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.queries import parse_query
from rescora.queries.source import parse_script
from rescora.reading.limits import Levels, too_many_clauses
from rescora.reading.values import at_least, choice, illegal, kind, parsing, real32
from rescora.request.learning_to_rank import parse_learning_to_rank
from rescora.request.rescorer import QueryRescorer, Rescorer, ScriptRescorer
from rescora.schema.settings import Settings

if TYPE_CHECKING:
    from rescora.queries.query import Query

SCORE_MODES = ("total", "multiply", "avg", "max", "min")

# From its object, its path, how deep queries may be nested, and its window (None where none is given).
RescorerParser = Callable[[dict[Any, Any], str, int, int | None], Rescorer]
DEFAULT_WINDOW = 10

_window_size = at_least(0, "[window_size] must be at least 0, not [{value}]")
_score_mode = choice("illegal score_mode [{value}]", SCORE_MODES, fold_case=True)


def parse_rescore(body: Any, settings: Settings | None = None, path: str = "rescore") -> tuple[Rescorer, ...]:
    """
    Read ``rescore``: one rescorer or an array of them.

    Parameters
    ----------
    body : dict or list of dict
        What stands in the request; None is no rescoring.
    settings : Settings, optional
        The index's limits.

    Returns
    -------
    tuple of Rescorer
        In the order in which they run.

    Raises
    ------
    RequestError
        If a rescorer is malformed; `check_rescore_windows` looks at the index's limit afterwards.

    Examples
    --------
    >>> stage = parse_rescore({"query": {"rescore_query": {"match": {"title": "fox"}}}})[0]
    >>> stage.window_size, stage.score_mode, stage.query.field
    (10, 'total', 'title')
    """
    if body is None:
        return ()
    limits = settings or Settings()
    if isinstance(body, dict):
        return (_rescorer(body, path, limits.levels()),)
    if isinstance(body, list | tuple):
        return _rescorers(body, path, limits)
    raise parsing(f"Unknown key for a {kind(body)} in [rescore]: an object or an array is wanted", path)


def _rescorers(body: Sequence[Any], path: str, settings: Settings) -> tuple[Rescorer, ...]:
    rescorers: list[Rescorer] = []
    clauses = 0
    for i, item in enumerate(body):
        levels = settings.levels()
        rescorers.append(_rescorer(item, f"{path}[{i}]", levels))
        clauses += levels.clauses
        if clauses > levels.rescorers_clauses:
            raise too_many_clauses(levels.rescorers_clauses, f"{path}[{i}]")
    return tuple(rescorers)


def _rescorer(body: Any, path: str, levels: Levels) -> Rescorer:
    if not isinstance(body, dict):
        raise parsing(f"unexpected token [{kind(body)}]: a rescorer is an object", path)
    window: int | None = None
    type_name = None
    for key, value in body.items():
        if isinstance(value, dict):
            if type_name is not None:
                raise parsing(f"one rescorer cannot be of two types, [{type_name}] and [{show(key)}]", path)
            type_name = key
        elif value is None or isinstance(value, list | tuple):
            raise parsing(f"unexpected token [{kind(value)}] after [{show(key)}]", f"{path}.{show(key)}")
        elif key == "window_size":
            window = _window_size(value, f"{path}.window_size")
        else:
            raise parsing(
                f"rescore doesn't support [{show(key)}]{did_you_mean(key, ('window_size', *RESCORERS))}",
                f"{path}.{show(key)}",
            )
    if type_name is None:
        raise parsing("missing rescore type", path)
    parser = RESCORERS.get(type_name)
    if parser is None:
        raise _unknown(type_name, path)
    return parser(body[type_name], path, levels, window)


def _unknown(name: object, path: str) -> RequestError:
    hint = did_you_mean(name, RESCORERS)
    return parsing(f"Unknown rescorer: unknown field [{show(name)}]{hint}", f"{path}.{show(name)}")


def check_rescore_windows(rescorers: Sequence[Rescorer], settings: Settings) -> None:
    """Raise RequestError for the first window that is larger than the index allows."""
    limit = settings.max_rescore_window
    for one in rescorers:
        if one.window_size > limit:
            raise RequestError(
                f"Rescore window [{one.window_size}] is too large. It must be less than [{limit}]. "
                "This prevents allocating massive heaps for storing the results to be rescored. "
                "This limit can be set by changing the [index.max_rescore_window] index level setting.",
                path=f"{one.path}.window_size",
                type="illegal_argument_exception",
                shard_level=True,
            )


def _query(body: dict[Any, Any], path: str, levels: int, window: int | None) -> QueryRescorer:
    """Read the rescorer of type ``query``."""
    found: dict[str, Any] = {}
    for key, value in body.items():
        entry = _QUERY.get(key)
        if entry is None:
            raise RequestError(
                f"[query] unknown field [{show(key)}]{did_you_mean(key, _QUERY)}",
                path=f"{path}.query.{show(key)}",
                type="x_content_parse_exception",
            )
        attribute, read = entry
        try:
            found[attribute] = read(value, f"{path}.query.{key}", levels)
        except RequestError as error:
            raise _failed(key, error) from error
    if "query" not in found:
        raise illegal("rescore_query may not be null: [rescore_query] is wanted", f"{path}.query")
    return QueryRescorer(window_size=DEFAULT_WINDOW if window is None else window, path=path, **found)


def _failed(key: str, cause: RequestError) -> RequestError:
    """Wrap an error as Elasticsearch's object parser does; the place stays the cause's."""
    if isinstance(cause, UnsupportedError):
        return cause
    return RequestError(
        f"[query] failed to parse field [{key}]",
        path=cause.path,
        type="x_content_parse_exception",
        caused_by=cause,
    )


def _inner_query(value: Any, path: str, levels: int) -> Query:
    return parse_query(value, path, levels)


_QUERY: dict[str, tuple[str, Callable[[Any, str, int], Any]]] = {
    "rescore_query": ("query", _inner_query),
    "query_weight": ("query_weight", lambda value, path, _: real32(value, path)),
    "rescore_query_weight": ("rescore_query_weight", lambda value, path, _: real32(value, path)),
    "score_mode": ("score_mode", lambda value, path, _: _score_mode(value, path)),
}


def _nesting(key: object) -> str:
    """Return how a script rescorer nests, to those who have left one level out."""
    if key == "window_size":
        return ": [window_size] stands beside [script]"
    return ': a script rescorer is {"script": {"script": {"source": …}}}'


def _script(body: dict[Any, Any], path: str, _levels: int, window: int | None) -> ScriptRescorer:
    """Read the rescorer of type ``script``."""
    for key in body:
        if key != "script":
            raise RequestError(
                f"[script] unknown field [{show(key)}]{_nesting(key)}",
                path=f"{path}.script.{show(key)}",
                type="x_content_parse_exception",
            )
    if "script" not in body:
        raise illegal("Required [script]: an object with the script's [source] is wanted", f"{path}.script")
    script = parse_script(body["script"], f"{path}.script.script")
    return ScriptRescorer(window_size=DEFAULT_WINDOW if window is None else window, path=path, script=script)


RESCORERS: dict[str, RescorerParser] = {
    "query": _query,
    "script": _script,
    "learning_to_rank": parse_learning_to_rank,
}
