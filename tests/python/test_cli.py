"""The command: what it prints, what it returns, and that no error ends in a traceback."""

import io
import json
import subprocess
import sys

import pytest

import rescora
from rescora.cli import main
from rescora.cli.bench import WORKS
from rescora.cli.search import explanation_lines
from rescora.cli.table import Column, Screen, Table, cells_of, cut

PROGRAM = "import sys; from rescora.cli import main; sys.exit(main())"
DOCUMENTS = [
    {"_id": "a", "title": "A quick brown fox", "year": 2014},
    {"_id": "b", "title": "A brown and quick dog", "year": 2015},
    {"_id": "c", "title": "Nothing of the kind", "year": 2016},
]
RESCORED = {
    "query": {"match": {"title": "quick brown"}},
    "rescore": {"query": {"rescore_query": {"match_phrase": {"title": "quick brown"}}}},
}


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text("".join(json.dumps(document) + "\n" for document in DOCUMENTS))
    return path


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "docs.rescora"
    rescora.Index.from_documents(DOCUMENTS, path=path)
    return path


def run(*arguments, stdin=b""):
    """Run the command as a process of its own."""
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60, input=stdin)


def test_the_package_runs_as_the_command():
    said = subprocess.run(
        [sys.executable, "-m", "rescora", "--version"], check=True, capture_output=True, timeout=60
    )
    assert said.stdout.decode() == f"rescora {rescora.__version__}\n"


def error_of(capsys, *arguments):
    """Return the exit code and the one line on stderr."""
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return code, said.err.strip().splitlines()[-1]


def test_index_then_search_prints_the_hits(lines, tmp_path, capsys):
    output = tmp_path / "out.rescora"
    assert main(["index", str(lines), "-o", str(output)]) == 0
    said = capsys.readouterr()
    assert "3 documents, 2 fields" in said.out
    assert said.err == ""

    assert main(["search", str(output), "--query", "brown fox", "--size", "1"]) == 0
    said = capsys.readouterr().out
    assert "1 of 2 hits" in said
    assert "A quick brown fox" in said


