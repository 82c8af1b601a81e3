"""A mark in the database, sealed with the newest key: whether the key file is the one that belongs
to it is known at the start, and not when the first word can't be read.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

from sqlalchemy import Connection, Engine, inspect, select

from petitions.errors import NotYet
from storage.records import Records
from storage.seal import KeyRing
from storage.tables import PETITION, SETTING

NAME = PLACE = "keys.mark"
TEXT = b"petition-bot"


def check(db: Connection, ring: KeyRing) -> None:
    """Raises BadSetting where the keys aren't this database's; marks one that has no mark yet."""
    fits(db, ring)
    if not _mark(db):
        put(db, ring)


def fits(db: Connection, ring: KeyRing) -> None:
    """Raises BadSetting where the keys aren't this database's."""
    found = _mark(db)
    if found:
        ring.open_bytes(base64.b64decode(found), PLACE)
        return
    named = select(PETITION.c.id, PETITION.c.name).where(PETITION.c.name != b"").limit(1)
    if row := db.execute(named).first():
        Records(db, ring.lenient()).identity(row.id)


def put(db: Connection, ring: KeyRing) -> None:
    """Mark the database with the newest key."""
    sealed = base64.b64encode(ring.seal_bytes(TEXT, PLACE)).decode()
    Records(db, ring).set_setting(NAME, sealed)


def key(db: Connection) -> bytes:
    """The number of the key that sealed the mark, as a byte; empty where there is none."""
    return base64.b64decode(_mark(db))[:1]


def is_marked(engine: Engine) -> bool:
    """Whether a database holds what only an existing key file can open."""
    with engine.connect() as db:
        return inspect(db).has_table("setting") and bool(_mark(db))


def must_have_keys(engine: Engine, exists: Callable[[], bool], path: object) -> None:
    """Raises BadSetting where new keys would be made for a database that has old ones. They are
    looked for again after the mark: another process that starts now may just have made both."""
    if not exists() and is_marked(engine) and not exists():
        raise NotYet("bad.keys_gone", path=path)


def _mark(db: Connection) -> str:
    found = db.execute(select(SETTING.c.value).where(SETTING.c.name == NAME)).scalar_one_or_none()
    return str(found or "")
