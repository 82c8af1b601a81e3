"""Hot matters as they are kept: one sealed list of one size, written anew each working morning
whether or not anything was found. A row for each would tell whoever writes almost enough petitions
of a matter, and then reads the database, that others write about it, and which cases those are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, select

from petitions.counting.hot import Matter
from petitions.errors import BadSetting
from storage import cells
from storage.peers import hold
from storage.seal import LEVEL, KeyRing
from storage.tables import HOT

log = structlog.get_logger()

ONLY = 1
"""The list's number."""
STEP = 64 * 1024
"""Bytes of which the list is so many times as long: a hundred matters fit into the first."""
OPEN = b"{"
"""The first byte of a list that a migration made of an older program's rows, having no keys."""


def matters(connection: Connection, ring: KeyRing, states: Sequence[str] = ()) -> list[Matter]:
    """Hot matters, or those in some states, the newest first. Empty where the list isn't as
    the office wrote it, or no key opens it: they are found again."""
    body = connection.execute(select(HOT.c.body).where(HOT.c.id == ONLY)).scalar_one_or_none()
    try:
        held = _read(ring, bytes(body or b""))
    except BadSetting:
        log.error("hot_matters.unreadable")
        return []
    found = [one for one in held if not states or one.state in states]
    return sorted(found, key=lambda m: (m.last, m.id), reverse=True)


def to_change(connection: Connection, ring: KeyRing) -> list[Matter]:
    """All of them, while nobody else changes the list."""
    hold(connection, "hot")
    return matters(connection, ring)


def keep(connection: Connection, ring: KeyRing, held: Sequence[Matter]) -> None:
    """Write the list, sealed anew."""
    said = [asdict(one) for one in held]
    content = json.dumps(said, ensure_ascii=False, default=date.isoformat).encode()
    content += b" " * (-len(content) % STEP)
    body = cells.seal(ring, "hot_matter", "body", content, {"id": ONLY})
    connection.execute(delete(HOT))
    connection.execute(insert(HOT), {"id": ONLY, "body": body})


def settle(connection: Connection, ring: KeyRing, id: int, state: str) -> None:
    """Note what became of a hot matter."""
    held = to_change(connection, ring)
    keep(connection, ring, [replace(m, state=state) if m.id == id else m for m in held])


def forget(connection: Connection, ring: KeyRing, case: int) -> None:
    """The words that many cases had in common are quoted from each: one that is erased takes its
    words along, and stands in no matter any more."""
    held = to_change(connection, ring)
    if any(case in one.cases for one in held):
        rest = [_without(one, case) for one in held]
        keep(connection, ring, [one for one in rest if one.cases])


def _without(matter: Matter, case: int) -> Matter:
    if case not in matter.cases:
        return matter
    rest = tuple(one for one in matter.cases if one != case)
    return replace(matter, cases=rest, phrases=(), wanted=())


def seal_older(connection: Connection, ring: KeyRing) -> bool:
    """Seal what a migration had to leave in the open; whether there was any."""
    hold(connection, "hot")
    body = connection.execute(select(HOT.c.body)).scalar()
    if bytes(body or b"")[:1] != OPEN:
        return False
    keep(connection, ring, matters(connection, ring))
    return True


def _read(ring: KeyRing, body: bytes) -> list[Matter]:
    if body[:1] == OPEN:
        return _in_the_open(ring, body)
    opened = cells.open_(ring, "hot_matter", "body", body, {"id": ONLY}.__getitem__)
    return [_matter(ring, said) for said in json.loads(opened)] if opened else []


def _in_the_open(ring: KeyRing, body: bytes) -> list[Matter]:
    """The matters of a migration's list. Raises BadSetting where that was sealed long ago, so that
    this isn't the office's, or says no matters."""
    if ring.level >= LEVEL:
        raise BadSetting("bad.keys_wrong")
    try:
        return [_matter(ring, said) for said in json.loads(body)["older"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadSetting("bad.keys_wrong") from None


def _matter(ring: KeyRing, said: dict[str, Any]) -> Matter:
    if "sealed" in said:
        said = {**said, **_older(ring, said["id"], bytes.fromhex(said["sealed"]))}
        del said["sealed"]
    days = {name: date.fromisoformat(said[name]) for name in ("found_on", "first", "last")}
    lists = {name: tuple(said[name]) for name in ("cases", "phrases", "wanted")}
    return Matter(**{**said, **days, **lists})


def _older(ring: KeyRing, id: int, sealed: bytes) -> dict[str, list[str]]:
    """Phrases as they were sealed in a row of their own."""
    try:
        if sealed[:1] == b"\0":
            text = ring.open_cell(sealed, f"hot_matter.phrases|{id}".encode()).decode()
        else:
            text = ring.open(sealed, "hot_matter.phrases")
    except BadSetting:
        text = ""
    said, _, wanted = text.partition("\n\n")
    return {"phrases": said.split("\n") if said else [],
            "wanted": wanted.split("\n") if wanted else []}  # fmt: skip
