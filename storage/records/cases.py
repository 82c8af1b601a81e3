"""Cases, and who petitioned."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, func, literal_column, select, update

from petitions.errors import Changed, Unknown
from petitions.values.channels import Channel
from petitions.values.codes import read_code
from petitions.values.person import Identity
from petitions.values.petition import Kind, Petition, Status
from storage import cells, stamps, tallies
from storage.database import insert_or
from storage.records.base import IDS, Base, insert_into, new_key, next_id
from storage.tables import PETITION, SERIAL
from storage.tables.column import own

_PETITION = select(PETITION).where(PETITION.c.id == bindparam("id"))
CASES = select(PETITION).where(PETITION.c.id.in_(IDS)).order_by(PETITION.c.id.desc())
_PLAIN = (
    "version", "person", "category", "proposed", "handler", "first_handler", "people", "members",
    "unnamed", "sealed", "unit", "accepted_at", "answered_at", "ended_at", "way", "simple",
    "urgent", "bounces", "proposed_unit", "asked_days", "extended", "answered_by", "outcome",
    "delivered_on", "former", "merged_into", "lane", "next_due", "waits", "leader", "waiting",
    "promised_on",
)  # fmt: skip
_DRESSED = ("channel", "status", "kind", "resumed", "assisting", "guests")
"""Columns of a petition that hold its fields as they are, and those that don't."""
_SAVE_PETITION = (
    update(PETITION)
    .where(PETITION.c.id == bindparam("b_id"), PETITION.c.version == bindparam("b_version"))
    .values({c: bindparam(c) for c in (*_PLAIN, *_DRESSED, "stamp")})
)
IS_KEPT = func.length(PETITION.c.kept) > literal_column("0")
"""Kept from some units."""
_KEPT = select(PETITION).where(IS_KEPT)
_CODE_OF = select(PETITION.c.id, PETITION.c.code_hash).where(PETITION.c.id == bindparam("id"))


@functools.cache
def _serial(dialect: str) -> Any:
    put = insert_or(dialect, SERIAL)
    put = put.on_conflict_do_update(index_elements=["day"], set_={"last": SERIAL.c.last + 1})
    return put.returning(SERIAL.c.last)


