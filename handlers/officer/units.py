"""/staff › units: the tree of units, changed from the chat by the administrator."""

from __future__ import annotations

from dataclasses import replace

from handlers import forms
from handlers.forms import Answers, Form, Step, drafts
from handlers.officer import login
from handlers.officer.staff import administrator
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import BadAnswer, Unknown
from petitions.law.clocks import local_day
from petitions.law.units import LONGEST_ID, Unit
from petitions.message import Button, Message, packed
from petitions.values import categories, checks
from petitions.verbs import seating
from petitions.verbs.units import there
from petitions.words import DEFAULT, day, name_in

LIST = 10
"""Units shown at once."""
TOP = "-"
"""Nobody stands above it."""


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`page:n`, `new`, `show:id`, `edit:id`, `close:id`, `closed:id`."""
    administrator(talk)
    if parts[:1] in (["close"], ["closed"]):
        login.must_be_fresh(talk)
    match parts:
        case ["page", number] if number.isdecimal() and len(number) < 6:
            return _page(talk, int(number))
        case ["new"]:
            return drafts.start(talk, "unit")
        case [("show" | "edit" | "close" | "closed") as verb, id]:
            units = there(talk.book, talk.office)
            if id not in units:
                raise Unknown("bad.unit_gone")
            return _one(talk, units[id], verb)
    return talk.toast("bad.stale")


def _tree(units: dict[str, Unit], above: str = "", depth: int = 0) -> list[tuple[int, Unit]]:
    """Each unit below the one it belongs to, with its depth."""
    found: list[tuple[int, Unit]] = []
    for unit in units.values():
        if unit.parent == above or (not above and unit.parent not in units):
            found += [(depth, unit), *_tree(units, unit.id, depth + 1)]
    return found


def _page(talk: Talk, page: int) -> Answer:
    tree = _tree(there(talk.book, talk.office))
    page = max(0, min(page, (len(tree) - 1) // LIST))
    shown = tree[page * LIST : (page + 1) * LIST]
    lines = [talk.say("units.head", count=len(tree))]
    lines += [
        "　" * depth + talk.say("units.line", name=unit.name(talk.lang), id=unit.id)
        for depth, unit in shown
    ]
    buttons = [Button(u.name(talk.lang), packed("unit", "show", u.id)) for _, u in shown]
    turn = []
    if page:
        turn.append(talk.button("button.newer", "unit", "page", page - 1))
    if (page + 1) * LIST < len(tree):
        turn.append(talk.button("button.older", "unit", "page", page + 1))
    rows = [*stacked(*buttons), *([tuple(turn)] if turn else [])]
    rows.append((talk.button("button.new_unit", "unit", "new"),))
    return [Message("\n".join(lines), tuple(rows))]


def _one(talk: Talk, unit: Unit, verb: str) -> Answer:
    match verb:
        case "edit":
            return drafts.start(talk, "unit", answers=_known(unit), unit=unit.id)
        case "close":
            sure = talk.button("button.close_unit_sure", "unit", "closed", unit.id)
            return talk.tell("units.sure", (sure,), name=unit.name(talk.lang))
        case "closed":
            seating.close_unit(talk.book, talk.office, unit.id, administrator(talk), talk.now)
            return [*talk.tell("units.closed", name=unit.name(talk.lang)), *_page(talk, 0)]
    units = there(talk.book, talk.office)
    above = units[unit.parent].name(talk.lang) if unit.parent in units else "—"
    fields = [_category(m, talk.lang) for m in unit.matters]
    text = talk.say(
        "units.one", name=unit.name(talk.lang), id=unit.id, above=above,
        kind=talk.say(f"unit_kind.{unit.kind}"), phone=unit.phone or "—",
        address=name_in(talk.lang, unit.address) or "—",
        hours=name_in(talk.lang, unit.hours) or "—",
        places=talk.listed(unit.places) or "—", matters=talk.listed(fields) or "—",
    )  # fmt: skip
    rows = stacked(
        talk.button("button.edit_unit", "unit", "edit", unit.id),
        talk.button("button.close_unit", "unit", "close", unit.id),
        talk.button("button.back", "unit", "page", 0),
    )
    return [Message(text, rows)]


def _category(id: str, lang: str) -> str:
    found = categories.find(id)
    return found.name(lang) if found else id


def _known(unit: Unit) -> Answers:
    """The answers that the form begins with."""
    known = {
        "unit_id": unit.id, "unit_name": unit.names[DEFAULT], "unit_kind": unit.kind,
        "unit_name_en": unit.names.get("en", ""), "parent": unit.parent or TOP,
        "unit_phone": unit.phone,
        "unit_address": unit.address.get(DEFAULT, ""), "unit_hours": unit.hours.get(DEFAULT, ""),
        "unit_places": "、".join(unit.places), "unit_matters": "、".join(unit.matters),
    }  # fmt: skip
    return {k: v for k, v in known.items() if v}


def _id(talk: Talk, text: str) -> str:
    """A short name for files and links; a known one keeps its unit. Raises BadAnswer."""
    id = checks.line(text, LONGEST_ID).lower()
    if not id.replace("-", "").isalnum() or not id.isascii():
        raise BadAnswer("bad.unit_id")
    draft = drafts.open_draft(talk)
    if draft and id in there(talk.book, talk.office) and draft.data.get("unit") != id:
        raise BadAnswer("bad.unit_id_taken")
    return id


def _parents(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    mine = draft.data.get("unit", "")
    named = [
        (u.id, u.name(talk.lang)) for u in there(talk.book, talk.office).values() if u.id != mine
    ]
    return [*named, (TOP, talk.say("choice.nothing_above"))]


def _kinds(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(kind, talk.say(f"unit_kind.{kind}")) for kind in ("unit", "bureau")]


def _listed(text: str) -> list[str]:
    """The words between commas of any kind."""
    for mark in "，、;；\n":
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def _matters(talk: Talk, text: str) -> str:
    """Categories by their numbers. Raises BadAnswer naming the one that isn't there."""
    found = _listed(checks.line(text, 400))
    for id in found:
        if categories.find(id) is None:
            raise BadAnswer("bad.no_category", id=id)
    return "、".join(found)


