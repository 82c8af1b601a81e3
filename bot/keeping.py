"""Backups, moves to another database, and the proof that nothing was changed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select

from bot.app import open_attachments, open_current, open_database
from bot.settings import load_settings
from petitions import receipt
from petitions.errors import BadAnswer, BadSetting
from petitions.words import say
from storage import addresses, backup, copying
from storage import rotate as sealing
from storage import verify as chains
from storage.database import make_engine
from storage.migrate import check_schema, must_be_current
from storage.records import HISTORY
from storage.seal import add_key, drop_key, load_keys, signed

NAMED = 20
"""Broken chains that are named."""


@contextmanager
def _steps(console: Console, what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar that is moved by one."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def back_up(folder: Path, lang: str, console: Console) -> None:
    """Write a backup. Raises BadSetting."""
    settings = load_settings()
    database = open_current(settings)
    attachments = open_attachments(settings)
    with _steps(console, say(lang, "backup.bar"), len(copying.tables())) as seen:
        made = backup.make(database.engine, attachments, folder, datetime.now(UTC), seen)
    database.close()
    console.print(say(lang, "backup.done", folder=folder, cases=made.tables["petition"][0],
                      entries=made.tables["history"][0], files=len(made.files)))  # fmt: skip
    if made.missing:
        console.print(say(lang, "backup.missing", count=len(made.missing)))
    console.print(say(lang, "backup.keys", keys=settings.key_file))


def bring_back(folder: Path, drill: bool, lang: str, console: Console) -> None:
    """Restore a backup, or only prove it. Raises BadSetting."""
    settings = load_settings()
    if drill:
        database = open_database(settings)
        with _steps(console, say(lang, "restore.bar"), len(copying.tables())) as seen:
            held = backup.drill(folder, database.ring, seen)
        key = "restore.proved"
    else:
        if not settings.key_file.exists():
            raise BadSetting("bad.restore_keys", keys=settings.key_file)
        database = open_current(settings)
        with _steps(console, say(lang, "restore.bar"), len(copying.tables())) as seen:
            held = backup.restore(folder, database.engine, open_attachments(settings), seen)
        addresses.seal(database)
        key = "restore.done"
    database.close()
    console.print(say(lang, key, cases=held.tables["petition"][0], made=held.made_at[:16],
                      entries=held.tables["history"][0], files=len(held.files)))  # fmt: skip


def verify(lang: str, console: Console) -> int:
    """Follow every chain; gives 1 where one is broken."""
    database = open_current(load_settings())
    every: Any = select(func.count(HISTORY.c.case.distinct()))
    total = database.read_now(lambda c: int(c.execute(every).scalar_one()))
    with _steps(console, say(lang, "verify.bar"), total) as seen:
        found = database.read_now(chains.broken, seen)
    database.close()
    for case, seq in found[:NAMED]:
        console.print(say(lang, "verify.broken", case=case, seq=seq))
    console.print(say(lang, "verify.differs" if found else "verify.fine", cases=total,
                      count=len(found)))  # fmt: skip
    return 1 if found else 0


def move(to: str, lang: str, console: Console) -> None:
    """Copy the office into another, empty database and compare. Raises BadSetting."""
    settings = load_settings()
    source = open_database(settings)
    check_schema(source.engine)
    addresses.seal(source)
    target = make_engine(to)
    must_be_current(target)
    with _steps(console, say(lang, "move.bar"), 2 * len(copying.tables())) as seen:
        copied = source.read_now(_copied, target, seen)
        with target.connect() as db:
            there = copying.sums(db, seen)
    wrong = [name for name in copied if copied[name] != there[name]]
    target.dispose()
    source.close()
    if wrong:
        raise BadSetting("bad.backup_broken", what=", ".join(wrong))
    console.print(say(lang, "move.done", cases=copied["petition"][0], tables=len(copied)))


def _copied(connection: Any, target: Any, seen: Callable[[], None]) -> copying.Sums:
    with target.begin() as into:
        if not copying.is_empty(into):
            raise BadSetting("bad.restore_place", place=target.url.database)
        for table in copying.tables():
            into.execute(table.delete())
        return copying.copy(connection, into, seen)


def rotate(lang: str, console: Console) -> None:
    """Add a key and seal everything again with it. Raises BadSetting."""
    settings = load_settings()
    before = open_current(settings)
    before.read_now(sealing.openable, before.ring)
    before.close()
    id = add_key(settings.key_file)
    database = open_current(settings)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(say(lang, "rotate.bar"), total=None)
        count = sealing.again(database, open_attachments(settings), lambda n: bar.advance(task, n))
    database.close()
    console.print(say(lang, "rotate.done", id=id, count=count, keys=settings.key_file))


def drop(id: int, lang: str, console: Console) -> None:
    """Take a key out of the file. Raises BadSetting while anything is sealed with it."""
    settings = load_settings()
    database = open_current(settings)
    count = database.read_now(sealing.used, open_attachments(settings), id)
    database.close()
    if count:
        raise BadSetting("bad.key_used", id=id, count=count)
    drop_key(settings.key_file, id)
    console.print(say(lang, "rotate.dropped", id=id))


def public_key() -> str:
    """What this office's receipts are checked with."""
    return base64.b64encode(load_keys(load_settings().key_file)[0].public).decode()


def check_receipt(file: Path, key: str, lang: str, console: Console) -> int:
    """Hold a receipt against a public key; gives 1 where it doesn't hold. Raises BadAnswer."""
    held = receipt.read(file.read_text("utf-8", errors="replace"))
    if not key and not load_settings().key_file.exists():
        raise BadAnswer("bad.receipt_no_key")
    try:
        public = base64.b64decode(key or public_key(), validate=True)
    except binascii.Error:
        raise BadAnswer("bad.receipt_key") from None
    if not signed(public, held.content, held.signature):
        console.print(say(lang, "receipt.wrong"))
        return 1
    console.print(say(lang, "receipt.holds", office=held.said["office"],
                      number=held.said["number"], received=held.said["received_on"],
                      registered=held.said["registered_at"]))  # fmt: skip
    return 0
