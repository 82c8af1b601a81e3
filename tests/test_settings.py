"""A wrong setting is named, with what it should be, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.base import app
from bot.office_files import SAMPLE, load_office
from bot.settings import load_settings
from petitions.errors import BadSetting
from storage.database import make_engine

run = CliRunner()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PETITION_WEB_PORT", "70000"),
        ("PETITION_WEB_PORT", "eighty"),
        ("PETITION_TELEGRAM_TOKEN", "not a token"),
        ("PETITION_TELEGRAM_API", "telegram.example"),
        ("PETITION_PUBLIC_URL", "ftp://x"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as wrong:
        load_settings()
    assert name in wrong.value.sentence("en")
    assert value not in wrong.value.sentence("en") or name == "PETITION_PUBLIC_URL"


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "://"])
def test_a_wrong_database_is_named(url: str) -> None:
    with pytest.raises(BadSetting) as wrong:
        make_engine(url)
    assert "PETITION_DATABASE_URL" in wrong.value.sentence("zh")


MISTAKES = [
    ('area = "6409"', 'area = "64"', "office.area"),
    ('timezone = "Asia/Shanghai"', 'timezone = "Mars"', "office.timezone"),
    ('timezone = "Asia/Shanghai"', 'timezone = "Asia"', "office.timezone"),
    ('timezone = "Asia/Shanghai"', f'timezone = "{"x" * 400}"', "office.timezone"),
    ('languages = ["zh", "en"]', 'languages = ["fr"]', "office.languages"),
    ('bureau = "city"', 'bureau = "housing"', "office.bureau"),
    ('id = "north"', 'id = "city"', "[[unit]] 2 id"),
    ('parent = "north"', 'parent = "nowhere"', "parent"),
    ('role = "supervisor"', 'role = "king"', "[[staff]] 2 role"),
    ("[office]", "[office", "TOML"),
    ("[office]", "long = " + "1" * 5000 + "\n[office]", "TOML"),
    ("[office]", "deep = " + "[" * 3000 + "\n[office]", "TOML"),
    ('languages = ["zh", "en"]', "languages = 5", "docs/office-file.md"),
]


@pytest.mark.parametrize(("right", "wrong", "where"), MISTAKES)
def test_a_mistake_in_the_office_file_is_named(
    tmp_path: Path, right: str, wrong: str, where: str
) -> None:
    path = tmp_path / "office.toml"
    path.write_text(SAMPLE.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    with pytest.raises(BadSetting) as refused:
        load_office(path)
    assert where in refused.value.sentence("en")
    assert str(path) in refused.value.sentence("zh")


def test_a_missing_office_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        load_office(tmp_path / "none.toml")
    assert "none.toml" in refused.value.sentence("zh")


def test_the_command_line_looks_after_the_desks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITION_DATA_DIR", str(tmp_path))
    assert run.invoke(app, ["migrate"]).exit_code == 0
    invited = run.invoke(app, ["staff", "invite", "--role", "handler", "--unit", "housing"])
    assert "start=i_" in invited.output
    listed = run.invoke(app, ["staff", "list"])
    assert listed.exit_code == 0
    assert run.invoke(app, ["staff", "revoke", "1"]).exit_code == 0
    wrong = run.invoke(app, ["staff", "invite", "--role", "king"])
    assert wrong.exit_code == 2
    nowhere = run.invoke(app, ["staff", "invite", "--role", "handler", "--unit", "nowhere"])
    assert nowhere.exit_code == 1


def test_keys_that_dont_fit_are_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETITION_DATA_DIR", str(tmp_path))
    (tmp_path / "keys.toml").write_text("rubbish")
    refused = run.invoke(app, ["staff", "list"])
    assert refused.exit_code == 2
