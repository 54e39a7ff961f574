"""A release is made of what is committed, dated and new, and its tag is the version of pyproject.toml."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PATH = PROJECT / ".ci" / "release.py"
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
VERSION = PYPROJECT["project"]["version"]


@pytest.fixture
def release(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("release", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.3, 2030-01-02\n", "utf-8")
    return module


def test_nothing_speaks_against_a_release_that_is_committed_dated_and_new(release):
    assert release.against("1.2.3", "2030-01-02", ["v1.2.2"], "", "main") == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("1.2.4", "2030-01-02", [], "", "main"), "CHANGELOG.md has no section `## 1.2.4, 2030-01-02`"),
        (("1.2.3", "2030-01-03", [], "", "main"), "CHANGELOG.md says `## 1.2.3, 2030-01-02`"),
        (("1.2.3", "2030-01-02", ["v1.2.3"], "", "main"), "there is a tag v1.2.3"),
        (("1.2.3", "2030-01-02", [], " M README.md", "main"), "not everything is committed"),
        (("1.2.3", "2030-01-02", [], "", "wip"), "from main, not from wip"),
    ],
)
def test_what_speaks_against_a_release_is_said(release, given, expected):
    (said,) = release.against(*given)

    assert expected in said


@pytest.mark.parametrize(("tag", "expected"), [(f"v{VERSION}", 0), (VERSION, 1), ("v99.0.0", 1)])
def test_a_tag_is_checked_against_the_version(tag, expected):
    checked = subprocess.run(
        [sys.executable, PATH, "--check", tag], capture_output=True, text=True, check=False
    )

    assert checked.returncode == expected
    assert (VERSION in checked.stderr) == bool(expected)


def test_wheels_are_built_for_each_python_that_is_promised():
    built = {
        f"{major}.{minor}"
        for major, minor in re.findall(r"cp(\d)(\d+)-", PYPROJECT["tool"]["cibuildwheel"]["build"])
    }
    workflow = (PROJECT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    (tried,) = re.findall(r"python: \[(.*)\]", workflow)

    assert built == {"3.11", "3.12", "3.13", "3.14"}
    assert set(re.findall(r"3\.\d+", tried)) == built
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"
