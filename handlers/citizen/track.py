"""/track: number and query code open a case in any chat."""

from __future__ import annotations

from handlers import forms
from handlers.citizen import cases, pins, prove
from handlers.forms import Form, Step, drafts
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.errors import BadAnswer
from petitions.telling import receipts
from petitions.telling.card import card as status_card
from petitions.values import checks, codes
from petitions.verbs import access


def _number(talk: Talk, text: str) -> str:
    number = codes.read_number(checks.line(text, 400))
    if number is None:
        wrong = codes.looks_like_number(text)
        raise BadAnswer("bad.number_typo" if wrong else "bad.number")
    return number


def _code(talk: Talk, text: str) -> str:
    code = codes.read_code(checks.line(text, 60))
    if len(code) != codes.CODE_LENGTH or any(c not in codes.ALPHABET for c in code):
        raise BadAnswer("bad.code_form")
    return code


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    found = access.track(
        talk.book, talk.office, talk.chat, answers["number"], answers["code"], talk.now
    )
    if found is None:
        return [
            *talk.tell(
                "track.wrong",
                (talk.button("button.try_again", "track", "start"),),
                phone=talk.office.front.phone,
            )
        ]
    if not (talk.chat.person and talk.book.follows(found.id, talk.chat.person)):
        status = receipts.status_only(talk.book, talk.office, found, talk.lang, talk.now)
        return [status, *drafts.start(talk, "claim", found.id, number=found.number)]
    return [status_card(talk.book, talk.office, found, talk.lang, talk.now, talk.chat.person)]


def _pin_or_code(talk: Talk, text: str) -> str:
    """A PIN, or the one-time code by which it is set."""
    code = codes.read_code(checks.line(text, 60))
    return code if len(code) == codes.CODE_LENGTH else checks.pin(text)


def at_pin_link(talk: Talk, code: str) -> Answer:
    """A one-time code: the petitioner of a case on paper sets their PIN."""
    petition = access.at_pin_link(talk.book, talk.chat, code, talk.now)
    return drafts.start(talk, "window_pin", petition.id, number=petition.number, token=code)


def _submit_window_pin(talk: Talk, draft: Draft) -> Answer:
    pin = draft.data["answers"].pop("pin")
    petition = access.set_pin_at_link(
        talk.book, talk.office, talk.chat, draft.data.pop("token"), pin, talk.now
    )
    return talk.tell("done.window_pin", (talk.button("button.track", "track", "start"),),
                     number=petition.number)  # fmt: skip


def _submit_claim(talk: Talk, draft: Draft) -> Answer:
    """Somebody is the petitioner, by the petitioner's PIN."""
    pin = draft.data["answers"].pop("pin", "")
    if len(pin) == codes.CODE_LENGTH:
        return at_pin_link(talk, pin)
    if not pin:
        return talk.tell("claim.later", number=draft.data["number"])
    found = access.claim(talk.book, talk.office, talk.chat, draft.case, pin, talk.now)
    if found is None:
        return talk.tell("claim.wrong", phone=talk.office.front.phone)
    card = status_card(talk.book, talk.office, found, talk.lang, talk.now, talk.chat.person)
    return [*talk.tell("claim.done", number=found.number), card]


forms.register(
    Form(
        "claim",
        (Step("pin", _pin_or_code, skip=True),),
        _submit_claim,
        checked=False,
        files=False,
    )
)
cases.VERBS.update(prove.VERBS)
pins.asked("window_pin", _submit_window_pin)
pins.asked("prove", _submit_claim)
forms.register(
    Form(
        "track",
        (Step("number", _number), Step("code", _code)),
        _submit,
        checked=False,
        files=False,
    )
)


def track(talk: Talk, rest: str = "") -> Answer:
    """/track [number]: asks for what is missing; one's own case opens at once."""
    number = codes.read_number(rest)
    if number:
        own = talk.book.by_number(number)
        if own and talk.chat.person and talk.book.follows(own.id, talk.chat.person):
            return [status_card(talk.book, talk.office, own, talk.lang, talk.now, talk.chat.person)]
        return drafts.start(talk, "track", answers={"number": number})
    key = "bad.number_typo" if codes.looks_like_number(rest) else "bad.number"
    wrong = talk.tell(key) if rest else []
    return [*wrong, *drafts.start(talk, "track")]


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """The button that starts it."""
    return track(talk)
