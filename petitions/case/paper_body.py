"""The body of each kind of numbered document, piece by piece (`BODY`), and to whom it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from petitions.book import Book
from petitions.case import reading
from petitions.law import citing
from petitions.law.clocks import local_day
from petitions.law.regulation.values import Regulation
from petitions.law.units import Office
from petitions.values import categories, parts
from petitions.values.person import Actor, Part
from petitions.values.petition import Entry, Kind, Petition
from petitions.words import day, listed, name_in, say


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A document that is being written, and who reads it."""

    book: Book
    office: Office
    case: Petition
    kind: str
    day: date
    entry: Entry
    rules: Regulation
    """Of the day on which it was issued."""
    actor: Actor
    lang: str
    history: Sequence[Entry]

    def say(self, key: str, **values: object) -> str:
        """A sentence in its language."""
        return say(self.lang, key, **values)

    def law(self, code: str) -> str:
        """An article of its rules, in brackets."""
        return citing.bracketed(citing.whole(self.rules, code, self.lang), self.lang)

    def said(self, statement: str) -> str:
        """Where a statement is written, in brackets."""
        return citing.bracketed(citing.said(self.rules, statement, self.lang), self.lang)

    def clock(self, name: str) -> str:
        """The article of a clock, in brackets; empty where it is a setting."""
        limit = self.rules.clocks.get(name)
        return self.law(limit.article) if limit and limit.law else ""

    def when(self, fact: str) -> str:
        """A day among the entry's facts, in words; empty: there is none."""
        found = self.entry.facts.get(fact)
        return day(self.lang, date.fromisoformat(found)) if found else ""

    def text(self, part: str) -> str:
        """The words written under the entry, as far as the reader may read them."""
        return self._text(part, [self.entry])

    def newest(self, part: str) -> str:
        """The newest words of the case under a name, as far as the reader may read them."""
        return self._text(part, self.history)

    def _text(self, part: str, entries: Sequence[Entry]) -> str:
        seen = reading.audiences(self.actor, self.case, self.office)
        open_ = {e.seq for e in entries
                 if not reading.closed(self.actor, self.case, e, self.office)}  # fmt: skip
        texts = (t for t in self.book.texts(self.case.id) if t.part == part and t.audience in seen)
        found = [t.body for t in texts if t.seq in open_ and t.body]
        return found[-1] if found else ""

    def line(self, part: str, body: str) -> list[str]:
        """Words behind their label; nothing where there are none."""
        if not body:
            return []
        return [self.say("text.line", label=self.say(f"label.{part}"), body=body)]

    def before(self, *actions: str) -> Entry | None:
        """The last entry of these actions before the document's own, or at it."""
        found = [e for e in self.history if e.action in actions and e.seq <= self.entry.seq]
        return found[-1] if found else None

    def day_of(self, entry: Entry) -> str:
        """The day of an entry, in words."""
        return day(self.lang, local_day(entry.at, self.office.zone))


# To whom


def to(paper: PaperDraft, inside: bool) -> str:
    """To whom it goes: the person, or of an office's own (`inside`) the unit; empty: to nobody."""
    if not inside:
        return paper.say("document.to", name=_name(paper))
    unit = paper.entry.facts.get("unit") or _assigner(paper)
    return paper.say("document.to_unit", unit=paper.office.unit_name(unit, paper.lang)) if unit \
        else ""  # fmt: skip


def _assigner(paper: PaperDraft) -> str:
    entry = paper.before("assign")
    return entry.actor.unit if entry else ""


def _name(paper: PaperDraft) -> str:
    """The addressee: by name on the own paper, and on that of an officer who has opened the
    name; each in a joint petition by their own."""
    if not _may_name(paper):
        return paper.say("document.name_closed")
    name = _names(paper)[paper.actor.id if paper.actor.kind == "petitioner" else 0]
    name = name or paper.say("document.unnamed")
    if paper.case.members > 1:
        return paper.say("document.and_others", name=name, count=paper.case.members)
    return name


def _names(paper: PaperDraft) -> dict[int, str]:
    """Person → name; 0 and whoever filed: whose case it is."""
    mine = paper.book.identity(paper.case.id).name
    others = paper.book.members(paper.case.id) if paper.case.members else ()
    found = {m.person: m.identity.name for m in others if m.seq}
    return dict.fromkeys((0, paper.case.person, paper.actor.id), mine) | found


