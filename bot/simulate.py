"""The next weeks of a case, day by day: what falls due, who is reminded, what the petitioner
sees, and what happens when nobody acts.

An imagined case goes through the real table on a database of its own, which is thrown away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from petitions.book import NewText
from petitions.case.notices import BRIEF, SMALL_TALK
from petitions.errors import BadAnswer, PetitionError
from petitions.law import citing
from petitions.law.clocks import local_day, morning
from petitions.law.units import Office
from petitions.values import checks
from petitions.values.person import Actor, Identity, Officer, Role
from petitions.values.petition import FINAL, Kind, Petition, Status
from petitions.verbs import acting
from petitions.verbs.filing import Filing, submit
from petitions.words import has, say
from reminders.round import ListeningCourier, Reminders
from storage.database import Database, make_engine, sqlite_at
from storage.ledger import SqlLedger
from storage.migrate import check_schema
from storage.records import Records
from storage.seal import KeyRing
from webchat import CHANNEL

DAYS = 90
STEPS = ("pass_on", "notify", "answer", "deliver")
"""Where an office may be late: the clock it lets pass, or the delivery nobody records."""
ENDS = ("refused", "reviewed")
"""How a request may end otherwise: it isn't accepted, or its petitioner goes through review and
re-review. Without either it is answered as asked, with a promise."""
ASKS_AFTER = timedelta(days=10)
"""When the petitioner of a case that is reviewed asks for the next level."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens."""

    day: date
    side: str
    """`act`, `due`, `office` or `petitioner`."""
    text: str


@dataclass(slots=True)
class _Play:
    office: Office
    database: Database
    kind: Kind
    late: str
    end: str
    lang: str
    case: int = 0
    lines: list[Happening] = field(default_factory=list)
    seats: dict[str, Officer] = field(default_factory=dict)

    def book(self, work: Callable[[Records], Any]) -> Any:
        return self.database.write_now(lambda c: work(Records(c, self.database.ring)))


async def simulate(
    office: Office, kind: str, start: date, late: str, lang: str, days: int = DAYS, end: str = ""
) -> list[Happening]:
    """Play a case. `late`: the step nobody takes; empty: everything on its last day. `end`: one of
    ENDS; empty: it is answered and closed.

    Raises BadAnswer for a kind, step or end there is none of.
    """
    for given, known in ((kind, tuple(Kind)), (late, ("", *STEPS)), (end, ("", *ENDS))):
        if given not in known:
            raise BadAnswer("bad.simulate", what=given, known=", ".join(filter(None, known)))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(make_engine(sqlite_at(Path(folder) / "x.sqlite3")),
                            KeyRing.fresh())  # fmt: skip
        try:
            check_schema(database.engine)
            play = _Play(office, database, Kind(kind), late, end, lang)
            _begin(play, morning(start, office.zone))
            ledger = SqlLedger(database, office)
            await ledger.tidy(morning(start, office.zone))
            for ahead in range(days + 1):
                now = morning(start + timedelta(days=ahead), office.zone) + timedelta(hours=1)
                await _tell(play, ledger, now)
                _due(play, now)
                _act(play, now)
                await _tell(play, ledger, now)
            return play.lines
        finally:
            database.close()


def _begin(play: _Play, now: datetime) -> None:
    """A petitioner, a desk in every unit and role, and the case."""

    def work(book: Records) -> None:
        office = play.office
        for unit in office.units:
            for role in (Role.CLERK, Role.HANDLER, Role.HEAD, Role.SUPERVISOR, Role.LEADER):
                if role not in (Role.HANDLER, Role.HEAD) and unit != office.bureau:
                    continue
                chat = book.new_chat(CHANNEL, f"{unit}:{role}", play.lang, now)
                desk = book.add_officer(Officer(0, unit, role, "", 0), now)
                book.seat_officer(desk.id, chat.id)
                play.seats[f"{unit}:{role}"] = desk
        citizen = book.new_chat(CHANNEL, "petitioner", play.lang, now)
        text = say(play.lang, "simulate.text")
        filing = Filing(
            NewText("facts", text), NewText("request", text), NewText("place", text), Identity()
        )
        given = submit(book, office.on(now), citizen, citizen.person, filing, now)
        play.case = given.petition.id

    play.book(work)
    play.lines.append(
        Happening(local_day(now, play.office.zone), "act", say(play.lang, "simulate.filed"))
    )


async def _tell(play: _Play, ledger: SqlLedger, now: datetime) -> None:
    """Everything that is due is said."""
    heard = ListeningCourier()
    await Reminders(ledger, _Still(now), {CHANNEL: heard}).tick()
    for delivery in heard.deliveries:
        if delivery.notices[0].kind in SMALL_TALK - {BRIEF}:
            continue
        side = "petitioner" if delivery.chat.address == "petitioner" else "office"
        line = Happening(local_day(now, play.office.zone), side, delivery.message.text)
        if line not in play.lines:
            play.lines.append(line)


