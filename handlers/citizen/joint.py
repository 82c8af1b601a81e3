"""Joint petitions in the chat: inviting by a link, signing, leaving, and saying yes to join."""

from __future__ import annotations

from collections.abc import Callable

from handlers import forms
from handlers.citizen import cases, own
from handlers.forms import Form, Step, drafts
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.case import quoting
from petitions.errors import BadAnswer, NotYours
from petitions.matters import joint
from petitions.message import Button, Message
from petitions.telling.card import card as status_card
from petitions.values import checks
from petitions.values.person import Audience, Identity, Part
from petitions.values.petition import FINAL, Petition
from petitions.verbs import signing

COMMON = ("facts", "request", "place")
"""The parts that whoever is invited reads before they sign."""


def show(talk: Talk, petition: Petition) -> Answer:
    """How many are in it; for representatives, links to invite others."""
    mine = own.me(talk, petition)
    if mine.role == Part.GUEST:
        raise NotYours("bad.guest")
    speakers = len(joint.representatives(talk.book, petition.id)) if petition.members else 1
    most = talk.office.rules.counts["representatives"]
    said = talk.say("joint.page", number=petition.number, count=max(1, petition.members),
                    speakers=speakers, most=most)  # fmt: skip
    buttons = []
    if mine.role != Part.SIGNER:
        buttons.append(talk.button("button.invite_signers", "m", petition.id, "invite_signers"))
        if speakers < most:
            buttons.append(talk.button("button.invite_speaker", "m", petition.id, "invite_speaker"))
    if petition.members:
        buttons.append(talk.button("button.leave_joint", "m", petition.id, "leave_joint"))
    buttons.append(talk.button("button.back", "m", petition.id, "card"))
    return [Message(said, stacked(*buttons))]


def _invite(part: Part) -> Callable[[Talk, Petition], Answer]:
    def invite(talk: Talk, petition: Petition) -> Answer:
        token = signing.invite(talk.book, talk.office, petition, talk.chat.person, part, talk.now)
        key = "joint.link_speaker" if part is Part.REPRESENTATIVE else "joint.link"
        said = talk.say(key, number=petition.number, days=signing.LINK_DAYS)
        link = f"{talk.link}j_{token}"
        return [Message(said), Message(link, qr=f"j_{token}")]

    return invite


def at_link(talk: Talk, token: str) -> Answer:
    """An invitation that was opened: the common part, then one's own words and consent."""
    given = signing.invited(talk.book, talk.chat, token, talk.now)
    texts = talk.book.texts(given.petition.id)
    lines = [talk.say(f"joint.invited_{given.part}", count=given.petition.members)]
    lines += [
        quoting.told(talk.lang, t.part, t.body)
        for t in texts
        if t.part in COMMON and t.body and t.audience is Audience.EVERYBODY
    ]
    if talk.chat.agreed_at is None:
        lines += ["", talk.say("privacy.short", bureau=talk.office.front.name(talk.lang))]
    return [Message("\n".join(lines)), *drafts.start(talk, "sign", token=token)]


def _token(talk: Talk, text: str) -> str:
    """The token that was typed: in a link, it stands behind `j_`."""
    return checks.line(text, 400).rpartition("j_")[2].strip()


def _submit_join(talk: Talk, draft: Draft) -> Answer:
    return at_link(talk, draft.data["answers"]["joint_link"])


def _submit(talk: Talk, draft: Draft) -> Answer:
    answers = draft.data["answers"]
    if answers["joins"] != "yes":
        return talk.tell("joint.not_signed")
    talk.chat.agreed_at = talk.chat.agreed_at or talk.now
    identity = Identity(name=answers["name"], contact=answers["contact"])
    petition = signing.sign(
        talk.book, talk.office, talk.chat, draft.data["token"], identity,
        answers.get("own_words", ""), draft.data["voice"].get("own_words", 0), talk.now,
    )  # fmt: skip
    said = talk.tell("done.sign", number=petition.number, count=petition.members)
    card = status_card(talk.book, talk.office, petition, talk.lang, talk.now, talk.chat.person)
    return [*said, card]


def _consent(talk: Talk, draft: Draft) -> list[tuple[str, str]]:
    return [("yes", talk.say("consent.yes")), ("no", talk.say("consent.no"))]


def _phone(talk: Talk, text: str) -> str:
    """A number by which the same person is known again. Raises BadAnswer."""
    found = checks.phone(text, talk.office.dial)
    if not found:
        raise BadAnswer("bad.phone")
    return found


def _leave(talk: Talk, petition: Petition) -> Answer:
    sure = talk.button("button.leave_joint_sure", "m", petition.id, "left_joint")
    stay = talk.button("button.back", "m", petition.id, "card")
    return talk.tell("joint.leave", (sure,), (stay,), number=petition.number)


def _left(talk: Talk, petition: Petition) -> Answer:
    own.act(talk, petition.id, "leave", {})
    return talk.tell("done.leave", number=petition.number)


def _join_yes(talk: Talk, petition: Petition) -> Answer:
    """Yes to handling it together with another's case."""
    petition = signing.agree(talk.book, talk.office, petition, talk.chat.person, talk.now)
    return talk.tell("done.agree_join", number=petition.number)


def _join_no(talk: Talk, petition: Petition) -> Answer:
    own.act(talk, petition.id, "refuse_join", {})
    return talk.tell("done.refuse_join", number=petition.number)


cases.VERBS.update(
    {
        "joint": show,
        "invite_signers": _invite(Part.SIGNER),
        "invite_speaker": _invite(Part.REPRESENTATIVE),
        "leave_joint": _leave,
        "left_joint": _left,
        "join_yes": _join_yes,
        "join_no": _join_no,
    }
)
forms.register(
    Form(
        "sign",
        (
            Step("own_words", lambda t, x: checks.words(x, checks.MIDDLE), skip=True, voice=True),
            Step("name", lambda t, x: checks.name(x)),
            Step("contact", _phone, contact=True),
            Step("joins", None, _consent),
        ),
        _submit,
        files=False,
    )
)
forms.register(
    Form("join", (Step("joint_link", _token),), _submit_join, checked=False, files=False)
)


def begin(talk: Talk, parts: list[str]) -> Answer:
    """The button of whoever was invited: the link is asked for."""
    return drafts.start(talk, "join")


def before_filing(talk: Talk) -> Answer | None:
    """Whoever has a matter under way: add to it, join one, or file a new one. Only their own
    matters are named, and nothing is refused. None where there is nothing to choose."""
    own = [c for c in talk.book.cases_of(talk.chat.person) if c.status not in FINAL]
    if not own:
        return None
    buttons = [
        Button(talk.say("button.add_to", number=c.number), f"m:{c.id}:supplement") for c in own[:4]
    ]
    buttons.append(talk.button("button.join", "join"))
    buttons.insert(0, talk.button("button.file_new", "new", "fresh"))
    return [Message(talk.say("new.which"), stacked(*buttons))]
