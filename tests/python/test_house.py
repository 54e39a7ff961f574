"""The house itself: who may include pybind11 or use newer instructions, and that documents tell the truth."""

import ast
import doctest
import importlib
import inspect
import json
import os
import pkgutil
import platform
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import numpy as np
import pytest

import rescora

PROJECT = Path(__file__).resolve().parents[2]
CORE = PROJECT / "cpp"
PACKAGE = PROJECT / "python" / "rescora"
ISA = CORE / "kernels" / "isa"
NEWER = {"avx2.cpp", "avx512.cpp"}  # the only sources that may use more than the x86-64 baseline
BEYOND = re.compile(r"(?<![\w-])-(?:m(?!no-)[a-z][\w.=-]*|Ofast|ffast-math)")
MODULES = ["rescora", *(found.name for found in pkgutil.walk_packages(rescora.__path__, "rescora."))]


def tracked(*patterns):
    """Return the project's own files that match."""
    return [
        path
        for pattern in patterns
        for path in PROJECT.glob(pattern)
        if "build" not in path.relative_to(PROJECT).parts
    ]


def test_the_core_knows_nothing_of_python():
    sources = tracked("cpp/**/*.h", "cpp/**/*.cpp")

    assert len(sources) > 50
    assert [path for path in sources if re.search(r"pybind11|Python\.h", path.read_text("utf-8"))] == []


def test_the_core_includes_only_itself_and_the_standard_library():
    own = {str(path.relative_to(CORE)) for end in ("h", "inc") for path in CORE.rglob(f"*.{end}")}
    foreign = [
        (path.name, name)
        for path in tracked("cpp/**/*.h", "cpp/**/*.cpp")
        for bracket, name in re.findall(r'^#include ([<"])([^>"]+)', path.read_text("utf-8"), re.M)
        if (bracket == '"' and name not in own and not (path.parent / name).exists())
        or (bracket == "<" and "/" in name and not name.startswith("sys/"))
    ]

    assert foreign == []


def test_every_source_is_on_the_contents_page():
    listed = set(re.findall(r"cpp/\S+\.cpp", (CORE / "sources.cmake").read_text("utf-8")))

    assert listed == {str(path.relative_to(PROJECT)) for path in CORE.rglob("*.cpp")}


def test_no_folder_of_the_core_points_back():
    page = (CORE / "sources.cmake").read_text("utf-8")
    order = list(dict.fromkeys(re.findall(r"^  cpp/(\w+)/", page, re.M)))
    included = [
        (path.relative_to(CORE).parts[0], name.partition("/")[0], path.name)
        for path in tracked("cpp/**/*.h", "cpp/**/*.cpp", "cpp/**/*.inc")
        for name in re.findall(r'^#include "([^"]+/[^"]+)"', path.read_text("utf-8"), re.M)
    ]

    assert set(order) == {path.name for path in CORE.iterdir() if path.is_dir()}
    assert len(included) > 300
    assert [one for one in included if order.index(one[1]) > order.index(one[0])] == []


def newer_flags():
    """Return the flags of each instruction set's file, by the contents page."""
    page = (CORE / "sources.cmake").read_text("utf-8")
    found = re.findall(
        r'set_source_files_properties\((\S+)\s+PROPERTIES\s+COMPILE_OPTIONS\s+"([^"]*)"\)', page
    )
    return {PROJECT / name: flags.split(";") for name, flags in found}


def test_build_files_name_newer_instructions_only_for_the_files_of_instruction_sets():
    assert {path.name for path in newer_flags()} == NEWER
    assert {path.parent for path in newer_flags()} == {ISA}
    pages = ["CMakeLists.txt", "CMakePresets.json", "pyproject.toml", "cpp/sources.cmake"]
    pages += ["python/bind/CMakeLists.txt", "tests/cpp/CMakeLists.txt"]
    named = [flag for page in pages for flag in BEYOND.findall((PROJECT / page).read_text("utf-8"))]
    assert sorted(named) == sorted(flag for flags in newer_flags().values() for flag in flags)


