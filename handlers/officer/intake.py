"""Every way in: an officer registers what came by letter, telephone, visit, fax, from a mailbox
or a message board, on behalf of its petitioner, and prints them a slip.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from handlers import forms
from handlers.citizen import hiding
from handlers.citizen.filing import UNNAMED, choices_of_name
from handlers.forms import Answers, Form, Step, drafts
from handlers.officer.case import officer, sees
from handlers.talk import Answer, Talk
from petitions.book import Draft, NewText
from petitions.law.clocks import local_day
from petitions.matters import whom
from petitions.message import Message
from petitions.telling import receipts
from petitions.values import checks
from petitions.values.channels import Channel
from petitions.values.person import Identity
from petitions.verbs import access
from petitions.verbs.acts.petitioning import CONSENTS
from petitions.verbs.filing import Arrival, Filing, Receipt, register_for

NO_CONTACT = "none"
"""The answer of somebody without a telephone."""


def begin(talk: Talk, parts: list[str]) -> Answer:
    """The form."""
    officer(talk)
    return drafts.start(talk, "intake")


def _ways(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(str(c), talk.say(f"channel.{c}")) for c in Channel if c.in_person]


def _today(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    today = local_day(talk.now, talk.office.zone).isoformat()
    return [(today, talk.say("choice.today"))]


def _no_contact(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(NO_CONTACT, talk.say("choice.no_contact"))]


def _consents(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [(c, talk.say(f"consent.{c}")) for c in CONSENTS]


def _named(answers: Answers) -> bool:
    return answers.get("name") != UNNAMED


def _by_proxy(answers: Answers) -> bool:
    return bool(answers.get("proxy"))


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers, me = draft.data["answers"], officer(talk)

    def of(name: str, nothing: str = "") -> str:
        value = str(answers.get(name, ""))
        return "" if value == nothing else value

    filing = Filing(
        facts=NewText("facts", of("facts")),
        request=NewText("request", of("request")),
        place=NewText("place", of("place")),
        identity=Identity(of("name", UNNAMED), of("address"), of("contact", NO_CONTACT)),
        hidden=whom.spelled(talk.office, of("hidden", hiding.NOBODY)),
        unnamed=not _named(answers),
        files=tuple(draft.data["files"]),
    )
    arrival = Arrival(
        Channel(answers["channel"]), date.fromisoformat(answers["received"]), of("proxy"),
        of("consent"),
    )  # fmt: skip
    given = register_for(talk.book, talk.office, me, arrival, filing, talk.now)
    draft.data["number"] = given.petition.number
    code = access.pin_link(talk.book, given.petition.id, talk.now)
    return [_slip(talk, given), *pin_link(talk, code)]


def pin_link(talk: Talk, code: str) -> Answer:
    """The link that the petitioner scans or opens to set a PIN that the officer doesn't see."""
    minutes = int(access.PIN_LINK.total_seconds() // 60)
    page = f"{talk.page}s_{code}"
    return [
        Message(talk.say("pin_link.show", code=code, link=page, minutes=minutes), qr=f"s_{code}")
    ]


def _slip(talk: Talk, given: Receipt) -> Message:
    petition = given.petition
    sheet = receipts.slip(talk.office, given, talk.office.languages[0])
    rows: list[tuple[Any, ...]] = [(talk.button("button.intake", "intake"),)]
    if sees(talk, petition):
        rows.insert(0, (talk.button("button.open_case", "d", petition.id, "open"),))
    said = talk.say("intake.done", number=petition.number, code=given.code)
    return Message(said, tuple(rows), sheets=(sheet,), case=petition.id)


forms.register(
    Form(
        "intake",
        (
            Step("channel", None, _ways, columns=2),
            Step("received", lambda t, x: checks.day(x), _today),
            Step("name", lambda t, x: checks.name(x), choices_of_name),
            Step("address", lambda t, x: checks.line(x), when=_named),
            Step("contact", lambda t, x: checks.phone(x, t.office.dial), _no_contact, contact=True),
            Step("facts", lambda t, x: checks.words(x), long=True),
            Step("request", lambda t, x: checks.words(x, checks.MIDDLE)),
            Step("place", lambda t, x: checks.line(x), place=True),
            Step("hidden", lambda t, x: checks.line(x), hiding.choices),
            Step("proxy", lambda t, x: checks.name(x), skip=True),
            Step("consent", None, _consents, when=_by_proxy),
        ),
        _submit,
        keep=True,
        notes=hiding.notes,
    )
)
