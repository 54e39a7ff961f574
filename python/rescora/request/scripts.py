"""Scripts in a request: ``{"source": …, "params": {…}}``, or the source alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, UnsupportedError, did_you_mean, show
from rescora.reading.values import boolean, illegal, kind, parsing, string, utf8
from rescora.request.nodes import Script, ScriptField

if TYPE_CHECKING:
    from rescora.schema.settings import Settings

MAX_SOURCE = 65_535  # bytes: Elasticsearch's script.max_size_in_bytes
_KEYS = ("source", "id", "lang", "params", "parameters", "options")


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


def parse_script_fields(body: Any, settings: Settings) -> tuple[ScriptField, ...]:
    """
    Read ``script_fields``: a script under each name.

    Raises
    ------
    RequestError
        If it is no object of scripts, or one of too many.
    """
    path = "script_fields"
    if not isinstance(body, dict):
        raise parsing(f"Unknown key for a {kind(body)} in [{path}]: an object is wanted", path)
    if len(body) > settings.max_script_fields:
        raise RequestError(
            "Trying to retrieve too many script_fields. Must be less than or equal to: "
            f"[{settings.max_script_fields}] but was [{len(body)}]. This limit can be set by changing the "
            "[index.max_script_fields] index level setting.",
            path=path,
            type="illegal_argument_exception",
            shard_level=True,
        )
    return tuple([_script_field(name, value, f"{path}.{show(name)}") for name, value in body.items()])


def _script_field(name: Any, body: Any, path: str) -> ScriptField:
    if not isinstance(body, dict):
        raise parsing(f"Expected [START_OBJECT] but found [{kind(body)}] in [script_fields]", path)
    for key in body:
        if key not in ("script", "ignore_failure"):
            hint = did_you_mean(key, ("script", "ignore_failure"))
            raise parsing(f"Unknown key [{show(key)}] in [{path}]{hint}", f"{path}.{show(key)}")
    if "script" not in body:
        raise parsing(f"[{path}] wants a [script]", path)
    return ScriptField(
        name=string(name, path),
        script=parse_script(body["script"], f"{path}.script"),
        ignore_failure=boolean(body.get("ignore_failure", False), f"{path}.ignore_failure"),
    )


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
