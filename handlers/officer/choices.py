"""The choices offered in the forms of the desk, by part; and when a part is asked."""

from __future__ import annotations

from collections.abc import Callable

from handlers.citizen import hiding
from handlers.contents import first_level, has_first, kinds, second_level
from handlers.forms import Answers, Step, drafts
from handlers.officer import absence, look, replies, seen
from handlers.officer.case import officer, sees
from handlers.talk import Talk
from petitions.book import Draft
from petitions.case import refusing
from petitions.case.conditions import bureau_of, hidden_from
from petitions.errors import BadAnswer, NotPossibleNow
from petitions.law import citing
from petitions.law.clocks import local_day
from petitions.matters import appointments, checking, lanes
from petitions.matters.aftercare import WAYS_TO_ASK
from petitions.telling import views
from petitions.values import actions, checks, codes
from petitions.values.person import Actor, Officer, Role
from petitions.values.petition import Kind

Choices = Callable[[Talk, Draft], list[tuple[str, str]]]


def coded(family: str, codes: tuple[str, ...]) -> Choices:
    """Choices whose labels are a family of words."""
    return lambda talk, draft: [(code, talk.say(f"{family}.{code}")) for code in codes]


# The answers that may be given


def _who_asks(first: bool) -> Callable[[Talk, Draft], list[tuple[str, str]]]:
    """Guests of the case who ask for an identity check, by the number they were given; `first`:
    to whom a first officer has said yes."""

    def listed(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
        history = list(talk.book.history(draft.case))
        return [
            (str(task.id), talk.say("choice.check", check=task.id))
            for task in talk.book.tasks(case=draft.case)
            if checking.guest_of(task) and bool(checking.first_of(history, task)) == first
        ]

    return listed


def _units(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Where a case may be passed on: those that serve its matter or place first."""
    petition = talk.book.petition(draft.case)
    place = next((t.body for t in talk.book.texts(draft.case) if t.part == "place"), "")

    def fit(id: str) -> int:
        unit = talk.office.units[id]
        matter = any(petition.category.startswith(m) for m in unit.matters if m)
        named = id == petition.proposed_unit
        return -(4 * named + 2 * matter + any(p in place for p in unit.places if p))

    sealed = petition.kind is Kind.ACCUSATION
    here = (petition.unit, talk.office.bureau, bureau_of(petition, talk.office))
    ids = [
        u for u, unit in talk.office.units.items()
        if u not in here and unit.accusations == sealed
    ]  # fmt: skip
    return [(u, talk.office.unit_name(u, talk.lang)) for u in sorted(ids, key=fit)]


def _any_unit(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Whoever a meeting may ask, the unit that has the case first."""
    mine = talk.book.petition(draft.case).unit
    ids = sorted((u for u, x in talk.office.units.items() if not x.accusations),
                 key=lambda u: u != mine)  # fmt: skip
    return [(u, talk.office.unit_name(u, talk.lang)) for u in ids]


def _reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Why this unit may refuse this case; without a reason it is to object or to accept."""
    petition = talk.book.petition(draft.case)
    found = refusing.reasons(talk.office, petition, officer(talk).unit)
    if not found:
        raise NotPossibleNow("bad.no_refusal")
    return [(code, talk.say(f"reason.{code}")) for code in found]


def _ways(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The ways, each with where it stands."""
    rules = talk.office.rules
    cited = {w: citing.bracketed(citing.article(a, talk.lang) if a else "", talk.lang)
             for w, a in rules.ways.items()}  # fmt: skip
    return [(w, talk.say("choice.way", way=talk.say(f"way.{w}"), law=law))
            for w, law in cited.items()]  # fmt: skip


def _promises(answers: Answers) -> bool:
    return bool(answers.get("promise"))


def _low(answers: Answers) -> bool:
    """Whether somebody was less than satisfied."""
    return bool({answers.get("level_bureau"), answers.get("level_unit")} & {"fairly", LOW})


LOW = "dissatisfied"


ALIKE = 5
"""Cases suggested as the same matter."""


def _hours(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(str(hour), f"{hour}:00") for hour in appointments.HOURS]


def _meeting(draft: Draft) -> str:
    return str(draft.data["answers"].get("meeting", "visit"))


def _places(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(p, talk.say(f"place.{p}")) for p in appointments.PLACES[_meeting(draft)]]


def _has_expert(answers: Answers) -> bool:
    return bool(appointments.KINDS.get(answers.get("meeting", "")))


def _may_know(talk: Talk, draft: Draft, officer: Officer) -> bool:
    """Whether somebody may be asked into the case: nobody of a unit that must not see it."""
    return not hidden_from(talk.book.petition(draft.case), officer.unit)


def _experts(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Mediators, lawyers, counsellors who can be reached."""
    role = appointments.KINDS[_meeting(draft)]
    found = [o for o in talk.book.seated() if o.role is role and _may_know(talk, draft, o)]
    if not found:
        raise NotPossibleNow("bad.no_expert", role=talk.say(f"role.{role}"))
    unit = {o.id: talk.office.unit_name(o.unit, talk.lang) for o in found}
    return [(str(o.id), f"{unit[o.id]} · {absence.label(talk, o)}") for o in found]


def _ways_to_ask(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """By telephone, at the window, by letter; in person only where that was agreed."""
    today = local_day(talk.now, talk.office.zone)
    agreed = {a.place for a in talk.book.appointments(draft.case)
              if (a.kind, a.state) == ("visit", "agreed") and a.day <= today}  # fmt: skip
    return [(way, talk.say(f"asked_how.{way}")) for way in WAYS_TO_ASK
            if way not in appointments.PLACES["visit"] or way in agreed]  # fmt: skip


def _low_reasons(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    known = talk.office.rules.satisfaction.reasons
    codes = dict.fromkeys([*known["bureau"], *known["unit"]])
    return [(code, talk.say(f"why.{code}")) for code in codes]


def _request(answers: Answers) -> bool:
    return answers.get("kind") == "request"


def _into(talk: Talk, text: str) -> str:
    number = codes.read_number(text)
    if number is None:
        raise BadAnswer("bad.merge")
    return number


def _linked(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Cases that are handled side by side with this one."""
    others = set(talk.book.links(draft.case)) - talk.hidden
    numbers = [talk.book.petition(id).number for id in sorted(others)]
    return [(number, number) for number in numbers]


def _alike(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Cases that may be about the same matter and that this officer may see; none by words that
    are sealed to them."""
    whole = talk.office.reads_sealed(officer(talk).unit)
    if talk.book.petition(draft.case).sealed and not whole:
        return []
    found = [talk.book.petition(id) for id in talk.book.alike(draft.case, ALIKE)]
    linked = talk.book.links(draft.case)
    return [
        (c.number, f"{c.number} · {views.category_name(c.category, talk.lang)}")
        for c in found
        if sees(talk, c) and c.id not in linked and (whole or not c.sealed)
    ]


def _campaigns(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Campaigns under way; skipped: none of them."""
    return [(str(c.id), c.name) for c in talk.book.campaigns() if c.state == "open"]


def _lanes(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Special lanes that are open."""
    today = local_day(talk.now, talk.office.zone)
    return [(one.id, one.name) for one in lanes.every(talk.book) if one.open(today)]


def _voices(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Voice messages of the case that this officer may hear, and write down."""
    return seen.spoken(talk, talk.book.petition(draft.case), Actor.officer(officer(talk)))


def _written_down(talk: Talk, text: str) -> str:
    draft = drafts.open_draft(talk)
    voice = draft.data["answers"].get("spoken", "") if draft else ""
    return checks.spoken(voice.partition(":")[2], text, talk.office.dial)


def _saved(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    petition = talk.book.petition(draft.case)
    found = [replies.filled(talk, petition, body)
             for _, body in talk.book.saved_replies(officer(talk).unit)]  # fmt: skip
    return [(body, body[:40]) for body in found]


def _newest(talk: Talk, draft: Draft, action: str, part: str) -> list[tuple[str, str]]:
    """The words last written by an action, to be taken over."""
    seqs = {e.seq for e in talk.book.history(draft.case) if e.action == action}
    found = [t.body for t in talk.book.texts(draft.case)
             if t.seq in seqs and t.part == part and t.body]  # fmt: skip
    return [(body, body[:40]) for body in found[-1:]]


def _findings(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The finding of the investigation."""
    return _newest(talk, draft, "investigate", "finding")


def _colleagues(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Officers of the unit who may take the case over."""
    me = officer(talk)
    found = absence.colleagues(talk, me)
    if not found:
        raise NotPossibleNow("bad.no_colleague")
    return [(str(o.id), absence.label(talk, o)) for o in found]


def _leaders(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """Leaders who may take charge of a hard case."""
    found = [o for o in talk.book.seated()
             if o.role is Role.LEADER and _may_know(talk, draft, o)]  # fmt: skip
    if not found:
        raise NotPossibleNow("bad.no_leader")
    unit = {o.id: talk.office.unit_name(o.unit, talk.lang) for o in found}
    return [(str(o.id), f"{unit[o.id]} · {absence.label(talk, o)}") for o in found]


def _not_whom(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    """The sentence itself: it is kept as it was said."""
    said = talk.say("choice.not_whom")
    return [(said, said)]


def _openings() -> dict[str, Step]:
    """The reason for a look at what is closed: chosen, and in words."""
    return {f"{a}.{step.name}": step for a in actions.openings() for step in look.asked("why")}


# The entries of single parts, by `part`, or `form.part` where a form asks it in its own way

CHOICES: dict[str, Choices] = {
    "kind": kinds,
    "way": _ways,
    "category1": first_level,
    "category2": second_level,
    "unit": _units,
    "decide.unit": _any_unit,
    "charge.unit": _any_unit,
    "not_whom": _not_whom,
    "lane": _lanes,
    "reason": _reasons,
    "reply.reply": _saved,
    "opinion.reply": _saved,
    "duty_answer.reply": _saved,
    "found": _findings,
    "spoken": _voices,
    "check_identity.who_asks": _who_asks(False),
    "check_again.who_asks": _who_asks(True),
    "meeting": coded("meeting", appointments.OFFERED),
    "meeting_place": _places,
    "meeting_hour": _hours,
    "propose_meeting.colleague": _experts,
    "hand_over.colleague": _colleagues,
    "charge.colleague": _leaders,
    "campaign": _campaigns,
    "asked_how": _ways_to_ask,
    "visit_reasons": _low_reasons,
}
"""Answers that depend on the case, the office or who asks."""
WHEN: dict[str, Callable[[Answers], bool]] = {
    "register.way": _request,
    "category2": has_first,
    "not_whom": lambda answers: "doubtful" in answers,
    "summary": lambda answers: "sealed" in answers,
    "promised_on": _promises,
    "propose_meeting.colleague": _has_expert,
    "visit_reasons": _low,
}
"""Whether it is asked at all, given the answers so far."""
AFTER = {"register.category2": "category1", "propose_meeting.colleague": "meeting"}
"""The question whose every edit asks this one anew."""
OWN: dict[str, Step] = {
    "hidden": Step("hidden", lambda talk, text: checks.line(text), hiding.of_bureau),
    "into": Step("into", _into),
    "link.into": Step("into", _into, _alike),
    "unlink.into": Step("into", None, _linked),
    "transcript": Step("transcript", _written_down, long=True),
    **_openings(),
}
"""Questions that no record describes."""
