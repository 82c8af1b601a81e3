"""The one table: in this status, this action, by this party → what follows.

Adding an action means: a row in `way.py` or `beside.py`, a record in `petitions/values/actions.py`,
its words. Everything else (buttons, forms, checks, notices, clocks, documents, `docs/lifecycle.md`)
reads these.
"""

from __future__ import annotations

from petitions.case.beside import BESIDE
from petitions.case.parties import AT_DESKS, By, parties
from petitions.case.rows import Rule
from petitions.case.way import WAY
from petitions.errors import NotPossibleNow, NotYours
from petitions.law.units import Office
from petitions.values import actions
from petitions.values.person import Actor, Part
from petitions.values.petition import FINAL, Petition, Status

RULES = (*WAY, *BESIDE)


def _rows(petition: Petition, mine: frozenset[By], office: Office) -> list[Rule]:
    """The rows open to these parties here and now."""
    known = office.rules.clocks.keys()
    return [
        rule for rule in RULES
        if rule.by & mine and petition.status in rule.at
        and known >= set(rule.starts)
        and (rule.when is None or rule.when(petition, office))
    ]  # fmt: skip


def find(petition: Petition, action: str, actor: Actor, office: Office) -> Rule:
    """The row for this action here and now.

    Raises NotYours when no row of this action is the actor's, NotPossibleNow when the case
    as it stands has none.
    """
    if not petition.person:
        raise NotPossibleNow("bad.anonymised")
    mine = parties(actor, petition, office)
    if not any(rule.action == action and rule.by & mine for rule in RULES):
        raise NotYours("bad.guest" if actor.role == Part.GUEST else "bad.not_yours")
    rows = _rows(petition, mine, office)
    for rule in rows:
        if rule.action == action:
            return rule
    if actions.of(action).opening:
        raise NotYours("bad.closed_name")
    raise NotPossibleNow("bad.not_now", possible=list(dict.fromkeys(r.action for r in rows)))


def needs(action: str) -> tuple[str, ...]:
    """Data without which an action means nothing; of several rows, what the first needs."""
    return next(rule.needs for rule in RULES if rule.action == action)


def issues(action: str) -> bool:
    """Whether a numbered paper comes of an action."""
    return any(rule.paper for rule in RULES if rule.action == action)


def of_officers() -> list[str]:
    """Every action that some officer may take, in the table's order."""
    return list(dict.fromkeys(rule.action for rule in RULES if rule.by & AT_DESKS))


def possible(petition: Petition, actor: Actor, office: Office) -> list[str]:
    """Every action open to the actor: those that move the case first, in the table's order; none
    in a case that was anonymised."""
    if not petition.person:
        return []
    rows = _rows(petition, parties(actor, petition, office), office)
    rows.sort(key=lambda rule: rule.to is None)
    return list(dict.fromkeys(rule.action for rule in rows))


def way_out(status: Status) -> bool:
    """Whether a case can leave this status, or has ended."""
    return status in FINAL or any(status in r.at and r.to not in (None, status) for r in RULES)