def test_a_body_from_a_file_gives_the_answer_of_the_library(index, tmp_path, capsys):
    body = tmp_path / "body.json"
    body.write_text(json.dumps(RESCORED))

    assert main(["search", str(index), str(body), "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    hits = rescora.Index.open(index).search(RESCORED)
    assert hits.to_dict()["hits"] == answer["hits"]


def test_documents_and_bodies_come_from_standard_input_too(tmp_path):
    output = tmp_path / "out.rescora"
    documents = "\n".join(map(json.dumps, DOCUMENTS)).encode()
    built = run("index", "-", "-o", output, "--shards", "2", stdin=documents)
    assert (built.returncode, built.stderr) == (0, b"")

    found = run("search", output, "-", "--json", stdin=json.dumps(RESCORED).encode())
    assert json.loads(found.stdout)["hits"]["total"]["value"] == 2
    assert json.loads(found.stdout)["_shards"]["total"] == 2


def test_mappings_and_settings_are_read_from_files(lines, tmp_path):
    mappings, settings, output = (tmp_path / name for name in ("m.json", "s.json", "out.rescora"))
    mappings.write_text('{"properties": {"title": {"type": "text", "analyzer": "english"}}}')
    settings.write_text('{"index": {"name": "papers"}}')

    files = ["--mappings", str(mappings), "--settings", str(settings)]
    assert main(["index", str(lines), "-o", str(output), *files]) == 0

    opened = rescora.Index.open(output)
    assert opened.name == "papers"
    assert [token.token for token in opened.analyze("title", "foxes")] == ["fox"]


def test_keys_that_change_no_hit_are_dropped_on_demand(index, tmp_path, capsys):
    body = tmp_path / "body.json"
    body.write_text(json.dumps({**RESCORED, "aggs": {}, "highlight": {}}))

    assert error_of(capsys, "search", index, body) == (
        2,
        "rescora: error: [aggs] and [highlight] are not supported by this version of rescora, "
        "--drop-unsupported leaves out [aggs] and [highlight]",
    )
    assert main(["search", str(index), str(body), "--drop-unsupported"]) == 0
    said = capsys.readouterr().out
    assert "left out, for they change no hit: aggs, highlight" in said


def test_explain_prints_a_tree_that_begins_with_the_score(index, capsys):
    assert main(["search", str(index), "--query", "fox", "--field", "title", "--explain"]) == 0

    hit = rescora.Index.open(index).search({"query": {"match": {"title": "fox"}}, "explain": True})[0]
    said = capsys.readouterr().out
    for line in explanation_lines(hit.explanation):
        assert line in said
    assert f" {hit.score}  " in said


def test_analyze_shows_the_terms_of_an_analyzer_or_of_a_field(index, capsys):
    assert main(["analyze", "--analyzer", "english", "--json", "Running foxes"]) == 0
    tokens = json.loads(capsys.readouterr().out)["tokens"]
    assert [(token["token"], token["start_offset"]) for token in tokens] == [("run", 0), ("fox", 8)]

    assert main(["analyze", "--index", str(index), "--field", "title", "Quick FOX"]) == 0
    assert capsys.readouterr().out.split()[-1] == "fox"


def test_bench_reports_each_work_in_three_windows(capsys, monkeypatch):
    monkeypatch.setattr("rescora.cli.bench.papers.judged_queries", lambda: ({"q": "neural network"}, {}))
    assert main(["bench", "--json"]) == 0

    timings = json.loads(capsys.readouterr().out)["timings"]
    assert [(timing["work"], timing["window"]) for timing in timings] == [
        (work, window) for work in WORKS for window in (10, 100, 1000)
    ]
    assert all(0 < timing["median"] <= timing["p99"] <= timing["worst"] for timing in timings)


def test_bench_takes_its_phrases_from_the_documents(index, capsys):
    assert main(["bench", str(index), "--field", "title", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["phrases"] == 3


def test_the_version_is_the_packages(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rescora {rescora.__version__}\n"


def test_a_wrong_request_is_one_line_with_its_path_and_returns_2(index, tmp_path, capsys):
    body = tmp_path / "body.json"
    body.write_text('{"rescore": {"query": {"rescore_qery": {}}}}')

    code, line = error_of(capsys, "search", index, body)

    assert (code, line) == (
        2,
        "rescora: error: rescore.query.rescore_qery: [query] unknown field [rescore_qery], "
        "did you mean [rescore_query]?",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", "INDEX"], "give either a body (a file, or -) or --query WORDS"),
        (["analyze", "--index", "INDEX", "text"], "--index and --field go together"),
        (["analyze", "--analyzer", "englsh", "text"], "no analyzer [englsh], did you mean [english]?"),
        (["search", "INDEX", "BROKEN"], "broken.json is not JSON"),
        (["index", "BROKEN", "-o", "OUT"], "line 1 of"),
        (["index", "BROKEN"], "the following arguments are required: -o/--output"),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_a_wrong_call_is_one_line_and_returns_2(arguments, message, index, tmp_path, capsys):
    broken = tmp_path / "broken.json"
    broken.write_text('{"query":')
    names = {"INDEX": index, "BROKEN": broken, "OUT": tmp_path / "out.rescora"}

    code, line = error_of(capsys, *(names.get(argument, argument) for argument in arguments))

    assert code == 2
    assert message in line
    assert not (tmp_path / "out.rescora").exists()


@pytest.mark.parametrize("command", ["search", "index"])
def test_a_file_that_is_not_there_is_one_line_and_returns_1(command, tmp_path, capsys):
    options = {"search": ["--query", "x"], "index": ["-o", tmp_path / "out.rescora"]}[command]

    code, line = error_of(capsys, command, tmp_path / "nowhere", *options)

    assert code == 1
    assert "nowhere" in line
    assert "No such file" in line


def test_a_file_that_is_no_index_is_one_line_and_returns_1(lines, capsys):
    code, line = error_of(capsys, "search", lines, "--query", "x")

    assert code == 1
    assert "docs.jsonl" in line


def test_an_error_of_our_own_is_one_line_until_a_traceback_is_asked_for(monkeypatch, capsys):
    def fail(_):
        raise RuntimeError("a bug")

    monkeypatch.setattr("rescora.cli.papers.run", fail)
    assert error_of(capsys, "demo") == (
        1,
        "rescora: error: RuntimeError: a bug (RESCORA_TRACEBACK=1 shows where)",
    )

    monkeypatch.setenv("RESCORA_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="a bug"):
        main(["demo"])


def test_a_reader_that_goes_away_is_no_error(index):
    command = [sys.executable, "-c", PROGRAM, "search", str(index), "--query", "fox"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_an_interrupt_returns_130(monkeypatch, capsys):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("rescora.cli.papers.run", interrupted)
    assert main(["demo"]) == 130
    assert capsys.readouterr().err == ""


def test_a_table_is_cut_to_its_screen_and_numbers_stand_to_the_right():
    stream = io.StringIO()
    table = Table((Column("n", right=True), Column("title", cut=True)))
    table.add("7", "a title that is a good deal too long for it")
    table.add("1,000", "漢字 and more words than there is room for")

    Screen(stream, width=30).draw(table)

    drawn = stream.getvalue().splitlines()
    assert drawn[2] == "     7  a title that is a goo…"
    assert drawn[3] == " 1,000  漢字 and more words t…"
    assert all(cells_of(line) <= 30 for line in drawn)


def test_colours_appear_only_where_they_are_wanted(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Screen(Terminal()).paint("x", "bold green") == "\x1b[1;32mx\x1b[0m"
    assert Screen(io.StringIO()).paint("x", "bold green") == "x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert Screen(Terminal()).paint("x", "bold green") == "x"


def test_a_screen_without_unicode_gets_ascii():
    class Ascii(io.StringIO):
        encoding = "ascii"

    assert Screen(Ascii()).plain("▲ 3 … µs é") == "^ 3 ~ us ?"


def test_a_text_that_fits_is_not_cut():
    assert cut("exactly", 7) == "exactly"
