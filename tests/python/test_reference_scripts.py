"""The slow reference for scripts gives what the list of scripts and the specification say."""

import pytest

from reference.documents import ShardDocument
from reference.script import CompileError, ScriptError, parse_script
from spec_scripts import cases, name_of, near_enough, reference


def document(case):
    shard = reference().shards[0]
    return ShardDocument(shard, shard.ids.index(case.get("doc", "a")))


def run(case):
    script = parse_script(case["script"])
    return script.run(document(case), case.get("params", {}), case.get("score", 1.0))


@pytest.mark.parametrize("case", cases(kind="value"), ids=name_of)
def test_a_script_gives_its_value_and_type(case):
    got = run(case)

    assert got.type == case["type"]
    assert near_enough(case, got.value), f"{got.value!r}, not {case['value']}"


@pytest.mark.parametrize("case", cases(kind="error"), ids=name_of)
def test_a_script_fails_as_it_should(case):
    with pytest.raises(ScriptError) as failure:
        run(case)

    assert failure.value.kind == case["error"]


@pytest.mark.parametrize("case", cases(kind="compile_error"), ids=name_of)
def test_a_script_that_cannot_be_right_is_refused(case):
    with pytest.raises((CompileError, ScriptError)):
        run(case)
