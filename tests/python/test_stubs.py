"""The stubs of the core name arguments as the extension does; the rest is for mypy's stubtest."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import rescora
from rescora import _core

STUB = ast.parse(Path(rescora.__file__).with_name("_core.pyi").read_text("utf-8"))


def stubbed():
    """Yield the dotted name and the arguments of every function of the stubs that can be called."""
    for node in STUB.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, [argument.arg for argument in node.args.args]
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                plain = isinstance(inner, ast.FunctionDef) and inner.args.vararg is None
                if plain and "property" not in map(ast.unparse, inner.decorator_list):
                    yield f"{node.name}.{inner.name}", [argument.arg for argument in inner.args.args]


def extension_has(name):
    """Return the names of the arguments that pybind11 writes into a function's docstring."""
    found = _core
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    found = getattr(found, "__func__", found)
    line = found.__doc__.splitlines()[0]
    inside = re.fullmatch(r"\w*\((.*)\) -> .*", line)[1]
    return re.findall(
        r"(?:^|, )(\w+)(?=: |,|$)", re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\[[^\[\]]*\]", "", inside))
    )


@pytest.mark.parametrize(("name", "arguments"), list(stubbed()))
def test_the_arguments_have_the_names_of_the_stub(name, arguments):
    assert arguments == extension_has(name)


def test_no_signature_shows_a_nameless_argument_or_a_name_of_cpp():
    classes = [value for value in vars(_core).values() if isinstance(value, type)]
    lines = [line for kind in classes for member in vars(kind).values() for line in _signature(member)]

    assert [line for line in lines if re.search(r"\barg\d|::", line)] == []


def _signature(member):
    text = getattr(member, "__doc__", None) or ""
    return [text.splitlines()[0]] if " -> " in text and callable(member) else []
