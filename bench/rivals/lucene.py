"""
Lucene in a process of its own: download, compilation, queries.

The program is `lucene/*.java`; it takes a request a line and answers with one, as lleaves_process.py does.
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from asked_process import AskedProcess

SOURCES = Path(__file__).with_suffix("")
JARS = ("lucene-core", "lucene-analysis-common", "lucene-queries")
JACKSON = "2.15.4"
HEAP = "4g"  # the collection's index in memory before it is written, and a thousand windows of a thousand
FIRST_WITH_PANAMA = 10  # from here on Lucene's vectors use incubating modules, which must be named


class Missing(Exception):
    """A rival that cannot run here, and why."""


class Hits(NamedTuple):
    """Pages of hits: their lengths, and documents and scores one page after another."""

    counts: np.ndarray
    docs: np.ndarray
    scores: np.ndarray

    def pages(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return documents and scores page by page."""
        cuts = np.cumsum(self.counts)[:-1]
        return list(zip(np.split(self.docs, cuts), np.split(self.scores, cuts), strict=True))


class Lucene(AskedProcess):
    """The process; every method is one request to it."""

    def __init__(
        self, version: str, jars: Path | None, cache: Path, home: Path | None, heap: str = HEAP
    ) -> None:
        """Compile the program against a version's jars and start it."""
        java, javac = jdk(home)
        path = class_path(version, jars, cache)
        classes = compiled(javac, path, cache / f"classes-{version}")
        self.flags = flags(version, heap)
        command = [java, *self.flags, "-cp", os.pathsep.join([str(classes), path]), "Main"]
        super().__init__("Lucene", command)
        about = self.ask("version")
        self.version, self.java = about["version"], about["java"]

    def times(self, do: str, **arguments: Any) -> np.ndarray:
        """Return the nanoseconds of each phrase in one round."""
        return np.array(self.ask(do, **arguments)["nanoseconds"], np.int64)

    def hits(self, do: str, **arguments: Any) -> Hits:
        """Return the hits of each phrase."""
        answer = self.ask(do, **arguments)
        docs, scores = (base64.b64decode(answer[name]) for name in ("docs", "scores"))
        return Hits(np.array(answer["counts"]), np.frombuffer(docs, "<u4"), np.frombuffer(scores, "<f4"))


def flags(version: str, heap: str) -> list[str]:
    """Return the JVM's options: a fixed heap, and the modules that newer versions ask for."""
    fixed = [f"-Xms{heap}", f"-Xmx{heap}"]
    if int(version.split(".")[0]) < FIRST_WITH_PANAMA:
        return fixed
    return [*fixed, "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"]


def jdk(home: Path | None) -> tuple[str, str]:
    """Return java and javac of the JDK at `home`, else at JAVA_HOME, else on the PATH."""
    if home is None and "JAVA_HOME" in os.environ:
        home = Path(os.environ["JAVA_HOME"])
    folder = None if home is None else str(home / "bin")
    java, javac = (shutil.which(name, path=folder) for name in ("java", "javac"))
    if java is None or javac is None:
        raise Missing(f"no JDK {'on the PATH' if home is None else 'in the folder that was named'}")
    return java, javac


def class_path(version: str, jars: Path | None, cache: Path) -> str:
    """Return the jars of a version, from a folder that was named or fetched by Maven."""
    wanted = {f"{name}-{version}.jar": f"org.apache.lucene:{name}:{version}" for name in JARS}
    wanted[f"jackson-core-{JACKSON}.jar"] = f"com.fasterxml.jackson.core:jackson-core:{JACKSON}"
    return os.pathsep.join(str(jar(name, artifact, jars, cache)) for name, artifact in wanted.items())


def jar(name: str, artifact: str, jars: Path | None, cache: Path) -> Path:
    """Return one jar, which is fetched only if no folder was named."""
    path = (cache if jars is None else jars) / name
    if not path.exists() and jars is None:
        fetch(artifact, cache)
    if not path.exists():
        raise Missing(f"{name} is not in the folder of jars")
    return path


def fetch(artifact: str, folder: Path) -> None:
    """Have Maven copy an artifact to the folder."""
    if shutil.which("mvn") is None:
        raise Missing("there is no Maven (mvn) to fetch its jars, and no folder with them was named")
    copy = [
        "mvn",
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={artifact}",
        f"-DoutputDirectory={folder.resolve()}",
    ]
    done = subprocess.run(copy, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"Maven could not fetch {artifact}")


def compiled(javac: str, path: str, classes: Path) -> Path:
    """Return the folder with the program's classes."""
    classes.mkdir(parents=True, exist_ok=True)
    sources = [str(source) for source in sorted(SOURCES.glob("*.java"))]
    command = [javac, "-d", str(classes), "-cp", path, *sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"javac: {first_error(done.stderr.splitlines())} (does this JDK read these jars?)")
    return classes


def first_error(lines: Sequence[str]) -> str:
    """Return the compiler's first error; its sources are known to compile."""
    return next((line.split("error: ")[1] for line in lines if "error: " in line), "javac failed")