def test_builds_used_newer_instructions_only_for_the_files_of_instruction_sets():
    for path in PROJECT.glob("build/*/compile_commands.json"):  # `pip install .` has made one
        used = {
            Path(entry["file"])
            for entry in json.loads(path.read_text())
            if any(BEYOND.fullmatch(flag) for flag in shlex.split(entry["command"]))
        }
        assert {file.name for file in used} <= NEWER
        assert {file.parent for file in used} <= {ISA}


def test_the_extension_claims_no_thread_safety_that_no_test_has_shown():
    """No test runs on a Python without a GIL, so importing the extension there has to switch the GIL on."""
    assert [
        path.name for path in tracked("python/bind/*") if "mod_gil_not_used" in path.read_text("utf-8")
    ] == []


def test_no_function_changes_its_own_instruction_set():
    outside = [path for path in tracked("cpp/**/*.h", "cpp/**/*.cpp", "python/bind/*") if path.parent != ISA]
    pattern = (
        r"__attribute__\s*\(\(\s*target|\[\[gnu::target|#pragma\s+(GCC|clang)\s+(target|optimize)|immintrin"
    )

    assert [path for path in outside if re.search(pattern, path.read_text("utf-8"))] == []


@pytest.mark.slow
@pytest.mark.parametrize("optimization", ["-O0", "-O3"])
@pytest.mark.parametrize("path", sorted(ISA.glob("*.cpp")), ids=lambda path: path.stem)
def test_objects_of_instruction_sets_carry_no_weak_symbols(path, optimization, tmp_path):
    """Of a weak symbol the linker keeps any one copy for all: perhaps one that this processor cannot run."""
    if platform.machine() not in ("x86_64", "AMD64") and path.name in NEWER:
        return
    built = tmp_path / "kernel.o"
    compiler = shlex.split(os.environ.get("CXX", "c++"))
    if shutil.which(compiler[0]) is None or shutil.which("nm") is None:
        pytest.skip("NOT RUN: there is no compiler, or no nm")
    flags = ["-std=c++20", optimization, "-ffp-contract=off", *newer_flags().get(path, []), f"-I{CORE}"]
    subprocess.run([*compiler, *flags, "-c", path, "-o", built], check=True)

    symbols = subprocess.run(["nm", "-C", built], capture_output=True, text=True, check=True).stdout

    assert [line for line in symbols.splitlines() if re.match(r"^[0-9a-f ]+ [VWu] ", line)] == []


def test_the_version_has_one_home():
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert rescora.__version__ == declared
    assert re.search(rf"^## {re.escape(declared)}\b", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.M)


def test_all_names_are_sorted_and_there():
    assert list(rescora.__all__) == sorted(rescora.__all__)
    assert len(rescora.__all__) <= 20  # a dozen names and a little
    public = {name for name in vars(rescora) if not name.startswith("_")}
    modules = {name.split(".")[1] for name in MODULES if "." in name}
    assert public - modules <= {*rescora.__all__}
    assert [name for name in rescora.__all__ if not hasattr(rescora, name)] == []


def test_public_classes_say_that_they_are_rescoras():
    classes = [value for name in rescora.__all__ if isinstance(value := getattr(rescora, name), type)]

    assert [kind.__qualname__ for kind in classes if kind.__module__ != "rescora"] == []


