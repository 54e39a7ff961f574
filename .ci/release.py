"""
Makes the release of the version that stands in pyproject.toml: checks, then a tag for the release workflow.

`python .ci/release.py` tags and pushes; `--check v1.2.3` only says whether the tag is the version's.
"""

import argparse
import re
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


def version() -> str:
    """Return the version, whose only home is pyproject.toml."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def git(*arguments: str) -> str:
    """Return what git says."""
    return subprocess.run(
        ["git", *arguments], cwd=PROJECT, check=True, capture_output=True, text=True
    ).stdout.strip()


def against(released: str, today: str, tags: list[str], status: str, branch: str) -> list[str]:
    """Return what speaks against a release now, as sentences."""
    heading = re.search(
        rf"^## {re.escape(released)}, (.*)$", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    said = []
    if heading is None:
        said.append(f"CHANGELOG.md has no section `## {released}, {today}`")
    elif heading.group(1) != today:
        said.append(f"CHANGELOG.md says `{heading.group(0)}`; write `## {released}, {today}`")
    if f"v{released}" in tags:
        said.append(f"there is a tag v{released}: raise `version` in pyproject.toml")
    if status:
        said.append(f"not everything is committed:\n{status}")
    if branch != "main":
        said.append(f"releases are made from main, not from {branch}")
    return said


def main() -> int:
    """Check, tag, push."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0].strip())
    parser.add_argument("--check", metavar="TAG", help="only say whether TAG is the version's")
    asked = parser.parse_args()
    released = version()
    if asked.check is not None:
        if asked.check == f"v{released}":
            return 0
        print(f"the tag {asked.check} is not that of version {released} in pyproject.toml", file=sys.stderr)
        return 1
    said = against(
        released,
        date.today().isoformat(),
        git("tag", "--list").split(),
        git("status", "--porcelain"),
        git("branch", "--show-current"),
    )
    if said:
        print("\n".join(said), file=sys.stderr)
        return 1
    git("tag", "--annotate", f"v{released}", "--message", f"Rescora {released}")
    git("push", "origin", "main", f"v{released}")
    print(f"v{released} is on its way: the release workflow builds, tries and publishes it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
