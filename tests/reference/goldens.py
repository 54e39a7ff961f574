"""Where the goldens and their collections lie: in the repository, or beside it."""

import json
import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SHIPPED = PROJECT / "tests" / "golden"

TITLE_AND_TEXT = {"mappings": {"properties": {"title": {"type": "text"}, "text": {"type": "text"}}}}
NOT_SHIPPED = ("cranfield", "cranfield-bool", "cacm", "yoruba", "standard-analyzer", "english-analyzer")


def beside() -> Path:
    """Return the folder of what is not shipped; it need not exist."""
    return Path(os.environ.get("RESCORA_SHARED") or PROJECT.parent / "shared")


def read_lines(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def golden_path(name: str) -> Path:
    shipped = SHIPPED / f"lucene-{name}.jsonl"
    return shipped if shipped.exists() else beside() / "golden" / shipped.name


def documents_path(collection: str) -> Path:
    places = (PROJECT / "python" / "rescora" / "data", SHIPPED, beside() / "data")
    paths = [place / collection / "docs.jsonl" for place in places]
    return next((path for path in paths if path.exists()), paths[-1])


def golden(name: str) -> list[dict]:
    """Return the cases of lucene-NAME.jsonl."""
    return read_lines(golden_path(name))


def definition(name: str) -> dict:
    """Return the mappings and settings of the index that the goldens of this name were asked of."""
    own = documents_path(name.removesuffix("-bool")).with_name("index.json")
    return json.loads(own.read_text(encoding="utf-8")) if own.exists() else TITLE_AND_TEXT


def documents(name: str) -> list[dict]:
    """Return the documents that the goldens of this name are about, with the fields that were indexed."""
    fields = {"id", *definition(name)["mappings"]["properties"]}
    lines = read_lines(documents_path(name.removesuffix("-bool")))
    return [{field: value for field, value in line.items() if field in fields} for line in lines]


def not_run() -> str:
    """Name the goldens that are not there, in a line for whoever runs the tests; empty if all are."""
    missing = [name for name in NOT_SHIPPED if not golden_path(name).exists()]
    if not missing:
        return ""
    names = ", ".join(missing)
    return (
        f"NOT RUN, for {beside()} does not have them: the goldens {names}. RESCORA_SHARED names their folder."
    )