def imports_of(source, files):
    """Return the modules of the package that a source imports anywhere in it, for types too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their module from the root"
            whole = {alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in files else node.module for name in whole.values()}
    return {name for name in found if name.split(".")[0] == "rescora"}


def module_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of_package():
    files = {module_of(path): path for path in PACKAGE.rglob("*.py")}
    named = {*files, "rescora._core"}
    return {name: imports_of(path.read_text("utf-8"), named) for name, path in files.items()}


def circle_in(imports):
    """Return modules of which each imports the next and the last the first; nothing if there are none."""
    done, way = set(), []

    def follow(name):
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        way.append(name)
        found = next(filter(None, map(follow, sorted(imports.get(name, ())))), [])
        way.pop()
        done.add(name)
        return found

    return next(filter(None, map(follow, sorted(imports))), [])


def test_a_circle_of_imports_is_found():
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"d", "b"}, "d": set()}) == ["b", "c", "b"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []
    typing = "if TYPE_CHECKING:\n    from rescora import index\ndef f():\n    import rescora.files.paths"
    assert imports_of(typing, {"rescora.index"}) == {"rescora.index", "rescora.files.paths"}


def test_no_two_files_import_each_other():
    """By whatever way round, types that only a checker needs included: dependencies go one way."""
    imports = imports_of_package()

    assert len(imports) > 150
    assert circle_in(imports) == []


def test_no_two_folders_import_each_other():
    imports = imports_of_package()
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    def unit_of(name):
        first = name.split(".")[1] if "." in name else ""
        return f"{first}/" if first in folders else name

    between = {}
    for name, imported in imports.items():
        mine = between.setdefault(unit_of(name), set())
        mine.update(unit_of(other) for other in imported if unit_of(other) != unit_of(name))

    assert len(folders) >= 10
    assert circle_in(between) == []


def test_no_file_imports_the_face_of_the_package():
    assert [name for name, imported in imports_of_package().items() if "rescora" in imported] == []


def test_the_core_has_one_door():
    through = [name for name, imported in imports_of_package().items() if "rescora._core" in imported]

    assert through == ["rescora.core"]


OF_A_FIELD = re.compile(r"((\w+\.)*(field|mapped|child)|.*\.schema\.field\(.*\))\.type")


def types_compared(source):
    """Return what a source does with a field's type but show it, or compares its storage with."""
    nodes = list(ast.walk(ast.parse(source)))
    messages = [node for node in nodes if isinstance(node, ast.FormattedValue)]
    shown = {part for node in messages for part in ast.walk(node)}
    names = [ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute) and node not in shown]
    comparisons = [ast.unparse(node) for node in nodes if isinstance(node, ast.Compare)]
    return [name for name in names if OF_A_FIELD.fullmatch(name)] + [
        comparison for comparison in comparisons if re.search(r"\.storage\b", comparison)
    ]


def test_what_is_done_with_a_fields_type_is_seen():
    assert types_compared('if field.type == "text" or field.type in KINDS: pass') == ["field.type"] * 2
    assert types_compared('READ[of.field.type], found.storage in ("real",)') == [
        "of.field.type",
        "found.storage in ('real',)",
    ]
    assert types_compared('self.schema.field("a").type') == ["self.schema.field('a').type"]
    assert types_compared('f"a [{field.type}]", STORES[field.storage], value.type == "long"') == []


def test_only_the_schema_tells_types_of_fields_apart():
    """Everybody else asks the type: so a new one is a file and a line in the list of types."""
    outside = [path for path in PACKAGE.rglob("*.py") if "schema" not in path.relative_to(PACKAGE).parts]
    found = {path.name: types_compared(path.read_text("utf-8")) for path in outside}

    assert len(outside) > 100
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize("name", [name for name in MODULES if name != "rescora._core"])
def test_examples_in_docstrings_run(name):
    public = {one: getattr(rescora, one) for one in rescora.__all__}
    result = doctest.testmod(importlib.import_module(name), extraglobs={**public, "np": np})

    assert result.failed == 0


def test_examples_of_public_methods_run():
    """Doctest passes over methods of classes that say they are of another module."""
    parser, ran = doctest.DocTestParser(), 0
    for kind in (value for name in rescora.__all__ if isinstance(value := getattr(rescora, name), type)):
        for name, member in inspect.getmembers(kind):
            text = getattr(member, "__doc__", None) or ""
            if ">>>" in text and not name.startswith("__"):
                names = {**vars(rescora), "np": np, "rescora": rescora}
                where = f"{kind.__name__}.{name}"
                assert (
                    doctest.DocTestRunner().run(parser.get_doctest(text, names, where, None, 0)).failed == 0
                )
                ran += 1
    assert ran >= 6


def test_the_stubs_are_there_and_typed():
    package = Path(rescora.__file__).parent

    assert (package / "py.typed").exists()
    stub = ast.parse((package / "_core.pyi").read_text("utf-8"))
    named = {
        node.name
        for node in stub.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_")
    }
    from rescora import _core

    assert {name for name in dir(_core) if not name.startswith("_")} == named


