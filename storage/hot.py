"""Hot matters as they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from petitions.counting.hot import Group, Matter
from storage import cells
from storage.seal import KeyRing
from storage.tables import METADATA

HOT = METADATA.tables["hot_matter"]


def sealed(ring: KeyRing, id: int, group: Group) -> bytes:
    """What most of a group say, and ask for."""
    said = "\n".join((*group.phrases, "", *group.wanted)).encode()
    return cells.seal(ring, "hot_matter", "phrases", said, {"id": id})


def matters(connection: Connection, ring: KeyRing, states: Sequence[str]) -> list[Matter]:
    """Hot matters in some states, the newest first."""
    found = select(HOT).where(HOT.c.state.in_(states))
    found = found.order_by(HOT.c.last.desc(), HOT.c.id.desc())
    result = []
    for row in connection.execute(found):
        get = row._mapping.__getitem__
        phrases = cells.open_(ring, "hot_matter", "phrases", row.phrases, get).decode()
        said, _, wanted = phrases.partition("\n\n")
        result.append(Matter(row.id, row.found_on, row.first, row.last, row.people,
                             tuple(row.cases), tuple(said.split("\n")) if said else (),
                             tuple(wanted.split("\n")) if wanted else (), row.state))  # fmt: skip
    return result


def settle(connection: Connection, id: int, state: str) -> None:
    """Note what became of a hot matter."""
    connection.execute(update(HOT).where(HOT.c.id == id).values(state=state))
