"""Words people type instead of pressing: commands as keyboards give them, the words of a button
that is shown, and the few words that everybody types. In every language, whichever the chat
speaks; the whole text must be the word: what only begins with one is an answer.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from handlers import forms
from handlers.forms import asking
from handlers.talk import Answer, Talk
from petitions import words
from petitions.book import Draft, Notice
from petitions.errors import BadSetting
from petitions.message import Button, Message
from petitions.telling import notice as telling

COMMAND = re.compile(r"\s*[/／、]\s*([^\s@]{1,40})(?:@\w*)?(?:\s+(.*))?", re.DOTALL)
"""A Chinese keyboard gives `、` or `／` for the slash."""
LONGEST = 60
"""Characters of the longest text that may be a button's words."""
LATELY = 3
"""Answers and notices whose buttons still count as shown."""
RECENT = 5
"""Matters of a person whose notices are looked at."""

TypedWords = tuple[str, ...]


def plain(text: str) -> str:
    """A word without what people type differently: width, case, marks around it."""
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return re.sub(r"^\W+|\W+$", "", text)


def _typed(command: str) -> TypedWords:
    """The words that people type for a command, in every language."""
    found = (one.typed or {} for one in words.KNOWN.values())
    return tuple(plain(word) for typed in found for word in typed.get(command, ()))


CANCEL, BACK, SKIP, HELP, MENU = map(_typed, ("cancel", "back", "skip", "help", "menu"))
_STEER: tuple[tuple[TypedWords, TypedWords, str], ...] = (
    (CANCEL, ("button.cancel",), "cancel"),
    (BACK, ("button.back", "button.unchanged"), "start"),
    (SKIP, ("button.skip", "button.clear"), "start"),
    (HELP, (), "help"),
    (MENU, (), "start"),
)
EVERYBODY = {word: (keys, name) for spoken, keys, name in _STEER for word in spoken}
"""Word → the buttons it stands for where they are shown, and the command it is where no form is
open."""
OUTSIDE = {word: name for name in ("start", "my", "track", "new", "lang") for word in _typed(name)}
"""Words that are a command where no form is open; in one they may be an answer."""


def command(text: str) -> tuple[str, str] | None:
    """The name of a command and what is written after it; None where the text is none."""
    found = COMMAND.fullmatch(text)
    return (plain(found[1]), (found[2] or "").strip()) if found else None


@functools.cache
def _readings() -> dict[str, frozenset[str]]:
    """The words of a sentence in any language → its words in all of them."""
    found: dict[str, frozenset[str]] = {}
    for key in words.catalogue(words.DEFAULT):
        same = {plain(words.catalogue(lang).get(key, "")) for lang in words.LANGUAGES}
        if all(0 < len(one) <= LONGEST for one in same):
            for one in same:
                found[one] = found.get(one, frozenset()) | same
    return found


def _labels(keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(words.say(lang, key)) for lang in words.LANGUAGES for key in keys)


def press(talk: Talk, draft: Draft | None, text: str) -> str | None:
    """The data of the shown button that the text stands for. At a question only what may be some
    button's words is looked at: an answer costs nothing."""
    word = plain(text)
    if not word or len(word) > LONGEST:
        return None
    asked = draft is not None and draft.data["at"] != forms.CHECK
    if asked and word not in EVERYBODY and word not in _readings():
        return None
    wanted = _readings().get(word, frozenset((word,))) | _labels(EVERYBODY.get(word, ((), ""))[0])
    buttons = _shown(talk, draft, word in _readings())
    return next((b.data for b in buttons if b.data and plain(b.text) in wanted), None)


def _told(talk: Talk) -> list[tuple[datetime, list[Message]]]:
    """The office's last messages by itself on this person's matters, and when; none to officers,
    who hear of so many that a word alone doesn't tell which is meant."""
    if talk.officer or not talk.chat.person:
        return []
    sent = [
        (notice.sent_at, notice)
        for case in talk.book.cases_of(talk.chat.person)[:RECENT]
        for notice in talk.book.notices_of(case.id)
        if notice.chat == talk.chat.id and notice.sent_at
    ]
    newest = sorted(sent, key=lambda one: one[0], reverse=True)[:LATELY]
    return [(at, _composed(talk, notice)) for at, notice in newest]


def _composed(talk: Talk, notice: Notice) -> list[Message]:
    """A notice as it would be said now; nothing where it wouldn't be."""
    try:
        with talk.book.rehearsal() as looked:  # what is only looked at isn't said
            said = telling.compose(looked, talk.office, notice, talk.chat, talk.now)
    except BadSetting:  # words that no key opens
        return []
    return [said] if isinstance(said, Message) else []


def _shown(talk: Talk, draft: Draft | None, known: bool) -> Iterator[Button]:
    """The buttons under the message that is replied to, of the open form, and of what was said
    last, newest first. `known`: the text is a sentence of ours, so that notices are looked at."""
    yield from (Button(label, data) for label, data in talk.incoming.shown)
    yield from _under(asking.ask(talk, draft) if draft else [])
    now = f"f:{draft.id}:{draft.rev}:" if draft else "-"
    said = [*talk.book.last_answers(talk.chat, LATELY), *(_told(talk) if known else [])]
    for _, messages in sorted(said, key=lambda one: one[0], reverse=True)[:LATELY]:
        for button in _under(messages[::-1]):
            if not button.data.startswith("f:") or button.data.startswith(now):
                yield button


def _under(messages: list[Message]) -> Iterator[Button]:
    return (button for message in messages for row in message.rows for button in row)


def named(text: str, draft: Draft | None) -> str | None:
    """The command that everybody's word stands for."""
    word = plain(text)
    if draft is None:
        return OUTSIDE.get(word) or EVERYBODY.get(word, ((), None))[1] or _menu().get(word)
    if word in MENU or word in HELP or word in CANCEL:
        return EVERYBODY[word][1]
    return _menu().get(word)


@functools.cache
def _menu() -> dict[str, str]:
    """The words of the command menu → the command."""
    keys = [k for k in words.catalogue(words.DEFAULT) if k.startswith("command.")]
    return {
        plain(words.say(lang, key)): key.removeprefix("command.")
        for lang in words.LANGUAGES for key in keys
        if len(plain(words.say(lang, key))) > 2
    }  # fmt: skip


def not_here(talk: Talk, draft: Draft, text: str) -> Answer | None:
    """A word that steers a form, where it can't: said, and never an answer."""
    if plain(text) not in (*BACK, *SKIP):
        return None
    return asking.ask(talk, draft, talk.say("form.not_here", word=text.strip()[:20]))


def as_said(answer: list[Message]) -> list[Message]:
    """The answer to a press as one to a text: under it, no passing word."""
    return [replace(message, toast=False, in_place=False) for message in answer]
