"""The rights matrix, as a document: `docs/rights.md` is what this prints, and a test tries each
cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from textwrap import fill

from petitions.case import lifecycle
from petitions.case.lifecycle import possible
from petitions.case.parties import parties
from petitions.law.units import Office
from petitions.matters.looking import DUTIES, REASONS
from petitions.values import actions
from petitions.values.channels import Channel
from petitions.values.person import GUESTS, Actor, Part, Role
from petitions.values.petition import Kind, Petition, Status

HEAD = """# Who may do what

Printed from the table in `petitions/case/lifecycle.py` by `petition-bot rights`;
don't edit it here.
A test tries every cell. ● may, where the case as it stands allows it; empty: never.

*own*: the case is with the officer's own unit; *below*: a bureau's officer and a case that was
passed on; *helps*: the officer's unit assists; *asked in*: the petitioner agreed to an appointment
with this officer; *elsewhere*: the case is with another unit. An
administrator looks after the installation and works no cases. Who asks for an extension doesn't
decide on it; the officer who handled a case before doesn't handle it again. What is read, beside
the actions: ratings by the supervisor alone, "who must not see it" by the bureau alone, names by
nobody before `open_name`, which is told to the petitioner and refused as the second table says.

Whoever may open a case is noted when they look at its words, its attachments or its archive, once a
day for each; its petitioner reads it, and the bureau's supervisors once a week. Files have the
names that petitioners gave them only beside the petitioner's own name. A look counts as by a duty:
{duties}.
Without one it needs words that say something, and a reason:
{reasons}.

"""
CLOSED = """
## Where nobody of the unit may know

A sealed case (its petitioner named somebody who must not see it) is worked by a unit that reads a
clerk's summary: neither that unit nor a guest learns whose it is, nor whose an accusation (art. 30)
is. The bureau may look, and the organ that accusations are meant for.

"""
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Column:
    """Somebody and how they stand to a case."""

    role: str
    where: str
    actor: Actor
    case: Petition


def columns(office: Office) -> Iterator[Column]:
    """Every role in every relation to a case that it can have."""
    bureau, channel = office.bureau, next(iter(Channel))
    unit, other = [id for id, u in office.units.items() if not u.is_bureau and not u.accusations][
        :2
    ]

    def case(holder: str, *helpers: str) -> Petition:
        return Petition(
            1, "", channel, Status.ANSWERED, 1, holder, EPOCH, EPOCH.date(), kind=Kind.REQUEST,
            answered_at=EPOCH, assisting=helpers,
        )  # fmt: skip

    yield Column("petitioner", "", Actor.petitioner(1), case(unit))
    for part in Part:
        together = replace(case(unit), members=2)
        yield Column(part, "", Actor.petitioner(2, part), together)
    for role in (Role.CLERK, Role.SUPERVISOR, Role.LEADER, Role.VISITOR):
        yield Column(role, "own", Actor("officer", 1, bureau, role), case(bureau))
        yield Column(role, "below", Actor("officer", 1, bureau, role), case(unit))
    for role in (Role.HANDLER, Role.HEAD, Role.DEPUTY):
        yield Column(role, "own", Actor("officer", 1, unit, role), case(unit))
        yield Column(role, "helps", Actor("officer", 1, other, role), case(unit, other))
        yield Column(role, "elsewhere", Actor("officer", 1, other, role), case(unit))
    for role in sorted(GUESTS):
        guest = Actor("officer", 1, bureau, role)
        yield Column(role, "asked in", guest, replace(case(unit), guests=(1,)))
        yield Column(role, "elsewhere", guest, case(unit))
    yield Column(
        Role.ADMINISTRATOR, "", Actor("officer", 1, bureau, Role.ADMINISTRATOR), case(bureau)
    )


def closed_columns(office: Office) -> Iterator[tuple[str, Column]]:
    """The same with a sealed case and with an accusation, and the organ meant for these."""
    organs = [id for id, unit in office.units.items() if unit.accusations]
    for what, closed in (("sealed", {"sealed": True}), ("accusation", {"kind": Kind.ACCUSATION})):
        for column in columns(office):
            yield what, replace(column, case=replace(column.case, **closed))
        for organ in organs[:1]:
            base = next(columns(office)).case
            own = replace(base, unit=organ, **closed)
            yield what, Column("organ", "own", Actor("officer", 1, organ, Role.HANDLER), own)


def allowed(column: Column, action: str, office: Office) -> bool:
    """Whether some row of the action is this one's at all."""
    mine = parties(column.actor, column.case, office)
    return any(rule.action == action and rule.by & mine for rule in lifecycle.RULES)


def _head() -> str:
    names = {
        "duties": _listed(DUTIES),
        "reasons": _listed(REASONS),
    }
    return HEAD.format(**names)


def _listed(names: Iterable[str]) -> str:
    return fill(", ".join(f"*{name}*" for name in names), 100)


def document(office: Office) -> str:
    """The whole document, in Markdown."""
    office = replace(office, day=office.law.editions[-1].since)
    across = list(columns(office))
    lines = [
        _head() + "| action | " + " | ".join(f"{c.role} {c.where}".strip() for c in across) + " |",
        "|---" * (len(across) + 1) + "|",
    ]
    for action in dict.fromkeys(rule.action for rule in lifecycle.RULES):
        cells = " | ".join("●" if allowed(c, action, office) else "" for c in across)
        lines.append(f"| `{action}` | {cells} |")
    return "\n".join([*lines, CLOSED + _closed(office)])


def _closed(office: Office) -> str:
    """The roles that may look at what is closed by default, in a case that is closed to units."""
    every = list(closed_columns(office))
    across = [column for what, column in every if what == "sealed"]
    lines = [
        "| look | " + " | ".join(f"{c.role} {c.where}".strip() for c in across) + " |",
        "|---" * (len(across) + 1) + "|",
    ]
    for what in ("sealed", "accusation"):
        for look in sorted(actions.openings()):
            mine = [c for kind, c in every if kind == what]
            cells = " | ".join("●" if look in possible(c.case, c.actor, office) else ""
                               for c in mine)  # fmt: skip
            lines.append(f"| `{look}`, {what} | {cells} |")
    return "\n".join([*lines, ""])
