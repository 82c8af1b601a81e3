"""One record a part of what is said in an action: how it is asked, who reads it, how it is shown.

A part is one piece of an action's data: words, a code, a day. The words among them are kept in the
file under the part's name. Adding a part means: a record here, and its words: `label.NAME`, and
the question, `ask.NAME`, where a form of the desk asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from petitions.values.person import Audience
from petitions.values.rating import Level

EVERYBODY, OFFICE = Audience.EVERYBODY, Audience.OFFICE
BUREAU, SUPERVISOR = Audience.BUREAU, Audience.SUPERVISOR


class How(StrEnum):
    """How a form of the desk asks for a part."""

    LONG = "long"
    """Words, perhaps in several messages."""
    MIDDLE = "middle"
    """Words of middling length, in one message."""
    LINE = "line"
    """A few words on one line."""
    DAY = "day"
    NUMBER = "number"
    CHOSEN = "chosen"
    """A button: one of `codes`, or what `handlers/officer/asked.py` offers for it."""
    OWN = "own"
    """As `handlers/officer/asked.py` says."""


@dataclass(frozen=True, slots=True)
class PartInfo:
    """Everything known of a part."""

    name: str

    # Asking
    how: How | None = None
    """None: no form of the desk asks for it."""
    skip: bool = False
    """May be left open."""
    codes: tuple[str, ...] = ()
    """Answers to choose from, in this order."""
    family: str = ""
    """The words that name its codes: `FAMILY.CODE`; empty: its own name."""
    columns: int = 1
    """Buttons on a line."""

    # Reading
    reads: Audience | None = None
    """Its readers in the file, where the row itself is for everybody; None: it is no text of the
    file."""
    theirs: bool = False
    """Written or said by a petitioner, whoever took it down: quoted wherever it is shown."""
    identity: bool = False
    """Says who somebody is: sealed apart, and never among the case's texts."""
    shown: bool = False
    """Stands in the case as an officer opens it."""
    searched: bool = False
    """Cases are found by it."""
    document: int = 0
    """Its place in the numbered document that its action issues; 0: it isn't there."""
    fact: bool = False
    """A code that the history keeps: its sentences name it."""

    @property
    def words(self) -> str:
        """The family of words that names its codes."""
        return self.family or self.name


_YES_NO = ("yes", "no", "unsure")

