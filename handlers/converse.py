"""The one door of every conversation: who is it, which conversation, what do they hear.

Commands, buttons and what comes in are found by one look-up in a table each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers import forms, pieces, start, typed
from handlers.citizen import alarm, filing
from handlers.forms import answering, asking, drafts
from handlers.officer import (
    desk,
    login,
)
from handlers.officer.case import sit
from handlers.routes import COMMANDS, MENUS, PRESSES
from handlers.talk import Answer, Incoming, Talk
from petitions import words
from petitions.book import Book, Chat, Draft, Planned
from petitions.case import tries
from petitions.case.notices import ANSWER
from petitions.errors import PetitionError
from petitions.law.units import Office
from petitions.message import Message, unpacked
from petitions.message.stored import from_json, to_json
from petitions.telling.unserved import came_back
from petitions.values import codes
from petitions.values.channels import caps_of
from petitions.values.person import Officer, Role
from petitions.values.secret import is_secret

SEEN = timedelta(minutes=10)
"""How exactly we note when a chat was last used."""


@dataclass(slots=True)
class House:
    """The office and the links that every conversation stands on; made once by `bot/`."""

    office: Office
    page: str
    """The beginning of links to a chat on the page."""
    links: dict[str, str] = field(default_factory=dict)
    """Channel → what links to a chat there begin with, where it isn't the page."""

    def link(self, channel: str) -> str:
        """The beginning of links to a chat of this channel: whoever can't open one opens the
        page."""
        return self.links.get(channel, self.page)


def converse(book: Book, house: House, incoming: Incoming, now: datetime) -> Answer:
    """Handle one update within one transaction; the same update again gets the same answer.

    Raises PetitionError when the person is to be refused: the transaction is rolled back
    and `refuse` says why in a new one.
    """
    talk = _enter(book, house, incoming, now)
    if talk.answered is not None:
        return _now(talk, from_json(talk.answered))
    alarm.listen(talk)
    answer = login.gate(talk)
    return _leave(talk, _route(talk) if answer is None else answer)


def refuse(
    book: Book, house: House, incoming: Incoming, now: datetime, error: PetitionError
) -> Answer:
    """The answer when a conversation was refused and undone."""
    talk = _enter(book, house, incoming, now)
    tries.note(book, talk.chat, error, now)
    alarm.listen(talk)
    if incoming.kind == "text":
        _hide(talk, drafts.open_draft(talk))
    login.hide(talk)
    if step_up := login.asked_again(talk, error):
        answer = step_up
    elif not login.is_in(talk) or (incoming.kind == "press" and not incoming.text.startswith("f:")):
        answer = [Message(error.sentence(talk.lang))]
    else:
        answer = answering.failed(talk, error)
    if incoming.kind == "text" and not talk.chat.draft and talk.chat.person:
        filing.refused(talk)
    return _leave(talk, answer)


def _enter(book: Book, house: House, incoming: Incoming, now: datetime) -> Talk:
    chat = book.chat(incoming.channel, incoming.address)
    if chat is None:
        lang = words.language(incoming.lang)
        chat = book.new_chat(incoming.channel, incoming.address, lang, now)
    before = replace(chat)
    chat.origin = incoming.origin
    if incoming.lang and incoming.lang != chat.client:
        if chat.client:
            chat.lang = words.language(incoming.lang)
        chat.client = incoming.lang
    officer = _sitting(book, chat)
    known = book.handled(incoming.channel, incoming.key, chat.id, incoming.mark)
    return Talk(
        book, house.office.on(now), now, chat, incoming, officer, before, house.page,
        house.link(incoming.channel), *known
    )  # fmt: skip


def _sitting(book: Book, chat: Chat) -> Officer | None:
    """The officer here: the desk that the chat names, where the desk names the chat, too. The two
    don't agree where somebody wrote here just when they were seated or unseated elsewhere."""
    desk = book.officer(chat.officer) if chat.officer else None
    return desk if desk and desk.chat == chat.id else None


