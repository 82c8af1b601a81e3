"""Who may do what, as a document: `docs/rights.md` is what this prints, and a test tries each
cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from petitions.lifecycle import RULES, parties
from petitions.petition import GUESTS, Actor, Channel, Kind, Part, Petition, Role, Status
from petitions.units import Office

HEAD = """# Who may do what

Printed from the table in `petitions/lifecycle.py` by `petition-bot rights`; don't edit it here.
A test tries every cell. ● may, where the case as it stands allows it; empty: never.

*own*: the case is with the officer's own unit; *below*: a bureau's officer and a case that was
passed on; *helps*: the officer's unit assists; *asked in*: the petitioner agreed to an appointment
with this officer; *elsewhere*: the case is with another unit. An
administrator looks after the installation and works no cases. Who asks for an extension doesn't
decide on it; the officer who handled a case before doesn't handle it again. What is read, beside
the actions: ratings by the supervisor alone, "who must not see it" by the bureau alone, names by
nobody before `open_name`, which is told to the petitioner.

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
    bureau = office.bureau
    unit, other = [id for id, u in office.units.items() if not u.is_bureau and not u.accusations][
        :2
    ]

    def case(holder: str, *helpers: str) -> Petition:
        return Petition(
            1, "", Channel.WEB, Status.ANSWERED, 1, holder, EPOCH, EPOCH.date(), kind=Kind.REQUEST,
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


def allowed(column: Column, action: str, office: Office) -> bool:
    """Whether some row of the action is this one's at all."""
    mine = parties(column.actor, column.case, office)
    return any(rule.action == action and rule.by & mine for rule in RULES)


def document(office: Office) -> str:
    """The whole document, in Markdown."""
    across = list(columns(office))
    lines = [
        HEAD + "| action | " + " | ".join(f"{c.role} {c.where}".strip() for c in across) + " |",
        "|---" * (len(across) + 1) + "|",
    ]
    for action in dict.fromkeys(rule.action for rule in RULES):
        cells = " | ".join("●" if allowed(c, action, office) else "" for c in across)
        lines.append(f"| `{action}` | {cells} |")
    return "\n".join([*lines, ""])
