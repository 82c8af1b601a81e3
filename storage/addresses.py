"""Addresses of chats, and hot matters, that an older program kept in the open. A migration has no
keys: it only makes room, and they are sealed at the next start, before anybody is heard.
"""

from __future__ import annotations

from typing import Any

import structlog
from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import DBAPIError

from storage import hot, mark, stamps
from storage.peers import hold
from storage.records.chats import chat_address
from storage.seal import KeyRing
from storage.tables import CHAT

log = structlog.get_logger()

BATCH = 500
"""Chats in one transaction; killed in between, the next start goes on with what is left."""


def seal(engine: Engine, ring: KeyRing) -> int:
    """Seal all that are left; gives how many. Raises BadSetting where the keys aren't this
    database's."""
    total, count = 0, 1
    while count:
        with engine.begin() as db:
            count = _some(db, ring)
        total += count
    with engine.begin() as db:
        lists = hot.seal_older(db, ring)
    if total or lists:
        _write_over(engine)
    return total


def _some(db: Connection, ring: KeyRing) -> int:
    hold(db, "addresses")  # of several processes that start at once, one seals
    open_: Any = CHAT.c.mark.is_(None) & (func.length(CHAT.c.address) > 0)
    rows = db.execute(select(CHAT).where(open_).limit(BATCH)).all()
    if rows:
        mark.check(db, ring)
    for row in rows:
        known_by = chat_address(ring, row.channel, bytes(row.address).decode())
        new = stamps.stamped(ring, "chat", {**row._mapping, **known_by})
        db.execute(update(CHAT).where(CHAT.c.id == row.id).values(**known_by, stamp=new["stamp"]))
    return len(rows)


def _write_over(engine: Engine) -> None:
    """The bytes that were replaced still lie in the database's files."""
    steps = (
        ("COMMIT", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
        if engine.dialect.name == "sqlite"
        else ("VACUUM FULL chat", "VACUUM FULL hot_matter")
    )
    try:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as db:
            for step in steps:
                db.exec_driver_sql(step)
    except DBAPIError as error:  # no room for a copy: everything is sealed all the same
        log.warning("addresses.not_written_over", error=type(error).__name__)
