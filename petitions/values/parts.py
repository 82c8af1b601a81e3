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
class Said:
    """What is to be known of a part."""

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
    """Who reads it in the file, where the row itself is for everybody; None: it is no text of the
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
    Said("reply", How.LONG, reads=EVERYBODY, shown=True, document=2),
    Said("found", How.LONG, reads=EVERYBODY, document=1),
    Said("limit_law", How.MIDDLE, reads=EVERYBODY, shown=True),
    Said("basis", How.MIDDLE, reads=EVERYBODY, document=3),
    Said("ask", How.MIDDLE, reads=EVERYBODY),
    Said("write", How.MIDDLE, reads=EVERYBODY),
    Said("where", How.MIDDLE, reads=EVERYBODY, document=4),
    Said("bring", How.MIDDLE, skip=True, reads=EVERYBODY),
    Said("transcript", How.OWN, reads=EVERYBODY, theirs=True, shown=True),
    Said("hidden", How.OWN, reads=BUREAU, theirs=True, shown=True),
    Said("not_whom", How.MIDDLE, reads=BUREAU, shown=True),
    Said("correction", How.MIDDLE, reads=EVERYBODY, shown=True),
    Said("finding", How.LONG, reads=EVERYBODY, shown=True),
    Said("agreement", How.LONG, reads=EVERYBODY, shown=True),
    Said("why", How.MIDDLE, reads=EVERYBODY, shown=True, document=5),
    Said("review_why", How.LONG, reads=EVERYBODY, theirs=True, shown=True),
    Said("note", How.MIDDLE, reads=OFFICE, shown=True),
    Said("approval", How.MIDDLE, skip=True, reads=OFFICE, shown=True),
    Said("told_note", reads=OFFICE),
    Said("explanation", How.LONG, reads=EVERYBODY),
    Said("done_what", How.LONG, reads=EVERYBODY),
    Said("promise", How.MIDDLE, skip=True, reads=EVERYBODY),
    Said("rating_words", reads=SUPERVISOR, theirs=True),
    Said("visit_note", How.MIDDLE, skip=True, reads=SUPERVISOR, theirs=True),
    Said("meeting_where", How.MIDDLE, skip=True, reads=EVERYBODY),
    Said("result", How.LONG, reads=EVERYBODY),
    Said("recusal_why", reads=EVERYBODY, theirs=True),
    Said("proxy", reads=BUREAU, theirs=True),
    Said("summary", How.LONG, reads=EVERYBODY, shown=True),
    Said("instruction", How.MIDDLE, reads=OFFICE),
    Said("supervision_answer", How.LONG, reads=OFFICE),
    Said("strike_result", How.LONG, reads=OFFICE),
    Said("evidence", How.MIDDLE, reads=OFFICE),
    Said("told_how", How.MIDDLE, reads=OFFICE),
    Said("strike_opinion", How.MIDDLE, reads=OFFICE),
    Said("new_evidence", How.MIDDLE, skip=True, reads=EVERYBODY),
    Said("new_plan", How.MIDDLE, skip=True, reads=EVERYBODY),
    Said("contribution", How.LONG, reads=OFFICE, shown=True),
    Said("help_what", How.MIDDLE, reads=OFFICE),
    Said("help_how", How.MIDDLE, reads=OFFICE),
    Said("decision", How.LONG, reads=EVERYBODY),
    Said("reception_outcome", reads=EVERYBODY),
    Said("own_words", reads=OFFICE, theirs=True, shown=True),
    Said("supplement", reads=EVERYBODY, theirs=True, shown=True, searched=True),
    Said("guest_words", reads=EVERYBODY, theirs=True, shown=True),
    Said("question", reads=EVERYBODY, theirs=True, shown=True),
    Said("withdraw_reason", How.MIDDLE, reads=EVERYBODY, theirs=True),
    Said("pressed", reads=SUPERVISOR, theirs=True, shown=True),
    Said("since", reads=EVERYBODY, theirs=True, shown=True),
    Said("earlier", reads=EVERYBODY, theirs=True, shown=True),
    Said("title", reads=EVERYBODY, theirs=True, shown=True, searched=True),
    # What a petition begins with; filing itself says who reads it.
    Said("facts", theirs=True, shown=True, searched=True),
    Said("request", theirs=True, shown=True, searched=True),
    Said("place", theirs=True, shown=True, searched=True),
    Said("name", theirs=True, shown=True, identity=True),
    Said("address", theirs=True, shown=True, identity=True),
    Said("contact", theirs=True, identity=True),
    # Codes, days and numbers.
    Said("kind", How.CHOSEN, fact=True),
    Said("way", How.CHOSEN),
    Said("category1", How.CHOSEN, columns=2),
    Said("category2", How.CHOSEN, columns=2),
    Said("unit", How.CHOSEN),
    Said("colleague", How.CHOSEN),
    Said("date", How.DAY),
    Said("days", How.NUMBER),
    Said("lane", How.CHOSEN),
    Said("reason", How.CHOSEN, fact=True),
    Said("coming", How.CHOSEN, codes=("yes", "no"), fact=True),
    Said("outcome", How.CHOSEN, codes=("supported", "explained", "not_supported"), fact=True),
    Said("review_outcome", How.CHOSEN, codes=("uphold", "revoke", "change"), family="outcome"),
    Said("promised_on", How.DAY, skip=True),
    Said("delivery", How.CHOSEN, codes=("in_person", "post", "declined"), fact=True),
    Said("representatives", How.NUMBER, skip=True),
    Said("into", How.OWN),
    Said("spoken", How.CHOSEN),
    Said("look_for", How.OWN, columns=2),
    Said("who_asks", How.CHOSEN),
    Said("meeting", How.CHOSEN, columns=2),
    Said("meeting_place", How.CHOSEN),
    Said("meeting_hour", How.CHOSEN, columns=4),
    Said("said_by", How.CHOSEN, codes=("telephone", "letter", "window"), family="how"),
    Said(
        "result_of", How.CHOSEN, codes=("agreement", "no_agreement", "held", "not_held"),
        columns=2, fact=True,
    ),
    Said("asked_how", How.CHOSEN, fact=True),
    Said("had_notice", How.CHOSEN, codes=_YES_NO, family="yes_no", columns=3),
    Said("had_opinion", How.CHOSEN, codes=_YES_NO, family="yes_no", columns=3),
    Said(
        "finding_of", How.CHOSEN, codes=("done", "partly", "no", "none", "never"),
        family="finding",
    ),
    Said("level_bureau", How.CHOSEN, skip=True, codes=tuple(Level), family="level_of", columns=3),
    Said("level_unit", How.CHOSEN, skip=True, codes=tuple(Level), family="level_of", columns=3),
    Said("visit_reasons", How.CHOSEN, skip=True, columns=2),
    Said("team", How.LINE),
    Said("campaign", How.CHOSEN, skip=True),
    Said("standard", How.CHOSEN, codes=("carried_out", "explained"), fact=True),
    Said("still_promised", How.DAY, skip=True),
    # What other pages ask for, or no page.
    Said("task"),
    Said("answer"),
    Said("how", fact=True),
    Said("channel", fact=True),
    Said("level_of", family="supervision", fact=True),
    Said("cause", fact=True),
)  # fmt: skip
PARTS: dict[str, Said] = {one.name: one for one in _EVERY}
"""Name → record, the words of the file first."""
NOTHING = Said("")
"""What is known of a part that has no record: an older or newer program wrote it."""


def of(name: str) -> Said:
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