def python_blocks(page):
    return re.findall(r"```python\n(.*?)```", (PROJECT / page).read_text("utf-8"), re.S)


def test_the_readmes_fifteen_lines_run_and_do_what_they_say(tmp_path, monkeypatch, capsys):
    first, second = python_blocks("README.md")
    monkeypatch.chdir(tmp_path)
    names = {}

    exec(compile(first, "README.md", "exec"), names)

    assert len([line for line in first.splitlines() if line]) <= 15
    assert capsys.readouterr().out.startswith("['fox', 'dog'] ")

    exec(compile(second, "README.md", "exec"), names)

    assert capsys.readouterr().out.startswith("['fox', 'dog', 'cat', 'fox'] ")


def test_continuous_integration_runs_the_readmes_test_command():
    page = (PROJECT / "README.md").read_text("utf-8")
    commands = [line for line in page.splitlines() if "-m pytest" in line]

    assert len(commands) == 1
    assert commands[0].startswith("python3 -m venv .venv && ")


@pytest.mark.parametrize(
    "page",
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "bench/README.md"],
)
def test_links_of_a_page_lead_somewhere(page):
    text = (PROJECT / page).read_text("utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)", text) if "://" not in target]

    assert [target for target in targets if not ((PROJECT / page).parent / target).exists()] == []


def test_the_tree_of_the_architecture_is_the_tree():
    page = (PROJECT / "ARCHITECTURE.md").read_text("utf-8")
    folders = {path.name for path in CORE.iterdir() if path.is_dir()}

    assert folders == set(re.findall(r"^### `cpp/(\w+)/`", page, re.M))


KIND_LISTS = {"cpp/sources.cmake", "cpp/query/kinds.h"}


def files_with_kind(root, struct, name):
    """Return the files of the core and the package that name a kind of query: its struct, or itself."""
    word = re.compile(rf"\b{struct}(?:Node)?\b|\b{name}\b")
    ends = {".h", ".cpp", ".inc", ".cmake", ".py", ".pyi"}
    return {
        path.relative_to(root).as_posix()
        for folder in ("cpp", "python")
        for path in (root / folder).rglob("*")
        if path.suffix in ends and word.search(path.read_text("utf-8"))
    }


def test_a_kind_of_query_stands_in_at_most_five_files_and_the_lists_of_kinds():
    found = files_with_kind(PROJECT, "Boosting", "boosting")

    assert found >= KIND_LISTS
    assert len(found - KIND_LISTS) <= 5, sorted(found)
    assert "python/rescora/queries/compound.py" in found


def test_a_sixth_file_with_a_kind_of_query_is_found(tmp_path):
    for i, text in enumerate(["struct Boosting {", "BoostingNode node;", 'kind = "boosting";', "Boostings"]):
        (tmp_path / "cpp" / str(i)).mkdir(parents=True)
        (tmp_path / "cpp" / str(i) / "kind.h").write_text(text)

    found = files_with_kind(tmp_path, "Boosting", "boosting")

    assert found == {f"cpp/{i}/kind.h" for i in range(3)}


def test_the_steps_of_contributing_are_those_of_ci():
    script = (PROJECT / ".ci" / "run").read_text("utf-8")
    steps = set(re.findall(r"^step_(\w+)", script, re.M))
    groups = dict(re.findall(r'^group_(\w+)="([^"]*)"', script, re.M))
    named = set(re.findall(r"`bash \.ci/run (\w+)`", (PROJECT / "CONTRIBUTING.md").read_text("utf-8")))

    assert named == (steps | set(groups)) - {"all"}
    assert {step for group in groups.values() for step in group.split()} == steps


def test_commits_are_held_to_the_linters_of_continuous_integration():
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text())["dependency-groups"]["lint"]
    hooks = (PROJECT / ".pre-commit-config.yaml").read_text()
    pinned = re.findall(r'additional_dependencies: \["([^"]+)"\]', hooks)

    assert len(pinned) == hooks.count("- id:") == 3
    assert set(pinned) <= set(lint)