def _may_name(paper: PaperDraft) -> bool:
    actor = paper.actor
    if actor.kind == "petitioner":
        return actor.role != Part.GUEST
    return any(e.action == "open_name" and e.actor == actor for e in paper.history)


# Pieces

Piece = Callable[[PaperDraft], list[str]]


def _words(*names: str) -> Piece:
    """The words written under these names."""
    return lambda paper: [line for part in names for line in paper.line(part, paper.text(part))]


def _request(paper: PaperDraft) -> list[str]:
    return paper.line("request", paper.newest("request"))


def _matter(paper: PaperDraft) -> str:
    """The matter of the case: the kind and the field."""
    found = categories.find(paper.case.category)
    kind = paper.say(f"kind.{paper.case.kind}") if paper.case.kind else ""
    field = found.name(paper.lang) if found else paper.say("category.open")
    return listed(paper.lang, filter(None, (kind, field)))


ARRIVALS = ("submit", "pass_on", "pass_simple", "assign", "agree_objection", "settle_unit",
            "reopen")  # fmt: skip


def _filed(paper: PaperDraft) -> list[str]:
    """When the petition was filed, and when it reached whoever writes."""
    filed = day(paper.lang, paper.case.received_on)
    came = paper.before(*ARRIVALS)
    arrived = paper.day_of(came) if came and came.action != "submit" else filed
    return [paper.say("document.filed", day=filed, matter=_matter(paper), arrived=arrived)]


def _accepted(paper: PaperDraft) -> list[str]:
    """That it is accepted, by which way and procedure, and until when."""
    procedure = paper.entry.facts.get("procedure") or _procedure(paper.case)
    way = paper.rules.ways.get(paper.entry.facts.get("way") or paper.case.way, "")
    article = paper.clock("suggestion") if procedure == "suggestion" else paper.law(way)
    lines = [paper.say("document.is_accepted", law=paper.clock("notify")),
             paper.say(f"document.procedure.{procedure}", law=article)]  # fmt: skip
    if due := paper.when("due"):
        law = paper.clock(ANSWERING.get(procedure, ""))
        lines.append(paper.say("document.due", due=due, law=law))
    return lines


ANSWERING = {"own": "answer"}
"""Procedures whose limit is law → its clock. Of a duty the unit writes down the law that says it
(`limit_law`)."""


def _procedure(case: Petition) -> str:
    """Of a case that was accepted before its history said by which procedure."""
    if case.kind is Kind.SUGGESTION:
        return "suggestion"
    return "simple" if case.simple else "own"


def _refused(paper: PaperDraft) -> list[str]:
    again = "_again" if paper.kind == "not_again" else ""
    return [paper.say(f"document.is_refused{again}", law=paper.law(
        paper.rules.papers[paper.kind].article))]  # fmt: skip


def _reason(paper: PaperDraft) -> list[str]:
    code = paper.entry.facts.get("reason")
    if not code:
        return []
    found = paper.rules.refusals.get(code)
    law = paper.law(found.article) if found else ""
    return [paper.say("document.reason", reason=paper.say(f"reason.{code}"), law=law)]


def _outcome(paper: PaperDraft) -> list[str]:
    outcome = paper.entry.facts.get("outcome")
    return [paper.say("document.outcome", outcome=paper.say(f"outcome.{outcome}"))] if outcome \
        else []  # fmt: skip


def _longer(paper: PaperDraft) -> list[str]:
    old, due = paper.when("old"), paper.when("due")
    if not (old and due):
        return []
    return [paper.say("document.longer", old=old, due=due, law=paper.clock("answer"))]


def _asked(paper: PaperDraft) -> list[str]:
    """When a review or re-review was asked for."""
    for actions, key in ((("ask_rereview", "register_rereview"), "document.asked_again"),
                         (("ask_review", "register_review"), "document.asked")):  # fmt: skip
        if paper.kind.startswith("rereview") == (key == "document.asked_again"):
            entry = paper.before(*actions)
            return [paper.say(key, day=paper.day_of(entry))] if entry else []
    return []


def _not_taken_up(paper: PaperDraft) -> list[str]:
    return [paper.say(f"document.{paper.kind.removesuffix('_refused')}_is_refused")]


