"""Responsibility (包案) and campaigns for old cases (积案专项): four fields for each listed case,
staged targets, and a standard by which a case is struck off.

A petitioner's view of it, their silence, or that they don't come again is never a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from petitions.book import Book
from petitions.case.doing import Doing
from petitions.errors import BadAnswer, NotPossibleNow, NotYours, Unknown
from petitions.law.units import Office
from petitions.matters import gate, satisfaction
from petitions.values import parts
from petitions.values.oversight import Campaign, Listed
from petitions.values.person import Officer, Role
from petitions.values.petition import Facts, Petition, Status

STANDARDS = parts.of("standard").codes
"""The result was carried out and shown; or explained through the end of review (三级终结)."""
MOST_TARGETS = 6


def _charge(do: Doing) -> Facts:
    """A leader takes charge: leader, unit, team and day, none of them missing."""
    case = do.petition
    leader = do.book.officer(do.take_id("colleague"))
    if leader is None or not leader.chat or leader.role is not Role.LEADER:
        raise Unknown("bad.colleague")
    unit = do.office.unit(str(do.data.pop("unit")))
    if {leader.unit, unit.id} & set(case.kept_from):
        raise BadAnswer("bad.hidden_unit")
    team, due = str(do.data.pop("team")), do.coming_day()
    campaign = do.take_id("campaign")
    if campaign:
        _fits(do, do.book.campaign(campaign))
    before = listed(do.book, case.id)
    if before:
        before.state = "replaced"
        do.book.save_listed(before)
    case.leader = leader.id
    one = Listed(0, case.id, leader.id, unit.id, team, due, campaign)
    one.id = do.book.add_listed(one)
    return {"leader": leader.id, "unit": unit.id, "assigned": due.isoformat(),
            "campaign": campaign}  # fmt: skip


def _fits(do: Doing, campaign: Campaign) -> None:
    """Only what was received on the campaign's days is in it; the rest is the daily stream's."""
    if campaign.state != "open":
        raise NotPossibleNow("bad.campaign_ended")
    if not campaign.first <= do.petition.received_on <= campaign.last:
        raise BadAnswer("bad.not_in_campaign", first=campaign.first, last=campaign.last)


def listed(book: Book, case: int) -> Listed | None:
    """The responsibility that stands for a case."""
    return next((x for x in book.listed_of(case) if x.state == "open"), None)


def _strike_off(do: Doing) -> Facts:
    """Struck off by the standard; never by a process, by pointing elsewhere, or by silence. A
    promise that still stands has its day, and its petitioner is asked the day after."""
    case, one = do.petition, listed(do.book, do.petition.id)
    if one is None:
        raise NotPossibleNow("bad.not_listed")
    if one.leader != do.actor.id:
        raise NotYours("bad.not_your_charge")
    standard = str(do.data.pop("standard"))
    if standard not in STANDARDS:
        raise BadAnswer("bad.stale")
    if standard == "explained" and case.status is not Status.ENDED:
        raise NotPossibleNow("bad.review_not_over")
    if standard == "carried_out" and case.delivered_on is None:
        raise NotPossibleNow("bad.not_delivered")
    if gate.no_result(str(do.data["strike_result"])):
        raise BadAnswer("bad.process_as_result")
    promised = str(do.data.pop("still_promised", ""))
    if promised:
        case.promised_on = date.fromisoformat(promised)
        if case.promised_on < do.today:
            raise BadAnswer("bad.date_over", today=do.today)
        if satisfaction.in_scope(case, do.office):
            satisfaction.plan_promise(do.book, do.office, case)
    one.state, one.standard, one.struck_on = "struck", standard, do.today
    do.book.save_listed(one)
    return {"standard": standard, "late": do.today > one.due_on, "campaign": one.campaign,
            "promised": promised}  # fmt: skip


CHANGES: dict[str, Callable[[Doing], Facts]] = {"charge": _charge, "strike_off": _strike_off}


# Campaigns


def found(book: Book, house: Office, officer: Officer, campaign: Campaign) -> Campaign:
    """Begin a campaign. Raises BadAnswer for days in the wrong order or a target over 100 %."""
    if officer.role is not Role.SUPERVISOR or officer.unit != house.bureau:
        raise NotYours("bad.not_yours")
    if campaign.first > campaign.last:
        raise BadAnswer("bad.days_reversed")
    percents = [percent for _, percent in campaign.targets]
    days = [day for day, _ in campaign.targets]
    if not percents or len(percents) > MOST_TARGETS or any(not 0 < p <= 100 for p in percents):
        raise BadAnswer("bad.target")
    if percents != sorted(percents) or days != sorted(days):
        raise BadAnswer("bad.targets_order")
    campaign.id = book.add_campaign(campaign)
    return campaign


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come."""

    total: int
    """Listed cases, without those merged into another."""
    struck: int
    merged: int
    late: int
    """Open, and their day has passed."""
    rose: tuple[tuple[date, float], ...]
    """On a day, the share struck off by then, in percent."""
    target: tuple[date, int] | None
    """The next target; None: all days are over."""

    @property
    def share(self) -> float | None:
        """Percent struck off; None where there is nothing to divide by."""
        return 100 * self.struck / self.total if self.total else None


def progress(book: Book, campaign: Campaign, today: date) -> Progress:
    """From the listed cases as they stand. A merged case counts with the one that holds it."""
    every = [x for x in book.listed_in(campaign.id) if x.state != "replaced"]
    cases = {x.case: book.petition(x.case) for x in every}
    merged = [x for x in every if cases[x.case].status is Status.MERGED]
    counted = [x for x in every if x not in merged]
    struck = sorted(x.struck_on for x in counted if x.struck_on)
    total = len(counted)
    rose = tuple(
        (day, 100 * place / total) for place, day in enumerate(struck, 1)
    ) if total else ()  # fmt: skip
    late = sum(x.state == "open" and x.due_on < today for x in counted)
    target = next(((day, p) for day, p in campaign.targets if day >= today), None)
    return Progress(total, len(struck), len(merged), late, rose, target)


def charged(book: Book, leader: int) -> Sequence[tuple[Listed, Petition]]:
    """The cases that a leader is responsible for, by day."""
    open_ = [x for x in book.listed_by(leader) if x.state == "open"]
    return [(x, book.petition(x.case)) for x in sorted(open_, key=lambda x: (x.due_on, x.id))]
