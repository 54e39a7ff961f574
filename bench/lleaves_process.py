"""lleaves in a process of its own, for it needs an old llvmlite; bench_forests.py speaks to it.

It reads a request a line, JSON, from its input and writes an answer a line to its output. Calls are timed
here, so the pipe costs nothing.
"""

import json
import sys
import time
from importlib.metadata import version
from typing import Any

import lleaves
import numpy as np


class Scorer:
    """A compiled model, and the windows that it is asked about by number."""

    def version(self) -> dict[str, Any]:
        return {"version": version("lleaves")}

    def load(self, model: str, compiled: str) -> dict[str, Any]:
        """Compile the model, or read what was compiled before."""
        began = time.perf_counter()
        self._model = lleaves.Model(model_file=model)
        self._model.compile(cache=compiled)
        return {"seconds": time.perf_counter() - began}

    def windows(self, path: str) -> dict[str, Any]:
        """Take the windows, shape (windows, rows, features)."""
        self._windows = np.load(path)
        return {"windows": len(self._windows)}

    def answer(self, window: int) -> dict[str, Any]:
        """Return a window's scores; JSON holds doubles exactly."""
        return {"scores": self._model.predict(self._windows[window], n_jobs=1).tolist()}

    def time(self, window: int) -> dict[str, Any]:
        """Score a window and return how long that took."""
        rows = self._windows[window]
        began = time.perf_counter_ns()
        self._model.predict(rows, n_jobs=1)
        return {"nanoseconds": time.perf_counter_ns() - began}


def main() -> None:
    """Answer until the input ends."""
    scorer = Scorer()
    for line in sys.stdin:
        request = json.loads(line)
        answer = getattr(scorer, request.pop("do"))(**request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