def _above(paper: PaperDraft) -> str:
    """The name of who stands above, behind the law's words; empty where the file has nobody."""
    unit = paper.office.stands_above(paper.entry.actor.unit, paper.case.kept_from)
    if not unit:
        return ""
    return paper.say("document.above", unit=paper.office.unit_name(unit, paper.lang))


WINDOWS = {"opinion": "review_ask", "review_opinion": "rereview_ask"}


def _right(paper: PaperDraft) -> list[str]:
    """The review that may be asked for, and of whom. One that returns the matter has no next
    level."""
    limit = paper.rules.clocks.get(WINDOWS[paper.kind])
    if limit is None or paper.entry.action == "return":
        return []
    return ["", paper.say(f"document.right.{paper.kind}", days=limit.days, above=_above(paper),
                          law=paper.clock(WINDOWS[paper.kind]))]  # fmt: skip


def _final(paper: PaperDraft) -> list[str]:
    return ["", paper.say("document.right.rereview_opinion", law=paper.said("final"))]


def _remains(paper: PaperDraft) -> list[str]:
    return ["", paper.say(f"document.remains.{paper.kind}", above=_above(paper))]


def _elsewhere(paper: PaperDraft) -> list[str]:
    return ["", paper.say("document.elsewhere")]


def _led(paper: PaperDraft) -> list[str]:
    way = paper.entry.facts.get("way") or paper.case.way
    said = paper.say(f"way.{way}") if way else paper.say("status.led")
    return [paper.say("document.led_there", way=said, law=paper.law(paper.rules.ways.get(way, "")))]


def _duty_right(paper: PaperDraft) -> list[str]:
    return ["", paper.say("document.right.duty_answer")]


def _passed(paper: PaperDraft) -> list[str]:
    """Which matter is passed on or assigned, and what is asked of the unit."""
    number, assigned = paper.case.number, paper.when("assigned")
    if assigned:
        law = paper.clock("assigned")
        lines = [paper.say("document.assigned", number=number, assigned=assigned, law=law)]
    else:
        law = paper.law(paper.rules.papers[paper.kind].article)
        lines = [paper.say("document.passed_on", number=number, law=law)]
    lines.append(paper.say("document.matter", matter=_matter(paper)))
    for part in ("title", "summary", "request", "place"):
        lines += paper.line(part, paper.newest(part))
    until = paper.entry.facts.get("until", {}).get("notify")
    if until:
        due = day(paper.lang, date.fromisoformat(until))
        lines.append(paper.say("document.tell_by", due=due))
    return lines


def _reports(paper: PaperDraft) -> list[str]:
    entry = paper.before("assign")
    if entry is None:
        return []
    law = paper.clock("assigned")
    return [paper.say("document.reports", assigned=paper.day_of(entry), number=paper.case.number,
                      law=law),
            paper.say("document.matter", matter=_matter(paper))]  # fmt: skip


ANSWER = (_request, _words("found"), _outcome, _words("reply", "basis", "promise"))
"""The request, the findings, the decision, and its law (art. 32)."""
ANY: tuple[Piece, ...] = (_reason, _outcome, _words(*parts.printed()))
"""Of a kind that says nothing of its own."""
BODY: dict[str, tuple[Piece, ...]] = {
    "accepted": (_filed, _accepted, _words("limit_law")),
    "refused": (_filed, _refused, _reason, _words("where"), _elsewhere),
    "not_again": (_filed, _refused, _reason, _words("where"), _elsewhere),
    "extended": (_filed, _longer, _words("why")),
    "opinion": (*ANSWER, _right),
    "review_opinion": (_asked, *ANSWER[2:], _right),
    "rereview_opinion": (_asked, *ANSWER[2:], _final),
    "review_refused": (_asked, _not_taken_up, _words("why"), _remains),
    "rereview_refused": (_asked, _not_taken_up, _words("why"), _remains),
    "duty_answer": (*ANSWER, _duty_right),
    "led": (_filed, _led, _words("where", "bring"), _elsewhere),
    "transfer": (_passed,),
    "closing": (_reports, *ANSWER),
}
"""Kind → what stands in it, in this order."""


def edition(paper: PaperDraft) -> list[str]:
    """Which edition of the rules its articles are of: another may hold when it is read."""
    if not paper.rules.articles:
        return []
    return [paper.say("document.law", name=name_in(paper.lang, paper.rules.names))]
