"""Files and settings as people's programs and hands write them: read, or named with the line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from offices.lived_in import bot

from bot.office_files import SAMPLE, load_office
from bot.settings import load_settings
from petitions.errors import BadSetting
from storage.database import make_engine, sqlite_at
from storage.keyfile import load_keys

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
ENDS = ["\n", "\r\n"]


def run(folder: Path, *args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The program in this folder, as a shell starts it."""
    held = {k: v for k, v in os.environ.items() if not k.startswith(("PETITION_", "LANG", "LC_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *args], env={**held, **env}, cwd=folder,
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_office_file_is_read_in_any_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    file, text = tmp_path / "office.toml", SAMPLE.read_text("utf-8")
    file.write_bytes(text.replace("\n", end).rstrip().encode(encoding))
    assert load_office(file) == load_office(None)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_list_of_days_off_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    import petitions.law.calendar as law

    source = sorted((Path(law.__file__).parent / "calendars").rglob("*2026*.toml"))[0]
    file = tmp_path / "2026.toml"
    file.write_bytes(source.read_text("utf-8").replace("\n", "\r\n").encode(encoding))
    assert bot(tmp_path / "data", "migrate").exit_code == 0
    done = bot(tmp_path / "data", "calendar", "import", str(file))
    assert done.exit_code == 0, done.output
    assert "2026" in done.stdout


def test_a_damaged_file_is_named_with_its_line(tmp_path: Path) -> None:
    raw = SAMPLE.read_bytes()
    line = raw[: raw.index("云川".encode())].count(b"\n") + 1
    (tmp_path / "office.toml").write_bytes(raw.replace("云".encode(), b"\xe4\xba", 1))
    with pytest.raises(BadSetting) as wrong:
        load_office(tmp_path / "office.toml")
    assert f"line {line}," in wrong.value.sentence("en")


def test_quotes_of_an_input_method_are_named(tmp_path: Path) -> None:
    text = SAMPLE.read_text("utf-8").replace('area = "6409"', "area = “6409”")
    (tmp_path / "office.toml").write_text(text, "utf-8")
    with pytest.raises(BadSetting) as wrong:
        load_office(tmp_path / "office.toml")
    said = wrong.value.sentence("zh")
    assert '“ → "' in said
    assert "line" in said
    (tmp_path / "days.toml").write_text("year ＝ 2026\n", "utf-8")
    assert bot(tmp_path / "data", "migrate").exit_code == 0
    done = bot(tmp_path / "data", "calendar", "import", str(tmp_path / "days.toml"))
    assert "＝ → =" in done.stderr
    assert "Traceback" not in done.output


LINES = """# 设置：本县
PETITION_PUBLIC_URL = "https://信访.example"
PETITION_OFFICE='my office.toml'
export PETITION_WEB_PORT=8099
PETITION_DATA_DIR=a b/c
PETITION_PROXIES=“127.0.0.1, 10.0.0.0/8”
AWS_REGION=x"""


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_file_of_settings_is_read_in_any_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, end: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("petition.env").write_bytes(LINES.replace("\n", end).encode(encoding))
    found = load_settings()
    assert (found.web_port, found.public_url) == (8099, "https://信访.example")
    assert (str(found.office), str(found.data_dir)) == ("my office.toml", "a b/c")
    assert len(found.own_proxies) == 2
    monkeypatch.setenv("PETITION_WEB_PORT", "8100")
    assert load_settings().web_port == 8100, "the environment goes before"
    assert load_settings(web_port=1).web_port == 1


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("PETITION_PROXIE=10.0.0.1", "PETITION_PROXIES"),
        ("PETITION_DATADIR=x", "PETITION_DATA_DIR"),
        ("petition_web_prot=8081", "PETITION_WEB_PORT"),
        ("PETITON_TELEGRAM_TOKEN=1", "PETITION_TELEGRAM_TOKEN"),
        ("PETITION_TELEGRAM_TOKEN_=1", "PETITION_TELEGRAM_TOKEN"),
        ("PETITION_COLOUR=red", "PETITION_COLOUR"),
        ("PETITION_WEB_PORT＝8081", "第2行"),
        ("PETITION_WEB_PORT 8081", "第2行"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("petition.env").write_text(f"# first\n{line}\nPETITION_WEB_HOST=::1\n", "utf-8")
    with pytest.raises(BadSetting) as wrong:
        load_settings()
    assert named in wrong.value.sentence("zh")


def test_a_misspelt_setting_of_the_environment_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PETITION_SERVICE_PORT_HTTP", "80")  # as a cluster's own are called
    monkeypatch.setenv("PETITION_ADRESS_RATE", "5")
    with pytest.raises(BadSetting) as wrong:
        load_settings()
    assert "PETITION_ADDRESS_RATE" in wrong.value.sentence("en")
    monkeypatch.delenv("PETITION_ADRESS_RATE")
    load_settings()


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["a%20b", "a?b", "a#b", "a b", "北京", "a%zz", "x;y&mode=ro"])
def test_a_folder_may_be_called_anything(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    assert bot(data, "migrate").exit_code == 0
    made = bot(data, "backup", str(tmp_path / f"{name} backup"))
    assert made.exit_code == 0, made.output
    assert bot(data, "restore", str(tmp_path / f"{name} backup"), "--drill").exit_code == 0
    assert {p.name for p in tmp_path.iterdir()} == {name, f"{name}-keys", f"{name} backup"}
    assert (data / "petitions.sqlite3").is_file()
    assert (tmp_path / f"{name} backup" / "petitions.sqlite3").is_file()
    engine = make_engine(sqlite_at(data / "petitions.sqlite3"))
    assert engine.url.database == str(data / "petitions.sqlite3")


def test_a_key_file_that_an_editor_saved_is_read(tmp_path: Path) -> None:
    ring, _ = load_keys(tmp_path / "keys.toml")
    raw = (tmp_path / "keys.toml").read_text("utf-8").replace("\n", "\r\n")
    (tmp_path / "keys.toml").write_bytes(raw.encode("utf-8-sig"))
    assert load_keys(tmp_path / "keys.toml")[0].pepper == ring.pepper


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "latin-1"])
def test_a_terminal_that_lacks_characters_stops_nothing(tmp_path: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding, "LANG": "zh_CN.GBK", "PETITION_DATA_DIR": str(tmp_path)}
    told = {"gbk": [["rights"]], "ascii": [["simulate"]]}.get(encoding, [["staff", "list"]])
    for args in (["--help"], ["run", "--nonsense"], *told):
        done = run(tmp_path, *args, **env)
        said = (done.stdout + done.stderr).decode(encoding, "replace")
        assert b"Traceback" not in done.stdout + done.stderr, said
        assert said.strip()
    assert "信访" in run(tmp_path, "--help", **env).stdout.decode(encoding, "replace") or (
        encoding != "gbk"
    )
