"""Everything that the routes share: the ports, the open streams, one visitor's order of things."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypedDict
from weakref import WeakValueDictionary

from aiohttp import web

from petitions.message import Archive
from petitions.telling.login import Screen
from petitions.telling.ports import Timepiece, Vault, Visitors
from webchat.ear import Ear
from webchat.limits import Limits, Rates
from webchat.lines import Json, on_page
from webchat.mouth import Mouth
from webchat.shown import Line
from webchat.streams import Streams

AT_ONCE = 100
"""Lines read at once."""
REMEMBERED = 10_000
"""How many answers are kept for pages that ask again after a lost connection."""

Move = Literal["1d", "7d", "next"]


@dataclass(frozen=True, slots=True)
class OfficeInfo:
    """The facts that the page gives of the office; each dict maps a language to a text."""

    names: dict[str, str]
    addresses: dict[str, str]
    hours: dict[str, str]
    phone: str
    zone: str = "Asia/Shanghai"
    """The office's time zone: dates on the page are the office's dates."""


class SampleOfficer(TypedDict):
    """A sample officer of the demo: the pane's name and what to call it."""

    pane: str
    names: dict[str, str]


PlayedRow = tuple[str, str, str, str]
"""Day, side (its code and its name) and text of a simulated case."""


class Demo(Protocol):
    """The demo's office: sample officers to sit down as, and a clock that can be moved."""

    def officers(self) -> list[SampleOfficer]:
        """The officers that can be chosen in the right pane, the first one shown at first."""
        ...

    async def enter(self, pane: str) -> str:
        """A session token of this officer's; its hash is known to Visitors from then on."""
        ...

    def now(self) -> datetime:
        """The office's time."""
        ...

    async def simulate(
        self, kind: str, start: str, late: str, lang: str, end: str
    ) -> tuple[str, list[PlayedRow]]:
        """The next weeks of an imagined case: a title and its rows. Raises PetitionError."""
        ...

    async def move(self, how: Move) -> datetime:
        """Let time pass; everything that falls due on the way happens. The new time."""
        ...


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Published figures of a period, in words."""

    title: str
    period: str
    """Its key; empty: nothing was published yet."""
    periods: tuple[tuple[str, str], ...]
    """Key and name of each that was published."""
    text: str
    shares: tuple[tuple[str, str, str, str, str], ...]
    """Name, share, formula, what could flatter it, name of its chart."""
    counts: tuple[tuple[str, str], ...]
    heads: tuple[str, str]
    data: str
    """The words of the link to the numbers."""


class OpenFigures(Protocol):
    """The figures that the office has published, if it wants them open to everybody."""

    async def page(self, period: str, lang: str) -> PublicPage | None:
        """The bulletin of a period (empty: the newest); None where there is no such."""
        ...

    async def data(self) -> Json:
        """Every published number."""
        ...

    async def chart(self, name: str, lang: str) -> bytes | None:
        """A share over the published months, as a PNG."""
        ...


class Packer(Protocol):
    """Packs archives while they are read."""

    def place(self, asked: Archive) -> AbstractContextManager[None]:
        """A place for one archive of a person's, as long as the block runs. Raises BadAnswer."""
        ...

    def pack(self, asked: Archive, channel: str, lang: str) -> AsyncGenerator[bytes, None]:
        """The ZIP, piece by piece. Raises PetitionError where it may not be had, OutOfReach."""
        ...


class LoginDesk(Protocol):
    """How officers say who they are, and from where they work."""

    def outside(self, address: str) -> bool:
        """Whether an address lies outside of where officers work."""
        ...

    async def shut(self, chat: int) -> bool:
        """Whether nothing of a chat is to be seen now. Raises OutOfReach."""
        ...

    async def do(self, chat: int, what: str, value: str, lang: str) -> tuple[Screen, str]:
        """One step of a login, and the address of a picture that belongs to it. Raises
        PetitionError, OutOfReach."""
        ...


@dataclass
class WebChat:
    """The page, wired: give it to `webchat.pages.application`."""

    visitors: Visitors
    vault: Vault
    clock: Timepiece
    mouth: Mouth
    marked: Callable[[str], str]
    """A keyed mark of a network address: of the address nothing else goes on."""
    office: OfficeInfo
    secure: bool = False
    """Cookies only over HTTPS."""
    host_since: datetime | None = None
    """From when on cookies over HTTPS are the host's own."""
    demo: Demo | None = None
    figures: OpenFigures | None = None
    packing: Packer | None = None
    logins: LoginDesk | None = None
    rates: Rates = field(default_factory=Rates)
    streams: Streams = field(default_factory=Streams)

    def __post_init__(self) -> None:
        self.limits = Limits(self.rates)
        self.menus = self.mouth.menus
        self.menus.changed = self.streams.wake
        self.painting = asyncio.Semaphore(1)
        """Pictures are painted one after the other: a large one takes 100 MB."""
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._answers: OrderedDict[str, Json] = OrderedDict()

    def lock(self, chat: int) -> asyncio.Lock:
        """The lock that keeps one visitor's requests in order."""
        lock = self._locks.get(chat)
        if lock is None:
            lock = self._locks[chat] = asyncio.Lock()
        return lock

    def ear(self, chat: int, lang: str, claim: str, address: str) -> Ear:
        """Hears what a visitor did."""
        outside = self.logins is not None and self.logins.outside(address)
        return Ear(chat, lang, claim, self.marked(address), outside)

    def answered(self, claim: str) -> Json | None:
        """The earlier answer to the same key, if it is still remembered."""
        return self._answers.get(claim)

    async def once(self, chat: int, key: str, work: Callable[[str], Awaitable[Json]]) -> Json:
        """Do `work` in the visitor's order, and once for a key; a repeat gets the same answer.

        A failed try is not remembered. After a restart the handlers' own claim on the key
        keeps a repeat from counting twice.
        """
        claim = claim_of(chat, key)
        async with self.lock(chat):
            known = self._answers.get(claim)
            if known is not None:
                return await self.said_again(chat, known)
            answer = await work(claim)
            # Of a line only its number: what the log no longer holds isn't held here either.
            line = {"line": answer["line"]["id"]} if "line" in answer else {}
            self._answers[claim] = answer | line
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
            return answer

    async def said_again(self, chat: int, known: Json) -> Json:
        """A remembered answer, with its line as it is now."""
        if "line" not in known:
            return known
        line = await self.visitors.get(chat, known["line"])
        return known | {"line": on_page(line)} if line else {}

    async def with_news(self, chat: int, after: int, answer: Json) -> Json:
        """An answer with all that the log has since the page's last line: the stream may be
        down, and what a desk was told while nobody looked may be more than one reading gives. And
        with who uses the chat now: a page on which somebody left keeps nothing of theirs."""
        news: list[Line] = []
        while lines := await self.visitors.since(chat, after, AT_ONCE):
            news += [on_page(line) for line in lines]
            after = lines[-1].seq
            if len(lines) < AT_ONCE:
                break
        return answer | {"lines": news, "who": await self.visitors.who(chat)}


def claim_of(chat: int, key: str) -> str:
    """The key under which the conversations claim a request of the page."""
    return f"w:{chat}:{key}"


ROOM = web.AppKey("room", WebChat)
"""Where a route finds the room."""
