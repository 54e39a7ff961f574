"""
Second-stage ranking in process: Elasticsearch's rescore requests, the same scores to the last bit.

>>> import rescora
>>> index = rescora.Index.from_documents([{"_id": "1", "title": "the quick brown fox"}])
>>> index.search(query={"match": {"title": "fox"}}).ids
['1']
"""

from rescora.core import _core
from rescora.deadline import Cancellation
from rescora.documents.skipped import Skipped
from rescora.errors import (
    Cancelled,
    CorruptFileError,
    MappingError,
    ModelError,
    RequestError,
    ScriptError,
    SearchTimeout,
    UnsupportedError,
)
from rescora.hits import Hit, Hits
from rescora.index import Index
from rescora.model.model import Model
from rescora.notices import RescoraWarning
from rescora.prepared import Prepared
from rescora.progress import Step
from rescora.rescorer import Rescorer
from rescora.schema.analysis import Token

__all__ = [
    "Cancellation",
    "Cancelled",
    "CorruptFileError",
    "Hit",
    "Hits",
    "Index",
    "MappingError",
    "Model",
    "ModelError",
    "Prepared",
    "RequestError",
    "RescoraWarning",
    "Rescorer",
    "ScriptError",
    "SearchTimeout",
    "Skipped",
    "Step",
    "Token",
    "UnsupportedError",
    "__version__",
]

__version__ = _core.__version__