def _submit(talk: Talk, draft: Draft) -> Answer:
    me = administrator(talk)
    login.must_be_fresh(talk)
    answers = draft.data["answers"]
    id = str(draft.data.get("unit") or answers.get("unit_id", ""))
    if not id or not answers.get("unit_name") or not answers.get("unit_kind"):
        raise BadAnswer("bad.unit_needs")
    before = there(talk.book, talk.office).get(id) or Unit(id, "unit", {}, "", {}, {}, "", (), ())
    parent = answers.get("parent", TOP)
    names = before.names | {DEFAULT: answers["unit_name"]}
    if answers.get("unit_name_en"):
        names["en"] = answers["unit_name_en"]
    unit = replace(
        before, kind=answers["unit_kind"], names=names, parent="" if parent == TOP else parent,
        phone=answers.get("unit_phone", ""),
        address=before.address | {DEFAULT: answers.get("unit_address", "")},
        hours=before.hours | {DEFAULT: answers.get("unit_hours", "")},
        places=tuple(_listed(answers.get("unit_places", ""))),
        matters=tuple(_listed(answers.get("unit_matters", ""))),
    )  # fmt: skip
    if before.id == talk.office.bureau and unit.kind != "bureau":
        raise BadAnswer("bad.close_bureau")
    if ask := seating.change_unit(talk.book, talk.office, unit, me, talk.now):
        until = day(talk.lang, local_day(ask.until, talk.office.zone))
        shown = ("show", id) if id in talk.office.units else ("page", 0)
        back = (talk.button("button.back", "unit", *shown),)
        return talk.tell("second.unit_waits", back, name=unit.name(talk.lang), until=until)
    return [*talk.tell("done.unit", name=unit.name(talk.lang)), *_one(talk, unit, "show")]


forms.register(
    Form(
        "unit",
        (
            Step("unit_id", _id),
            Step("unit_name", lambda t, x: checks.line(x, 60)),
            Step("unit_name_en", lambda t, x: checks.line(x, 60), skip=True),
            Step("unit_kind", None, _kinds, columns=2),
            Step("parent", None, _parents),
            Step("unit_phone", lambda t, x: checks.line(x, 40), skip=True),
            Step("unit_address", lambda t, x: checks.line(x, 120), skip=True),
            Step("unit_hours", lambda t, x: checks.line(x, 120), skip=True),
            Step("unit_places", lambda t, x: checks.line(x, 200), skip=True),
            Step("unit_matters", _matters, skip=True),
        ),
        _submit,
        overview=True,
        files=False,
    )
)
