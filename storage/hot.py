"""Hot matters as they are kept."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from petitions.counting.hot import Group, Matter
from storage.seal import KeyRing
from storage.tables import METADATA

HOT = METADATA.tables["hot_matter"]
PLACE = "hot_matter.phrases"


def sealed(ring: KeyRing, group: Group) -> bytes:
    """What most of a group say, and ask for."""
    return ring.seal("\n".join((*group.phrases, "", *group.wanted)), PLACE)


def matters(connection: Connection, ring: KeyRing, states: Sequence[str]) -> list[Matter]:
    """Hot matters in some states, the newest first."""
    found = select(HOT).where(HOT.c.state.in_(states))
    found = found.order_by(HOT.c.last.desc(), HOT.c.id.desc())
    result = []
    for row in connection.execute(found):
        said, _, wanted = ring.open(row.phrases, PLACE).partition("\n\n")
        result.append(Matter(row.id, row.found_on, row.first, row.last, row.people,
                             tuple(row.cases), tuple(said.split("\n")) if said else (),
                             tuple(wanted.split("\n")) if wanted else (), row.state))  # fmt: skip
    return result


def settle(connection: Connection, id: int, state: str) -> None:
    """Note what became of a hot matter."""
    connection.execute(update(HOT).where(HOT.c.id == id).values(state=state))
