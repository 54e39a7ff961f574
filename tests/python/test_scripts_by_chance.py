"""Random well-typed scripts: the engine gives all documents, at once, what the reference gives each."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples, kind
from engine_scripts import Engine, bits
from reference import Reference
from reference.documents import ShardDocument
from reference.script import Place, ScriptError, parse_script
from rescora import Index, RequestError
from scripts_strategy import MAPPINGS, any_scripts, documents
from spec_scripts import as_python

# Half of a surrogate pair is no Unicode: Java's texts can hold it, the engine's cannot.
LONE = "�"
# Known when it is compiled, whatever the documents are: Painless says so when it runs.
EARLY = {"arithmetic_exception", "class_cast_exception", "null_pointer_exception"}


def slowly(shard, source: str, params: dict, score: float) -> list:
    """Return each document's value, or the kind of its error."""
    script = parse_script(source)

    def of_document(number):
        place = Place(shard.index_name, shard.number, number)
        try:
            return as_python(script.run(ShardDocument(shard, number), params, score, place))
        except ScriptError as error:
            return error

    return [of_document(number) for number in range(len(shard.ids))]


def check(docs: list[dict], source: str, params: dict, score: float) -> None:
    shard = Reference(docs, MAPPINGS).shards[0]
    engine = Engine(Index.from_documents(docs, "id", MAPPINGS))
    want = slowly(shard, source, params, score)
    failed = [one.kind for one in want if isinstance(one, ScriptError)]
    try:
        script = engine.compile(source, params)
    except RequestError as error:
        refused = kind(error)
    else:
        refused = None
    if refused is not None:
        assert refused in EARLY, (source, params)
        assert len(failed) == len(want), (source, params)
        return
    got = engine.outcome(script, np.arange(len(docs), dtype=np.uint32), score)
    if failed:
        assert got == failed[0], (source, params, got, failed[0])
    elif LONE not in str(got):
        assert bits(unsigned_nan(got)) == bits(unsigned_nan(want)), (source, params)


def unsigned_nan(values: list | str) -> list | str:
    return values if isinstance(values, str) else [float("nan") if one != one else one for one in values]


collections = st.lists(documents, min_size=1, max_size=9)


@examples(300)
@given(collections, any_scripts, st.sampled_from([1.0, 0.0, 0.75, 2.0**35]))
def test_all_documents_are_given_what_the_reference_gives_each(drawn, script, score):
    docs = [{"id": str(number), **fields} for number, fields in enumerate(drawn)]

    check(docs, *script, score)