def _sat_down(talk: Talk) -> bool:
    """Whether there is a desk for who asks for it, though the chat doesn't name it."""
    desks = talk.book.desks_of(talk.chat.id)
    if desks:
        sit(talk, desks[0])
    return bool(desks)


SECRETS = frozenset({"pin", "code", "id_number"})
"""Questions whose answers nobody else is to read."""


def _hide(talk: Talk, draft: Draft | None) -> None:
    """A secret doesn't stay in the chat to be read by whoever holds the phone next. The page keeps
    what was said until somebody leaves, but for a PIN."""
    text, at = talk.incoming.text, draft.data.get("at") if draft else ""
    own = caps_of(talk.chat.channel).own
    asked = at == "pin" if own else at in SECRETS
    if (asked and not text.startswith("/")) or (not own and is_secret(text)):
        talk.before.append(Message("", unsay=(talk.incoming.message,)))


def _role(officer: Officer | None) -> str:
    if officer is None:
        return "citizen"
    return "administrator" if officer.role is Role.ADMINISTRATOR else "officer"


def _named(commands: tuple[str, ...], lang: str) -> tuple[tuple[str, str], ...]:
    """Commands, each with what it is called."""
    return tuple((c, words.say(lang, f"command.{c}")) for c in commands)


def _leave(talk: Talk, answer: Answer) -> Answer:
    chat = talk.chat
    chat.blocked = talk.incoming.kind == "blocked"
    if talk.found and talk.found.blocked and not chat.blocked:
        came_back(talk.book, chat, talk.now)
    if chat.seen_at is None or talk.now - chat.seen_at > SEEN or talk.now < chat.seen_at:
        chat.seen_at = talk.now
    of = replace(talk.book.spoken_of(), desk=chat.officer)
    answer = [replace(m, of=of) for m in (*talk.before, *answer)]
    role = _role(talk.officer)
    menu = f"{role}:{chat.lang}"
    shown = caps_of(chat.channel).commands and talk.incoming.kind != "blocked"
    if chat.menu != menu and shown:
        chat.menu = menu
        answer.append(Message("", menu=_named(MENUS[role], chat.lang)))
    if chat != talk.found:
        talk.book.save_chat(chat)
    channel, mark = talk.incoming.channel, talk.incoming.mark
    talk.book.keep_handled(channel, talk.key, chat.id, mark, to_json(answer), talk.now)
    return _now(talk, answer)


def _now(talk: Talk, answer: Answer) -> Answer:
    """The messages said at once: where earlier answers wait, this one does behind them."""
    if not talk.chat.owed:
        return answer
    _put_off(talk.book, talk.chat, talk.key, talk.incoming.mark, answer, talk.now)
    return [message for message in answer if message.toast]


def later(book: Book, incoming: Incoming, first: int, wait: float, now: datetime) -> None:
    """An update's answer, from the message at `first` on, couldn't be said: it waits in
    the ledger, so many seconds at least, and what is said in this chat afterwards behind it."""
    chat = book.chat(incoming.channel, incoming.address)
    if chat is None:
        return
    key, kept = book.handled(incoming.channel, incoming.key, chat.id, incoming.mark)
    if kept is not None:
        at = now + timedelta(seconds=wait)
        _put_off(book, chat, key, incoming.mark, from_json(kept), at, first)
        book.owe(chat.id, True)


def _put_off(
    book: Book, chat: Chat, key: str, mark: str, answer: Answer, at: datetime, first: int = 0
) -> None:
    """A row of the ledger for each message, by which it is found again."""
    book.plan(*(
        Planned(ANSWER, 0, f"{key}.{mark}.{n}", f"chat:{chat.id}", at,
                {"key": key, "mark": mark, "at": n}, chat)
        for n, message in enumerate(answer) if n >= first and not message.toast
    ))  # fmt: skip


def _route(talk: Talk) -> Answer:
    kind = talk.incoming.kind
    if kind == "press":
        prefix, *parts = unpacked(talk.incoming.text)
        handler = PRESSES.get(prefix)
        return handler(talk, parts) if handler else talk.toast("bad.stale")
    if kind == "text" and (found := typed.command(talk.incoming.text)):
        answer = _command(talk, *found)
        if answer is not None:
            _hide(talk, None)
            return answer
    return _KINDS.get(kind, _unsupported)(talk)


