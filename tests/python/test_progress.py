"""Progress: silent in a pipe and for short work, a line on a terminal, a call for who asks."""

import io

import pytest

from rescora import progress
from rescora.progress import Progress, Step, describe


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """Time that stands still until it is told to go on."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "perf_counter", lambda: now[0])
    return now


def work(report, clock, seconds, updates=10):
    for i in range(1, updates + 1):
        clock[0] += seconds / updates
        report.update(documents=i, bytes=1000 * i)


def test_long_work_draws_a_line_on_a_terminal_and_clears_it(clock):
    stream = Terminal()
    with Progress(stream=stream, total_bytes=10_000) as report:
        work(report, clock, seconds=2.0)

    assert "10 documents" in stream.getvalue()
    assert "100%" in stream.getvalue()
    assert stream.getvalue().endswith(" \r")


def test_short_work_draws_nothing(clock):
    stream = Terminal()
    with Progress(stream=stream) as report:
        work(report, clock, seconds=0.45)

    assert stream.getvalue() == ""


def test_a_pipe_gets_nothing_unless_it_is_asked_for(clock):
    pipe = io.StringIO()
    with Progress(stream=pipe) as report:
        work(report, clock, seconds=2.0)
    assert pipe.getvalue() == ""

    with Progress(True, stream=pipe) as report:
        work(report, clock, seconds=2.0)
    assert "10 documents" in pipe.getvalue()


def test_false_is_silent_on_a_terminal_too(clock):
    stream = Terminal()
    with Progress(False, stream=stream) as report:
        work(report, clock, seconds=2.0)

    assert stream.getvalue() == ""


def test_a_function_is_called_a_few_times_and_once_at_the_end(clock):
    steps = []
    with Progress(steps.append, total_bytes=1_000_000) as report:
        work(report, clock, seconds=1.0, updates=1000)

    assert 5 <= len(steps) <= 12
    assert steps[-1] == Step(
        documents=1000, bytes=1_000_000, seconds=pytest.approx(1.0), total_bytes=1_000_000
    )
    assert [step.documents for step in steps] == sorted(step.documents for step in steps)


def test_failed_work_has_no_last_call():
    steps = []

    def fail():
        with Progress(steps.append) as report:
            report.update(documents=1, bytes=10)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert steps == []


def test_a_line_says_documents_bytes_and_rate():
    step = Step(documents=1_234_567, bytes=250_000_000, seconds=5.0)

    assert describe(step) == "indexing  1,234,567 documents   250.0 MB    50.0 MB/s"
