"""The office's book: everything the use cases read and write, within one transaction.

`storage/` keeps it on SQLite or PostgreSQL. The functions are plain and synchronous; each
raises petitions.errors.Unknown where a thing that must be there isn't. Nothing is saved
until the whole verb has returned.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from petitions.book.answers import StoredAnswers
from petitions.book.appointments import Appointments
from petitions.book.cases import Cases
from petitions.book.chats import Chat, Chats, Person
from petitions.book.clocks import Clocks
from petitions.book.drafts import Draft, Drafts
from petitions.book.figures import Figures
from petitions.book.files import Files
from petitions.book.finding import Finding
from petitions.book.followers import Followers
from petitions.book.forgetting import Forgetting
from petitions.book.guarding import Guarding
from petitions.book.history import History, NewText
from petitions.book.installation import Installation
from petitions.book.joint import Joint
from petitions.book.lines import Lines
from petitions.book.notices import Notice, Notices, Planned
from petitions.book.oversight import Oversight
from petitions.book.parting import Parting
from petitions.book.queues import Queue, Queued, Queues
from petitions.book.ratings import Ratings
from petitions.book.reception import Reception
from petitions.book.staff import Staff
from petitions.book.tasks import Tasks

__all__ = [
    "Appointments",
    "Book",
    "Cases",
    "Chat",
    "Chats",
    "Clocks",
    "Draft",
    "Drafts",
    "Figures",
    "Files",
    "Finding",
    "Followers",
    "Forgetting",
    "Guarding",
    "History",
    "Installation",
    "Joint",
    "Lines",
    "NewText",
    "Notice",
    "Notices",
    "Oversight",
    "Parting",
    "Person",
    "Planned",
    "Queue",
    "Queued",
    "Queues",
    "Ratings",
    "Reception",
    "Staff",
    "StoredAnswers",
    "Tasks",
]


class Book(
    Chats,
    Lines,
    StoredAnswers,
    Drafts,
    Cases,
    Followers,
    Forgetting,
    History,
    Files,
    Clocks,
    Installation,
    Staff,
    Queues,
    Finding,
    Notices,
    Ratings,
    Appointments,
    Reception,
    Figures,
    Joint,
    Tasks,
    Oversight,
    Guarding,
    Parting,
    Protocol,
):
    """One transaction on the office's records."""

    def rehearsal(self) -> AbstractContextManager[Book]:
        """A book in which everything is taken back when the block ends: what would happen."""
        ...
