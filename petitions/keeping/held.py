"""Every column of every table: what becomes of it when a case is anonymised, and why. A test
holds this against the tables, so that a new column is decided with the day it is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a column."""

    KEPT = "stays"
    """Says what happened, or how the office works; names nobody."""
    EMPTIED = "emptied"
    """Emptied when the case is anonymised."""
    DELETED = "deleted"
    """The row is deleted when the case is anonymised."""
    AGED = "by age"
    """Goes by a rule of its own, whatever becomes of cases."""


@dataclass(frozen=True, slots=True)
class Held:
    """Some columns of a table that share a fate."""

    columns: str
    """Names with spaces between."""
    fate: Fate
    why: str
    mine: str = ""
    """The column that says whose it is (`person`, `chat`, `recipient`), where these columns are
    in the archive of everything held of a person; those of a case are in the case's folder."""


KEPT, EMPTIED, DELETED, AGED = Fate.KEPT, Fate.EMPTIED, Fate.DELETED, Fate.AGED

TABLES: dict[str, tuple[Held, ...]] = {
    "chat": (
        Held("channel lang blocked owed quiet digest seen_at agreed_at client address", AGED,
             "rule `strangers`: while the chat is used, the office must know where to answer",
             "chat"),
        Held("mark", AGED, "rule `strangers`: by what it is found again; a keyed hash"),
        Held("id person draft officer menu stamp", KEPT,
             "numbers; a person's is renewed when the last of their cases is anonymised"),
    ),
    "person": (
        Held("neutral muted asked_on created_at", KEPT, "settings of a number that leads to nobody "
             "once its cases are anonymised", "person"),
        Held("pin", EMPTIED, "with the last case; a salted hash"),
        Held("id stamp", KEPT, "a number is never given twice"),
    ),
    "chat_person": (
        Held("chat person since ended_at", AGED, "rule `strangers`; with the person's last case "
             "it leads to a new number", "person"),
        Held("stamp", AGED, "with its row"),
    ),
    "draft": (
        Held("person chat data", EMPTIED, "also rule `drafts`, and once the form is sent"),
        Held("id form case rev done changed_at", KEPT,
             "a number used again would make old buttons new"),
    ),
    "handled": (
        Held("channel key chat answers at", AGED, "rule `answers`; emptied with a case for the "
             "chats it was shown in"),
    ),
    "inbox": (
        Held("update chat holder body at", AGED, "what Telegram brought, until it is answered"),
    ),
    "petition": (
        Held("person name address contact id_number code_hash key", EMPTIED, "who petitioned; "
             "without the key no copy of their words opens, but in a backup that has it, too"),
        Held("id number channel status unit received_at received_on version kind category "
             "proposed handler first_handler people members unnamed sealed accepted_at "
             "answered_at ended_at resumed way simple urgent bounces proposed_unit assisting "
             "asked_days extended answered_by outcome delivered_on former merged_into promised_on "
             "leader lane next_due guests waiting waits stamp", KEPT,
             "what the office did with it and when: art. 41 asks for figures of it"),
    ),
    "serial": (Held("day last", KEPT, "the last number of a day"),),
    "follower": (
        Held("case person how muted since ended_at", DELETED, "who may open the case", "person"),
        Held("stamp", DELETED, "with its row"),
    ),
    "history": (
        Held("case seq at actor_kind actor actor_unit actor_role action status audience facts "
             "digest", KEPT, "what happened, without words; each digest covers all of it. The "
             "petitioner's number in it leads to nobody once their last case is anonymised"),
    ),
    "tally": (
        Held("case seq digest followers clocks files looks members stamp", KEPT, "where the "
             "history ends, and how many rows the case has: numbers"),
    ),
    "journal": (
        Held("case seq no at day what value unit category kind channel lane n", KEPT,
             "figures: published ones must stay true"),
    ),
    "uncounted": (Held("case seq", AGED, "until it is counted"),),
    "bulletin": (
        Held("id kind first last made_at as_of figures files", KEPT, "published; small numbers "
             "are kept back"),
    ),
    "hot_matter": (
        Held("body", EMPTIED, "the list of them all, sealed: the case is taken out of it, with "
             "what it quotes"),
        Held("id", KEPT, "one row, whatever was found"),
    ),
    "words": (
        Held("body salt file", EMPTIED, "everything anybody wrote in the case, answers and notes "
             "of the office too: they name the petitioner"),
        Held("id case seq part audience commitment", KEPT, "the chain holds the commitment; "
             "without its salt it can't be tried out"),
    ),
    "index_segment": (
        Held("id state blocks body fences", DELETED, "what the words are found by: a case's part "
             "is found no more at once, and taken out by writing anew what it is in"),
    ),
    "index_block": (Held("id body", DELETED, "the same"),),
    "index_todo": (Held("id what ref", DELETED, "the case's number, until that is done"),),
    "file": (
        Held("id path name mime size at line stamp", AGED, "row and bytes go once no case, open "
             "form or line needs the file: with the case, by the hourly sweep"),
    ),
    "case_file": (Held("case file seq audience stamp", DELETED, "which files the case has"),),
    "clock": (
        Held("id case clock started_on due_on ended_at outcome rolled_on provisional length "
             "extension pauses paused_on stamp", KEPT, "limits that were kept or missed"),
    ),
    "document": (Held("id case seq kind number day", KEPT, "that a numbered document was issued; "
                      "its words were the entry's"),),
    "document_serial": (Held("kind year last", KEPT, "the last number of a year"),),
    "calendar_year": (Held("calendar year body at", KEPT, "days off"),),
    "officer": (
        Held("id unit role name chat away stand_in since ended_at stamp", KEPT,
             "desks of the office: who answered for what"),
    ),
    "invite": (Held("hash officer until used_at stamp", AGED, "rule `invitations`"),),
    "saved_reply": (Held("id unit body at", KEPT, "a unit's own templates; it deletes them"),),
    "saved_filter": (Held("id officer name data", KEPT, "an officer's own; no words of a case"),),
    "card": (Held("chat case message", DELETED, "in which chat the case stood"),),
    "notice": (
        Held("kind case due_at state sent_at opened_at lang", DELETED, "which chat was told what "
             "and when; that an opinion was served is an entry of the history", "recipient"),
        Held("id occasion recipient channel lane next_at attempts leased_until unsure message "
             "facts reason", DELETED, "how it was delivered"),
    ),
    "task": (
        Held("id case kind occasion unit due_on created_at notice done_at done_by how", DELETED,
             "may name a chat; what was done is in the history"),
    ),
    "rating": (
        Held("case body unit seq opened_on until level finer reasons changes first_at "
             "unit_may_know may_call", DELETED, "what a person thought; it is counted already",
             "person"),
        Held("id person after_contact", DELETED, "whose it was"),
    ),
    "follow_up": (
        Held("id case step due_on answer asked_at answered_at tries", KEPT,
             "whether a promise was kept: a code"),
    ),
    "appointment": (
        Held("id case kind host place day hour state how said_at", KEPT,
             "who of the office met somebody, and when; places are codes"),
    ),
    "member": (
        Held("case part name contact since left_at", DELETED, "who was in a joint petition",
             "person"),
        Held("id person seq mark stamp", DELETED, "by what they are known again"),
    ),
    "joint_link": (Held("case part hash until stamp", DELETED, "also rule `links`"),),
    "case_link": (Held("case other", KEPT, "numbers of cases"),),
    "join_offer": (Held("id case into case_yes into_yes state stamp", KEPT, "numbers of cases"),),
    "supervision": (
        Held("id case unit level cause due_on by state answered_on", KEPT, "of offices"),
    ),
    "suggestion": (
        Held("id kind unit by made_on due_on words adopted answer answered_on", KEPT,
             "from the bureau to a unit about its work (art. 40), told in the annual report "
             "(art. 41); no case belongs to it"),
    ),
    "listed": (
        Held("id case leader unit team due_on campaign state standard struck_on", KEPT,
             "who of the office was responsible"),
    ),
    "campaign": (Held("id name first last targets phases state", KEPT, "the office's own"),),
    "slot": (
        Held("id unit host day start minutes places where link state", KEPT, "the office's own"),
    ),
    "booking": (
        Held("slot case topic how state", EMPTIED, "`topic`; also rule `receptions`", "person"),
        Held("person chat", EMPTIED, "also rule `receptions`"),
        Held("id", KEPT, "that a place was taken"),
    ),
    "meeting": (
        Held("attended minutes", EMPTIED, "with the last case of its agenda"),
        Held("id day by cases", KEPT, "that it was held, about which numbers"),
    ),
    "try": (Held("id bucket at", AGED, "rules `tries`, `pins`"),),
    "look": (
        Held("id case seq officer unit day at what reason duty words stamp", DELETED,
             "which officers looked into the case, and what for: its petitioner reads it, and in "
             "the case's folder of the archive"),
    ),
    "session": (
        Held("agent created_at seen_at ended_at", AGED, "rule `visits`", "chat"),
        Held("token_hash chat stamp", AGED, "rule `visits`"),
    ),
    "log_line": (
        Held("at entry", AGED, "rules `lines`, `visits`; those in which words of a case, or "
             "of a form of it, were shown to anybody or written by anybody are emptied with it",
             "chat"),
        Held("id chat seq key", AGED, "rules `lines`, `visits`"),
    ),
    "shown": (
        Held("line case draft", DELETED, "which lines of the page go with a case; also with the "
             "line"),
    ),
    "setting": (Held("name value", KEPT, "what the installation remembers of itself"),),
}  # fmt: skip
