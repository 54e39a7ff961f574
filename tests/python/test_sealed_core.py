"""The core's objects are made by their constructors alone: every other way is a TypeError."""

import copy
import copyreg
import pickle

import pytest

from rescora import Index, _core

TYPES = sorted((kind for kind in vars(_core).values() if type(kind) is type(_core.Snapshot)), key=str)
BASE = _core.Snapshot.__base__  # of all of them
METACLASS = type(_core.Snapshot)


def some_objects():
    """An object of each class that Python can have one of."""
    index = Index.from_documents([{"_id": "a", "t": "fox", "n": 2}])
    core, planner = index._view.core, index._view.planner
    rescorer = index.rescorer({"query": {"rescore_query": {"match": {"t": "fox"}}}})
    query = _core.query("match_all")
    request = _core.Request(query, None, None, [], 0, 1, 10, False, False)
    builder = _core.Builder(1)
    column = _core.Column.constant(1.0)
    return [
        core,
        rescorer._templated.fixed,
        query,
        request,
        builder,
        column,
        _core.Columns([("x", column)]),
        *builder.finish(1),
        core.search(request, 1),
        _core.Analyzer("standard"),
        _core.function("one"),
        planner.stages(()),
    ]


OBJECTS = [one for one in some_objects() if type(one) in TYPES]


# A cancellation's constructor takes nothing, so making one is no way around it.
@pytest.mark.parametrize(
    "kind", [one for one in TYPES if one is not _core.Cancellation], ids=lambda kind: kind.__name__
)
@pytest.mark.parametrize(
    "make",
    [
        lambda kind: kind.__new__(kind),
        lambda kind: kind.__new__(kind, 1, a=2),
        lambda kind: kind.__new__(),
        lambda kind: kind.__new__(object),
        object.__new__,
        BASE.__new__,
        copyreg.__newobj__,
        lambda kind: copyreg.__newobj_ex__(kind, (), {}),
        lambda kind: copyreg._reconstructor(kind, object, None),
        lambda kind: copyreg._reconstructor(kind, BASE, None),
        lambda kind: type("Derived", (kind,), {}),
        lambda kind: METACLASS("Derived", (kind,), {}),
        lambda kind: kind.__class__.__new__(METACLASS, "Derived", (kind,), {}),
        lambda kind: type("Derived", (kind, Exception), {"__init__": lambda _: None})(),
        lambda kind: setattr(kind, "__init__", lambda _: None),
        lambda kind: setattr(kind, "__new__", object.__new__),
        lambda kind: setattr(kind, "__class__", type),
        lambda kind: kind(),
    ],
)
def test_no_core_object_is_made_without_its_constructor(kind, make):
    with pytest.raises(TypeError):
        make(kind)


def called(made):
    return made()


@pytest.mark.parametrize(
    "make",
    [
        BASE,
        lambda: BASE.__new__(BASE),
        lambda: object.__new__(BASE),
        lambda: called(type("Derived", (BASE,), {})),
        lambda: called(METACLASS("Other", (object,), {})),
        lambda: called(METACLASS("Other", (), {})),
        lambda: called(type.__new__(METACLASS, "Other", (object,), {})),
        lambda: METACLASS.__call__(object),
        lambda: called(type("Meta", (METACLASS,), {})("Other", (), {})),
        lambda: copyreg._reduce_ex(_core.query("match_all"), 0),
        lambda: object.__reduce__(_core.query("match_all")),
        lambda: object.__reduce_ex__(_core.query("match_all"), 1),
        lambda: object.__reduce_ex__(_core.query("match_all"), 2),
    ],
)
def test_nor_one_of_what_stands_behind_them(make):
    with pytest.raises(TypeError):
        make()


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: type(one).__name__)
def test_no_core_object_is_pickled_or_copied(one):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match=f"cannot pickle 'rescora._core.{type(one).__name__}' object"):
            pickle.dumps(one, protocol)
        with pytest.raises(TypeError, match="cannot pickle"):
            one.__reduce_ex__(protocol)
    for ask in (copy.copy, copy.deepcopy, lambda one: one.__reduce__()):
        with pytest.raises(TypeError, match="cannot pickle"):
            ask(one)


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("kind", [*TYPES, object], ids=lambda kind: kind.__name__)
def test_no_core_object_becomes_one_of_another_class(one, kind):
    with pytest.raises(TypeError):
        one.__class__ = kind


def test_what_is_no_object_of_the_core_is_refused_where_one_is_wanted():
    query, script = _core.query("match_all"), None
    for call in (
        lambda: _core.Snapshot([None], []),
        lambda: _core.Rescorer(None, [], False),
        lambda: _core.rescore_windows([None], *empty(), 1, 1),
        lambda: _core.query("script_score", query, script, None),
        lambda: _core.query("script_filter", script),
        lambda: _core.function("script", script),
        lambda: _core.Column.script(script),
        lambda: _core.Stage.script(1, script),
        lambda: _core.Stage.model(1, "m", None, _core.Columns([]), None),
        lambda: _core.Script(None, [], []),
        lambda: _core.run_script(OBJECTS[0], None, empty()[0]),
        lambda: _core.Snapshot.__len__(query),
    ):
        with pytest.raises(TypeError):
            call()


def empty():
    import numpy as np

    return np.empty(0, np.uint32), np.empty(0, np.float32), np.zeros(1, np.int64)


def test_a_builder_that_has_finished_takes_no_more():
    builder = _core.Builder(2)
    builder.finish(1)
    with pytest.raises(_core.InvalidArgument, match="the builder has finished"):
        builder.add_documents(["a"])


def test_a_constructor_runs_once_for_an_object():
    """Calling a class asks it twice, and a stream of Arrow's is read when it is first taken."""
    table = pytest.importorskip("pyarrow").table({"a": [1, 2]})
    stream = _core.ArrowStream(table.__arrow_c_stream__(), lambda *_: "")
    stream.__init__(table.__arrow_c_stream__(), lambda *_: "")
    assert len(stream.next()) == 2
