"""Compare the engine with the slow reference over the same documents, as bits."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from reference import Reference
from reference.ranking import RankingModel
from reference.script import ScriptError
from rescora import Index, Model, RequestError

# RESCORA_EXAMPLES=20 looks twenty times as long, and elsewhere each time. RESCORA_SAME_EXAMPLES=20 looks as
# long at the same examples in every run, as it is without either.
FRESH = "RESCORA_EXAMPLES" in os.environ
EFFORT = int(os.environ.get("RESCORA_EXAMPLES", os.environ.get("RESCORA_SAME_EXAMPLES", "1")))


def examples(count: int) -> settings:
    """Return settings for a property: so many examples, the same ones in every run."""
    return settings(
        max_examples=count * EFFORT,
        derandomize=not FRESH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def bits(hits) -> list[tuple[str, str]]:
    """Return ids and scores, each score as its float32 in hexadecimal beside a readable one."""
    return [(id_, f"{np.float32(score)!s} {np.float32(score).view(np.uint32):08x}") for id_, score in hits]


def bits_of(hits) -> list[tuple[str, str]]:
    """Return the bits of the engine's hits."""
    return bits(zip(hits.ids, hits.scores, strict=True))


class Both:
    """
    One collection, indexed twice.

    Parameters
    ----------
    docs : list of dict
        Documents.
    mappings, settings : dict, optional
        Those of the index.
    id_field : str
        The key of a document's id.
    """

    def __init__(self, docs, mappings=None, settings=None, id_field="id"):
        self.engine = Index.from_documents(docs, id_field=id_field, mappings=mappings, settings=settings)
        self.reference = Reference(docs, mappings, settings, id_field)

    def put_model(self, model_id: str, data: bytes, features: list[dict], score) -> None:
        """Give both a model: the engine its file, the reference what scores rows of these features slowly."""
        self.engine.put_model(model_id, Model.load(data, features))
        self.reference.models[model_id] = RankingModel(features, score)

    def agree_on(self, body: dict) -> None:
        """Assert that ids, order, scores, total and max_score are the same, or the kind of error."""
        try:
            want = self.reference.result(body)
        except ScriptError as error:
            self.fails(body, error, lambda: self.engine.search(body))
            return
        hits = self.engine.search(body)
        assert bits_of(hits) == bits(want.hits), body
        if want.total is not None:
            assert (hits.total, hits.total_relation) == (want.total, want.total_relation), body
        assert bits(best(hits.max_score)) == bits(best(self.max_score(body))), body

    def fails(self, asked, want: ScriptError, ask) -> None:
        """Assert that the engine cannot score that document; of several shards, any may be first to fail."""
        with pytest.raises(RequestError) as raised:
            ask()
        if len(self.reference.shards) == 1:
            assert kind(raised.value) == want.kind, asked
            assert str(raised.value).startswith(f"document [{want.document}]: "), asked

    def max_score(self, body: dict):
        """Return the best score of all shards: the first hit's if nothing were cut off before it."""
        size, start = body.get("size", 10), body.get("from", 0)
        if size == 0:
            return None
        whole = self.reference.search({**body, "from": 0, "size": start + size})
        return whole[0][1] if whole else None

    def agree_on_rescoring(self, ids, scores, rescore, size=None) -> None:
        """Assert that hits from elsewhere are rescored alike, by `rescore` and by a compiled stage."""
        stage = self.engine.rescorer(rescore, size=size)
        given = self.engine.docs(ids), np.array(scores, np.float32)
        try:
            want = bits(self.reference.rescore(ids, scores, rescore, size))
        except ScriptError as error:
            self.fails(rescore, error, lambda: self.engine.rescore(ids, scores, rescore, size=size))
            self.fails(rescore, error, lambda: stage(*given))
            return
        assert bits_of(self.engine.rescore(ids, scores, rescore, size=size)) == want
        docs, new_scores = stage(*given)
        assert bits(zip(self.engine.ids(docs), new_scores, strict=True)) == want


def kind(error: RequestError) -> str:
    """Return the kind of an error: of a script's, that of what happened in it."""
    return error.caused_by.type if error.caused_by else error.type


def best(max_score) -> list[tuple[str, float]]:
    return [] if max_score is None else [("max_score", max_score)]
