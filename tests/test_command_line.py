"""The command line as an operator types it."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from offices.lived_in import bot
from offices.older import TELEGRAM, chats
from offices.stored import filed, run
from samples.texts import GOOD, IMAGINED
from sqlalchemy import text
from typer.testing import Result

from bot import logs
from bot.opening import open_database
from bot.settings import load_settings
from storage.migrate import check_schema, current, head
from storage.records import Records


def test_a_deadline_as_json(tmp_path: Path) -> None:
    done = bot(tmp_path, "deadline", "2026-02-13", "5wd", "--json")
    found = json.loads(done.stdout)
    assert (found["nominal"], found["rolled"]) == ("2026-02-27", "2026-02-27")
    assert found["provisional"] is False
    assert [s["date"] for s in found["steps"] if s["why"] == "made_up"] == ["2026-02-14"]
    assert sum(1 for s in found["steps"] if s["day"]) == 5


def test_a_deadline_in_words_with_pauses(tmp_path: Path) -> None:
    done = bot(tmp_path, "deadline", "2026-03-01", "30d", "--pause", "2026-03-05", "2026-03-10")
    assert "2026年4月6日" in done.stdout
    assert "2026年4月7日" in done.stdout
    assert "03-05–03-10" in done.stdout


@pytest.mark.parametrize(
    "args",
    [
        ("deadline", "2026-02-30", "15d"),
        ("deadline", "2026-02-02", "15x"),
        ("deadline", "1900-02-02", "15d"),
        ("deadline", "2026-02-02", "15d", "--pause", "2026-02-03"),
        ("deadline", "2026-02-02", "15d", "--pause", "2026-02-09", "2026-02-03"),
        ("deadline", "2026-02-02", "15d", "--profile", "mars"),
        ("simulate", "--kind", "mars"),
        ("regulation", "mars"),
    ],
)
def test_what_cant_be_is_said_in_words(tmp_path: Path, args: tuple[str, ...]) -> None:
    done = bot(tmp_path, *args, lang="en")
    assert done.exit_code in (1, 2)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert len(done.stderr.strip()) > 10


def test_the_rules_are_shown_and_settings_marked(tmp_path: Path) -> None:
    done = bot(tmp_path, "regulation", lang="en")
    assert "60d +30d" in done.stdout
    line = next(x for x in done.stdout.splitlines() if "simple_answer" in x)
    assert "setting" in line


def test_a_list_is_imported_or_refused_by_name(tmp_path: Path) -> None:
    open_database(load_settings(data_dir=tmp_path)).close()
    good, bad = tmp_path / "2027.toml", tmp_path / "bad.toml"
    good.write_text(IMAGINED, "utf-8")
    bad.write_text(GOOD.replace("2026-05-09", "2026-05-12"), "utf-8")
    refused = bot(tmp_path, "calendar", "import", str(bad))
    assert refused.exit_code == 1
    assert "2026年5月12日" in refused.stderr
    assert bot(tmp_path, "calendar", "import", str(good)).exit_code == 0
    assert "2027" in bot(tmp_path, "calendar", "check").stdout


def test_the_operator_sees_and_moves_what_waits(tmp_path: Path) -> None:
    database = open_database(load_settings(data_dir=tmp_path))
    check_schema(database.engine)
    receipt = filed(database)[1]
    number = receipt.petition.number
    rung = next(n for n in run(database, lambda b: b.notices_of(1)) if n.to == "ladder")
    database.close()

    def reminders(*args: str) -> Result:
        return bot(tmp_path, "reminders", *args)

    assert "alert" in reminders("due", "--hours", "9600").stdout
    planned = reminders("plan", number)
    assert planned.exit_code == 0
    assert "ladder" in planned.stdout
    assert reminders("plan", "6409-W260202-9999-9").exit_code == 1
    assert reminders("check").exit_code == 1, "what is months overdue was never said"
    assert reminders("cancel", str(rung.id)).exit_code == 0
    assert "cancelled" in reminders("cancel", str(rung.id)).stderr
    assert reminders("retry", str(rung.id)).exit_code == 0
    assert reminders("retry", "99999").exit_code == 1
    assert "half of the period" in reminders("ladder").stdout


BESIDE = (
    ("backup", "{}/backup"), ("restore", "{}"), ("keys", "rotate"), ("keys", "drop", "1"),
    ("history", "verify"), ("staff", "list"), ("staff", "invite", "--role", "clerk"),
    ("staff", "revoke", "1"), ("reminders", "due"), ("figures", "rebuild"),
    ("figures", "report", "2026", "{}/out"), ("retention",), ("calendar", "check"),
    ("calendar", "import", "{}/2027.toml"), ("import", "{}/table.csv"), ("replay", "{}/said.jsonl"),
)  # fmt: skip
"""Commands that are run beside an office, of an older program perhaps."""


def beside(folder: Path) -> list[list[str]]:
    """These commands, with the files they are given."""
    (folder / "2027.toml").write_text(IMAGINED, "utf-8")
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    lines = f"channel,received,name,facts,request,place\n来信,{day},甲,灯坏了,请修,和平路\n"
    (folder / "table.csv").write_text(lines, "utf-8")
    (folder / "said.jsonl").touch()
    return [[part.format(folder) for part in given] for given in BESIDE]


def test_in_a_wrong_folder_no_keys_and_no_office_are_made(tmp_path: Path) -> None:
    given = [["receipt", "key"], *(args for args in beside(tmp_path) if args[0] != "replay")]
    for args in given:
        refused = bot(tmp_path / "wrong", *args, lang="en")
        assert refused.exit_code == 2, (args, refused.output, refused.exception)
        assert "key file" in " ".join(refused.stderr.split()), (args, refused.stderr)
        assert not [*tmp_path.rglob("keys*"), *tmp_path.rglob("*.sqlite3")], args


def test_only_a_start_and_migrate_change_the_schema(tmp_path: Path) -> None:
    commands = beside(tmp_path)
    database = open_database(load_settings(data_dir=tmp_path))
    chats(database.engine)
    for args in commands:
        refused = bot(tmp_path, *args, lang="en")
        assert refused.exit_code == 2, (args, refused.output, refused.exception)
        assert "petition-bot migrate" in refused.stderr.replace("\n", " "), args
        assert current(database.engine) == "0022", args
    structlog.reset_defaults()  # `replay` logs as a process does
    assert "→ " + head() in bot(tmp_path, "migrate").stdout
    found = database.read_now(lambda c: Records(c, database.ring).chat("telegram", TELEGRAM))
    assert found is not None
    assert bot(tmp_path, "staff", "list").exit_code == 0
    database.close()


def test_figures_are_held_against_the_history(tmp_path: Path) -> None:
    database = open_database(load_settings(data_dir=tmp_path))
    check_schema(database.engine)
    filed(database)
    assert bot(tmp_path, "figures", "rebuild").exit_code == 0
    fine = bot(tmp_path, "figures", "rebuild", "--check")
    assert fine.exit_code == 0
    assert "和历史一致" in fine.stdout
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET n = 5"))
    wrong = bot(tmp_path, "figures", "rebuild", "--check", lang="en")
    assert wrong.exit_code == 1
    assert "Case 1" in wrong.stdout
    assert bot(tmp_path, "figures", "rebuild").exit_code == 0
    assert bot(tmp_path, "figures", "rebuild", "--check").exit_code == 0


def test_a_report_is_written_as_files_and_a_wrong_period_is_named(tmp_path: Path) -> None:
    database = open_database(load_settings(data_dir=tmp_path))
    check_schema(database.engine)
    filed(database)
    done = bot(tmp_path, "figures", "report", "2026", str(tmp_path / "out"))
    assert done.exit_code == 0, done.stdout
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"2026.png", "2026.xlsx", "2026.pdf"}
    assert "年度报告" in done.stdout
    for period in ("2199", "later", "2026-05~2026-04"):
        wrong = bot(tmp_path, "figures", "report", period, str(tmp_path / "no"))
        assert wrong.exit_code == 1
        assert len(wrong.stderr.strip()) > 10
    assert not (tmp_path / "no").exists()


def test_what_libraries_warn_of_is_not_printed() -> None:
    """A warning quotes what was sent: a file's name, a whole update."""
    with warnings.catch_warnings(record=True) as told:
        logs.set_up_logs(False)
        warnings.warn("王某的病历.pdf", RuntimeWarning, stacklevel=1)
    structlog.reset_defaults()
    assert not told
