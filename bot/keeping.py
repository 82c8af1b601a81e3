"""Backups, moves to another database, and the proof that nothing was changed."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, Engine, func, select

from bot.opening import must_be_an_office, open_attachments, open_current, open_database
from bot.settings import Settings, load_settings
from petitions.case import receipt
from petitions.errors import BadAnswer, BadSetting, NotYet
from petitions.words import say
from storage import addresses, backup, copying, mark
from storage import rotate as sealing
from storage import verify as chains
from storage.database import Database, make_engine
from storage.keyfile import (
    add_key,
    at,
    drop_key,
    load_keys,
    may_drop,
    put_back,
    renewed,
    written,
)
from storage.keyfile import move as carry_over
from storage.migrate import check_schema, must_be_current
from storage.seal import ALL_KNOW, fresh, signed
from storage.store import Store
from storage.tables import PETITION
from storage.units import LOOK

HEARD = LOOK + 10
"""Seconds after which every process has heard of a key that a command gives."""
NAMED = 20
"""Of what is broken, missing or damaged, so much is named."""


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
        made = backup.make(database, attachments, folder, datetime.now(UTC), seen)
    database.close()
    console.print(say(lang, "backup.done", folder=folder, cases=made.tables["petition"][0],
                      entries=made.tables["history"][0], files=len(made.files)))  # fmt: skip
    if made.missing:
        console.print(say(lang, "backup.missing", count=len(made.missing)))
    _say_astray(made, lang, console)
    console.print(say(lang, "backup.keys", keys=settings.key_place))


def _say_astray(held: backup.Manifest, lang: str, console: Console) -> None:
    """Name what was refused. It may read as anything: also as a style of the console's."""
    for row in held.astray[:NAMED]:
        console.print(say(lang, "backup.astray", row=row), markup=False)
    if held.astray:
        console.print(say(lang, "backup.astray_help"))


def bring_back(folder: Path, drill: bool, lang: str, console: Console) -> int:
    """Restore a backup, or only prove it; gives 1 where not all of it can be read. Raises
    BadSetting."""
    settings = load_settings()
    if not settings.key_place.exists():
        raise BadSetting("bad.restore_keys", keys=settings.key_place)
    lost: Counter[int] = Counter()
    damaged: list[str] = []
    with _steps(console, say(lang, "restore.bar"), len(copying.tables())) as seen:
        if drill:
            held, damaged = backup.drill(folder, load_keys(settings.key_place)[0], seen)
        else:
            database = open_current(settings)
            place = open_attachments(settings)
            held, lost = backup.restore(folder, database.engine, place, database.ring, seen)
            database.close()
    whole = not (held.missing or damaged or held.astray)
    key = "restore.done" if not drill else "restore.proved" if whole else "restore.partly"
    console.print(say(lang, key, cases=held.tables["petition"][0], made=held.made_at[:16],
                      entries=held.tables["history"][0], files=len(held.files)))  # fmt: skip
    _say_astray(held, lang, console)
    if not held.seal:
        console.print(say(lang, "restore.unsealed"))
    for sentence, paths in (("restore.missing", held.missing), ("restore.damaged", damaged)):
        for path in paths[:NAMED]:
            console.print(say(lang, sentence, path=path))
        if len(paths) > NAMED:
            console.print(say(lang, "restore.more", count=len(paths) - NAMED))
    if lost:
        console.print(say(lang, "restore.lost", **backup.lacking(lost)))
    return 0 if whole and not lost else 1


def verify(lang: str, console: Console) -> int:
    """Hold every history against itself; gives 1 where one is broken. Raises BadSetting."""
    database = open_current(load_settings())
    every = select(func.count()).select_from(PETITION)
    total = database.read_now(lambda c: int(c.execute(every).scalar_one()))
    with _steps(console, say(lang, "verify.bar"), total) as seen:
        found = database.still_now(chains.broken, database.ring, seen)
    strict = database.ring.strict
    database.close()
    for one in found[:NAMED]:
        console.print(say(lang, one.sentence, **one.said))
    console.print(say(lang, "verify.differs" if found else "verify.fine", cases=total,
                      count=len(found)))  # fmt: skip
    if not strict:
        console.print(say(lang, "verify.unbound"))
    return 1 if found else 0


def move(to: str, lang: str, console: Console) -> None:
    """Copy the office into another, empty database and compare. Raises BadSetting: then nothing
    is there."""
    settings = load_settings()
    must_be_an_office(settings)
    source = open_database(settings)
    check_schema(source.engine)
    addresses.seal(source.engine, source.ring)
    target = make_engine(to)
    must_be_current(target)
    with _steps(console, say(lang, "move.bar"), len(copying.tables())) as seen:
        copied = source.still_now(_copied, target, seen)
    target.dispose()
    source.close()
    console.print(say(lang, "move.done", cases=copied["petition"][0], tables=len(copied)))


def _copied(connection: Connection, target: Engine, seen: Callable[[], None]) -> copying.CheckSums:
    with target.begin() as into:
        if not copying.is_empty(into):
            raise BadSetting("bad.restore_place", place=target.url.database)
        return copying.replace(connection, into, seen)


