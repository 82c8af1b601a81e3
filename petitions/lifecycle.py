"""The one table: in this status, this action, by this party → what follows.

Adding an action is adding a row. Everything else (buttons, checks, notices, clocks, the
generated document) reads the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from petitions.errors import NotPossibleNow, NotYours
from petitions.petition import FINAL, Actor, Audience, Petition, Role, Status
from petitions.units import Office

S = Status


class By(StrEnum):
    """Who may do it, seen from the case."""

    PETITIONER = "petitioner"
    """The person whose case it is."""
    BUREAU = "bureau"
    """An officer of the office's bureau."""
    HOLDER = "holder"
    """An officer of the unit that has the case now."""
    SUPERVISOR = "supervisor"
    """The bureau's supervisor."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    action: str
    at: frozenset[Status]
    by: frozenset[By]
    to: Status | None = None
    """The status afterwards; None: unchanged."""
    stops: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    """Notices, each `who:kind`; who is `petitioner`, `desk` (whoever has the case
    afterwards), `supervisor`."""
    needs: tuple[str, ...] = ()
    """Data without which the action means nothing."""
    audience: Audience = Audience.EVERYBODY
    """Who sees the entry in the history."""


IDENTITY = frozenset({"name", "address", "contact"})
"""Parts of a filing that say who somebody is: sealed, and never among the case's texts."""


