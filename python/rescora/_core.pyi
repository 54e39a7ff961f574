"""The core of rescora; the package around it is what users call."""

from collections.abc import Callable, Sequence
from typing import Any, Never, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

_Docs: TypeAlias = NDArray[np.uint32]
_Scores: TypeAlias = NDArray[np.float32]
_Offsets: TypeAlias = NDArray[np.int64]
_Rows: TypeAlias = NDArray[np.float32] | NDArray[np.int8]
# value, is match, description, details
_Explanation: TypeAlias = tuple[float, bool, str, list["_Explanation"]]

class _Type(type): ...  # the metaclass of pybind11

__version__: str

class InvalidArgument(ValueError): ...  # noqa: N818 - the core's own name
class CorruptFile(OSError): ...  # noqa: N818 - the core's own name
class Unsupported(NotImplementedError): ...  # noqa: N818 - the core's own name
class DocumentError(ValueError): ...
class Stopped(RuntimeError): ...  # noqa: N818 - the core's own name

def isas() -> list[str]: ...
def isa() -> str: ...

# -- bind_tree.cpp

def excess(tree: object, most: int, levels: int) -> str: ...

# -- bind_call.cpp

@final
class Cancellation(metaclass=_Type):
    def __init__(self) -> None: ...
    def cancel(self) -> None: ...
    @property
    def cancelled(self) -> bool: ...

@final
class Limits(metaclass=_Type):
    def __init__(
        self, time: int | None, cancellations: Sequence[Cancellation], questions: int | None = None
    ) -> None: ...
    @property
    def time(self) -> int | None: ...

# -- bind_arrow.cpp

