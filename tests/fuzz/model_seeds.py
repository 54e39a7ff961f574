"""Tiny model files of every kind that a loader reads: two or three trees of few leaves, or a weighted sum."""

from __future__ import annotations

import base64
import json
import struct
import sys
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from model_makers import common, o19s
from models_strategy import MAKERS
from rescora import Model

EXTRACTORS: list[dict[str, Any]] = [
    {"feature_name": "a", "query": {"match": {"title": "{{text}}"}}, "default_score": 0.5},
    {"feature_name": "b", "term_statistics": {"field": "title", "query": "{{text}}", "statistic": "count"}},
]


class Kind(NamedTuple):
    """What a fuzzer damages together: the name of the loader that reads it, how it is written, and files."""

    format: str
    form: str  # json, text, ubj, packed (compressed_definition)
    seeds: list[bytes]


def kinds() -> dict[str, Kind]:
    """Return the seeds of every kind."""
    made = {
        "catboost": Kind("catboost", "json", _made("catboost", 8)),
        "elasticsearch": Kind("elasticsearch", "json", [_with_extractors(one) for one in _definitions()]),
        "elasticsearch_compressed": Kind("elasticsearch", "packed", _definitions()),
        "lightgbm": Kind("lightgbm", "text", _made("lightgbm", 8)),
        "lightgbm_dump": Kind("lightgbm", "json", [_lightgbm_dump(seed) for seed in range(6)]),
        "ranklib": Kind("ranklib", "text", _made("ranklib", 14)),
        "solr": Kind("solr", "json", _made("solr", 8)),
        "xgboost": Kind("xgboost", "json", _made("xgboost", 16)),
        "xgboost_ubj": Kind("xgboost", "ubj", _made("xgboost", 16)),
        "xgboost_dump": Kind("xgboost", "json", [_xgboost_dump(seed) for seed in range(6)]),
    }
    for kind in ("linear", "ranklib", "xgboost+json", "xgboost+json+raw"):
        name = "o19s_" + kind.removeprefix("xgboost+").replace("+", "_")
        made[name] = Kind("o19s", "json", _plugin_models(f"model/{kind}"))
    made["stored"] = Kind("rescora", "json", [_stored(name) for name in MAKERS])
    return made


def _made(name: str, count: int) -> list[bytes]:
    """Return files of a maker."""
    sizes = [(2, 4), (3, 3), (2, 5)]  # trees and leaves
    return [MAKERS[name](seed, *sizes[seed % 3], features=3).data for seed in range(count)]


def _lightgbm_dump(seed: int) -> bytes:
    """Return what ``dump_model()`` gives, as JSON; nodes and leaves have all that a loader looks at."""
    rng = np.random.default_rng(seed)
    columns = common.Columns(rng, 3, np.float64)
    trees = [_dumped_tree(rng, columns, number) for number in range(2 + seed % 2)]
    head = {
        "name": "tree",
        "version": "v4",
        "num_class": 1,
        "num_tree_per_iteration": 1,
        "max_feature_idx": 2,
    }
    head |= {"objective": ["lambdarank", "binary sigmoid:1", "regression sqrt"][seed % 3]}
    head |= {"average_output": seed == 1, "feature_names": list(columns.names), "tree_info": trees}
    return json.dumps(head).encode()


def _dumped_tree(rng: common.Rng, columns: common.Columns, number: int) -> dict[str, Any]:
    shape = common.shape_for(rng, 4)

    def node_of(node: int, left: Any, right: Any) -> dict[str, Any]:
        column, threshold = columns.draw()
        missing = str(rng.choice(["None", "Zero", "NaN"]))
        asked = {"split_index": node, "split_feature": column, "missing_type": missing}
        is_set = rng.random() < 0.3
        asked |= {"decision_type": "==" if is_set else "<=", "threshold": "0||2||33" if is_set else threshold}
        return asked | {"default_left": common.coin(rng), "left_child": left, "right_child": right}

    def leaf_of(leaf: int) -> dict[str, Any]:
        value = {"leaf_value": common.leaf_value(rng)}
        return value if shape.leaves == 1 else {"leaf_index": leaf} | value

    root = common.nested(shape, node_of, leaf_of)
    return {"tree_index": number, "num_leaves": shape.leaves, "num_cat": 0, "tree_structure": root}


