"""
Scripts that libFuzzer writes, led by what the compiler did with those before: needs atheris.

    python tests/fuzz/cover_scripts.py -runs=100000 folder_of_inputs

An input is one byte for the context, and the source. It begins with the fuzzer's own seeds; what is new goes
to the folder.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rescora.script", "rescora.queries.scripts"]):
    import fuzz_scripts

    import rescora.queries.scripts
    import rescora.script.program  # noqa: F401  # loaded with the first script, and then not instrumented

from script_inputs import PARAMS, SEEDS, WORDS

DOCUMENTS = fuzz_scripts.of_the_list()
NAMES = list(fuzz_scripts.CONTEXTS)


def test_one_input(data: bytes) -> None:
    """Run one source; what none may do is raised, so that libFuzzer keeps the input."""
    if data:
        context = NAMES[data[0] % len(NAMES)]
        source = data[1:].decode("utf-8", "replace")
        fuzz_scripts.run(DOCUMENTS, fuzz_scripts.Given(source, PARAMS, context))


def main() -> None:
    """Begin with the seeds and the words of the language."""
    with tempfile.TemporaryDirectory() as made:
        folder, words = Path(made) / "seeds", Path(made) / "words"
        folder.mkdir()
        for number, source in enumerate(dict(SEEDS)):
            (folder / str(number)).write_bytes(bytes([number % 3]) + source.encode())
        quoted = [word for word in WORDS if word.isascii() and word.isprintable()]
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in quoted), encoding="ascii")
        given = sys.argv[1:]
        folders = [one for one in given if not one.startswith("-")]
        for one in folders:
            Path(one).mkdir(parents=True, exist_ok=True)
        options = [
            f"-dict={words}",
            "-timeout=20",
            "-max_len=600",
            *(one for one in given if one not in folders),
        ]
        # libFuzzer leaves the process when it is done; what it finds goes to the first folder
        atheris.Setup([sys.argv[0], *options, *folders, str(folder)], test_one_input)
        atheris.Fuzz()


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"')


if __name__ == "__main__":
    main()
