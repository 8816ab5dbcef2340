"""How commands end: quietly where nobody reads, with one sentence where something failed, never with a traceback."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from retrieval.errors import LibraryMissing, NoSuchSearch, QueryError
from ui import ending
from ui.ending import status_of

PROGRAM = (sys.executable, "-m", "ui.cli")


def failing(error: BaseException) -> Callable[[], None]:
    def run() -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SystemExit(0), 0, ""),
        (SystemExit(2), 2, ""),
        (QueryError("No.", "", 0), 2, "No."),
        (NoSuchSearch("No search."), 1, "No search."),
        (LibraryMissing("There is none."), 1, "There is none."),
        (FileNotFoundError(2, "No such file or directory", "a\n.jpg"), 1, "a␊.jpg cannot be used: No such file"),
        (OSError(28, "No space left on device"), 1, "A file or the output cannot be used: No space left"),
        (MemoryError(), 1, "not enough memory"),
        (ImportError("libtorch_cpu.so: failed to map segment from shared object"), 1, "not enough memory"),
        (RuntimeError("can't start new thread"), 1, "not enough memory"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 1, "pip install 'facequery[train]'"),
        (ModuleNotFoundError("No module named 'tourch'", name="tourch"), 1, "This is a defect of facequery"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: Error code 12 (Cannot allocate memory)"),
            1,
            "not enough memory",
        ),
        (OSError(12, "Cannot allocate memory"), 1, "not enough memory"),
        (sqlite3.DatabaseError("no such table: face"), 1, "refused this (no such table: face)"),
        (DatabaseError("SELECT", {}, sqlite3.DatabaseError("no such column")), 1, "refused this (no such column)"),
        (KeyError("\x1b[31m"), 1, "This is a defect of facequery (KeyError: "),
    ],
)
def test_every_failure_has_a_status_and_a_sentence(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(failing(error)) == status
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err and "\x1b" not in err
    assert err.count("\n") == (2 if isinstance(error, QueryError) else 1 if said else 0) or isinstance(
        error, QueryError
    )


@pytest.mark.parametrize("error", [AssertionError(), LibraryMissing("This is none.")])
def test_what_fails_because_ctrl_c_met_it_in_the_middle_was_stopped(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise error

    assert status_of(run) == ending.STOPPED == 130
    assert capsys.readouterr() == ("", "")


def test_who_wants_to_see_a_defect_sees_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ending.DEBUG, "1")
    with pytest.raises(ZeroDivisionError):
        status_of(lambda: 1 // 0)
    assert status_of(failing(LibraryMissing("This is none."))) == 1


def test_a_database_without_its_tables_is_no_traceback(tmp_path: Path) -> None:
    from retrieval.library import Library

    Library.create_or_open(tmp_path).close()
    with sqlite3.connect(tmp_path / "library.db") as connection:
        connection.execute("DROP TABLE embedding")
        connection.execute("DROP TABLE face")
    connection.close()
    ended = subprocess.run(
        [*PROGRAM, "find", "Smiling", "--library", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (
        ended.returncode == 1
        and "library.db is not as facequery makes libraries" in ended.stderr
        and "from a backup" in ended.stderr
    )
    assert ended.stderr.count("\n") == 1 and "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["--help", "facets"])
def test_a_reader_that_leaves_ends_a_command_quietly(command: str, tmp_path: Path) -> None:
    from retrieval.library import Library

    Library.create_or_open(tmp_path).close()
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "FACEQUERY_LIBRARY": str(tmp_path)}
    ended = subprocess.run([*PROGRAM, command], stdout=write, stderr=subprocess.PIPE, env=environment, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (ending.LEFT, b"")


def test_a_reader_that_leaves_in_the_middle_ends_a_command_quietly() -> None:
    """As `facequery find ... | head -1`, with more to write than a pipe holds."""
    many = "import sys; from ui.ending import status_of; sys.exit(status_of(lambda: print('line\\n' * 100_000)))"
    with subprocess.Popen([sys.executable, "-c", many], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout and program.stderr
        assert program.stdout.readline() == b"line\n"
        program.stdout.close()
        assert (program.stderr.read(), program.wait()) == (b"", ending.LEFT)


def test_an_output_that_takes_no_more_is_said() -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run([*PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1 and "No space left on device" in ended.stderr and "Traceback" not in ended.stderr


def test_ctrl_c_is_status_130(tmp_path: Path) -> None:
    code = (
        "import typer; from ui.ending import status_of; import sys; app = typer.Typer()\n"
        "@app.command()\ndef stop(): raise KeyboardInterrupt\nsys.exit(status_of(app))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 130


def test_the_version_is_told() -> None:
    ended = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=False)
    assert ended.returncode == 0 and ended.stdout.startswith("facequery ") and ended.stderr == ""