class Cases(Base):
    """Cases, and who petitioned."""

    def uncount(self, case: int) -> None:
        """Those of a case's rows that are counted were deleted which go with it."""
        tally = tallies.of(self._db, self._ring, case)
        for name, column in tallies.COUNTED.items():
            if own(column).goes_with:
                setattr(tally, name, 0)

    def next_serial(self, day: date) -> int:
        put = _serial(self._db.dialect.name)
        return int(self._db.execute(put, {"day": day, "last": 1}).scalar_one())

    def add(self, petition: Petition, identity: Identity, code: str) -> Petition:
        id = petition.id = next_id(self._db, PETITION)
        self._keys[id] = cells.wrap(self._ring, id, new_key())
        row = _petition_values(petition) | {
            "id": id, "number": petition.number, "received_at": petition.received_at,
            "received_on": petition.received_on, "kept": self._kept_cell(id, petition.kept_from),
        }  # fmt: skip
        self._db.execute(insert_into(PETITION), row | {
            "stamp": stamps.stamp(self._ring, "petition", row), "key": self._keys[id],
            "code_hash": self.code_cell(id, self.hash_code(code)),
            **self._identity_values(id, identity),
        })  # fmt: skip
        tallies.begin(self._db, self._ring, id)
        self._spoken[0].add(id)
        return petition

    def _kept_cell(self, case: int, units: Sequence[str]) -> bytes:
        return self._seal("petition", "kept", " ".join(units), id=case)

    def keep_from(self, case: int, units: Sequence[str]) -> None:
        self.change("petition", PETITION.c.id == case, kept=self._kept_cell(case, units))

    def hidden_from(self, unit: str) -> frozenset[int]:
        held = self.cases(self._all(_KEPT))
        return frozenset(case.id for case in held if unit in case.kept_from)

    def code_cell(self, case: int, hash: bytes) -> bytes:
        if not hash:
            return b""
        return cells.seal(self._ring, "petition", "code_hash", hash, {"id": case}, self._key(case))

    def petition(self, id: int) -> Petition:
        row = self._one(_PETITION, id=id)
        if row is None:
            raise Unknown("bad.no_case")
        return self._petition(row)

    def _petition(self, row: Row[Any]) -> Petition:
        """A case. Raises Unknown where its row isn't as the office wrote it."""
        if not stamps.genuine(self._ring, "petition", row):
            raise Unknown("bad.case_forged")
        self._keys[row.id] = bytes(row.key)
        petition = petition_of(row)
        if row.kept:
            petition.kept_from = tuple(self._open("petition", "kept", row).split())
        return petition

    def cases(self, rows: Iterable[Row[Any]]) -> list[Petition]:
        """Rows as cases; without those that somebody else has changed."""
        return [self._petition(row) for row in self._genuine(PETITION, rows)]

    def by_number(self, number: str) -> Petition | None:
        row = self._one(select(PETITION).where(PETITION.c.number == number))
        return self._petition(row) if row else None

    def save(self, petition: Petition) -> None:
        values = _petition_values(petition) | {"version": petition.version + 1}
        row = values | {
            "id": petition.id,
            "number": petition.number,
            "received_at": petition.received_at,
            "received_on": petition.received_on,
            "kept": bool(petition.kept_from),
        }
        values |= {
            "stamp": stamps.stamp(self._ring, "petition", row),
            "b_id": petition.id, "b_version": petition.version,
        }  # fmt: skip
        if self._db.execute(_SAVE_PETITION, values).rowcount != 1:
            raise Changed("bad.changed")
        petition.version += 1

    def _identity_values(self, case: int, identity: Identity) -> dict[str, bytes]:
        return {
            f: self._seal("petition", f, getattr(identity, f), id=case)
            for f in Identity.__dataclass_fields__
        }

    def identity(self, case: int) -> Identity:
        row = self._one(_PETITION, id=case)
        if row is None:
            raise Unknown("bad.no_case")
        self._spoken[0].add(case)
        self._keys[case] = bytes(row.key)
        return Identity(
            **{f: self._open("petition", f, row) for f in Identity.__dataclass_fields__}
        )

    def set_identity(self, case: int, identity: Identity) -> None:
        change = update(PETITION).where(PETITION.c.id == case)
        self._db.execute(change.values(self._identity_values(case, identity)))

    def drop_key(self, case: int) -> None:
        """The case's key is gone: what is sealed with it opens no more, wherever it lies."""
        self._keys.pop(case, None)

    def code_hash(self, case: int) -> bytes:
        row = self._one(_CODE_OF, id=case)
        return (
            self._opened("petition", "code_hash", row.code_hash, row._mapping.__getitem__)
            if row
            else b""
        )

    def set_code_hash(self, case: int, hash: bytes) -> None:
        change = update(PETITION).where(PETITION.c.id == case)
        self._db.execute(change.values(code_hash=self.code_cell(case, hash)))

    def hash_code(self, code: str) -> bytes:
        return self._ring.mark(read_code(code).encode())

    def is_code(self, code: str, hash: bytes) -> bool:
        return self._ring.is_mark(hash, read_code(code).encode())

    def set_next_due(self, case: int, day: date) -> None:
        """When the first of a case's clocks ends now."""
        self._db.execute(update(PETITION).where(PETITION.c.id == case).values(next_due=day))


def _petition_values(petition: Petition) -> dict[str, Any]:
    return {f: getattr(petition, f) for f in _PLAIN} | {
        "channel": str(petition.channel),
        "status": str(petition.status),
        "kind": str(petition.kind or ""),
        "resumed": str(petition.resumed or ""),
        "assisting": list(petition.assisting),
        "guests": list(petition.guests),
    }


def petition_of(row: Row[Any]) -> Petition:
    """A row as a value."""
    return Petition(
        id=row.id,
        number=row.number,
        received_at=row.received_at,
        received_on=row.received_on,
        channel=Channel(row.channel),
        status=Status(row.status),
        kind=Kind(row.kind) if row.kind else None,
        resumed=Status(row.resumed) if row.resumed else None,
        assisting=tuple(row.assisting),
        guests=tuple(row.guests),
        **{f: getattr(row, f) for f in _PLAIN},
    )
