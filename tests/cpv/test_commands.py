"""`flask procurement load-cpv`."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from tests.cpv.test_service import SMALL, codes


def run(app: Flask, *arguments: str):
    return app.test_cli_runner().invoke(args=["procurement", "load-cpv", *arguments])


def test_a_file_is_loaded_and_again_left_as_it_is(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cpv.csv"
    file.write_text(SMALL, encoding="utf-8-sig")
    assert "4 codes are in use." in run(app, str(file)).output
    assert "as they were before" in run(app, str(file)).output
    assert len(codes()) == 4


def test_what_is_wrong_is_said_with_its_line(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cpv.csv"
    for content, says in (
        (SMALL.replace("30213100-6", "302131").encode(), "line 4: “302131” is no CPV code"),
        (SMALL.encode("latin-1"), "line 4: not UTF-8 text"),
        (b"", "columns code, sv and en"),
        (b"code;sv;en\n", "there is no code"),
        (b"\x00" * 100, "not UTF-8"),
    ):
        file.write_bytes(content)
        done = run(app, str(file))
        assert done.exit_code == 1
        assert says in done.output, done.output
        assert "Nothing was changed" in done.output
    assert run(app, str(tmp_path / "none.csv")).exit_code == 2
    assert codes() == []
