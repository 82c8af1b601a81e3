"""The counts of each action, beside its limits and ratings."""

from __future__ import annotations

from datetime import date

from petitions.counting.tally import CaseCounts, Count, Counting
from petitions.values.channels import Channel
from petitions.values.petition import Facts

# The counts of each action


def _submit(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.channel, tally.unit = facts.get("channel", ""), facts.get("unit", "")
    tally.bureau = tally.unit
    tally.filed_on = date.fromisoformat(facts["received"]) if "received" in facts else day
    tally.put(("filed",), Count(tally.filed_on, "filed", tally.bureau))
    if tally.channel and Channel(tally.channel).online:
        tally.put(("online",), Count(tally.filed_on, "online", tally.bureau))
    tally.heads()


def _sorted(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.kind = facts.get("kind", tally.kind)
    tally.category = facts.get("category", tally.category)
    if "people" in facts:
        tally.people = facts["people"]
        tally.heads()


def _way(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.kind = "request"


def _passed(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.unit = facts["unit"]
    tally.put(("passed", seq), Count(day, "passed", tally.unit))


def _accepted(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    if ("accepted",) not in tally.counts:
        days = (day - tally.filed_on).days
        tally.put(("accepted",), Count(day, "accepted", tally.unit, value=days))


def _answered(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.answered_by = tally.unit
    tally.answers += 1
    tally.put(("answered", seq), Count(day, "answered", tally.unit))
    if tally.answers == 1:
        days = (day - tally.filed_on).days
        tally.put(("took",), Count(day, "took", tally.unit, value=days))
    if facts.get("outcome"):
        tally.put(("outcome", seq), Count(day, f"outcome.{facts['outcome']}", tally.unit))
        _issued(tally, seq, day)


def _issued(tally: CaseCounts, seq: int, day: date) -> None:
    """An opinion, to be served."""
    tally.opinion = Count(day, "served", tally.unit)
    tally.put(("opinion", seq), Count(day, "opinion", tally.unit))


def _served(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    if tally.opinion:
        tally.put(("served", seq), tally.opinion)
        tally.opinion = None


def _closed(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    unit = tally.answered_by or tally.unit
    tally.put(("closed", seq), Count(day, "closed", unit))
    if tally.answers and not tally.closed:
        tally.closed = True
        tally.put(("closed_first",), Count(day, "closed_first", unit))
        if not tally.came_back:
            tally.put(("at_once",), Count(day, "at_once", unit))


def _reopened(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    unit = tally.answered_by or tally._about(facts)
    tally.put(("reopened", seq), Count(day, "reopened", unit))
    tally.unit = facts.get("unit") or (tally.bureau if "from" in facts else tally.unit)


def _came_again(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("came_again", seq), Count(day, "came_again", tally.bureau))


def _merged(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("repeat",), Count(tally.filed_on, "repeat", tally.bureau))


def _unmerged(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.drop(("repeat",))


def _review_asked(level: str) -> Counting:
    def step(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
        tally.put(("review", seq), Count(day, f"{level}.asked", tally.answered_by))
        tally.unit = facts["unit"]

    return step


def _reviewed(level: str) -> Counting:
    def step(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
        tally.put(("review", seq), Count(day, f"{level}.{facts['outcome']}", tally.answered_by))
        _issued(tally, seq, day)

    return step


def _returned(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("review", seq), Count(day, f"review.{facts['outcome']}", tally.answered_by))
    tally.unit = facts["unit"]


def _withdrawn(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("withdrawn",), Count(day, "withdrawn", tally.unit))


def _taken_back(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.drop(("withdrawn",))


def _charged(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    if tally.listed:
        tally.drop(("listed", tally.listed.day))
    due = date.fromisoformat(facts["assigned"])
    tally.listed = Count(due, "listed", facts["unit"])
    tally.put(("listed", due), tally.listed)


def _struck(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    if tally.listed:
        due, unit = tally.listed.day, tally.listed.unit
        tally.put(("struck", seq), Count(due, "struck", unit))
        if facts["late"]:
            tally.put(("struck_late", seq), Count(due, "struck_late", unit))
        tally.listed = None


def _supervised(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("supervised", seq), Count(day, f"supervised.{facts['level_of']}", facts["unit"]))
    due = date.fromisoformat(facts["assigned"])
    tally.supervised = Count(due, f"due.{SUPERVISION}", facts["unit"])
    tally.put(("supervision", seq), tally.supervised)


SUPERVISION = "supervision"
"""The limit of a unit's written answer, among the others."""


def _explained(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    """A unit's written answer to its supervision."""
    if tally.supervised:
        outcome = "late" if facts.get("late") else "kept"
        tally.put(("supervision", seq), tally.supervised._replace(what=f"{outcome}.{SUPERVISION}"))
        tally.supervised = None


def _visited(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.put(("visit", seq), Count(day, f"visits.{facts['asked_how']}", tally._about(facts)))


def _unwanted(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    if facts.get("meeting") == "visit":
        tally.put(("visit", seq), Count(day, "visits.refused", tally._about(facts)))


def _of(name: str) -> Counting:
    """Counted once each time, for the unit that has the case."""

    def step(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
        tally.put((name, seq), Count(day, name, tally.unit))

    return step


def _joint(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.members = max(1, tally.members)


def _signed(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.members = max(1, tally.members) + 1
    tally.people = max(tally.people, tally.members)
    tally.heads()


def _left(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.members -= 1


def _closed_to(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    """With somebody else, who may be its bureau from now on."""
    tally.unit = facts.get("unit") or tally.unit
    tally.bureau = facts.get("bureau") or tally.bureau


def _to_lane(tally: CaseCounts, seq: int, day: date, facts: Facts) -> None:
    tally.lane = facts.get("lane_id", "")


STEPS: dict[str, Counting] = {
    "submitted": _submit,
    "sorted": _sorted,
    "way": _way,
    "passed": _passed,
    "accepted": _accepted,
    "answered": _answered,
    "served": _served,
    "closed": _closed,
    "reopened": _reopened,
    "came_again": _came_again,
    "merged": _merged,
    "unmerged": _unmerged,
    "review": _review_asked("review"),
    "rereview": _review_asked("rereview"),
    "reviewed": _reviewed("review"),
    "rereviewed": _reviewed("rereview"),
    "returned": _returned,
    "withdrawn": _withdrawn,
    "taken_back": _taken_back,
    "charged": _charged,
    "struck": _struck,
    "supervised": _supervised,
    "explained": _explained,
    "visited": _visited,
    "unwanted": _unwanted,
    "joint": _joint,
    "signed": _signed,
    "left": _left,
    "lane": _to_lane,
    "apart": _closed_to,
    **{name: _of(name) for name in (
        "led", "refused", "bounced", "extended", "urged", "reception",
    )},
}  # fmt: skip
"""The counting of an action by its record; one that says nothing counts as nothing by itself."""
