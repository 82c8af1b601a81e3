"""The tables. Values that identify a person, and every word people write into a case, are sealed
(`seal.py`); what must be searched or counted, and an office's own templates and names, are not.
Each column says its own fate (`column.py`).
"""

from __future__ import annotations

from typing import Any

from sqlmodel import SQLModel

from petitions.keeping.held import Held
from storage.tables.cases import (
    CaseLink,
    Clock,
    Document,
    DocumentSerial,
    Follower,
    JoinOffer,
    JointLink,
    Member,
    Petition,
    Serial,
)
from storage.tables.chats import (
    Card,
    Chat,
    ChatPerson,
    Draft,
    Handled,
    Inbox,
    LogLine,
    Person,
    Said,
    Session,
    Shown,
)
from storage.tables.column import UTCTime as UTCTime  # the migrations' name for it
from storage.tables.column import fates
from storage.tables.desk import (
    CalendarYear,
    Invite,
    Login,
    LoginEntry,
    Look,
    Notice,
    Officer,
    SavedFilter,
    SavedReply,
    Setting,
    StaffAsk,
    StaffEntry,
    Task,
    Try,
)
from storage.tables.figures import Bulletin, HotMatter, Journal, Uncounted
from storage.tables.history import (
    CaseFile,
    File,
    FileKey,
    History,
    IndexBlock,
    IndexSegment,
    IndexTodo,
    Tally,
    Words,
)
from storage.tables.matters import (
    Appointment,
    Booking,
    Campaign,
    FollowUp,
    Listed,
    Meeting,
    Rating,
    Slot,
    Suggestion,
    Supervision,
)

METADATA: Any = SQLModel.metadata


def table_of(model: Any) -> Any:
    """A model's table, as statements speak of it."""
    return model.__table__


CHAT, PERSON, CHAT_PERSON = table_of(Chat), table_of(Person), table_of(ChatPerson)
DRAFT, HANDLED, PETITION = table_of(Draft), table_of(Handled), table_of(Petition)
SERIAL, FOLLOWER, HISTORY = table_of(Serial), table_of(Follower), table_of(History)
TODO = table_of(IndexTodo)
WORDS, FILE, CASE_FILE = table_of(Words), table_of(File), table_of(CaseFile)
FILE_KEY = table_of(FileKey)
CLOCK, OFFICER, INVITE = table_of(Clock), table_of(Officer), table_of(Invite)
LOGIN, LOGIN_ENTRY = table_of(Login), table_of(LoginEntry)
STAFF_ASK, STAFF_ENTRY = table_of(StaffAsk), table_of(StaffEntry)
SAVED_REPLY, CARD, NOTICE = table_of(SavedReply), table_of(Card), table_of(Notice)
TRY, SESSION, LOG = table_of(Try), table_of(Session), table_of(LogLine)
SHOWN, SAID = table_of(Shown), table_of(Said)
DOCUMENT, DOCUMENT_SERIAL = table_of(Document), table_of(DocumentSerial)
CALENDAR, SETTING = table_of(CalendarYear), table_of(Setting)
TASK, RATING, FOLLOW_UP = table_of(Task), table_of(Rating), table_of(FollowUp)
APPOINTMENT, MEETING = table_of(Appointment), table_of(Meeting)
MEMBER, JOINT_LINK = table_of(Member), table_of(JointLink)
SAVED_FILTER = table_of(SavedFilter)
SUPERVISION, SUGGESTION = table_of(Supervision), table_of(Suggestion)
SLOT, BOOKING = table_of(Slot), table_of(Booking)
LISTED, CAMPAIGN = table_of(Listed), table_of(Campaign)
UNCOUNTED, BULLETIN = table_of(Uncounted), table_of(Bulletin)
CASE_LINK, JOIN_OFFER = table_of(CaseLink), table_of(JoinOffer)
INBOX, TALLY, LOOK = table_of(Inbox), table_of(Tally), table_of(Look)
HOT, JOURNAL = table_of(HotMatter), table_of(Journal)
SEGMENT, BLOCK = table_of(IndexSegment), table_of(IndexBlock)


def fates_of_all() -> dict[str, list[tuple[Held, list[str]]]]:
    """Table → what becomes of its columns, as `docs/retention.md` prints it."""
    return {name: fates(table) for name, table in METADATA.tables.items()}
