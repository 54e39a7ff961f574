"""Rescora's own model format: JSON with arrays in base64, for models of every library."""

from __future__ import annotations

import base64
import binascii
import math
from typing import TYPE_CHECKING, Annotated, Any, get_args

import msgspec
import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Accumulate, Ensemble, Linear, Loaded, Normalizer, Output, Transform
from rescora.model.flat import DTYPES, FlatTrees, flatten, unflatten
from rescora.model.parsing.columns import distinct
from rescora.model.parsing.nested import MOST_FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from rescora.model.parsing.source import Source

NAME = "rescora"
VERSION = 1
_NUMBERS = ("scale", "bias", "divide", "slope", "shift")  # of an output
_LINEAR = {"feature": "<i4", "weight": "<f8"}


class _Output(msgspec.Struct, forbid_unknown_fields=True):
    mean: bool
    scale: str | None
    bias: str | None
    divide: str | None
    transform: Transform
    slope: str
    shift: str


_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class _Normalizer(msgspec.Struct, forbid_unknown_fields=True):
    column: _Count
    offset: str
    divisor: str


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    """The file; real numbers are hexadecimal, so that every bit is kept."""

    rescora_model: int
    format: str
    feature_names: tuple[str, ...]
    num_features: _Count
    absent: str | None
    normalizers: list[_Normalizer]
    extractors: list[dict[str, Any]]
    default_params: dict[str, Any]
    kind: str
    accumulate: str
    base: str
    wide: bool
    skips_nan: bool
    groups: list[_Count]
    output: _Output
    arrays: dict[str, str]


def _hex(value: float | None) -> str | None:
    return None if value is None else float(value).hex()


def _number(text: str | None, path: str) -> Any:
    if text is None:
        return None
    try:
        number = float.fromhex(text)
    except (ValueError, OverflowError):
        number = math.nan
    if math.isnan(number):
        raise ModelError(f"a hexadecimal number is wanted, not [{show(text)}]", path=path)
    return number


def _encoded(arrays: Mapping[str, NDArray[Any]], dtypes: dict[str, str]) -> dict[str, str]:
    return {
        name: base64.b64encode(np.ascontiguousarray(arrays[name], dtype).tobytes()).decode()
        for name, dtype in dtypes.items()
    }


def _output_of(output: Output) -> _Output:
    numbers: Any = {name: _hex(getattr(output, name)) for name in _NUMBERS}
    return _Output(mean=output.mean, transform=output.transform, **numbers)


def store(loaded: Loaded) -> bytes:
    """Return the model as a file's bytes."""
    model = loaded.model
    kind: dict[str, Any]
    if isinstance(model, Ensemble):
        arrays = _encoded(flatten(model.trees)._asdict(), DTYPES)
        kind = {"kind": "trees", "wide": model.wide, "skips_nan": False, "groups": list(model.groups)}
    else:
        arrays = _encoded({"feature": model.feature, "weight": model.weight}, _LINEAR)
        kind = {"kind": "linear", "wide": False, "skips_nan": model.skips_nan, "groups": []}
    stored = _Stored(
        rescora_model=VERSION,
        format=loaded.format,
        feature_names=loaded.feature_names,
        num_features=loaded.num_features,
        absent=_hex(loaded.absent),
        normalizers=[
            _Normalizer(c, one.offset.hex(), one.divisor.hex()) for c, one in loaded.normalizers.items()
        ],
        extractors=list(loaded.extractors),
        default_params=dict(loaded.default_params),
        accumulate=model.accumulate,
        base=model.base.hex(),
        output=_output_of(model.output),
        arrays=arrays,
        **kind,
    )
    return msgspec.json.encode(stored)