def rotate(anew: bool, lang: str, console: Console) -> int:
    """Seal everything again with a new key, or with the newest where that was begun and not ended;
    gives 1 where something couldn't be opened. Raises BadSetting."""
    settings = load_settings()
    database, attachments = open_current(settings), open_attachments(settings)
    database.read_now(mark.fits, database.ring)
    held = database.read_now(sealing.sealed_with, attachments)
    id = _newest(settings, database, held, anew)
    database.write_now(mark.put, database.ring)  # whoever asks a command hears of it by this
    with console.status(say(lang, "rotate.wait")):
        sleep(ALL_KNOW if settings.key_files else HEARD)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(say(lang, "rotate.bar"), total=None)
        count, damaged = sealing.again(database, attachments, lambda n: bar.advance(task, n))
    database.close()
    for one in damaged[:NAMED]:
        console.print(say(lang, "rotate.damaged", table=one.table, column=one.column, row=one.row))
    console.print(say(lang, "rotate.done", id=id, count=count, keys=settings.key_place))
    if damaged:
        console.print(say(lang, "rotate.left", count=len(damaged)))
    return 1 if damaged else 0


def _newest(settings: Settings, database: Database, held: Counter[int], anew: bool) -> int:
    """The number of the key that is to seal: a new one, where none is left that was begun with.
    From a command it must have come already. Raises BadSetting."""
    id = database.ring.newest[0]
    unfinished = len(database.ring.known) > 1 and held.keys() - {id}
    if unfinished and not anew:
        return id
    if settings.keys_command:
        raise BadSetting("bad.keys_command_same", id=id)
    id = add_key(settings.key_place, held, datetime.now(UTC).date())
    database.ring.look()
    return id


def next_keys(console: Console) -> None:
    """Print what a key file is to hold next, for a vault: the keys there are and a new one; where
    the command has none yet, the first. Raises BadSetting."""
    settings = load_settings()
    try:
        held = at(settings.key_place).read()
    except NotYet:
        if settings.key_place.exists() and not settings.keys_command:
            raise
        must_be_new(settings)
        print(written(fresh()), end="")
        return
    print(written(renewed(held, datetime.now(UTC).date())), end="")


def must_be_new(settings: Settings) -> None:
    """Raises BadSetting where an office is, whose keys can't be read."""
    engine = make_engine(settings.database)
    mark.must_have_keys(engine, lambda: False, settings.key_place)


def move_keys(to: Path | None, lang: str, console: Console) -> None:
    """Carry the key file out of the data folder. Raises BadSetting."""
    settings = load_settings()
    if settings.keys_command:
        raise BadSetting("bad.keys_move_command")
    old, new = settings.key_file, (to or settings.keys_to_be).absolute()
    if not old.exists():
        old = settings.keys_of_before
    if not old.exists():
        raise BadSetting("bad.no_keys", keys=settings.key_file)
    if settings.is_beside(new):
        raise BadSetting("bad.keys_beside", path=new)
    carry_over(old, new)
    told = "rotate.moved" if new == settings.keys_to_be.absolute() else "rotate.moved_elsewhere"
    console.print(say(lang, told, old=old, new=new), soft_wrap=True)


def drop(id: int, lang: str, console: Console) -> None:
    """Take a key out of the file. Raises BadSetting while anything is sealed with it."""
    settings = load_settings()
    database, attachments = open_current(settings), open_attachments(settings)
    if settings.keys_command:
        may_drop(settings.key_place, id)
        _unused(database, attachments, id)
    else:
        take_out(database, attachments, settings.key_file, id)
    database.close()
    console.print(say(lang, "rotate.may_go" if settings.keys_command else "rotate.dropped", id=id))


def take_out(database: Database, attachments: Store, keys: Path, id: int) -> None:
    """Take a key out of its file, where nothing is sealed with it: looked at before, and again once
    nobody can use it any more. Raises BadSetting; the file is as it was then."""
    may_drop(keys, id)
    # Whoever began to write before all had heard of the newer key has ended after this.
    sleep(ALL_KNOW)
    database.write_now(sealing.settled)
    _unused(database, attachments, id)
    key = drop_key(keys, id)
    try:
        _unused(database, attachments, id)
    except BaseException:
        put_back(keys, id, key)
        raise


def _unused(database: Database, attachments: Store, id: int) -> None:
    count = database.read_now(sealing.sealed_with, attachments)[id]
    if count:
        raise BadSetting("bad.key_used", id=id, count=count)


def public_keys() -> list[tuple[str, str]]:
    """The keys that this office's receipts are checked with: the one that signs now, then those
    that signed until a day. Raises BadSetting."""
    settings = load_settings()
    must_be_an_office(settings)
    ring = load_keys(settings.key_place)[0]
    before = [(one, until.isoformat()) for one, until in ring.earlier_public[::-1]]
    return [(base64.b64encode(one).decode(), until) for one, until in [(ring.public, ""), *before]]


def check_receipt(file: Path, key: str, lang: str, console: Console) -> int:
    """Hold a receipt against a public key; gives 1 where it doesn't hold. Raises BadAnswer."""
    held = receipt.read(file.read_text("utf-8", errors="replace"))
    if not key and not load_settings().key_place.exists():
        raise BadAnswer("bad.receipt_no_key")
    try:
        given = [key] if key else [one for one, _ in public_keys()]
        public = [base64.b64decode(one, validate=True) for one in given]
    except binascii.Error:
        raise BadAnswer("bad.receipt_key") from None
    if not any(signed(one, held.content, held.signature) for one in public):
        console.print(say(lang, "receipt.wrong"))
        return 1
    console.print(say(lang, "receipt.holds", office=held.said["office"],
                      number=held.said["number"], received=held.said["received_on"],
                      registered=held.said["registered_at"]))  # fmt: skip
    return 0
