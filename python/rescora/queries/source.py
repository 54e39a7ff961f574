"""Scripts in a request: ``{"source": …, "params": {…}}``, or the source alone."""

from __future__ import annotations

from typing import Any

import msgspec

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.values import illegal, kind, parsing, utf8

MAX_SOURCE = 65_535  # bytes: Elasticsearch's script.max_size_in_bytes
_KEYS = ("source", "id", "lang", "params", "parameters", "options")


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A script's source, its parameters, and its place in the body."""

    source: str
    params: dict[str, Any] = {}
    path: str = ""


def parse_script(body: Any, path: str) -> Script:
    """
    Read a script.

    Parameters
    ----------
    body : str or dict
        The source, or an object with ``source``, ``params`` (also called ``parameters``) and ``lang``.
    path : str
        The place where it stands.

    Raises
    ------
    RequestError
        If it is no script; `UnsupportedError` for stored scripts and other languages.

    Examples
    --------
    >>> parse_script({"source": "_score * params.w", "params": {"w": 2}}, "script").params
    {'w': 2}
    """
    if isinstance(body, str):
        return Script(source=_source(body, path), path=path)
    if not isinstance(body, dict):
        raise parsing(f"[script] a script is a string or an object, not {kind(body)}", path)
    for key in body:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS)
            reason = f"[script] unknown field [{show(key)}]{hint}"
            raise RequestError(reason, path=f"{path}.{show(key)}", type="x_content_parse_exception")
    if "source" in body and "id" in body:
        raise illegal("must only use one of [source, id] when specifying a [script]", path)
    if "id" in body:
        raise UnsupportedError("a stored script [id]", path=f"{path}.id", hint=": give its [source]")
    if "source" not in body:
        raise illegal("must specify either [source] for an inline script or [id] for a stored script", path)
    lang = body.get("lang", "painless")
    if lang != "painless":
        raise UnsupportedError(f"the script language [{show(lang)}]", path=f"{path}.lang")
    if body.get("options"):
        raise illegal(f"illegal compiler options [{show(body['options'])}] specified", f"{path}.options")
    return Script(source=_source(body["source"], f"{path}.source"), params=_params(body, path), path=path)


def _source(source: Any, path: str) -> str:
    if not isinstance(source, str):
        raise parsing(f"[source] must be a string, not {kind(source)}", path)
    if source.strip() == "":
        raise illegal("the script is empty", path)
    size = len(utf8(source, path).encode())
    if size > MAX_SOURCE:
        raise illegal(
            f"exceeded max allowed inline script size in bytes [{MAX_SOURCE}] with size [{size}] for script",
            path,
        )
    return source


def _params(body: dict[Any, Any], path: str) -> dict[str, Any]:
    """Elasticsearch's own page writes ``parameters``; both mean the same."""
    if "params" in body and "parameters" in body:
        raise illegal("must only use one of [params, parameters]", path)
    name = "parameters" if "parameters" in body else "params"
    params = body.get(name)
    if params is None:
        return {}
    if not isinstance(params, dict):
        raise parsing(f"[{name}] must be an object, not {kind(params)}", f"{path}.{name}")
    return params
