"""All that a Telegram message says beside its plain text, as text: addresses behind words, words
crossed out, words quoted and from where. Looks alone (bold, spoilers, an emoji's own picture) say
nothing more than their words do.

Offsets count units of UTF-16, as Telegram gives them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from aiogram.types import (
    Chat,
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    TextQuote,
)

from petitions import words

QUOTES = ("blockquote", "expandable_blockquote")
Insert = tuple[int, int, str]
"""Where (in units), in which order at one place, and what."""


def said(message: Message, lang: str) -> str:
    """The text or caption of a message with all that it means; empty where it has none."""
    body = marked(
        message.text or message.caption, message.entities or message.caption_entities, lang
    )
    if not body:
        return ""
    quote = message.quote
    before = quoted(quote, lang) if quote and not _of_office(message) else ""
    return "\n".join(filter(None, (before, body, *_beside(message, body, lang))))


def quote_of_office(message: Message, lang: str) -> str:
    """The part of the office's own words that somebody answers; empty where they marked none."""
    return quoted(message.quote, lang) if message.quote and _of_office(message) else ""


def quoted(quote: TextQuote, lang: str) -> str:
    """A quoted part, each line marked as such."""
    return "> " + marked(quote.text, quote.entities, lang).replace("\n", "\n> ")


def marked(text: str | None, entities: Sequence[MessageEntity] | None, lang: str) -> str:
    """A text with what its entities mean put beside the words they mark."""
    if not text or not entities:
        return text or ""
    raw = text.encode("utf-16-le", "surrogatepass")
    inserts = [one for entity in entities for one in _inserts(raw, entity, lang)]
    parts, done = [], 0
    for at, _, what in sorted(inserts):
        parts += [_plain(raw[2 * done : 2 * at]), what]
        done = max(done, at)
    return "".join([*parts, _plain(raw[2 * done :])])


def _inserts(raw: bytes, entity: MessageEntity, lang: str) -> Iterator[Insert]:
    start = _within(raw, entity.offset)
    end = max(start, _within(raw, entity.offset + entity.length))
    shown = _plain(raw[2 * start : 2 * end])
    if entity.type == "text_link" and entity.url and not _same(shown, entity.url):
        after = end - len(shown) + len(shown.rstrip())
        yield after, -start, f" <{entity.url}>"
    elif entity.type == "date_time" and entity.unix_time:
        yield end, -start, f" <{datetime.fromtimestamp(entity.unix_time, UTC):%Y-%m-%d %H:%M} UTC>"
    elif entity.type == "strikethrough" and shown.strip():
        before, after_it = words.say(lang, "said.struck", text="\0").split("\0")
        yield start, start, before
        yield end, -start, after_it
    elif entity.type in QUOTES:
        yield start, -1, "> "
        for line in range(start, end - 1):
            if raw[2 * line : 2 * line + 2] == b"\n\0":
                yield line + 1, -1, "> "


def _within(raw: bytes, at: int) -> int:
    """A wrong offset set right: inside the text, and not between the halves of a character."""
    at = min(max(at, 0), len(raw) // 2)
    return at + (0xDC <= raw[2 * at + 1] <= 0xDF if 2 * at < len(raw) else 0)


def _plain(raw: bytes) -> str:
    return raw.decode("utf-16-le", "surrogatepass")


def _same(shown: str, address: str) -> bool:
    """Whether the words are the address already."""
    bare = address.rstrip("/").removeprefix("https://").removeprefix("http://")
    return bare != "" and bare in shown


def _beside(message: Message, body: str, lang: str) -> Iterator[str]:
    """Addresses that stand nowhere in the text, and where it comes from."""
    for row in message.reply_markup.inline_keyboard if message.reply_markup else ():
        for button in row:
            if button.url and button.url not in body:
                yield f"{button.text} <{button.url}>"
    preview = message.link_preview_options
    if preview and preview.url and not _same(body, preview.url):
        yield f"<{preview.url}>"
    if source := _source(message.forward_origin):
        yield words.say(lang, "said.forwarded", source=source)
    outside = message.external_reply
    if outside:
        if outside.link_preview_options and outside.link_preview_options.url:
            yield f"> <{outside.link_preview_options.url}>"
        if source := _source(outside.origin):
            yield words.say(lang, "said.answers", source=source)


def _source(origin: object) -> str:
    """A channel or group, and the post's address where it has a public one; of persons nothing."""
    if isinstance(origin, MessageOriginChannel):
        return _address(origin.chat, origin.message_id)
    return _address(origin.sender_chat) if isinstance(origin, MessageOriginChat) else ""


def _address(chat: Chat, post: int = 0) -> str:
    if not chat.username:
        return chat.title or ""
    place = f"https://t.me/{chat.username}" + (f"/{post}" if post else "")
    return f"{chat.title or ''} <{place}>".strip()


def _of_office(message: Message) -> bool:
    """Whether it answers something that the office itself said."""
    theirs, bot = message.reply_to_message, message.bot
    sender = theirs.from_user if theirs else None
    return bool(sender and bot and sender.id == bot.id)
