"""The seams: what one room needs of another, said without naming it.

`bot/` hands each room an object that fits. Everything here is asynchronous because the
rooms live at the edge; behind it the work runs as plain functions in database threads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from petitions.book import Chat, Notice
from petitions.case.notices import NextStep, Outcome
from petitions.logged import ChatLog, LogEntry, LoggedEntry
from petitions.message import NOTHING, FileRef, Message, Of, Sheet

ArchiveEntry = tuple[str, str | int | Sheet]
"""A name in an archive, and what is there: a text, a file's id, a document to be printed."""


T = TypeVar("T")


class OutOfReach(Exception):
    """The records can't be reached or written now; nothing was changed. Try again in a while."""


class Timepiece(Protocol):
    """The office's clock. The demo moves it; everybody else only reads it."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""
        ...


class Vault(Protocol):
    """The bytes of attachments, sealed at rest."""

    async def keep(
        self, content: bytes, name: str, mime: str, sender: str = "", address: str = "",
        cases: Collection[int] = (),
    ) -> FileRef:  # fmt: skip
        """Store a file for good before returning, without its traces (`files.traces`);
        `sender`: the chat it came from, "" for the office's own; `address`: the network address,
        where it is known; `cases`: whose words are in it. Raises
        petitions.errors.StoreAway when it can't be kept now, BadAnswer when there is no room for
        files or too much was sent in a day."""
        ...

    async def read(self, file_id: int) -> bytes:
        """The content again. Raises petitions.errors.FileGone when it isn't there or isn't what was
        stored, StoreAway when it can't be fetched now."""
        ...

    async def pieces(self, file_id: int) -> Iterator[bytes]:
        """The same piece by piece, for a thread. Raises as `read`, before the first piece."""
        ...

    async def check(self, file_id: int) -> None:
        """Whether the content could be read now. Raises as `read`."""
        ...

    async def ref(self, file_id: int) -> FileRef:
        """The facts that are known of a file. Raises petitions.errors.FileGone."""
        ...

    async def sweep(self) -> int:
        """Let go of files nobody needs any more; gives how many."""
        ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """The visitor whom a web session belongs to."""

    chat: int
    """The chat's id on the web channel; it is its own address there."""
    lang: str
    """`zh` or `en`."""
    who: str = ""
    """A mark of the person who uses the chat: another one once somebody has left it."""
    officer: bool = False
    """Whoever sits there works for the office."""


class Visitors(Protocol):
    """The web channel's own records: sessions and each visitor's log."""

    async def enter(
        self, token_hash: bytes, lang: str, agent: str, before: bytes = b""
    ) -> Visitor:  # fmt: skip
        """Open a new session with a chat of its own. Why the one `before` was ended by somebody
        else is the first that is said there, once."""
        ...

    async def who(self, chat: int) -> str:
        """The mark of the person who uses a chat now, as in `Visitor`."""
        ...

    async def find(self, token_hash: bytes, before: datetime | None = None) -> Visitor | None:
        """The session's visitor; None when unknown or ended, or not begun `before` an instant."""
        ...

    async def append(self, chat: int, entry: LogEntry, of: Of = NOTHING) -> LoggedEntry:
        """Add a line, and note what it speaks of. An entry with a key the visitor used before is
        not added again: the earlier line is returned."""
        ...

    async def edit(
        self, chat: int, id: int, entry: LogEntry, of: Of = NOTHING
    ) -> LoggedEntry | None:
        """Replace a line and give it a new seq; None when the visitor has no such line."""
        ...

    async def get(self, chat: int, id: int) -> LoggedEntry | None:
        """One line of this visitor's own log."""
        ...

    async def since(self, chat: int, seq: int, limit: int = 100) -> Sequence[LoggedEntry]:
        """Lines added or changed after `seq`, oldest change first."""
        ...

    async def before(self, chat: int, id: int, limit: int = 50) -> Sequence[LoggedEntry]:
        """Lines older than `id` (0: the newest), oldest first."""
        ...

    async def within(self, work: Callable[[ChatLog], T]) -> T:
        """The result of `work` on the logs, in one transaction; it may be begun again."""
        ...

    def wake(self, chat: int) -> None:
        """Lines of this chat were written in somebody else's transaction."""
        ...

    async def wait(self, chat: int, seq: int, seconds: float) -> bool:
        """Until something after `seq` is there (True) or so many seconds passed (False)."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """Claimed notices of one chat."""

    chat: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Why a notice isn't sent after all."""

    why: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, ready to be carried to one chat, and the notices it says."""

    notices: tuple[Notice, ...]
    chat: Chat
    message: Message
    replaces: str = ""
    """The channel's id of the message to edit in place; empty: a new one."""
    arrived: list[str] = field(default_factory=list, compare=False)
    """All messages that arrived, where the office deletes what somebody may no longer read: the
    courier adds each as it arrives, whatever becomes of the rest."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one notice, to be written down."""

    notice: Notice
    step: NextStep
    message: str = ""
    reason: str = ""
    lang: str = ""
    tried: bool = True
    """Whether it counts as a try; what is only put off doesn't."""
    stands: tuple[str, ...] = ()
    """Messages that stand in the chat now, and may have to be deleted …"""
    cases: tuple[int, ...] = ()
    """… and the cases they speak of."""


