"""The requests, route by route: read strictly, and described to others, by the same models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from petitions.values.checks import LONG
from petitions.words import LANGUAGES

LONGEST_ALBUM = 64
LONGEST_DATA = 256
LONGEST_LOGIN = 8192
"""Characters of what is handed in at a login: a passkey's answer."""
KNOWN = ", ".join(f"`{one}`" for one in LANGUAGES)


def whole_characters(value: Any) -> Any:
    """A text without half characters, as a page leaves them that cuts an emoji in two."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value


def bare(value: str) -> str:
    """A text without spaces around it."""
    return value.replace("\x00", "").strip()


def not_empty(value: str) -> str:
    """A text in which something is said."""
    if not value:
        raise PydanticCustomError("empty", "nothing is said")
    return value


def as_whole(value: Any) -> Any:
    """A whole number, 0 for none; JSON makes no difference between 5 and 5.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return 0 if value is None else value


def count(value: Any) -> int:
    """A number of an address, 0 when absent or unreadable."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 19:
        return int(value)
    return 0


def at_most(limit: int) -> StringConstraints:
    """So many characters."""
    return StringConstraints(max_length=limit)


Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
Text = Annotated[str, BeforeValidator(whole_characters), at_most(LONG), AfterValidator(bare)]
Album = Annotated[
    str, BeforeValidator(whole_characters), at_most(LONGEST_ALBUM), AfterValidator(bare)
]
Whole = Annotated[
    int, Field(ge=0, lt=2**63), BeforeValidator(as_whole),
    WithJsonSchema({"type": ["integer", "null"], "minimum": 0, "maximum": 2**63 - 1}),
]  # fmt: skip
Counted = Annotated[int, BeforeValidator(count), WithJsonSchema({"type": "string"})]
"""A number of an address: anything but a whole number counts as 0."""
Lang = Annotated[
    Any, WithJsonSchema({
        "examples": ["zh"],
        "description": f"The page's language now: {KNOWN}; anything else leaves it as it was.",
    }),
]  # fmt: skip
ReadIn = Annotated[
    str, Field(description=f"{KNOWN}; anything else is Chinese.", examples=["en"])
]  # fmt: skip
"""A language of an address."""


class Asked(BaseModel):
    """Fields of a request; what isn't named is passed over."""

    model_config = ConfigDict(strict=True, use_attribute_docstrings=True)


class Sent(Asked):
    """A request that counts once."""

    key: Key
    """The client's own name for what it sends, used for nothing else. The same key again gets the
    same answer and counts once."""
    lang: Lang = None


class Enter(Sent):
    """A visitor comes, perhaps by a link."""

    start: Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] = ""
    """A link's payload; empty: none."""


class FromPage(Sent):
    """A request of a page that shows a log."""

    after: Whole = 0
    """The `seq` of the last line the client has; the answer brings all that follow."""


class Say(FromPage):
    """Something written."""

    text: Annotated[
        Text, AfterValidator(not_empty),
        Field(json_schema_extra={"pattern": r"[^\s\u0000-\u001f\u0085]"}),
    ]  # fmt: skip
    reply_to: Whole = 0
    """The `id` of the line it replies to; 0: none."""


class Press(FromPage):
    """A pressed button."""

    message: Whole
    """The line's `id`."""
    data: Annotated[str, at_most(LONGEST_DATA)]


class Place(FromPage):
    """A place."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Login(Asked):
    """One step of an officer's login."""

    do: Annotated[str, at_most(16)] = ""
    """The action: `look`, or one that the last answer offered."""
    value: Annotated[str, at_most(LONGEST_LOGIN)] = ""
    """The text that was typed, or the browser's answer."""
    lang: Lang = None


class Upload(Sent):
    """A file, with what goes beside it."""

    lang: str = ""
    after: Counted = 0
    """As elsewhere, as text."""
    kind: str = ""
    """`photo`, `document`, `voice` or `video`: how it is to be taken; anything else is a
    document."""
    caption: Text = ""
    album: Album = ""
    """The same for files that were chosen together: one question is asked for all of them."""
    file: Annotated[
        Any, WithJsonSchema({"type": "string", "format": "binary", "minLength": 1}),
    ]  # fmt: skip
    """At most 20 MB."""


class Older(Asked):
    """Which lines came before."""

    before: Annotated[Counted, Field(examples=["120"])] = 0
    """The `id` of the oldest line the client has; anything but a whole number: the newest lines."""


class Newer(Asked):
    """Which lines came after."""

    after: Annotated[Counted, Field(examples=["120"])] = 0
    """The `seq` of the last line the client has; anything but a whole number: all."""


class Heard(Newer):
    """From where on a stream tells. A browser that comes again says so itself."""

    last: Annotated[Counted, Field(alias="Last-Event-ID", json_schema_extra={"in": "header"})] = 0
    """As `after`, set by the browser."""


class OfLine(Asked):
    """Something that a line shows."""

    line: Annotated[Counted, Field(examples=["120"])] = 0
    """The `id` of the line that shows it."""


class Shown(OfLine):
    """A file of a line."""

    shown: str = ""
    """A picture is shown: `1` small in its line, `2` whole. Without: the file itself."""


class Tagged(Asked):
    """A file of the page."""

    v: str = ""
    """The file's tag; the newest one may be kept for a year."""


class Period(Asked):
    """Published figures."""

    period: str = ""
    """`2026`, `2026-Q3`, `2026-10`, `2026-W41` …; empty: the newest."""
    lang: ReadIn = ""


class Charted(Asked):
    """A chart."""

    lang: ReadIn = ""


class Started(Asked):
    """A link into the chat."""

    start: str = ""
    """A link's payload, read by the page itself."""


class Jump(Asked):
    """How far the demo's clock is moved."""

    how: Literal["1d", "7d", "next"]


class Simulated(Asked):
    """Which imagined case the demo plays."""

    kind: str = "request"
    start: str = ""
    late: str = ""
    end: str = ""
    lang: str = ""
