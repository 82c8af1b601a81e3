"""Texts, entities and buttons, checked as Telegram checks them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from standins.botapi.common import MAX_BUTTON_BYTES, MAX_BUTTONS, MAX_CAPTION, MAX_TEXT, Json, bad

ODD = re.compile(r"[\x00-\x09\x0b-\x1f\u2028-\u202e]")


INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


ENTITY_HINT = re.compile(r"[/@#.]")


ENTITY = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[A-Za-z]\w{3,31})"
    r"|(?<!\w)(?P<hashtag>\#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Length as Telegram counts it: in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cleaned(text: str) -> str:
    """What is left of a text: no control or direction-switching characters, no margins."""
    if ODD.search(text):
        text = ODD.sub(lambda m: " " if m[0] < " " and m[0] != "\r" else "", text)
    return text.strip(" \n")


def entities(text: str) -> list[Json]:
    """The commands, links and names Telegram itself marks in a text."""
    if not ENTITY_HINT.search(text):
        return []
    return [
        {"type": m.lastgroup, "offset": units(text[: m.start()]), "length": units(m[0])}
        for m in ENTITY.finditer(text)
    ]


def written(text: str, key: str = "text", given: list[Json] | None = None) -> Json:
    """The fields of a message that hold a text: the text and, if any, its entities."""
    marks = given or entities(text)
    name = "entities" if key == "text" else "caption_entities"
    return {key: text, name: marks} if marks else {key: text}


def text_of(params: Json) -> Json:
    """The checked text of a call."""
    plain(params)
    raw = str(params.get("text") or "")
    if not raw:
        raise bad("message text is empty")
    text = cleaned(raw)
    if not text.strip().strip(INVISIBLE):
        raise bad("text must be non-empty")
    if units(text) > MAX_TEXT:
        raise bad("message is too long")
    return written(text, given=params.get("entities"))


def caption_of(params: Json) -> Json:
    """The checked caption of a call or of one medium of an album; empty when there is none."""
    plain(params)
    text = cleaned(str(params.get("caption") or ""))
    if units(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    return written(text, "caption", params.get("caption_entities")) if text else {}


def captioned(caption: str | None) -> Json:
    return written(caption, "caption") if caption else {}


def plain(params: Json) -> None:
    if params.get("parse_mode"):
        raise bad("unsupported parse_mode (this stand-in knows plain text only)")


def inline_keyboard(markup: Json | None) -> Json | None:
    """The checked inline keyboard of a call; None when it has none, or an empty one."""
    if not markup or "inline_keyboard" not in markup:
        return None
    if not isinstance(markup["inline_keyboard"], list):
        raise bad('field "inline_keyboard" must be of type Array')
    rows = [[said(button) for button in row] for row in markup["inline_keyboard"] if row]
    for row in rows:
        for button in row:
            check_button(button)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def said(button: Json) -> Json:
    """A button without the fields a library names but leaves empty."""
    return {key: value for key, value in button.items() if value is not None}


def check_button(button: Json) -> None:
    parsing = "can't parse inline keyboard button: "
    if "text" not in button:
        raise bad(parsing + 'Can\'t find field "text"')
    if not str(button["text"]).strip():
        raise bad(parsing + "Text is empty")
    if not any(value for key, value in button.items() if key not in ("text", "style")):
        raise bad(parsing + "Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > MAX_BUTTON_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("url"):
        check_url(str(button["url"]))


def check_url(url: str) -> None:
    """Telegram opens web links to named hosts only; never to a bare `localhost`."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    problem = ""
    if parts.scheme not in ("http", "https", "tg", "ton"):
        problem = "Unsupported URL protocol"
    elif parts.scheme in ("http", "https") and "." not in (parts.hostname or ""):
        problem = "Wrong HTTP URL"
    if problem:
        raise bad(f"inline keyboard button URL '{url}' is invalid: {problem}")