def _xgboost_dump(seed: int) -> bytes:
    """Return ``get_dump(dump_format="json")``: trees, or the text of each; features have but numbers."""
    rng = np.random.default_rng(seed)
    columns = common.Columns(rng, 3, np.float32)
    columns.names = ("f0", "f1", "f2")
    trees = [o19s.dump(rng, columns, 4) for _ in range(2 + seed % 2)]
    return json.dumps([json.dumps(tree) for tree in trees] if seed % 3 == 1 else trees).encode()


def _definitions() -> list[bytes]:
    """Return definitions of Elasticsearch, not packed."""
    found = [json.loads(file) for file in _made("elasticsearch", 24)]
    plain = [file["definition"] for file in found if "definition" in file]
    return [json.dumps(definition).encode() for definition in plain[:8]]


def _with_extractors(definition: bytes) -> bytes:
    given = json.loads(definition)
    names = given["trained_model"]["ensemble"]["feature_names"]
    query = {"match": {"title": "{{text}}"}}
    extractors = [{"query_extractor": {"feature_name": name, "query": query}} for name in names[:2]]
    ltr = {"feature_extractors": extractors, "default_params": {"text": "fox"}}
    body = {"model_type": "tree_ensemble", "inference_config": {"learning_to_rank": ltr}, "definition": given}
    return json.dumps(body).encode()


def _plugin_models(kind: str) -> list[bytes]:
    files = [o19s.make(seed, 2 + seed % 2, 4, features=3).data for seed in range(60)]
    return [file for file in files if json.loads(file)["model"]["model"]["type"] == kind][:6]


def _stored(name: str) -> bytes:
    """Return a model of another format in Rescora's own, some with extractors."""
    model = Model.load(_made(name, 3)[1])
    if name not in ("lightgbm", "xgboost") or model.num_features < len(EXTRACTORS):
        return model.to_bytes()
    names = model.feature_names or [f"f{i}" for i in range(model.num_features)]
    features = [extractor | {"feature_name": names[i]} for i, extractor in enumerate(EXTRACTORS)]
    loaded = Model.load(_made(name, 3)[1], [*features, *names[len(features) :]], default_params={"text": "x"})
    return loaded.to_bytes()


# How other forms are written.


def packed(definition: bytes) -> bytes:
    """Return a definition as ``compressed_definition``."""
    return wrapped(zipped(definition))


def wrapped(data: bytes) -> bytes:
    """Return bytes as those of a ``compressed_definition``, whatever they are."""
    return b'{"compressed_definition":"' + base64.b64encode(data) + b'"}'


def zipped(data: bytes) -> bytes:
    """Return a gzip file, quickly made."""
    deflater = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    return deflater.compress(data) + deflater.flush()


_PACK = {kind: struct.Struct(f">{kind}").pack for kind in "bBhiqfd"}
_LONGEST = 1 << 63


def to_ubj(value: Any) -> bytes:
    """Return JSON as XGBoost writes it in binary; lists of one type of numbers are typed."""
    parts: list[bytes] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, bytes):
            parts.append(item)
        elif isinstance(item, dict):
            parts.append(b"{")
            waiting.append(b"}")
            for key, inner in reversed(item.items()):
                waiting += [inner, _text(str(key))]
        elif isinstance(item, (list, tuple)) and not _is_numbers(item):
            parts.append(b"[")
            waiting += [b"]", *reversed(item)]
        else:
            parts.append(_plain(item))
    return b"".join(parts)


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"L" + _PACK["q"](len(data)) + data


def _is_numbers(items: Any) -> bool:
    return len({type(item) for item in items}) == 1 and type(items[0]) in (int, float)


def _plain(item: Any) -> bytes:
    if isinstance(item, (list, tuple)):
        return _typed(item)
    if item is None or isinstance(item, bool):
        return {None: b"Z", True: b"T", False: b"F"}[item]
    if isinstance(item, int) and -_LONGEST <= item < _LONGEST:
        return b"L" + _PACK["q"](item)
    if isinstance(item, float):
        return b"D" + _PACK["d"](item)
    return b"S" + _text(str(item)[:4000] if isinstance(item, str) else repr(item)[:100])


def _typed(items: Any) -> bytes:
    kind = ">f4" if isinstance(items[0], float) else ">i8"
    if kind == ">i8":
        items = [max(-_LONGEST, min(item, _LONGEST - 1)) for item in items]
        kind = ">i4" if all(abs(item) < 1 << 31 for item in items) else kind
    with np.errstate(over="ignore"):
        data = np.array(items, np.float64 if kind == ">f4" else np.int64).astype(kind).tobytes()
    mark = {">f4": b"d", ">i4": b"l", ">i8": b"L"}[kind]
    return b"[$" + mark + b"#L" + _PACK["q"](len(items)) + data
