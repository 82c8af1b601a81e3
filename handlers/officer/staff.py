"""/staff: the desks of the office, for the administrator: invite, empty, end."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer import login, second
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import parting, staffing
from petitions.errors import NotPossibleNow, NotYours, Unknown
from petitions.message import Button, Message, packed
from petitions.values import checks
from petitions.values.person import Officer, Role
from petitions.verbs import seating

LIST = 10
"""Desks shown at once."""


CHANGES = (["invite"], ["again"], ["gone"])
"""Presses that begin or make a change: asked for once more who it is."""


def administrator(talk: Talk) -> Officer:
    """The officer who looks after the installation. Raises NotYours for everybody else."""
    if talk.officer is None or talk.officer.role is not Role.ADMINISTRATOR:
        raise NotYours("bad.not_administrator")
    return talk.officer


def staff(talk: Talk, rest: str = "") -> Answer:
    """Every desk, by unit, and whether somebody sits at it."""
    return _page(talk, 0)


def _page(talk: Talk, page: int) -> Answer:
    administrator(talk)
    desks = sorted(talk.book.officers(), key=lambda o: (o.unit, o.id))
    page = max(0, min(page, (len(desks) - 1) // LIST))
    shown = desks[page * LIST : (page + 1) * LIST]
    empty = sum(not o.chat for o in desks)
    lines = [talk.say("staff.head", count=len(desks), empty=empty)]
    lines += login.not_required(talk)
    lines += second.still_open(talk)
    lines += [_line(talk, o) for o in shown]
    buttons = [Button(_label(talk, o), packed("staff", "desk", o.id)) for o in shown]
    turn = []
    if page:
        turn.append(talk.button("button.newer", "staff", "page", page - 1))
    if (page + 1) * LIST < len(desks):
        turn.append(talk.button("button.older", "staff", "page", page + 1))
    rows = [*stacked(*buttons), *([tuple(turn)] if turn else [])]
    rows.append((talk.button("button.invite", "staff", "invite"),))
    rows.append((talk.button("button.units", "unit", "page", 0),))
    rows.append((talk.button("button.staff_log", "second", "log", 0),))
    return [Message("\n".join(lines), tuple(rows))]


def _label(talk: Talk, one: Officer) -> str:
    return f"{talk.office.unit_name(one.unit, talk.lang)} · {one.name or _role(talk, one)}"


def _role(talk: Talk, one: Officer) -> str:
    return talk.say(f"role.{one.role}")


def _line(talk: Talk, one: Officer) -> str:
    seat = talk.say("staff.away" if one.away else "staff.seated" if one.chat else "staff.empty")
    return talk.say("staff.line", desk=_label(talk, one), role=_role(talk, one), seat=seat)


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`page:n`, `invite`, `desk:id`, `again:id`, `end:id`, `gone:id`."""
    me = administrator(talk)
    if parts[:1] in CHANGES:
        login.must_be_fresh(talk)
    match parts:
        case ["page", number] if number.isdecimal() and len(number) < 6:
            return _page(talk, int(number))
        case ["invite"]:
            return drafts.start(talk, "invite_desk")
        case [("desk" | "again" | "end" | "gone") as verb, id] if id.isdecimal() and len(id) < 16:
            one = talk.book.officer(int(id))
            if one is None:
                raise Unknown("bad.no_desk")
            return _desk(talk, me, one, verb)
    return talk.toast("bad.stale")


def _desk(talk: Talk, me: Officer, one: Officer, verb: str) -> Answer:
    match verb:
        case "again":
            return _invited(talk, me, one.unit, one.role, one.name)
        case "end" if one.id == me.id:
            return talk.tell("bad.own_desk")
        case "end":
            sure = talk.button("button.end_desk_sure", "staff", "gone", one.id)
            return talk.tell("staff.sure", (sure,), desk=_label(talk, one))
        case "gone" if one.id != me.id:
            _must_leave_a_second(talk, one)
            parting.unseat(talk.book, talk.office, one, "ended", talk.now, me.id)
            return [*talk.tell("staff.ended", desk=_label(talk, one)), *_page(talk, 0)]
    rows = [talk.button("button.end_desk", "staff", "end", one.id)]
    if not one.chat:
        rows.insert(0, talk.button("button.invite_again", "staff", "again", one.id))
    rows.append(talk.button("button.back", "staff", "page", 0))
    return [Message(_line(talk, one), stacked(*rows))]


def _must_leave_a_second(talk: Talk, one: Officer) -> None:
    """Raises NotPossibleNow where nobody else could say yes any more to what I ask for."""
    but = {talk.chat.id}
    if staffing.seconds(talk.book, talk.office, but) and not staffing.seconds(
        talk.book, talk.office, but | {one.chat}
    ):
        raise NotPossibleNow("bad.last_second")


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(u, talk.office.unit_name(u, talk.lang)) for u in talk.office.units]


def _roles(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(str(r), talk.say(f"role.{r}")) for r in Role]


def _submit(talk: Talk, draft: Draft) -> Answer:
    me = administrator(talk)
    login.must_be_fresh(talk)
    answers = draft.data["answers"]
    return _invited(talk, me, answers["unit"], Role(answers["role"]), answers.get("desk_name", ""))


def _invited(talk: Talk, me: Officer, unit: str, role: Role, name: str) -> Answer:
    token = seating.invite(talk.book, talk.office, unit, role, name, talk.now, me)
    days = talk.office.rules.limits["invite"].days
    said = talk.say("staff.invited", unit=talk.office.unit_name(unit, talk.lang),
                    role=talk.say(f"role.{role}"), days=days)  # fmt: skip
    back = ((talk.button("button.back", "staff", "page", 0),),)
    return [
        Message(f"{talk.say('staff.second')}\n{said}", back), Message(f"/start i_{token}")
    ]  # fmt: skip


forms.register(
    Form(
        "invite_desk",
        (
            Step("unit", None, _units),
            Step("role", None, _roles, columns=2),
            Step("desk_name", lambda t, x: checks.line(x, 30), skip=True),
        ),
        _submit,
        files=False,
    )
)
