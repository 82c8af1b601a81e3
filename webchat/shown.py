"""The shapes of the answers that the page gets. Nothing is checked by them when it is sent;
whoever writes an answer is, by the type checker, and the page's scripts are."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import ConfigDict, Field, WithJsonSchema, with_config
from typing_extensions import TypedDict

from petitions.words import LANGUAGES

DOCUMENTED = ConfigDict(use_attribute_docstrings=True)
WHOLE = ConfigDict(use_attribute_docstrings=True, extra="forbid")
"""Nothing else is in it."""
Names = dict[str, str]
"""Language → text."""


@with_config(DOCUMENTED)
class Refused(TypedDict):
    """Why something isn't done."""

    error: Annotated[
        dict[str, str],
        WithJsonSchema({
            "type": "object", "required": list(LANGUAGES),
            "additionalProperties": {"type": "string", "minLength": 1},
        }),
    ]  # fmt: skip
    """The sentence to read, by language."""


@with_config(DOCUMENTED)
class Button(TypedDict):
    """Either `data`, to be pressed, or `url`, to be opened."""

    text: str
    data: NotRequired[str]
    url: NotRequired[str]


@with_config(DOCUMENTED)
class File(TypedDict):
    """A file of a line."""

    id: int
    name: str
    mime: str
    size: int
    kind: NotRequired[Literal["photo", "document", "voice", "video", "archive"]]
    """How it is to be taken, `archive`: packed when it is asked for; absent: by its type."""
    of: NotRequired[str]
    """A pointer to the contents of an archive."""


@with_config(WHOLE)
class Line(TypedDict):
    """A line of the visitor's log."""

    id: int
    seq: int
    """Rises with every change of the log; an edited line has a new one."""
    who: Literal["me", "office"]
    at: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    text: str
    buttons: list[list[Button]]
    files: list[File]
    reply_to: int
    key: str
    list: bool
    """It is a list, beside which a wide page shows what is opened from it."""


Lines = list[Line]
Menu = list[dict[str, str]]


@with_config(DOCUMENTED)
class History(TypedDict):
    """Lines of before."""

    lines: Lines
    more: bool
    """Whether there may be older ones."""


@with_config(DOCUMENTED)
class News(TypedDict):
    """The news that came since."""

    lines: Lines
    who: str
    """A mark of the person who uses the chat now: another once somebody has left it."""


@with_config(DOCUMENTED)
class Said(News):
    """The outcome of something that was sent."""

    line: NotRequired[Line]
    """The visitor's own, unless it was taken from the log meanwhile."""


@with_config(DOCUMENTED)
class Pressed(News):
    """The outcome of a press."""

    toast: str
    """A passing word."""


@with_config(DOCUMENTED)
class AboutOffice(TypedDict):
    """The office: names, addresses and hours by language."""

    names: Names
    addresses: Names
    hours: Names
    phone: str
    zone: str


@with_config(WHOLE)
class Opening(TypedDict):
    """The answer that the page begins with."""

    chat: int
    lang: Annotated[str, Field(pattern="^[a-z]{2,3}(_[A-Za-z]+)?$")]
    who: str
    """A mark of the person who uses the chat now: another once somebody has left it."""
    menu: Menu
    """Commands, each with what it is called."""
    shut: bool
    """An officer must log in first: nothing of the chat is in the answer."""
    office: AboutOffice
    last: int
    lines: Lines
    more: bool


@with_config(DOCUMENTED)
class LoginStep(TypedDict):
    """The next step of a login, as the page shows it."""

    title: str
    text: str
    field: str
    """The value to type; empty: nothing …"""
    does: str
    """… and what is done with it, or with the browser's answer."""
    button: str
    buttons: list[tuple[str, str]]
    """The label of each, and its action."""
    secret: str
    """The text of the picture, to be typed."""
    picture: str
    """A QR code as a `data:` address."""
    key: Any
    """Data for the browser to make or use a passkey; null: none is asked for."""
    failed: str
    """The text that is shown where the browser gives none."""
    done: bool
    """The officer is in."""