@dataclass(frozen=True, slots=True)
class Composed:
    """Claimed notices, looked at again: the messages that say them, and the others."""

    deliveries: tuple[Delivery, ...]
    ended: tuple[Settled, ...]
    """Notices that aren't said, or not now."""


@dataclass(frozen=True, slots=True)
class Check:
    """The self-check: each must be 0."""

    silent: int
    """Clocks of the office that run without a reminder planned."""
    untouched: int
    """Notices whose time has passed and that nobody took."""
    stuck: int
    """Notices left in sending."""
    nobody: int
    """Notices of the last days that reached nobody."""

    @property
    def fine(self) -> bool:
        """Nothing was forgotten."""
        return not (self.silent or self.untouched or self.stuck or self.nobody)


class Ledger(Protocol):
    """The ledger of what the office says by itself, as the scheduler uses it."""

    async def split(self, now: datetime, limit: int) -> int:
        """Split due causes into one row for each chat; gives how many causes there were."""
        ...

    async def claim(self, now: datetime, channel: str, limit: int) -> Sequence[Waiting]:
        """Take due notices of some chats of a channel (planned → sending, under a lease)."""
        ...

    async def compose(self, batch: Sequence[Waiting], now: datetime) -> list[Composed]:
        """Look at them again; what is still true becomes messages, several where one will do.
        One result for each chat, in order."""
        ...

    async def settle(self, settled: Sequence[Settled], now: datetime) -> None:
        """Write down what became of tries."""
        ...

    async def sweep(self, now: datetime) -> int:
        """Settle what was left in sending when its lease ran out; gives how many."""
        ...

    async def tidy(self, now: datetime) -> None:
        """Plan the morning lists."""
        ...

    async def check(self, now: datetime) -> Check:
        """Whether anything was forgotten."""
        ...

    async def report(self, found: Check, now: datetime) -> None:
        """Tell the administrators that something was forgotten."""
        ...

    async def is_due(self, now: datetime) -> bool:
        """Whether anything waits to be taken by now."""
        ...

    async def next_due(self, real: bool = False) -> datetime | None:
        """When the next waiting notice is to be taken; `real`: without lists that may be
        empty."""
        ...


class Steps(Protocol):
    """Work beside everything else, in small steps."""

    async def step(self) -> int:
        """Do some of it; 0 when there is no more to do."""
        ...


class Recounting(Protocol):
    """Keeps due dates true to the lists of days off."""

    async def step(self) -> int:
        """Count some clocks again after a list changed; 0 when there is no more to do."""
        ...

    async def remind(self) -> None:
        """Ask for next year's list when it should be there."""
        ...


@dataclass(frozen=True, slots=True)
class Tried:
    """A courier's report of one try."""

    outcome: Outcome
    message: str = ""
    """The channel's id of the message that holds the words; empty: it gives none."""
    reason: str = ""
    wait: float | None = None
    """Seconds the channel asked us to wait."""


class Courier(Protocol):
    """Carries messages to the chats of one channel."""

    async def deliver(self, delivery: Delivery) -> Tried:
        """Try once. Never raises for anything the channel may answer."""
        ...
