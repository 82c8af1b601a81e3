"""Backups made while the office runs, brought back, proved; and what was tampered with, found."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from drive import Town, file_petition, town
from sqlalchemy import Engine, text
from template import fresh_postgres
from test_command_line import bot
from test_procedure import Office, accepted, does
from test_traces import photo

from petitions import traces
from storage import copying
from storage.backup import ATTACHMENTS, DATABASE, MANIFEST
from storage.database import make_engine
from storage.migrate import check_schema

PHOTO = traces.without(photo())


async def lived_in(here: Town) -> None:
    """Cases, an attachment, an open form."""
    office = Office(here, "telegram")
    citizen = await here.citizen("telegram")
    await accepted(office, await file_petition(citizen))
    number = await file_petition(await here.citizen("telegram"))
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await citizen.say("/my")
    await citizen.send_file(PHOTO, "now.jpg", "image/jpeg")


@pytest.fixture
async def office(tmp_path: Path) -> Path:
    """The folder of an office that was lived in, and is running no more."""
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
    return folder


def counted(engine: Engine) -> copying.Sums:
    check_schema(engine)
    with engine.connect() as db:
        return copying.sums(db)


@pytest.mark.sqlite
def test_a_backup_is_brought_back_whole(office: Path, tmp_path: Path) -> None:
    made = bot(office, "backup", str(tmp_path / "backup"))
    assert made.exit_code == 0, made.output
    assert "密钥不在备份里" in made.stdout
    assert not list((tmp_path / "backup").rglob("keys*"))
    drilled = bot(office, "restore", str(tmp_path / "backup"), "--drill")
    assert drilled.exit_code == 0, drilled.output
    assert "可以恢复" in drilled.stdout
    new = tmp_path / "new"
    new.mkdir()
    refused = bot(new, "restore", str(tmp_path / "backup"))
    assert "没有密钥文件" in refused.stderr
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    back = bot(new, "restore", str(tmp_path / "backup"))
    assert back.exit_code == 0, back.output
    before = counted(make_engine(f"sqlite:///{office / DATABASE}"))
    assert counted(make_engine(f"sqlite:///{new / DATABASE}")) == before
    files = {p.name for p in (office / "attachments").rglob("*") if p.is_file()}
    assert files
    assert {p.name for p in (new / "attachments").rglob("*") if p.is_file()} == files
    assert bot(new, "history", "verify").exit_code == 0
    again = bot(new, "restore", str(tmp_path / "backup"))
    assert "空的地方" in again.stderr, "never over something that is there"


@pytest.mark.sqlite
async def test_a_backup_is_made_while_people_file(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
        citizen = await here.citizen("telegram")
        await citizen.say("/new")
        made = bot(folder, "backup", str(tmp_path / "backup"))
        assert made.exit_code == 0, made.output
        await file_petition(await here.citizen("telegram"))
    assert bot(folder, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0
    held = json.loads((tmp_path / "backup" / MANIFEST).read_text("utf-8"))
    assert held["tables"]["petition"][0] == 2


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "what", ["database", "attachment", "manifest", "half", "keys", "chain", "path", "list"]
)
def test_a_backup_that_was_tampered_with_is_found_out(
    office: Path, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "backup"
    if what == "chain":
        engine = make_engine(f"sqlite:///{office / DATABASE}")
        with engine.begin() as db:
            db.execute(text("UPDATE history SET action = 'accept' WHERE \"case\" = 2 AND seq = 2"))
        engine.dispose()
        verified = bot(office, "history", "verify")
        assert verified.exit_code == 1
        assert "第2号件的历史从第2条起" in verified.stdout
    assert bot(office, "backup", str(folder)).exit_code == 0
    attachment = next(p for p in (folder / ATTACHMENTS).rglob("*") if p.is_file())
    if what == "database":
        engine = make_engine(f"sqlite:///{folder / DATABASE}")
        with engine.begin() as db:
            db.execute(text("UPDATE petition SET status = 'closed' WHERE id = 1"))
        engine.dispose()
    elif what == "attachment":
        held = attachment.read_bytes()
        attachment.write_bytes(held[:-1] + bytes([held[-1] ^ 1]))
    elif what == "manifest":
        (folder / MANIFEST).write_text("{}", "utf-8")
    elif what in ("path", "list"):
        held = json.loads((folder / MANIFEST).read_text("utf-8"))
        (tmp_path / "outside").write_bytes(b"x")
        out = {"../../outside": sha256(b"x").hexdigest()}
        held["files"] = out if what == "path" else [*held["files"]]
        (folder / MANIFEST).write_text(json.dumps(held), "utf-8")
    elif what == "half":
        (folder / MANIFEST).unlink()
    elif what == "keys":
        (office / "keys.toml").unlink()
    done = bot(office, "restore", str(folder), "--drill", lang="en")
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip()) > 10
    assert "Traceback" not in done.output


@pytest.mark.sqlite
def test_a_folder_with_something_in_it_is_left_alone(office: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine.txt").write_text("mine", "utf-8")
    done = bot(office, "backup", str(tmp_path / "backup"))
    assert done.exit_code == 2
    assert [p.name for p in (tmp_path / "backup").iterdir()] == ["mine.txt"]


@pytest.mark.postgres
def test_an_office_moves_to_postgres_and_is_backed_up_there(
    office: Path, tmp_path: Path, postgres: str
) -> None:
    url = fresh_postgres(postgres)
    moved = bot(office, "migrate", "--to", url)
    assert moved.exit_code == 0, moved.output
    before = counted(make_engine(f"sqlite:///{office / DATABASE}"))
    assert counted(make_engine(url)) == before
    assert bot(office, "migrate", "--to", url).exit_code == 2, "not over what is there"
    with make_engine(url).begin() as db:
        added = db.execute(text(
            "INSERT INTO person (pin, neutral, muted, created_at) "
            "VALUES ('', false, false, now()) RETURNING id"
        )).scalar_one()  # fmt: skip
        assert added == before["person"][0] + 1, "the next row is numbered after those copied"
    made = bot(office, "backup", str(tmp_path / "backup"), database=url)
    assert made.exit_code == 0, made.output
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0
    other, new = fresh_postgres(postgres), tmp_path / "new"
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    back = bot(new, "restore", str(tmp_path / "backup"), database=other)
    assert back.exit_code == 0, back.output
    assert counted(make_engine(other)) == counted(make_engine(url))