_EVERY = (
    # Words of the file, in the order in which one action's are written.
    PartInfo("reply", How.LONG, reads=EVERYBODY, shown=True, document=2),
    PartInfo("found", How.LONG, reads=EVERYBODY, document=1),
    PartInfo("limit_law", How.MIDDLE, reads=EVERYBODY, shown=True),
    PartInfo("basis", How.MIDDLE, reads=EVERYBODY, document=3),
    PartInfo("ask", How.MIDDLE, reads=EVERYBODY),
    PartInfo("write", How.MIDDLE, reads=EVERYBODY),
    PartInfo("where", How.MIDDLE, reads=EVERYBODY, document=4),
    PartInfo("bring", How.MIDDLE, skip=True, reads=EVERYBODY),
    PartInfo("transcript", How.OWN, reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("hidden", How.OWN, reads=BUREAU, theirs=True, shown=True),
    PartInfo("not_whom", How.MIDDLE, reads=BUREAU, shown=True),
    PartInfo("correction", How.MIDDLE, reads=EVERYBODY, shown=True),
    PartInfo("finding", How.LONG, reads=EVERYBODY, shown=True),
    PartInfo("agreement", How.LONG, reads=EVERYBODY, shown=True),
    PartInfo("why", How.MIDDLE, reads=EVERYBODY, shown=True, document=5),
    PartInfo("review_why", How.LONG, reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("note", How.MIDDLE, reads=OFFICE, shown=True),
    PartInfo("approval", How.MIDDLE, skip=True, reads=OFFICE, shown=True),
    PartInfo("told_note", reads=OFFICE),
    PartInfo("explanation", How.LONG, reads=EVERYBODY),
    PartInfo("done_what", How.LONG, reads=EVERYBODY),
    PartInfo("promise", How.MIDDLE, skip=True, reads=EVERYBODY),
    PartInfo("rating_words", reads=SUPERVISOR, theirs=True),
    PartInfo("visit_note", How.MIDDLE, skip=True, reads=SUPERVISOR, theirs=True),
    PartInfo("meeting_where", How.MIDDLE, skip=True, reads=EVERYBODY),
    PartInfo("result", How.LONG, reads=EVERYBODY),
    PartInfo("recusal_why", reads=EVERYBODY, theirs=True),
    PartInfo("proxy", reads=BUREAU, theirs=True),
    PartInfo("summary", How.LONG, reads=EVERYBODY, shown=True),
    PartInfo("instruction", How.MIDDLE, reads=OFFICE),
    PartInfo("supervision_answer", How.LONG, reads=OFFICE),
    PartInfo("strike_result", How.LONG, reads=OFFICE),
    PartInfo("evidence", How.MIDDLE, reads=OFFICE),
    PartInfo("told_how", How.MIDDLE, reads=OFFICE),
    PartInfo("strike_opinion", How.MIDDLE, reads=OFFICE),
    PartInfo("new_evidence", How.MIDDLE, skip=True, reads=EVERYBODY),
    PartInfo("new_plan", How.MIDDLE, skip=True, reads=EVERYBODY),
    PartInfo("contribution", How.LONG, reads=OFFICE, shown=True),
    PartInfo("help_what", How.MIDDLE, reads=OFFICE),
    PartInfo("help_how", How.MIDDLE, reads=OFFICE),
    PartInfo("decision", How.LONG, reads=EVERYBODY),
    PartInfo("reception_outcome", reads=EVERYBODY),
    PartInfo("own_words", reads=OFFICE, theirs=True, shown=True),
    PartInfo("supplement", reads=EVERYBODY, theirs=True, shown=True, searched=True),
    PartInfo("guest_words", reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("question", reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("withdraw_reason", How.MIDDLE, reads=EVERYBODY, theirs=True),
    PartInfo("pressed", reads=SUPERVISOR, theirs=True, shown=True),
    PartInfo("since", reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("earlier", reads=EVERYBODY, theirs=True, shown=True),
    PartInfo("title", reads=EVERYBODY, theirs=True, shown=True, searched=True),
    # Texts that a petition begins with; filing itself says who reads them.
    PartInfo("facts", theirs=True, shown=True, searched=True),
    PartInfo("request", theirs=True, shown=True, searched=True),
    PartInfo("place", theirs=True, shown=True, searched=True),
    PartInfo("name", theirs=True, shown=True, identity=True),
    PartInfo("address", theirs=True, shown=True, identity=True),
    PartInfo("contact", theirs=True, identity=True),
    # Codes, days and numbers.
    PartInfo("kind", How.CHOSEN, fact=True),
    PartInfo("way", How.CHOSEN),
    PartInfo("category1", How.CHOSEN, columns=2),
    PartInfo("category2", How.CHOSEN, columns=2),
    PartInfo("unit", How.CHOSEN),
    PartInfo("colleague", How.CHOSEN),
    PartInfo("date", How.DAY),
    PartInfo("days", How.NUMBER),
    PartInfo("lane", How.CHOSEN),
    PartInfo("reason", How.CHOSEN, fact=True),
    PartInfo("coming", How.CHOSEN, codes=("yes", "no"), fact=True),
    PartInfo("outcome", How.CHOSEN, codes=("supported", "explained", "not_supported"), fact=True),
    PartInfo("review_outcome", How.CHOSEN, codes=("uphold", "revoke", "change"), family="outcome"),
    PartInfo("promised_on", How.DAY, skip=True),
    PartInfo("delivery", How.CHOSEN, codes=("in_person", "post", "declined"), fact=True),
    PartInfo("representatives", How.NUMBER, skip=True),
    PartInfo("into", How.OWN),
    PartInfo("spoken", How.CHOSEN),
    PartInfo("look_for", How.OWN, columns=2),
    PartInfo("who_asks", How.CHOSEN),
    PartInfo("meeting", How.CHOSEN, columns=2),
    PartInfo("meeting_place", How.CHOSEN),
    PartInfo("meeting_hour", How.CHOSEN, columns=4),
    PartInfo("said_by", How.CHOSEN, codes=("telephone", "letter", "window"), family="how"),
    PartInfo(
        "result_of", How.CHOSEN, codes=("agreement", "no_agreement", "held", "not_held"),
        columns=2, fact=True,
    ),
    PartInfo("asked_how", How.CHOSEN, fact=True),
    PartInfo("had_notice", How.CHOSEN, codes=_YES_NO, family="yes_no", columns=3),
    PartInfo("had_opinion", How.CHOSEN, codes=_YES_NO, family="yes_no", columns=3),
    PartInfo(
        "finding_of", How.CHOSEN, codes=("done", "partly", "no", "none", "never"),
        family="finding",
    ),
    PartInfo("level_bureau", How.CHOSEN, skip=True, codes=tuple(Level), family="level_of",
             columns=3),
    PartInfo("level_unit", How.CHOSEN, skip=True, codes=tuple(Level), family="level_of", columns=3),
    PartInfo("visit_reasons", How.CHOSEN, skip=True, columns=2),
    PartInfo("team", How.LINE),
    PartInfo("campaign", How.CHOSEN, skip=True),
    PartInfo("standard", How.CHOSEN, codes=("carried_out", "explained"), fact=True),
    PartInfo("still_promised", How.DAY, skip=True),
    # Parts that other pages ask for, or no page.
    PartInfo("task"),
    PartInfo("answer"),
    PartInfo("how", fact=True),
    PartInfo("channel", fact=True),
    PartInfo("level_of", family="supervision", fact=True),
    PartInfo("cause", fact=True),
)  # fmt: skip
PARTS: dict[str, PartInfo] = {one.name: one for one in _EVERY}
"""Name → record, the words of the file first."""
NOTHING = PartInfo("")
"""The record of a part that has none here: an older or newer program wrote it."""


def of(name: str) -> PartInfo:
    """The record of a part; an empty one for a part that this program doesn't know."""
    return PARTS.get(name, NOTHING)


def texts() -> dict[str, Audience]:
    """Which parts are words to be kept in the file, and for whom."""
    return {one.name: one.reads for one in PARTS.values() if one.reads}


def printed() -> list[str]:
    """Which of an action's words stand in its numbered document, in this order."""
    found = [one for one in PARTS.values() if one.document]
    return [one.name for one in sorted(found, key=lambda one: one.document)]


def facts() -> dict[str, str]:
    """Facts of the history that are codes: fact → the family of words that names them."""
    return {one.name: one.words for one in PARTS.values() if one.fact}
