"""Backups made while the office runs, brought back, proved; and what was tampered with, found."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from offices.lived_in import bot, lived_in
from offices.template import fresh_postgres
from people import FILING, file_petition, town
from sqlalchemy import Engine, inspect, text

from storage import backup, copying, mark
from storage.backup import ATTACHMENTS, DATABASE, MANIFEST
from storage.database import Database, make_engine
from storage.keyfile import add_key, drop_key, load_keys
from storage.migrate import check_schema, config
from storage.records import Records
from storage.store import FolderStore
from storage.tables import FILE


@pytest.fixture
async def office(tmp_path: Path) -> Path:
    """The folder of an office that was lived in, and is running no more."""
    folder = tmp_path / "office"
    async with town(folder) as here:
        await lived_in(here)
    return folder


def counted(engine: Engine) -> copying.CheckSums:
    check_schema(engine)
    with engine.connect() as db:
        return copying.sums(db)


@pytest.mark.sqlite
def test_a_backup_is_brought_back_whole(office: Path, tmp_path: Path) -> None:
    made = bot(office, "backup", str(tmp_path / "backup"))
    assert made.exit_code == 0, made.output
    assert "密钥不在备份里" in made.stdout
    assert not list((tmp_path / "backup").rglob("keys*"))
    for file in (f for f in (tmp_path / "backup").rglob("*") if f.is_file()):
        held = file.read_bytes()
        assert not [said for said in FILING.values() if said.encode() in held], file.name
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
def test_a_backup_comes_to_its_end_while_people_write(office: Path, tmp_path: Path) -> None:
    """SQLite begins a snapshot in steps anew whenever somebody writes between two of them."""
    with sqlite3.connect(office / DATABASE) as db:
        db.execute("CREATE TABLE much (it BLOB)")
        db.executemany("INSERT INTO much VALUES (randomblob(100000))", [()] * 400)
        db.execute("DROP TABLE much")
    ended, wrote = threading.Event(), 0

    def write() -> None:
        nonlocal wrote
        with sqlite3.connect(office / DATABASE, isolation_level=None) as db:
            while not ended.wait(0.001) and wrote < 8000:
                db.execute("INSERT OR REPLACE INTO serial VALUES ('2026-01-01', ?)", (wrote,))
                wrote += 1

    writer = threading.Thread(target=write)
    writer.start()
    made = bot(office, "backup", str(tmp_path / "backup"))
    still = writer.is_alive()
    ended.set()
    writer.join()
    assert made.exit_code == 0, made.output
    assert still, "the backup waited until nobody wrote any more"
    assert wrote > 0
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0


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
def test_check_sums_made_anew_without_the_keys_are_found_out(office: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    assert bot(office, "backup", str(folder)).exit_code == 0
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    with engine.begin() as db:
        db.execute(text("UPDATE petition SET waits = 7 WHERE id = 1"))
        sums = copying.sums(db)
    engine.dispose()
    whole = sha256((folder / DATABASE).read_bytes()).hexdigest()
    anew = {"tables": sums, "database": whole}
    held = json.loads((folder / MANIFEST).read_text("utf-8")) | anew
    (folder / MANIFEST).write_text(json.dumps(held), "utf-8")
    found = bot(office, "restore", str(folder), "--drill", lang="en")
    assert found.exit_code == 2, found.output
    assert "without the keys" in found.stderr
    del held["seal"]
    (folder / MANIFEST).write_text(json.dumps(held), "utf-8")
    older = bot(office, "restore", str(folder), "--drill")
    assert older.exit_code == 0, older.output
    assert "查不出来" in older.stdout, "what an older version made can't be checked, and is said"


@pytest.mark.sqlite
def test_a_backup_is_not_brought_back_with_other_keys(office: Path, tmp_path: Path) -> None:
    folder, new = tmp_path / "backup", tmp_path / "new"
    assert bot(office, "backup", str(folder)).exit_code == 0
    new.mkdir()
    drilled = bot(new, "restore", str(folder), "--drill")
    assert drilled.exit_code == 2, drilled.output
    assert "没有密钥文件" in drilled.stderr
    assert not [*new.iterdir()], "no keys are made by a drill"
    load_keys(new / "keys.toml")
    for drill in ([], ["--drill"]):
        refused = bot(new, "restore", str(folder), *drill)
        assert refused.exit_code == 2, refused.output
        assert "密钥不对" in refused.stderr
    assert sum(n for n, _ in counted(make_engine(f"sqlite:///{new / DATABASE}")).values()) == 0
    assert FolderStore(new / "attachments").empty()


@pytest.mark.sqlite
def test_keys_a_backup_needs_besides_are_named(office: Path, tmp_path: Path) -> None:
    folder, new = tmp_path / "backup", tmp_path / "new"
    add_key(office / "keys.toml")
    engine = make_engine(f"sqlite:///{office / DATABASE}")
    with engine.begin() as db:  # as far as a change of keys came that was cut off
        mark.put(db, load_keys(office / "keys.toml")[0])
    engine.dispose()
    assert bot(office, "backup", str(folder)).exit_code == 0
    assert bot(office, "restore", str(folder), "--drill").exit_code == 0
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    drop_key(new / "keys.toml", 1)
    drilled = bot(new, "restore", str(folder), "--drill", lang="en")
    assert drilled.exit_code == 2, drilled.output
    assert "aren't in the key file (1)" in " ".join(drilled.stderr.split())
    back = bot(new, "restore", str(folder), lang="en")
    assert back.exit_code == 1, "it is there, and what is lacking is said"
    assert "aren't in the key file (1)" in " ".join(back.stdout.split())


@pytest.mark.sqlite
def test_an_attachment_that_was_lost_before_is_named_by_the_drill(
    office: Path, tmp_path: Path
) -> None:
    lost = next(p for p in (office / "attachments").rglob("*") if p.is_file())
    lost.unlink()
    assert bot(office, "backup", str(tmp_path / "backup")).exit_code == 0
    drilled = bot(office, "restore", str(tmp_path / "backup"), "--drill")
    assert drilled.exit_code == 1, drilled.output
    assert lost.name in drilled.stdout.replace("\n", "")
    assert "不能完整恢复" in drilled.stdout
    new = tmp_path / "new"
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    back = bot(new, "restore", str(tmp_path / "backup"))
    assert back.exit_code == 1, "it is there, and what is lacking is said"
    assert lost.name in back.stdout.replace("\n", "")


@pytest.mark.sqlite
def test_an_attachment_that_was_damaged_before_is_named_by_the_drill(
    office: Path, tmp_path: Path
) -> None:
    """Not as if the keys were wrong."""
    file = next(p for p in (office / "attachments").rglob("*") if p.is_file())
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    assert bot(office, "backup", str(tmp_path / "backup")).exit_code == 0
    drilled = bot(office, "restore", str(tmp_path / "backup"), "--drill", lang="en")
    assert drilled.exit_code == 1, drilled.output
    said = drilled.stdout.replace("\n", "")
    assert file.name in said
    assert "damaged" in said


class Meanwhile(FolderStore):
    """A store in which something happens just before a file is asked for."""

    database: Database


def backed_up(office: Path, store: Meanwhile, folder: Path) -> backup.Manifest:
    ring, _ = load_keys(office / "keys.toml")
    store.database = Database(make_engine(f"sqlite:///{office / DATABASE}"), ring)
    made = backup.make(store.database, store, folder, datetime.now(UTC))
    store.database.close()
    return made


class LetGo(Meanwhile):
    """A sweep takes it."""

    def get(self, path: str) -> bytes:
        self.database.write_now(lambda c: c.execute(FILE.delete().where(FILE.c.path == path)))
        self.delete([path])
        return super().get(path)


@pytest.mark.sqlite
def test_what_is_let_go_while_it_is_copied_isnt_missing(office: Path, tmp_path: Path) -> None:
    store = LetGo(office / "attachments")
    made = backed_up(office, store, tmp_path / "backup")
    assert (made.files, made.missing) == ({}, ())
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0


SWAPS = {
    "words": "UPDATE words SET body = (SELECT body FROM words o WHERE o.id = 2) WHERE id = 1",
    "words and salt": "UPDATE words SET (body, salt) = "
                      "(SELECT body, salt FROM words o WHERE o.id = 2) WHERE id = 1",
    "words without a salt": "UPDATE words SET salt = x'' WHERE id = 1",
    "words of no entry": "UPDATE words SET seq = 99 WHERE id = 1",
    "unreadable words": "UPDATE words SET body = x'01ff' WHERE id = 1",
    "status": "UPDATE petition SET status = 'closed' WHERE id = 1",
    "history": "DELETE FROM history WHERE \"case\" = 1",
    "history and words": "DELETE FROM history WHERE \"case\" = 1; DELETE FROM words",
    "case": "DELETE FROM petition WHERE id = 1",
}  # fmt: skip


@pytest.mark.sqlite
@pytest.mark.parametrize("what", SWAPS)
def test_what_was_exchanged_in_the_database_is_found(
    office: Path, tmp_path: Path, what: str
) -> None:
    fine = bot(office, "history", "verify")
    assert fine.exit_code == 0, fine.output
    with sqlite3.connect(office / DATABASE) as db:
        db.executescript(SWAPS[what])
    found = bot(office, "history", "verify")
    assert found.exit_code == 1, found.output
    assert "第1号件" in found.stdout
    assert bot(office, "backup", str(tmp_path / "backup")).exit_code == 0
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 2


@pytest.mark.sqlite
def test_a_desk_with_an_invitation_is_not_overwritten(office: Path, tmp_path: Path) -> None:
    assert bot(office, "backup", str(tmp_path / "backup")).exit_code == 0
    new = tmp_path / "new"
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    invited = bot(new, "staff", "invite", "--role", "clerk", "--name", "窗口")
    assert invited.exit_code == 0, invited.output
    refused = bot(new, "restore", str(tmp_path / "backup"))
    assert refused.exit_code == 2, refused.output
    assert "已经有内容" in refused.stderr
    assert "窗口" in bot(new, "staff", "list").stdout


@pytest.mark.sqlite
async def test_an_office_that_was_only_started_takes_a_backup(office: Path, tmp_path: Path) -> None:
    assert bot(office, "backup", str(tmp_path / "backup")).exit_code == 0
    new = tmp_path / "new"
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    async with town(new, makes=True) as here:
        await here.pass_time(days=3)
    back = bot(new, "restore", str(tmp_path / "backup"))
    assert back.exit_code == 0, back.output


@pytest.mark.sqlite
def test_a_move_that_doesnt_compare_leaves_the_new_place_empty(
    office: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    check_schema(make_engine(url))
    with sqlite3.connect(tmp_path / "new.sqlite3") as db:
        db.execute("CREATE TRIGGER amiss AFTER INSERT ON petition BEGIN "
                   "UPDATE petition SET unit = 'amiss'; END")  # fmt: skip
    moved = bot(office, "migrate", "--to", url, lang="en")
    assert moved.exit_code == 2, moved.output
    assert "petition" in moved.stderr
    assert sum(n for n, _ in counted(make_engine(url)).values()) == 0


@pytest.mark.sqlite
def older_backup(folder: Path, chats: int) -> None:
    """As a program before sealed addresses wrote one, with so many chats in it."""
    folder.mkdir()
    engine = make_engine(f"sqlite:///{folder / DATABASE}")
    command.upgrade(config(engine), "0022")
    said = text(
        "INSERT INTO chat (channel, address, lang, person, draft, officer, blocked, menu, quiet,"
        " client) VALUES ('telegram', :address, 'zh', 0, 0, 0, false, '', false, '')"
    )
    with engine.begin() as db:
        db.execute(said, [{"address": str(7_000_000 + n)} for n in range(2)])
        names = [name for name in inspect(db).get_table_names() if name != "alembic_version"]
        tables = {n: (db.execute(text(f'SELECT count(*) FROM "{n}"')).scalar_one(), "as it was")
                  for n in names}  # fmt: skip
    engine.dispose()
    held = {"made_at": "2026-11-01T03:00:00+00:00", "schema": "0022", "files": {}, "missing": []}
    tables["chat"] = (chats, "as it was")
    (folder / MANIFEST).write_text(json.dumps(held | {"tables": tables}), "utf-8")


@pytest.mark.sqlite
def test_an_older_programs_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    older_backup(tmp_path / "backup", chats=2)
    new = tmp_path / "new"
    ring, _ = load_keys(new / "keys.toml")
    drilled = bot(new, "restore", str(tmp_path / "backup"), "--drill")
    assert drilled.exit_code == 0, drilled.output
    back = bot(new, "restore", str(tmp_path / "backup"))
    assert back.exit_code == 0, back.output
    database = Database(make_engine(f"sqlite:///{new / DATABASE}"), ring)
    found = database.read_now(lambda c: Records(c, ring).chat("telegram", "7000001"))
    assert found
    assert found.address == "7000001"
    database.close()
    assert not any(b"7000001" in file.read_bytes() for file in new.iterdir())


@pytest.mark.sqlite
def test_an_older_backup_that_lacks_rows_is_refused(tmp_path: Path) -> None:
    older_backup(tmp_path / "backup", chats=3)
    new = tmp_path / "new"
    load_keys(new / "keys.toml")
    refused = bot(new, "restore", str(tmp_path / "backup"))
    assert refused.exit_code == 2
    assert "chat" in refused.stderr
    assert not (new / ATTACHMENTS).exists()


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
        db.execute(text("DELETE FROM person WHERE id = :id"), {"id": added})  # it has no stamp
    made = bot(office, "backup", str(tmp_path / "backup"), database=url)
    assert made.exit_code == 0, made.output
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0
    other, new = fresh_postgres(postgres), tmp_path / "new"
    new.mkdir()
    shutil.copyfile(office / "keys.toml", new / "keys.toml")
    back = bot(new, "restore", str(tmp_path / "backup"), database=other)
    assert back.exit_code == 0, back.output
    assert counted(make_engine(other)) == counted(make_engine(url))


@pytest.mark.postgres
def test_a_backup_of_postgres_is_of_one_moment_while_people_write(
    office: Path, tmp_path: Path, postgres: str
) -> None:
    url = fresh_postgres(postgres)
    assert bot(office, "migrate", "--to", url).exit_code == 0
    engine = make_engine(url)
    before = counted(engine)
    ended, wrote = threading.Event(), 0

    def write() -> None:
        """Two tables, always together."""
        nonlocal wrote
        while not ended.wait(0.001):
            with engine.begin() as db:
                db.execute(text("INSERT INTO setting VALUES (:name, '')"), {"name": f"n{wrote}"})
                db.execute(text(
                    "INSERT INTO handled (channel, key, chat, answers, at) "
                    "VALUES ('web', :name, 0, '', now())"
                ), {"name": f"n{wrote}"})  # fmt: skip
            wrote += 1

    writer = threading.Thread(target=write)
    writer.start()
    made = bot(office, "backup", str(tmp_path / "backup"), database=url)
    ended.set()
    writer.join()
    engine.dispose()
    assert made.exit_code == 0, made.output
    assert bot(office, "restore", str(tmp_path / "backup"), "--drill").exit_code == 0
    held = json.loads((tmp_path / "backup" / MANIFEST).read_text("utf-8"))["tables"]
    more = {name: held[name][0] - before[name][0] for name in ("setting", "handled")}
    assert more["setting"] == more["handled"]
    assert wrote > more["handled"], "people wrote while it was made"
