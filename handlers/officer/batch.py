"""Passing several cases on at once: choose, name the unit, read it back, all or none."""

from __future__ import annotations

from handlers.officer import desk
from handlers.officer.case import officer, passable
from handlers.talk import Answer, Talk, grid, stacked
from petitions.book import Draft
from petitions.message import Button, Message, packed
from petitions.telling import views
from petitions.values.person import Actor
from petitions.verbs import acting

ACTION = "pass_on"
PAGE = 10
"""Units offered at once."""
LOOK, MOST = 60, 20
"""Of so many cases of a queue, from the page shown on, so many are offered at most."""


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`start:queue:page`, then `draft:rev:verb[:arg]`: t(oggle), u(nits), p(ick), go, x."""
    me = officer(talk)
    match parts:
        case ["start", queue, page] if page.isdecimal() and len(page) < 6:
            cases = [c for c in desk.cases_of(talk, queue, int(page), LOOK) if passable(talk, c)]
            data = {
                "cases": [[c.id, c.version] for c in cases[:MOST]],
                "chosen": [],
                "queue": queue,
                "page": int(page),
                "answers": {},
                "voice": {},
                "files": [],
                "at": "check",
            }
            draft = Draft(0, talk.chat.id, talk.chat.person, "batch", data=data)
            return _choose(talk, talk.book.new_draft(draft, talk.now))
        case [id, rev, verb, *rest] if id.isdecimal() and len(id) < 16:
            found = talk.book.draft(int(id))
            if found is None or found.done or found.form != "batch" or found.chat != talk.chat.id:
                return talk.toast("bad.stale")
            if rev != str(found.rev):
                return talk.toast("bad.stale")
            return _go_on(talk, me.unit, found, verb, int(rest[0]) if _number(rest) else 0)
    return talk.toast("bad.stale")


def _number(rest: list[str]) -> bool:
    return bool(rest) and rest[0].isdecimal() and len(rest[0]) < 6


def _go_on(talk: Talk, unit: str, draft: Draft, verb: str, arg: int) -> Answer:
    data = draft.data
    ids = [id for id, _ in data["cases"]]
    match verb:
        case "t" if arg < len(ids):
            chosen = set(data["chosen"]) ^ {ids[arg]}
            data["chosen"] = [id for id in ids if id in chosen]
        case "all":
            data["chosen"] = [] if len(data["chosen"]) == len(ids) else ids
        case "u" if data["chosen"]:
            return _units(talk, draft, arg)
        case "p" if data["chosen"] and arg < len(_offered(talk)):
            data["unit"] = _offered(talk)[arg]
            _save(talk, draft)
            return _check(talk, draft)
        case "go" if data.get("unit") and data["chosen"]:
            return _submit(talk, draft)
        case "x":
            talk.book.drop_draft(draft.id)
            return desk.on_queue(talk, [data["queue"], str(data["page"])])
        case _:
            return talk.toast("bad.choose_cases")
    _save(talk, draft)
    return _choose(talk, draft)


def _save(talk: Talk, draft: Draft) -> None:
    draft.rev += 1
    talk.book.save_draft(draft, talk.now)


def _press(draft: Draft, verb: str, arg: object = "") -> str:
    return packed("batch", draft.id, draft.rev, verb, arg)


def _choose(talk: Talk, draft: Draft) -> Answer:
    chosen = set(draft.data["chosen"])
    lines = [talk.say("batch.choose", count=len(chosen))]
    buttons = []
    for place, (id, _) in enumerate(draft.data["cases"]):
        case = talk.book.petition(id)
        mark = "☑" if id in chosen else "☐"
        category = views.category_name(case.category, talk.lang)
        lines.append(f"{mark} {case.number} · {category}")
        buttons.append(Button(f"{mark} {case.number}", _press(draft, "t", place)))
    last = [Button(talk.say("button.all"), _press(draft, "all"))]
    if chosen:
        last.append(Button(talk.say("button.choose_unit"), _press(draft, "u", 0)))
    last.append(Button(talk.say("button.cancel"), _press(draft, "x")))
    rows = (*stacked(*buttons), tuple(last))
    pressed = talk.incoming.kind == "press" and ":start:" not in talk.incoming.text
    return [Message("\n".join(lines), rows, in_place=pressed)]


def _offered(talk: Talk) -> list[str]:
    here = officer(talk).unit
    return [u for u, x in talk.office.units.items() if not x.accusations and u != here]


def _units(talk: Talk, draft: Draft, page: int) -> Answer:
    units = _offered(talk)
    page = max(0, min(page, (len(units) - 1) // PAGE))
    part = list(enumerate(units))[page * PAGE : (page + 1) * PAGE]
    buttons = [Button(talk.office.unit_name(u, talk.lang), _press(draft, "p", i)) for i, u in part]
    turn = []
    if page:
        turn.append(Button(talk.say("button.newer"), _press(draft, "u", page - 1)))
    if (page + 1) * PAGE < len(units):
        turn.append(Button(talk.say("button.more"), _press(draft, "u", page + 1)))
    turn.append(Button(talk.say("button.cancel"), _press(draft, "x")))
    text = talk.say("batch.unit", count=len(draft.data["chosen"]))
    return [Message(text, (*grid(buttons, 1), tuple(turn)), in_place=True)]


def _check(talk: Talk, draft: Draft) -> Answer:
    """Everything read back before it counts."""
    name = talk.office.unit_name(draft.data["unit"], talk.lang)
    lines = [talk.say("batch.check", count=len(draft.data["chosen"]), unit=name)]
    for id in draft.data["chosen"]:
        case = talk.book.petition(id)
        lines.append(f"· {case.number} · {views.category_name(case.category, talk.lang)}")
    rows = stacked(
        Button(talk.say("button.batch_go"), _press(draft, "go")),
        Button(talk.say("button.choose_unit"), _press(draft, "u", 0)),
        Button(talk.say("button.cancel"), _press(draft, "x")),
    )
    return [Message("\n".join(lines), rows, in_place=True)]


def _submit(talk: Talk, draft: Draft) -> Answer:
    """All of them or none: what can't be passed on is named first."""
    data, actor = draft.data, Actor.officer(officer(talk))
    versions = dict(data["cases"])
    refused = []
    for id in data["chosen"]:
        case = talk.book.petition(id)
        if case.version != versions[id] or not passable(talk, case):
            refused.append((id, case.number, talk.say("batch.changed")))
        elif case.unit == data["unit"]:
            refused.append((id, case.number, talk.say("bad.same_unit")))
    if refused:
        data["chosen"] = [i for i in data["chosen"] if i not in {id for id, _, _ in refused}]
        _save(talk, draft)
        lines = [
            talk.say("batch.refused"),
            *(talk.say("batch.refused_one", number=number, why=why) for _, number, why in refused),
        ]
        return [Message("\n".join(lines)), *_choose(talk, draft)]
    for id in data["chosen"]:
        acting.act(
            talk.book, talk.office, id, ACTION, actor, {"unit": data["unit"]}, talk.now,
            versions[id],
        )  # fmt: skip
    count, queue, page = len(data["chosen"]), data["queue"], data["page"]
    name = talk.office.unit_name(data["unit"], talk.lang)
    talk.book.drop_draft(draft.id)
    done = Message(talk.say("done.batch", count=count, unit=name), in_place=True)
    return [done, *desk.on_queue(talk, [queue, str(page)])]
