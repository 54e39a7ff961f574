"""
874 hostile requests and 222 hostile scripts: each gets an answer or an error of ours within two seconds.

    python tests/fuzz/attack.py            # all of them
    python tests/fuzz/attack.py --every 8  # one in eight

Seconds are of the processor. Scripts run as a rescorer's, as a query's and as a field's.
"""

from __future__ import annotations

import argparse
import faulthandler
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import seeds
from attack_requests import hostile_requests
from attack_scripts import hostile_scripts
from outcome import Failure, check_time, outcome

from rescora import Index, Model

SLOW = 2.0  # seconds of the processor
HANGS = 120  # seconds after which the process ends and says where it was
EXTRACTORS = [
    {"feature_name": "a", "query": {"match": {"title": "{{text}}{{#toJson}}p{{/toJson}}"}}},
    {"feature_name": "b", "param": "p"},
]
MODEL = {
    "class": "org.apache.solr.ltr.model.LinearModel",
    "name": "m",
    "features": [{"name": "a"}, {"name": "b"}],
    "params": {"weights": {"a": 1.0, "b": 2.0}},
}


def index() -> Index:
    """Return the index that is attacked."""
    made = seeds.index()
    made.put_model("attacked", Model.load(MODEL, EXTRACTORS))
    return made


def run(prepare: Callable[[], Callable[[], Any]]) -> str:
    """
    Make an attack; preparing it is not measured.

    Returns
    -------
    str
        ``answer``, or the type of the error.

    Raises
    ------
    Failure
        If anything but an error of ours came out, or it took too long.
    """
    call = prepare()
    faulthandler.dump_traceback_later(HANGS, exit=True)
    began = time.process_time()
    try:
        came = outcome(call)
    finally:
        faulthandler.cancel_dump_traceback_later()
    check_time(time.process_time() - began, SLOW, came)
    return came


Attacks = dict[str, Callable[[], Callable[[], Any]]]


def requests(target: Index, every: int = 1) -> Attacks:
    """Return one in `every` of the hostile requests by their names."""
    return {
        f"{number}: {name}": _search(target, make)
        for number, (name, make) in enumerate(hostile_requests())
        if number % every == 0
    }


def _search(target: Index, make: Callable[[], Any]) -> Callable[[], Callable[[], Any]]:
    def prepare() -> Callable[[], Any]:
        body = make()
        return lambda: target.search(body, threads=1).to_dict()

    return prepare


def scripts(target: Index, every: int = 1) -> Attacks:
    """Return one in `every` of the hostile scripts by their names, each in all places for scripts."""
    made: Attacks = {}
    for number, one in enumerate(hostile_scripts()):
        if number % every:
            continue
        script = {"source": one.source, "params": one.params}
        bodies = {
            "rescore": {
                "query": {"match_all": {}},
                "rescore": {"window_size": 60, "script": {"script": script}},
            },
            "query": {"query": {"script_score": {"query": {"match_all": {}}, "script": script}}},
            "field": {"script_fields": {"f": {"script": script}}, "size": 60},
        }
        for place, body in bodies.items():
            made[f"{number}: {one.name}, {place}"] = _search(target, lambda body=body: body)
    return made


def attack(attacks: Attacks) -> tuple[Counter[str], dict[str, str]]:
    """Make the attacks; return what came out, and those that had success."""
    outcomes: Counter[str] = Counter()
    failures: dict[str, str] = {}
    for name, prepare in attacks.items():
        try:
            outcomes[run(prepare)] += 1
        except Failure as failure:
            failures[name] = str(failure)
            print("FAILED", name, failure, flush=True)
    return outcomes, failures


def main() -> int:
    """Attack as the arguments say; 0 when nothing had success."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", choices=("requests", "scripts"))
    given = parser.parse_args()
    target, failed = index(), 0
    for kind, make in (("requests", requests), ("scripts", scripts)):
        if given.only in (None, kind):
            attacks = make(target, given.every)
            outcomes, failures = attack(attacks)
            for outcome, times in outcomes.most_common():
                print(f"{times:>9,} {outcome}")
            print(f"{len(attacks):,} hostile {kind}: {len(failures)} had success")
            failed += len(failures)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