@dataclass(frozen=True, slots=True)
class _Still:
    """A clock that shows one instant (`petitions.telling.ports.Timepiece`)."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


def _due(play: _Play, now: datetime) -> None:
    today = local_day(now, play.office.zone)
    for clock in play.book(lambda b: list(b.clocks(play.case))):
        limit = play.office.limit_of(clock)
        if clock.ended_at is None and clock.due_on == today:
            what = say(play.lang, f"clock.{clock.clock}.what")
            cite = citing.of_limit(play.office.rules_of(clock), limit, play.lang)
            play.lines.append(Happening(today, "due", say(play.lang, "simulate.due", what=what,
                                                     cite=cite)))  # fmt: skip


def _act(play: _Play, now: datetime) -> None:
    """The office does the next thing on its last day, unless it is the step it lets pass."""
    today = local_day(now, play.office.zone)
    petition: Petition = play.book(lambda b: b.petition(play.case))
    if petition.status in FINAL:
        return
    step = _next(play, petition, today)
    if step is None:
        return
    action, actor, data = step
    try:
        play.book(lambda b: acting.act(b, play.office.on(now), play.case, action, actor, data, now))
    except PetitionError:
        return
    by = say(play.lang, "side.petitioner")
    if actor.kind == "officer":
        by = play.office.unit_name(actor.unit, play.lang)
    text = say(play.lang, "simulate.acts", unit=by, action=say(play.lang, f"action.{action}"))
    play.lines.append(Happening(today, "act", text))


NextAct = tuple[str, Actor, dict[str, Any]]


def _next(play: _Play, petition: Petition, today: date) -> NextAct | None:
    """The next action, the actor, and the values it is done with."""
    office = play.office
    clerk = Actor.officer(play.seats[f"{office.bureau}:{Role.CLERK}"])
    holder = play.seats.get(f"{petition.unit}:{Role.HANDLER}")
    unit = Actor.officer(holder) if holder else clerk
    last = {
        c.clock for c in play.book(lambda b: list(b.clocks(play.case)))
        if c.ended_at is None and c.due_on <= today
    }  # fmt: skip
    if play.end == "reviewed" and (step := _goes_up(play, petition, unit, today, last)):
        return step
    text = say(play.lang, "simulate.text")
    target = next(
        u for u, x in office.units.items()
        if not x.is_bureau and x.accusations == (play.kind is Kind.ACCUSATION)
    )  # fmt: skip
    match petition.status:
        case Status.SUBMITTED if play.late != "pass_on":
            return "register", clerk, {"kind": str(play.kind)}
        case Status.REGISTERED if play.end == "refused" and "pass_on" in last:
            reason = next(iter(office.law.on(today).refusals))
            return "refuse", clerk, {"reason": reason, "where": text}
        case Status.REGISTERED if "pass_on" in last:
            return "pass_on", clerk, {"unit": target}
        case Status.PASSED if play.late != "notify" and (
            "notify" in last or play.kind is Kind.ACCUSATION
        ):
            return "accept", unit, {}
        case Status.ACCEPTED if play.late != "answer" and (
            last & {"answer", "suggestion"} or play.kind is Kind.ACCUSATION
        ):
            return "reply", unit, _reply(play, text)
        case Status.ANSWERED if play.kind is not Kind.REQUEST:
            return "close", unit, {}
        case Status.ANSWERED if petition.delivered_on is None and play.late != "deliver":
            return "deliver", unit, {"delivery": "post", "date": today.isoformat()}
        case Status.ANSWERED if play.end != "reviewed":
            return "close", unit, {}
    return None


def _reply(play: _Play, text: str) -> dict[str, Any]:
    """An answer as it was asked for, with a promise; or the one that is reviewed."""
    words = {"found": text, "reply": text, "basis": say(play.lang, "simulate.basis")}
    if play.end == "reviewed":
        return words | {"outcome": "not_supported"}
    return words | {"outcome": "supported", "promise": say(play.lang, "simulate.promise")}


def _goes_up(
    play: _Play, petition: Petition, unit: Actor, today: date, last: set[str]
) -> NextAct | None:
    """The steps of review and re-review; None where the ordinary ones go on."""
    text = say(play.lang, "simulate.text")
    delivered = petition.delivered_on
    asks = delivered is not None and today >= delivered + ASKS_AFTER
    mine = Actor.petitioner(petition.person)
    match petition.status:
        case Status.ANSWERED if asks:
            return "ask_review", mine, {"review_why": text}
        case Status.REVIEW_ASKED:
            return "accept_review", unit, {}
        case Status.REVIEWING if "review" in last:
            return "review_opinion", unit, {"review_outcome": "uphold", "reply": text}
        case Status.REVIEWED if delivered is None:
            return "deliver", unit, {"delivery": "post", "date": today.isoformat()}
        case Status.REVIEWED if asks:
            return "ask_rereview", mine, {"review_why": text}
        case Status.REREVIEW_ASKED:
            return "accept_rereview", unit, {}
        case Status.REREVIEWING if "rereview" in last:
            return "rereview_opinion", unit, {"review_outcome": "uphold", "reply": text}
    return None


def counted(lines: Iterable[Happening], lang: str) -> str:
    """How much was said: messages to the petitioner, how many of them ask, and their characters;
    messages to the office."""
    told = [line.text for line in lines if line.side == "petitioner"]
    asked = sum("？" in text or "?" in text for text in told)
    return say(lang, "simulate.counted", told=len(told), asked=asked,
               length=sum(map(len, told)),
               office=sum(line.side == "office" for line in lines))  # fmt: skip


def read_day(text: str) -> date:
    """A day from the command line. Raises BadAnswer."""
    return date.fromisoformat(checks.day(text))


def title_of(kind: str, day: date, late: str, number: int, lang: str, end: str = "") -> str:
    """The title of a simulation."""
    name = say(lang, f"kind.{kind}")
    title = say(lang, "simulate.title", days=number, kind=name, start=day.isoformat())
    if end:
        title += f" · {say(lang, f'simulate.{end}')}"
    if late:
        key = f"clock.{late}.what"
        what = say(lang, key if has(key) else f"action.{late}")
        title += f" · {say(lang, 'simulate.late', what=what)}"
    return title


def side_name(side: str, lang: str) -> str:
    """The side that hears, or does, a line of a simulation."""
    return say(lang, "simulate.due_side" if side == "due" else f"simulate.{side}")