def recognises(source: Source) -> bool:
    """Return whether the source is JSON with the key ``rescora_model``."""
    return isinstance(source.json, dict) and "rescora_model" in source.json


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Read what `store` wrote.

    Raises
    ------
    ModelError
        If it is something else; the message names the key.
    """
    try:
        stored = msgspec.convert(source.json, _Stored)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ModelError(f"the stored model makes no sense: {show(str(error), 200)}") from None
    if stored.rescora_model != VERSION:
        raise ModelError(
            f"the stored model has the version {stored.rescora_model}, this rescora reads {VERSION}"
        )
    if feature_names is not None and feature_names != stored.feature_names:
        raise ModelError(
            f"the stored model has the features {show(stored.feature_names)}", path="feature_names"
        )
    _check_features(stored)
    normalizers = {
        one.column: Normalizer(_number(one.offset, "normalizers"), _number(one.divisor, "normalizers"))
        for one in stored.normalizers
    }
    if len(normalizers) < len(stored.normalizers):
        raise ModelError("a column stands twice", path="normalizers")
    return Loaded(
        stored.format,
        _linear(stored) if stored.kind == "linear" else _ensemble(stored),
        stored.feature_names,
        stored.num_features,
        _number(stored.absent, "absent"),
        normalizers,
        stored.extractors,
        stored.default_params,
    )


def _check_features(stored: _Stored) -> None:
    names = distinct(stored.feature_names, "feature_names")
    count = stored.num_features
    # The core prepares a place for each, where values are prepared at all.
    prepared = stored.absent is not None or stored.normalizers
    if len(names) != count if names else prepared and count > MOST_FEATURES:
        raise ModelError(f"[{count}] is not the number of the features", path="num_features")


def _output(stored: _Stored) -> Output:
    given = stored.output
    numbers = {
        name: _number(getattr(given, name), f"output.{name}")
        for name in ("scale", "bias", "divide", "slope", "shift")
    }
    return Output(mean=given.mean, transform=given.transform, **numbers)


def _ensemble(stored: _Stored) -> Ensemble:
    if stored.kind != "trees" or stored.accumulate not in get_args(Accumulate):
        raise ModelError(
            f"unknown kind [{show(stored.kind)}] summed as [{show(stored.accumulate)}]", path="kind"
        )
    flat = FlatTrees(**_arrays(stored, DTYPES))
    _check_begins(flat)
    base = _number(stored.base, "base")
    accumulate: Any = stored.accumulate
    return Ensemble(unflatten(flat), accumulate, base, stored.wide, stored.groups, _output(stored))


def _linear(stored: _Stored) -> Linear:
    if stored.accumulate not in ("float32", "float64"):
        raise ModelError(f"a weighted sum cannot be summed as [{show(stored.accumulate)}]", path="accumulate")
    arrays = _arrays(stored, _LINEAR)
    base = _number(stored.base, "base")
    accumulate: Any = stored.accumulate
    return Linear(arrays["feature"], arrays["weight"], base, accumulate, stored.skips_nan, _output(stored))


def _arrays(stored: _Stored, dtypes: dict[str, str]) -> dict[str, NDArray[Any]]:
    if set(stored.arrays) != set(dtypes):
        raise ModelError(f"the arrays must be {', '.join(dtypes)}", path="arrays")
    return {name: _array(stored.arrays[name], name, dtype) for name, dtype in dtypes.items()}


def _array(text: str, name: str, dtype: str) -> NDArray[Any]:
    try:
        return np.frombuffer(base64.b64decode(text, validate=True), dtype)
    except (binascii.Error, ValueError) as error:
        raise ModelError(f"is not an array of {dtype} in base64: {error}", path=f"arrays.{name}") from None


def _check_begins(flat: FlatTrees) -> None:
    """Refuse begins that would cut the arrays wrongly; what they cut is the core's to check."""
    ends = {
        "node_begin": len(flat.feature),
        "leaf_begin": len(flat.leaf_value),
        "set_begin": len(flat.set_words),
    }
    for name, end in ends.items():
        begins = getattr(flat, name).astype(np.int64)
        if len(begins) == 0 or begins[0] != 0 or begins[-1] != end or (np.diff(begins) < 0).any():
            raise ModelError(f"must ascend from 0 to {end}", path=f"arrays.{name}")
    if len(flat.node_begin) != len(flat.leaf_begin):
        raise ModelError("must be as many as node_begin", path="arrays.leaf_begin")
    for name in ("threshold", "rule", "left", "right"):
        if len(getattr(flat, name)) != len(flat.feature):
            raise ModelError(f"must have the length of feature, {len(flat.feature)}", path=f"arrays.{name}")