def _command(talk: Talk, name: str, rest: str) -> Answer | None:
    """A command; None where the text only looks like one."""
    handler = COMMANDS.get(name)
    if handler is None:
        slash = talk.incoming.text.startswith("/") and name.isascii()
        return None if not slash or _follows(talk) else _unknown(talk)
    if handler is desk.desk and talk.officer is None:
        first = login.gate(talk) if _sat_down(talk) else talk.tell("bad.not_officer")
        if first is not None:
            return first
    return handler(talk, rest if handler is filing.new else rest[:400])


def _follows(talk: Talk) -> bool:
    draft = drafts.open_draft(talk) or filing.kept(talk)
    return draft is not None and pieces.follows(talk, draft)


def _unknown(talk: Talk) -> Answer:
    return talk.tell("bad.command", commands=" ".join(f"/{c}" for c in _menu(talk)))


def _menu(talk: Talk) -> tuple[str, ...]:
    return MENUS["officer" if talk.officer else "citizen"]


def _text(talk: Talk) -> Answer:
    draft = drafts.open_draft(talk)
    follows = pieces.follows(talk, draft) if draft else False
    if not follows and (answer := _pressed(talk, draft)) is not None:
        return answer
    _hide(talk, draft)
    if draft is None and codes.is_number(talk.incoming.text):
        return COMMANDS["desk" if talk.officer else "track"](talk, talk.incoming.text)
    if draft is None or draft.form == "loose":
        return filing.loose(talk)
    return answering.on_text(talk, draft, talk.incoming.text)


def _pressed(talk: Talk, draft: Draft | None) -> Answer | None:
    """A text that stands for a shown button or a command; None: it is an answer."""
    text, draft = talk.incoming.text, draft if draft and draft.form in forms.FORMS else None
    if data := typed.press(talk, draft, text):
        prefix, *parts = unpacked(data)
        return typed.as_said(PRESSES[prefix](talk, parts)) if prefix in PRESSES else None
    name = typed.named(text, draft)
    if name is None:
        return typed.not_here(talk, draft, text) if draft else None
    if name in _menu(talk) or name == "start":
        answer = COMMANDS[name](talk, "")
        return [*answer, *asking.ask(talk, draft)] if draft and name == "help" else answer
    return None


def _file(talk: Talk) -> Answer:
    draft = drafts.open_draft(talk)
    return answering.on_file(talk, draft) if draft else filing.loose(talk)


def _place(talk: Talk) -> Answer:
    draft = drafts.open_draft(talk)
    return answering.on_place(talk, draft) if draft else filing.loose(talk)


def _contact(talk: Talk) -> Answer:
    draft = drafts.open_draft(talk)
    return answering.on_contact(talk, draft) if draft else talk.tell("bad.contact")


def _plain(key: str) -> Callable[[Talk], Answer]:
    def answer(talk: Talk) -> Answer:
        draft = drafts.open_draft(talk)
        said = talk.say(key)
        return asking.ask(talk, draft, said) if draft else [Message(said)]

    return answer


def _quiet(talk: Talk) -> Answer:
    return []


_unsupported = _plain("bad.unsupported")

_KINDS: dict[str, Callable[[Talk], Answer]] = {
    "text": _text,
    "file": _file,
    "place": _place,
    "contact": _contact,
    "edited": _plain("bad.edited"),
    "too_big": _plain("bad.too_big"),
    "refused_type": _plain("bad.file_type"),
    "file_lost": _plain("bad.file_lost"),
    "empty_file": _plain("bad.empty_file"),
    "store_away": _plain("bad.store_away"),
    "files_today": _plain("bad.files_today"),
    "disk_floor": _plain("bad.disk_floor"),
    "file_infected": _plain("bad.file_infected"),
    "scanner_away": _plain("bad.scanner_away"),
    "unsupported": _unsupported,
    "group": lambda talk: talk.tell("bad.group"),
    "blocked": _quiet,
    "opened": _quiet,
    "unblocked": start.welcome,
}
