"""The book on SQL: the one translation between rows and values, by topic as in `petitions.book`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from petitions.book import Book
from storage.database import set_apart
from storage.records.answers import StoredAnswers
from storage.records.appointments import Appointments
from storage.records.clocks import Clocks
from storage.records.figures import Figures
from storage.records.files import Files
from storage.records.finding import Finding
from storage.records.followers import Followers
from storage.records.forgetting import Forgetting
from storage.records.guarding import Guarding
from storage.records.installation import Installation
from storage.records.notices import Notices
from storage.records.oversight import Oversight
from storage.records.parting import Parting
from storage.records.queues import Queues
from storage.records.ratings import Ratings
from storage.records.staff import Staff
from storage.records.tasks import Tasks

__all__ = ["Records"]


class Records(
    Forgetting,
    Parting,
    Notices,
    Finding,
    StoredAnswers,
    Files,
    Followers,
    Clocks,
    Installation,
    Staff,
    Queues,
    Ratings,
    Appointments,
    Figures,
    Tasks,
    Oversight,
    Guarding,
):
    """One transaction on the office's records (`petitions.book.Book`)."""

    @contextmanager
    def rehearsal(self) -> Iterator[Book]:
        connection = self._once.connection if self._once else self._db
        with set_apart(connection):
            back = connection.begin_nested()
            try:
                yield Records(connection, self._ring)
            finally:
                back.rollback()
