"""The engine gives the list's scripts what Painless gives, and on all documents what the reference gives."""

from contextlib import suppress

import numpy as np
import pytest

from agreement import kind
from engine_scripts import REFUSED, Engine, bits, differs_by_company, indexes
from reference.documents import ShardDocument
from reference.script import Place, ScriptError, parse_script
from rescora import RequestError, _core
from rescora.script import emitter
from rescora.script.contexts import PRINTED_FIELD
from rescora.script.errors import CompileError
from rescora.script.program import compile_script
from rescora.script.signature import signature_of
from spec_scripts import UNDECIDED, as_python, name_of, near_enough, reference, spec

pytestmark = pytest.mark.slow

GROUPS = range(0, len(spec()["case"]), 100)
# Wanted differences from the reference, by script, on documents that the list has no values for.
DIFFERENT = {
    "doc['when'].value": "a date as a result is shown as Java's text, the reference keeps its milliseconds",
    "doc['k'].value.substring(1, 3)": "half of a surrogate pair is no Unicode, and is shown as such",
    "doc['ls'].values.get(1)": "the values are the field itself: that it is empty is said first",
}
SLOW = "painless_error"  # a million turns, which the reference takes one by one
SKIPPED = (*REFUSED, *UNDECIDED, *DIFFERENT)


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    return {name: Engine(index) for name, index in indexes(tmp_path_factory.mktemp("scripts")).items()}


def cases(group: int) -> list[dict]:
    return spec()["case"][group : group + 100]


@pytest.mark.parametrize("group", GROUPS)
def test_a_script_gives_what_painless_gives(engines, group):
    wrong = {name_of(case): said for case in cases(group) if (said := engines["one"].wrong(case)) is not None}

    assert wrong == {}


@pytest.mark.parametrize("group", GROUPS)
def test_a_document_is_given_the_same_alone_in_company_and_from_a_file(engines, group):
    for case in cases(group):
        of_shards = differs_by_company(engines["three"], case)

        assert differs_by_company(engines["one"], case) is not None, name_of(case)
        assert of_shards is not None, name_of(case)
        assert bits(differs_by_company(engines["opened"], case)) == bits(of_shards), name_of(case)


def slowly(case: dict, shards: int) -> dict[str, object]:
    """Return what the reference's script gives each document, or fails of, with that said."""
    script = parse_script(case["script"])

    def of_document(shard, number):
        place = Place(shard.index_name, shard.number, number)
        document = ShardDocument(shard, number)
        try:
            got = script.run(document, case.get("params", {}), case.get("score", 1.0), place)
        except ScriptError as error:
            return Failure(error.kind)
        return as_python(got)

    return {
        id_: of_document(shard, number)
        for shard in reference(shards).shards
        for number, id_ in enumerate(shard.ids)
    }


class Failure(str):
    """The kind of an error, which is no text."""


def tolerance(case: dict) -> dict:
    """Allow sums over vectors to be taken in another order; a cosine is of vectors of floats."""
    if "cosineSimilarity" in case["script"]:
        return {"tolerance": 1e-6, "absolute": 1e-6}
    return {"tolerance": 1e-14} if "params.q" in case["script"] else {}


def quickly(engine: Engine, case: dict) -> dict[str, object]:
    """Return what the engine gives each document, one by one."""
    everything = engine.index.ids(np.arange(len(engine.index), dtype=np.uint32))
    try:
        script = engine.compile(case["script"], case.get("params"))
    except RequestError as error:
        return dict.fromkeys(everything, Failure(kind(error)))
    outcomes = {
        id_: engine.outcome(script, engine.index.docs([id_]), case.get("score", 1.0)) for id_ in everything
    }
    return {id_: Failure(one) if isinstance(one, str) else one[0] for id_, one in outcomes.items()}


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("group", GROUPS)
def test_a_script_gives_every_document_what_the_reference_gives(engines, group, shards):
    engine = engines["one" if shards == 1 else "three"]
    wrong = []
    for case in cases(group):
        if case.get("error") == SLOW or "compile_error" in case or case["script"] in SKIPPED:
            continue
        want, got = slowly(case, shards), quickly(engine, case)
        wrong += [
            (name_of(case), id_, got[id_], want[id_])
            for id_ in want
            if not near_enough({**case, **tolerance(case)}, got[id_], want[id_])
        ]

    assert wrong == []


# What the list has no case for.
OTHERS = [
    "doc['d'].contains(2.5) ? 1 : 0",
    "params.reals.contains(doc['d'].value) ? 1 : 0",
    "def x = doc['d'].empty ? 1 : true; return x ? 1 : 2",
    "def x = doc['d'].empty ? 1 : 2.5; return -x",
    "doc['v'].magnitude",
    "randomScore(7)",
    "[doc['d'].value]",
    "def x = doc['d'].empty ? 1.0f : 'x'; return x",
]


def test_every_operation_of_the_core_is_reached_by_a_script(engines, monkeypatch):
    reached: set[int] = set()

    def encoded(code, *others, encode=emitter._encoded):
        reached.update(one.operation for one in code)
        return encode(code, *others)

    monkeypatch.setattr(emitter, "_encoded", encoded)
    mappings = engines["one"].index._view.schema
    others = [{"script": script, "params": {"reals": [0.5]}} for script in OTHERS]
    for case in [*spec()["case"], *others]:
        params = case.get("params", {})
        with suppress(CompileError):
            compile_script(case["script"], mappings, signature_of(params), PRINTED_FIELD, params)

    names = _core.operations()
    assert [name for name, (number, _, _) in names.items() if number not in reached] == []