@final
class ArrowBatch(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # the core alone makes it
    def __len__(self) -> int: ...
    def nulls(self, column: int) -> int: ...
    def rows(self, start: int, stop: int, columns: Sequence[int]) -> list[dict[str, Any]]: ...
    def take(self, columns: Sequence[int]) -> list[tuple[NDArray[Any], NDArray[np.bool_] | None]]: ...

@final
class ArrowStream(metaclass=_Type):
    def __init__(self, capsule: object, write_date: Callable[[int, bool], str]) -> None: ...
    @property
    def columns(self) -> list[tuple[str, str]]: ...
    def next(self) -> ArrowBatch | None: ...

# -- bind_text.cpp

@final
class Analyzer(metaclass=_Type):
    def __init__(self, name: str) -> None: ...
    @staticmethod
    def custom(tokenizer: str, filters: list[Any]) -> Analyzer: ...
    def analyze(self, text: str) -> list[tuple[str, int, int, int]]: ...
    def words(self, text: str) -> list[tuple[str, int]]: ...
    def filter(self, words: list[str]) -> list[str | None]: ...

# -- bind_geo.cpp

def encode_geo(lat: float, lon: float) -> int: ...
def decode_geo(encoded: int) -> tuple[float, float]: ...
def arc_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float: ...
def plane_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float: ...

# -- bind_query.cpp

@final
class Query(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # `query` makes it
    def describe(self, field_names: Sequence[str]) -> str: ...

def query(kind: str, *fields: Any) -> Query: ...

# -- bind_functions.cpp

@final
class Function(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # `function` makes it

def function(kind: str, *fields: Any) -> Function: ...

# -- bind_plan.cpp

@final
class ModelSettings(metaclass=_Type):
    def __init__(
        self,
        num_features: int,
        base: float,
        mean: bool,
        scale: float | None,
        bias: float | None,
        divide: float | None,
        transform: str,
        slope: float,
        shift: float,
        absent: float | None,
        normalizers: Sequence[tuple[int, float, float]],
    ) -> None: ...

@final
class Model(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # `trees` and `linear` make it
    @staticmethod
    def trees(
        node_begin: NDArray[np.uint32],
        leaf_begin: NDArray[np.uint32],
        feature: NDArray[np.int32],
        threshold: NDArray[np.float64],
        rule: NDArray[np.uint8],
        left: NDArray[np.int32],
        right: NDArray[np.int32],
        leaf_value: NDArray[np.float64],
        set_begin: NDArray[np.uint32],
        set_words: NDArray[np.uint32],
        accumulate: str,
        wide: bool,
        groups: Sequence[int],
        settings: ModelSettings,
    ) -> Model: ...
    @staticmethod
    def linear(
        feature: NDArray[np.int32],
        weight: NDArray[np.float64],
        float32: bool,
        skips_nan: bool,
        settings: ModelSettings,
    ) -> Model: ...
    @property
    def num_features(self) -> int: ...
    @property
    def num_trees(self) -> int: ...
    def predict(self, x: NDArray[Any], raw: bool, way: str = "choose") -> NDArray[np.float64]: ...
    def predict_leaves(self, x: NDArray[Any]) -> NDArray[np.int32]: ...

@final
class Column(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # the functions below make it
    @staticmethod
    def query(query: Query) -> Column: ...
    @staticmethod
    def field(field: int) -> Column: ...
    @staticmethod
    def script(script: Script) -> Column: ...
    @staticmethod
    def first_pass() -> Column: ...
    @staticmethod
    def constant(value: float) -> Column: ...
    @staticmethod
    def statistic(field: int, words: Sequence[str], statistic: str, aggregate: str) -> Column: ...

@final
class Columns(metaclass=_Type):
    def __init__(self, named: Sequence[tuple[str, Column]]) -> None: ...

@final
class Stage(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # the core alone makes it
    @staticmethod
    def script(window: int, script: Script) -> Stage: ...
    @staticmethod
    def query(
        window: int, query: Query, query_weight: float, rescore_query_weight: float, score_mode: str
    ) -> Stage: ...
    @staticmethod
    def model(
        window: int,
        model_id: str,
        model: Model,
        columns: Columns,
        early_exit: tuple[int, int] | None,
    ) -> Stage: ...

@final
class Request(metaclass=_Type):
    def __init__(
        self,
        query: Query,
        post_filter: Query | None,
        min_score: float | None,
        stages: Sequence[Stage],
        from_: int,
        size: int,
        track_total_hits: int,
        all_shards_statistics: bool,
        explain: bool,
        terminate_after: int = 0,
        allow_partial_results: bool = True,
    ) -> None: ...
    @property
    def num_texts(self) -> int: ...

# -- bind_builder.cpp

@final
class Segment(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # the core alone makes it
    def __len__(self) -> int: ...

@final
class Builder(metaclass=_Type):
    def __init__(self, num_shards: int, segment_ends: Sequence[int] = ...) -> None: ...
    @property
    def num_segments(self) -> int: ...
    def add_text_field(
        self, field: int, analyzer: Analyzer, k1: float, b: float, position_gap: int
    ) -> None: ...
    def add_keyword_field(self, field: int, k1: float, b: float) -> None: ...
    def add_integer_field(self, field: int) -> None: ...
    def set_flags(self, field: int, k1: float, b: float) -> None: ...
    def add_real_field(self, field: int) -> None: ...
    def add_vector_field(self, field: int, element: str, dims: int) -> None: ...
    def add_documents(self, ids: list[str]) -> None: ...
    def add_sources(self, sources: list[bytes]) -> None: ...
    def add_texts(self, field: int, docs: _Docs, values: list[str]) -> None: ...
    def add_keywords(self, field: int, docs: _Docs, values: list[str]) -> None: ...
    def add_integers(self, field: int, docs: _Docs, values: NDArray[np.int64]) -> None: ...
    def add_reals(self, field: int, docs: _Docs, values: NDArray[np.float64]) -> None: ...
    def add_vectors(self, field: int, docs: _Docs, rows: _Rows) -> None: ...
    def set_integers(self, field: int, values: NDArray[np.int64]) -> None: ...
    def set_reals(self, field: int, values: NDArray[np.float64]) -> None: ...
    def set_vectors(self, field: int, element: str, dims: int, rows: _Rows) -> None: ...
    def words(self, field: int, segment: int) -> list[str]: ...
    def set_terms(self, field: int, segment: int, terms: Sequence[str | None]) -> None: ...
    def __len__(self) -> int: ...
    def finish(self, threads: int) -> list[list[Segment]]: ...

# -- bind_index.cpp

@final
class Page(metaclass=_Type):
    def __init__(self, *args: Never, **kwargs: Never) -> None: ...  # the core alone makes it
    def read(
        self, index: Snapshot
    ) -> tuple[
        _Docs,
        _Scores,
        list[str],
        int,
        bool,
        float | None,
        int | None,
        bool,
        bool | None,
        list[tuple[int, int, bool]],
    ]: ...
    def times(self) -> dict[str, Any]: ...
    def explanation(self, hit: int) -> _Explanation: ...

@final
class Snapshot(metaclass=_Type):
    def __init__(self, shards: Sequence[Sequence[Segment]], field_names: Sequence[str]) -> None: ...
    def __len__(self) -> int: ...
    @property
    def num_shards(self) -> int: ...
    def shard_of(self, doc: int) -> int: ...
    def docs(self, ids: list[str]) -> _Docs: ...
    def look_up(self, ids: list[str]) -> NDArray[np.int64]: ...
    def ids(self, docs: _Docs) -> list[str]: ...
    def source(self, doc: int) -> bytes: ...
    def search(
        self, request: Request, threads: int, limits: Limits | None = None, texts: list[str] = ...
    ) -> Page: ...
    def search_all(
        self,
        requests: Sequence[Request],
        count: int,
        texts: list[str],
        timeouts: Sequence[int],
        threads: int,
        limits: Limits | None = None,
    ) -> tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]]: ...
    def msearch(
        self,
        requests: Sequence[Request],
        threads: int,
        own: Sequence[Limits],
        limits: Limits | None = None,
    ) -> list[Page | DocumentError | InvalidArgument | Stopped]: ...
    def explain(self, request: Request, doc: int, limits: Limits | None = None) -> _Explanation: ...
    def matches(
        self, query: Query, docs: _Docs, limits: Limits | None = None, texts: list[str] = ...
    ) -> list[bool]: ...
    def save(self, descriptor: int, metadata: str) -> None: ...

@final
class File(metaclass=_Type):
    def __init__(self, descriptor: int, name: str, in_memory: bool) -> None: ...
    def metadata(self) -> bytes: ...
    @property
    def checksum(self) -> int: ...
    def verify(self) -> None: ...
    def shards(self) -> list[list[Segment]]: ...

# -- bind_rescorer.cpp

@final
class Rescorer(metaclass=_Type):
    def __init__(self, index: Snapshot, stages: Sequence[Stage], all_shards_statistics: bool) -> None: ...
    @property
    def num_texts(self) -> int: ...
    def __call__(
        self, docs: _Docs, scores: _Scores, size: int, texts: list[str] = ...
    ) -> tuple[_Docs, _Scores]: ...
    def within(
        self,
        docs: _Docs,
        scores: _Scores,
        size: int,
        texts: list[str],
        limits: Limits | None,
        partial: bool,
    ) -> tuple[_Docs, _Scores, list[tuple[int, int, bool]]]: ...
    def nanoseconds(
        self, docs: _Docs, scores: _Scores, size: int, rounds: int, texts: list[str] = ...
    ) -> NDArray[np.int64]: ...

def rescore_windows(
    rescorers: Sequence[Rescorer],
    docs: _Docs,
    scores: _Scores,
    offsets: _Offsets,
    size: int,
    threads: int,
    texts: list[str] = ...,
    limits: Limits | None = None,
) -> tuple[_Docs, _Scores, _Offsets]: ...

# -- bind_script.cpp

@final
class Program(metaclass=_Type):
    def __init__(
        self,
        source: str,
        prologue: NDArray[np.uint32],
        code: NDArray[np.uint32],
        columns: Sequence[tuple[int, str]],
        num_inputs: int,
        num_uniforms: int,
        num_registers: int,
        result: int,
        result_kind: str,
        uses_score: bool,
    ) -> None: ...

@final
class Script(metaclass=_Type):
    def __init__(
        self,
        program: Program,
        inputs: list[Any],
        constants: list[Any],
        index_salt: int = 0,
        description: str = "",
    ) -> None: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...

def operations() -> dict[str, tuple[int, int, str]]: ...
def extract(
    index: Snapshot,
    columns: Columns,
    docs: _Docs,
    scores: _Scores | None,
    all_shards_statistics: bool,
    limits: Limits | None = None,
) -> NDArray[np.float32]: ...
def run_script(
    index: Snapshot,
    script: Script,
    docs: _Docs,
    scores: _Scores | None = None,
    limits: Limits | None = None,
) -> list[Any]: ...
def run_script_reals(
    index: Snapshot,
    script: Script,
    docs: _Docs,
    scores: _Scores | None = None,
    limits: Limits | None = None,
) -> NDArray[np.float64]: ...
