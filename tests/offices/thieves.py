"""Two cases, and what belongs to them, for whoever writes into the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from offices.stored import (
    NOW,
    database,  # noqa: F401  (the fixture)
    filed,
    run,
)
from petitions.values.person import Audience, Officer, Part, Role
from storage import stamps, verify
from storage.database import Database
from storage.keyfile import load_keys
from storage.records import Records
from storage.tables import METADATA


@pytest.fixture
def there(database: Database, tmp_path: Path) -> Database:  # noqa: F811
    """Two cases of two chats, a desk with an invitation, a link, a session, a file."""
    database.ring = load_keys(tmp_path / "keys.toml")[0]
    for _ in range(2):
        filed(database)

    def more(book: Records) -> None:
        person = book.person(1)
        person.pin = b"salt" * 12
        book.save_person(person)
        me = book.add_officer(Officer(0, "city", Role.CLERK, "测试员", 0), NOW)
        book.add_invite(b"genuine", me.id, NOW.replace(year=2030), NOW)
        book.set_joint_link(1, Part.SIGNER, b"genuine", NOW.replace(year=2030))
        file = book.add_file("aa/" + "0" * 30, "照片.jpg", "image/jpeg", 3, NOW)
        entry = book.history(1)[0]
        book.write(1, replace(entry, action="supplement"), [])
        book.attach(1, 1, [file.id], Audience.EVERYBODY)
        hers = {"token_hash": b"hers", "chat": 2, "created_at": NOW, "ended_at": None}
        session = stamps.stamped(book._ring, "session", hers)
        more = {"agent": b"", "seen_at": NOW}
        book._db.execute(METADATA.tables["session"].insert(), session | more)

    run(database, more)
    assert database.read_now(verify.broken, database.ring) == []
    return database