def _at(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


def _by(*parties: By) -> frozenset[By]:
    return frozenset(parties)


OPEN = _at(S.SUBMITTED, S.REGISTERED, S.PASSED, S.ACCEPTED)
"""Not yet answered or ended."""
LIVE = OPEN | _at(S.ANSWERED)
ALL = frozenset(Status)
KEPT = ALL - _at(S.WITHDRAWN)

OFFICERS = _by(By.BUREAU, By.HOLDER)

RULES: tuple[Rule, ...] = (
    # The bureau: register, sort, pass on (art. 22).
    Rule(
        "register", _at(S.SUBMITTED), _by(By.BUREAU), S.REGISTERED,
        tells=("petitioner:registered",), needs=("kind",),
    ),
    Rule(
        "pass_on", _at(S.REGISTERED, S.PASSED), _by(By.BUREAU), S.PASSED,
        stops=("pass_on", "notify"), starts=("notify",),
        tells=("petitioner:passed", "desk:arrived"), needs=("unit",),
    ),
    Rule(
        "refuse", _at(S.SUBMITTED, S.REGISTERED), _by(By.BUREAU), S.REFUSED,
        stops=("pass_on",), tells=("petitioner:refused",), needs=("reason", "where"),
    ),
    # The unit: accept or not (art. 23), answer (arts. 32, 34), close.
    Rule(
        "accept", _at(S.PASSED), _by(By.HOLDER), S.ACCEPTED,
        stops=("notify",), starts=("answer",), tells=("petitioner:accepted",),
    ),
    Rule(
        "refuse", _at(S.PASSED), _by(By.HOLDER), S.REFUSED,
        stops=("notify",), tells=("petitioner:refused",), needs=("reason", "where"),
    ),
    Rule(
        "reply", _at(S.ACCEPTED), _by(By.HOLDER), S.ANSWERED,
        stops=("answer",), tells=("petitioner:answered",), needs=("reply",),
    ),
    Rule("close", _at(S.ANSWERED), OFFICERS, S.CLOSED, tells=("petitioner:closed",)),
    # Whoever works the case, without changing where it stands.
    Rule("take", OPEN | _at(S.ANSWERED), OFFICERS),
    Rule("ask", OPEN, OFFICERS, tells=("petitioner:asked",), needs=("ask",)),
    Rule("write", KEPT, OFFICERS, tells=("petitioner:wrote",), needs=("write",)),
    Rule("note", ALL, OFFICERS, needs=("note",), audience=Audience.OFFICE),
    Rule("transcribe", LIVE, OFFICERS, tells=("petitioner:transcribed",),
         needs=("spoken", "transcript")),
    Rule("open_name", ALL, OFFICERS, tells=("petitioner:name_opened",), needs=("why",)),
    Rule("new_code", ALL, _by(By.BUREAU), tells=("petitioner:code_changed",), needs=("why",)),
    # The petitioner.
    Rule("supplement", KEPT, _by(By.PETITIONER), tells=("desk:supplemented",)),
    Rule("question", KEPT, _by(By.PETITIONER), tells=("desk:questioned",), needs=("question",)),
    Rule("call_me", KEPT, _by(By.PETITIONER), tells=("desk:call_wanted",)),
    Rule("detail", LIVE, _by(By.PETITIONER), tells=("desk:detailed",)),
    Rule("contact", KEPT, _by(By.PETITIONER), tells=("desk:contact_changed",)),
    Rule("confirm", LIVE, _by(By.PETITIONER)),
    Rule(
        "withdraw", OPEN, _by(By.PETITIONER), S.WITHDRAWN,
        stops=("pass_on", "notify", "answer"), tells=("desk:withdrawn",),
    ),
    Rule("take_back", _at(S.WITHDRAWN), _by(By.PETITIONER), tells=("desk:taken_back",)),
    Rule(
        "pressed", ALL, _by(By.PETITIONER), tells=("supervisor:pressed",),
        audience=Audience.SUPERVISOR,
    ),
    Rule("renew_code", ALL, _by(By.PETITIONER)),
    Rule("shut_out", ALL, _by(By.PETITIONER)),
    Rule("track", ALL, _by(By.PETITIONER)),
)  # fmt: skip

TEXTS: dict[str, Audience] = {
    "reply": Audience.EVERYBODY,
    "ask": Audience.EVERYBODY,
    "write": Audience.EVERYBODY,
    "where": Audience.EVERYBODY,
    "transcript": Audience.EVERYBODY,
    "why": Audience.EVERYBODY,
    "note": Audience.OFFICE,
    "supplement": Audience.EVERYBODY,
    "question": Audience.EVERYBODY,
    "withdraw_reason": Audience.EVERYBODY,
    "pressed": Audience.SUPERVISOR,
    "since": Audience.EVERYBODY,
    "earlier": Audience.EVERYBODY,
    "title": Audience.EVERYBODY,
}
"""Which pieces of an action's data are words to be kept in the file, and for whom."""


def parties(actor: Actor, petition: Petition, office: Office) -> frozenset[By]:
    """What the actor is to this case."""
    if actor.kind == "petitioner":
        return _by(By.PETITIONER)
    if actor.kind != "officer" or actor.role == Role.ADMINISTRATOR:
        return frozenset()
    found = set()
    if actor.unit == office.bureau:
        found.add(By.BUREAU)
        if actor.role == Role.SUPERVISOR:
            found.add(By.SUPERVISOR)
    holder = petition.unit if petition.unit in office.units else office.bureau
    if actor.unit == holder:
        found.add(By.HOLDER)
        if office.is_bureau(holder):
            found.add(By.BUREAU)
    return frozenset(found)


def find(petition: Petition, action: str, actor: Actor, office: Office) -> Rule:
    """The row for this action here and now.

    Raises NotYours when no row of this action is the actor's, NotPossibleNow when the
    status has none.
    """
    mine = parties(actor, petition, office)
    rows = [rule for rule in RULES if rule.action == action and rule.by & mine]
    if not rows:
        raise NotYours("bad.not_yours")
    for rule in rows:
        if petition.status in rule.at:
            return rule
    raise NotPossibleNow("bad.not_now")


def possible(petition: Petition, actor: Actor, office: Office) -> list[str]:
    """Every action open to the actor, in the table's order."""
    mine = parties(actor, petition, office)
    names = [r.action for r in RULES if r.by & mine and petition.status in r.at]
    return list(dict.fromkeys(names))


def may_see(actor: Actor, petition: Petition, office: Office) -> bool:
    """Whether the case may be opened at all: its petitioner, its bureau, its holder."""
    return bool(parties(actor, petition, office))


def way_out(status: Status) -> bool:
    """Whether a case can leave this status, or has ended."""
    return status in FINAL or any(status in r.at and r.to not in (None, status) for r in RULES)


def audiences(actor: Actor, petition: Petition, office: Office) -> frozenset[Audience]:
    """Which texts and entries of this case the actor may read."""
    mine = parties(actor, petition, office)
    seen = {Audience.EVERYBODY} if mine else set()
    if mine & OFFICERS:
        seen.add(Audience.OFFICE)
    if By.BUREAU in mine and actor.unit == office.bureau:
        seen.add(Audience.BUREAU)
    if By.SUPERVISOR in mine:
        seen.add(Audience.SUPERVISOR)
    return frozenset(seen)
