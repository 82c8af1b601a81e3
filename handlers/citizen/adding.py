"""The petitioner's forms in a case: supplements, questions, details, contact, withdrawal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers import forms
from handlers.citizen import hiding
from handlers.citizen.own import act, may, me, show_card
from handlers.contents import chosen_category, first_level, has_first, kinds_unsure, second_level
from handlers.forms import Answers, Form, Step, drafts
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.case import lifecycle
from petitions.errors import BadAnswer
from petitions.law.clocks import local_day
from petitions.matters import whom
from petitions.telling import views
from petitions.values import categories, checks, titles
from petitions.values.petition import Petition
from petitions.verbs.acts.petitioning import CONSENTS


def begin(name: str) -> Callable[[Talk, Petition], Answer]:
    def begin(talk: Talk, petition: Petition) -> Answer:
        may(talk, petition, FORM_ACTION[name])
        return drafts.start(talk, name, petition.id, _known(talk, name, petition),
                           number=petition.number)  # fmt: skip

    return begin


def _known(talk: Talk, name: str, petition: Petition) -> Answers:
    """The answers that a form begins with."""
    if name != "details":
        return {}
    texts = talk.book.texts(petition.id)
    newest = {t.part: t.body for t in texts if t.body}
    category = categories.find(petition.category)
    known = {
        "title": newest.get("title") or titles.suggest_title(newest.get("facts", "")),
        "kind": str(petition.kind or ""),
        "category1": (category.parent or category.id) if category else "",
        "category2": category.id if category and category.parent else "",
        "since": newest.get("since", ""),
        "earlier": newest.get("earlier", ""),
        "people": str(petition.people) if petition.people > 1 else "",
    }
    return {k: v for k, v in known.items() if v}


# The petitioner's forms


def _submit_action(action: str, part: str) -> Callable[[Talk, Draft], Answer]:
    def submit(talk: Talk, draft: Draft) -> Answer:
        data: dict[str, Any] = {"files": draft.data["files"], "voice": {}}
        if draft.data["answers"].get(part):
            data[part] = draft.data["answers"][part]
        if part in draft.data["voice"]:
            data["voice"] = {part: draft.data["voice"][part]}
        petition = act(talk, draft.case, action, data)
        rows = ((talk.button("button.card", "m", petition.id, "card"),),)
        said = views.lengths(talk.office, talk.lang)
        done = talk.tell(f"done.{action}", *rows, number=petition.number, **said)
        return [*done, *offer_to_hide(talk, petition, str(data.get(part, "")))]

    return submit


def offer_to_hide(talk: Talk, petition: Petition, text: str) -> Answer:
    """Somebody writes of the unit that has their case, or of the bureau: is it about them?"""
    actor = me(talk, petition)
    if "hide" not in lifecycle.possible(petition, actor, talk.office):
        return []
    found = whom.speaks_of(talk.office, petition, text)
    if not found:
        return []
    units = talk.listed(talk.office.unit_name(unit, talk.lang) for unit in found)
    rows = ((talk.button("button.hide", "m", petition.id, "hide"),),)
    return talk.tell("hide.offer", *rows, units=units)


def _submit_hide(talk: Talk, draft: Draft) -> Answer:
    """People who must not see it, said later; the unit that has the case then is told with it."""
    answers = draft.data["answers"]
    said = whom.spelled(talk.office, answers.get("hidden", ""))
    data = {"hidden": said, "voice": dict(draft.data["voice"])}
    before = talk.book.petition(draft.case).unit
    petition = act(talk, draft.case, "hide", data)
    rows = ((talk.button("button.card", "m", petition.id, "card"),),)
    key = "done.hide" if petition.unit == before else "done.hide_moved"
    return talk.tell(key, *rows, number=petition.number,
                     unit=talk.office.unit_name(petition.unit, talk.lang))  # fmt: skip


def _submit_supplement(talk: Talk, draft: Draft) -> Answer:
    data = draft.data
    if not data["answers"].get("supplement") and not data["voice"] and not data["files"]:
        raise BadAnswer("bad.nothing_added")
    return _submit_action("supplement", "supplement")(talk, draft)


def _submit_contact(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    changes = {k: answers[k] for k in ("name", "address", "contact") if answers.get(k)}
    if not changes:
        raise BadAnswer("bad.nothing_added")
    if changes.get("contact") == "here":
        changes["contact"] = ""
    act(talk, draft.case, "contact", {"contact": changes})
    return talk.tell("done.contact", number=draft.data["number"])


def _submit_withdraw(talk: Talk, draft: Draft) -> Answer:
    reason = draft.data["answers"].get("withdraw_reason", "")
    data = {"withdraw_reason": reason} if reason else {}
    petition = act(talk, draft.case, "withdraw", data)
    days = talk.office.rules.limits["take_back"].days
    return talk.tell(
        "done.withdraw",
        (talk.button("button.pressed", "m", petition.id, "pressed"),),
        (talk.button("button.take_back", "m", petition.id, "take_back"),),
        number=petition.number,
        days=days,
    )


def _submit_details(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    category = chosen_category(answers)
    data: dict[str, Any] = {"category": category}
    for part in ("title", "kind", "since", "earlier", "people", "id_number", "proxy_for",
                 "proxy_consent"):  # fmt: skip
        if answers.get(part):
            data[part] = answers[part]
    if "earlier" in draft.data["voice"]:
        data["voice"] = {"earlier": draft.data["voice"]["earlier"]}
    if draft.data["files"]:
        data["files"] = draft.data["files"]
    petition = act(talk, draft.case, "detail", data)
    return [*talk.tell("done.detail", number=petition.number), *show_card(talk, petition)]


def _since(talk: Talk, text: str) -> str:
    return checks.since(text, local_day(talk.now, talk.office.zone))


def _for_another(answers: Answers) -> bool:
    return bool(answers.get("proxy_for"))


def _consents(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(code, talk.say(f"consent.{code}")) for code in CONSENTS]


def _here(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [("here", talk.say("choice.here"))]


forms.register(
    Form(
        "supplement",
        (Step("supplement", lambda t, x: checks.words(x), skip=True, voice=True, long=True),),
        _submit_supplement,
    )
)
forms.register(
    Form(
        "question",
        (Step("question", lambda t, x: checks.words(x, checks.MIDDLE), voice=True),),
        _submit_action("question", "question"),
        checked=False,
    )
)
forms.register(
    Form(
        "pressed",
        (Step("pressed", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),),
        _submit_action("pressed", "pressed"),
        checked=False,
    )
)
forms.register(
    Form(
        "withdraw",
        (Step("withdraw_reason", lambda t, x: checks.words(x, checks.MIDDLE), skip=True),),
        _submit_withdraw,
        files=False,
    )
)
forms.register(
    Form(
        "contact",
        (
            Step("name", lambda t, x: checks.name(x), skip=True),
            Step("address", lambda t, x: checks.line(x), skip=True),
            Step(
                "contact",
                lambda t, x: checks.phone(x, t.office.dial),
                _here,
                skip=True,
                contact=True,
            ),
        ),
        _submit_contact,
        overview=True,
        files=False,
    )
)
forms.register(
    Form(
        "details",
        (
            Step("title", lambda t, x: checks.title(x), skip=True),
            Step("kind", None, kinds_unsure, skip=True),
            Step("category1", None, first_level, skip=True, columns=2),
            Step(
                "category2",
                None,
                second_level,
                skip=True,
                columns=2,
                when=has_first,
                after="category1",
            ),
            Step("since", _since, skip=True),
            Step("earlier", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),
            Step("people", lambda t, x: checks.people(x), skip=True),
            Step(
                "id_number",
                lambda t, x: checks.id_number(x, local_day(t.now, t.office.zone)),
                skip=True,
            ),
            Step("proxy_for", lambda t, x: checks.name(x), skip=True),
            Step("proxy_consent", None, _consents, after="proxy_for", when=_for_another),
        ),
        _submit_details,
        overview=True,
    )
)

forms.register(
    Form(
        "ask_recusal",
        (Step("recusal_why", lambda t, x: checks.words(x, checks.MIDDLE)),),
        _submit_action("ask_recusal", "recusal_why"),
        checked=False,
        files=False,
    )
)

forms.register(
    Form(
        "hide",
        (Step("hidden", lambda t, x: checks.line(x), hiding.of_bureau, voice=True),),
        _submit_hide,
        files=False,
        notes=hiding.notes,
    )
)

FORM_ACTION = {
    "hide": "hide",
    "ask_recusal": "ask_recusal",
    "supplement": "supplement", "question": "question", "pressed": "pressed",
    "withdraw": "withdraw", "contact": "contact", "details": "detail",
}  # fmt: skip
