"""The catalogues: every language whole, nothing missing, nothing unused."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import handlers.converse  # noqa: F401  (registers every form)
from handlers.forms import FORMS, check_key, question_key, submit_key
from handlers.routes import MENUS
from petitions.case import lifecycle
from petitions.counting import figure_words, figures
from petitions.law.regulation import PROFILES, regulation
from petitions.law.regulation.values import SIDES as SIDES_OF_LADDER
from petitions.matters import appointments, campaigns, gate, supervision, together
from petitions.matters.aftercare import FINDINGS, FOLLOW_UP_ANSWERS, WAYS_TO_ASK, YES_NO
from petitions.telling import briefing
from petitions.values import parts
from petitions.values.channels import Channel
from petitions.values.person import Role
from petitions.values.petition import FINAL, Kind, Status
from petitions.values.rating import Level
from petitions.values.task import TOLD, TaskKind
from petitions.verbs import reception
from petitions.verbs.acts.handling import DELIVERIES, OUTCOMES
from petitions.verbs.acts.reviewing import REVIEW_OUTCOMES
from petitions.words import LANGUAGES, catalogue, counted, has, rooms, say

ROOT = Path(__file__).parent.parent
SOURCES = [
    p.read_text("utf-8")
    for room in (
        "bot",
        "handlers",
        "papers",
        "petitions",
        "reminders",
        "storage",
        "telegramchat",
        "webchat",
    )
    for p in (ROOT / room).rglob("*.py")
]
LITERAL = re.compile(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"')
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WRITTEN = ("zh", "en")
"""Languages written by hand; the other is made of them."""
BOTH = {"lang.which", "command.lang", "page.language"}
"""Sentences that are in two languages on purpose."""


SIDES = ("petitioner", "desk", "supervisor", "visitor", "host")
"""What the names of notices begin with."""


def families() -> set[str]:
    """The keys that the code puts together from parts."""
    rules = regulation()
    found = {f"status.{s}" for s in Status} | {f"kind.{k}" for k in Kind}
    found |= {f"role.{r}" for r in Role} | {f"channel.{c}" for c in Channel}
    found |= {f"reason.{r}" for r in rules.refusals}
    found |= {f"clock.{c}.what" for profile in PROFILES for c in regulation(profile).clocks}
    found |= {"clock.limit.what"}
    found |= {f"way.{w}" for w in rules.ways} | {f"document.{d}" for d in rules.papers}
    found |= {f"outcome.{o}" for o in (*OUTCOMES, *REVIEW_OUTCOMES, "return", "not_accepted")}
    found |= {f"delivery.{d}" for d in (*DELIVERIES, "chat")}
    found |= {f"card.next.{s}" for s in Status}
    found |= {f"command.{c}" for menu in MENUS.values() for c in menu}
    found |= {f"brief.{g}" for g in briefing.GROUPS} | {f"side.{s}" for s in SIDES_OF_LADDER}
    found |= {f"task.{k}{tail}" for k in TaskKind for tail in ("", ".text")}
    found |= {f"notice.desk.task_{k}" for k in (TaskKind.TELL, TaskKind.SERVE)}
    found |= {f"how.{h}" for h in TOLD}
    found |= {f"notice.{kind}" for kind in (
        "desk.task_partly", "leader.not_taken_up", "supervisor.dissatisfied",
        "supervisor.come_again", "host.meeting_tomorrow",
        "visitor.task_follow_up", "petitioner.meeting_tomorrow", "petitioner.review_offered_late",
    )}  # fmt: skip
    found |= {f"level_of.{level}" for level in Level} | {f"meeting.{k}" for k in appointments.KINDS}
    found |= {f"place.{p}" for places in appointments.PLACES.values() for p in places}
    found |= {f"card.meeting_{s}" for s in appointments.OPEN}
    found |= {f"meeting_state.{s}" for s in appointments.OPEN}
    found |= {f"result_of.{r}" for r in appointments.RESULTS}
    found |= {f"asked_how.{way}" for way in WAYS_TO_ASK} | {f"yes_no.{x}" for x in YES_NO}
    found |= {f"supervision.{x}" for x in supervision.LEVELS}
    found |= {f"cause.{x}" for x in supervision.CAUSES}
    found |= {f"suggestion.{x}" for x in supervision.SUGGESTIONS}
    found |= {f"supervision_state.{x}" for x in (*supervision.LIVING, "late")}
    found |= {f"card.supervision_{x}" for x in supervision.LIVING}
    found |= {f"gate.{x}" for x in gate.HINTS}
    states = ("booked", "waiting", "cancelled", "held", "absent")
    found |= {f"booking_state.{x}" for x in states}
    found |= {f"booked_by.{x}" for x in ("chat", "telephone", "window")}
    found |= {f"done.{x}" for x in reception.STANDING}
    found |= {f"notice.booking.{x}" for x in ("tomorrow", "moved_up", "cancelled")}
    found |= {f"standard.{x}" for x in campaigns.STANDARDS}
    found |= {f"listed.{x}" for x in ("open", "late", "struck")}
    found |= {f"{x}.{y}" for x in ("lead", "campaign_cases") for y in ("head", "none")}
    found |= {f"coming.{x}" for x in together.COMING}
    found |= {f"finding.{x}" for x in (*FINDINGS, *FOLLOW_UP_ANSWERS)}
    found |= {f"{x}.{f.name}" for f in figures.FORMULAS for x in ("formula", "share")}
    found |= {f"beside.{figure_words.beside(n)}" for f in figures.FORMULAS for n in f.beside}
    found |= {"beside.unrated", "beside.unserved", "outcome.asked", "asked_how.refused"}
    found |= {f"family.{name}" for name in figure_words.FAMILIES}
    found |= {f"button.figures_{x}" for x in ("unit", "field", "kind", "channel", "lane")}
    for profile in PROFILES:
        rules_of = regulation(profile).satisfaction
        found |= {f"why.{code}" for codes in rules_of.reasons.values() for code in codes}
        found |= {f"aspect.{a}" for aspects in rules_of.aspects.values() for a in aspects}
    found |= {f"{family}.follow_{a}" for a in FOLLOW_UP_ANSWERS for family in ("button", "done")}
    found |= {f"notice.petitioner.rate_{body}" for body in ("bureau", "unit")}
    actions = {r.action for r in lifecycle.RULES}
    found |= {
        f"history.{a}" if has(f"history.{a}") else f"action.{a}" for a in actions | {"submit"}
    }
    found |= {f"notice.{t.replace(':', '.')}" for r in lifecycle.RULES for t in r.tells}
    found |= {f"label.{part}" for part in parts.texts()}
    for form in FORMS.values():
        if form.checked or form.overview:
            found |= {check_key(form), submit_key(form)}
        for step in form.steps:
            found |= {question_key(form, step), f"label.{step.name}"}
        if form.action:
            found.add(form.action)
    return found


def of_the_page() -> set[str]:
    """The keys of the page's own files, which name them without their first word."""
    files = [p for p in (ROOT / "webchat" / "static").iterdir() if p.suffix in (".html", ".js")]
    return {f"page.{name}" for p in files for name in re.findall(r'"(\w+)"', p.read_text("utf-8"))}


def literals() -> set[str]:
    """Every quoted thing in the code that looks like a key."""
    return {key for source in SOURCES for key in LITERAL.findall(source)}


def built() -> list[re.Pattern[str]]:
    """The shapes of keys that stand in f-strings."""
    shapes = {s for source in SOURCES for s in re.findall(r'f"([a-z_]+\.[^" ]*\{[^" ]*)"', source)}
    return [re.compile(re.sub(r"\\\{.*?\\\}", "[a-z_0-9.]+", re.escape(shape))) for shape in shapes]


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_language_has_the_same_keys_and_values(lang: str) -> None:
    zh, other = catalogue("zh"), catalogue(lang)
    assert zh.keys() == other.keys()
    different = [key for key in zh if values(zh[key]) != values(other[key])]
    assert different == []


def homes(lang: str) -> list[tuple[str, str]]:
    """Each key of one language beside the room it stands in."""
    return [
        (m.id if isinstance(m.id, str) else m.id[0], room)
        for room, po in rooms(lang).items()
        for m in po
        if m.id
    ]


def test_a_key_stands_once_where_its_first_word_lives_in_each_language() -> None:
    found = {lang: homes(lang) for lang in WRITTEN}
    for lang, keys in found.items():
        files = list((ROOT / "petitions" / "words" / lang).glob("*.po"))
        written = sum(p.read_text("utf-8").count('\nmsgid "') for p in files) - len(files)
        assert written == len(keys) == len(dict(keys)), lang
        assert sorted(keys) == sorted(found["zh"]), lang
    of_words: dict[str, set[str]] = {}
    for key, room in found["zh"]:
        of_words.setdefault(key.split(".")[0], set()).add(room)
    assert {word: files for word, files in of_words.items() if len(files) > 1} == {}


NO_NUMBERS = frozenset({
    "article", "assigned", "bureau", "by", "case", "category", "day", "due", "duty", "file",
    "first", "folder", "from", "given", "have", "host", "id", "into", "key", "kind", "know",
    "label", "last", "level_of", "levels", "limits", "made", "made_at", "meeting",
    "meeting_day", "meeting_hour", "name", "name_en", "notice", "number", "numbers", "old",
    "outcome", "path", "place", "proposed", "reason", "reasons", "role", "rolled", "row",
    "share", "sides", "source", "start", "state", "status", "text", "title", "to", "unit",
    "until", "what", "when", "where", "who", "why", "words", "year",
})  # fmt: skip
"""Values that are texts, or count nothing: a word in -s after them is a verb."""
COUNTED = re.compile(
    r"\{(\w+)\}\)?(?: (?!of\b|is\b|was\b|and\b|has\b)[a-z]+){0,2}? "
    r"(?:people|children|(?!is\b|was\b|has\b|this\b|as\b)[a-z]{2,}s)\b"
)
"""A number before the name of several things."""


def test_what_is_counted_has_plural_forms() -> None:
    forms = counted("en")
    found = {key: [m[0] for m in COUNTED.finditer(text) if m[1] not in NO_NUMBERS]
             for key, text in catalogue("en").items() if key not in forms}  # fmt: skip
    assert {key: hits for key, hits in found.items() if hits} == {}
    for key, one in forms.items():
        assert len(one.forms) == 2, key
        assert f"{{{one.value}}}" in one.forms[1], key
        assert one.forms[0] != one.forms[1], key
        assert values(one.forms[0]) == values(one.forms[1]) == values(catalogue("zh")[key]), key
        rest = COUNTED.findall(re.sub(rf"\{{{one.value}\}}", "", one.forms[1]))
        assert not {*rest} - NO_NUMBERS, key


def test_a_sentence_that_forgets_its_plural_is_found() -> None:
    for text in (
        "{days} days late",
        "({count} new messages)",
        "at most {most} people",
        "{x} cases",
    ):
        assert COUNTED.search(text), text
    for text in ("{count} of them", "{days} late", "people: {count}"):
        assert not COUNTED.search(text), text


def test_one_is_one_and_many_are_many() -> None:
    assert say("en", "desk.late", days=1) == "1 day late"
    assert say("en", "desk.late", days="1") == "1 day late"
    assert [say("en", "desk.late", days=n) for n in (0, 2, 21)] == [
        "0 days late", "2 days late", "21 days late"]  # fmt: skip
    assert say("en", "card.joint", count=1) == "Joint petition: 1 person"
    assert say("zh", "desk.late", days=1) == say("zh", "desk.late", days=2).replace("2", "1")
    assert not counted("zh")


def test_every_key_of_the_code_is_in_the_catalogue() -> None:
    prefixes = {key.split(".")[0] for key in catalogue("zh")}
    files = (".toml", ".html", ".json", ".png")
    used = {key for key in literals() if key.split(".")[0] in prefixes and
            not key.endswith(files)}  # fmt: skip
    names_of_notices = {k for k in used if k.split(".")[0] in SIDES}
    missing = (used - names_of_notices | families()) - catalogue("zh").keys()
    others = {"duty.answer", "duty.danger", "file.name", "person.pin"}
    assert missing - others - {"converse.failed", "notice.not_sent", "figures.not_counted"} == set()


def test_no_sentence_is_left_over() -> None:
    known = literals() | families() | of_the_page()
    shapes = built()
    unused = [
        key
        for key in catalogue("zh")
        if key not in known and not any(shape.fullmatch(key) for shape in shapes)
    ]
    assert unused == []


def test_english_is_english_and_chinese_is_chinese() -> None:
    for key, text in catalogue("en").items():
        assert key in BOTH or not CHINESE.search(text), key
    for key, text in catalogue("zh").items():
        assert key in BOTH or CHINESE.search(text) or key.startswith(("channel.", "notice.card"))\
            or not re.sub(r"\{\w+\}|[\W\d_]", "", text), key  # fmt: skip


def test_final_statuses_say_what_can_still_be_done() -> None:
    for status in FINAL:
        assert catalogue("zh")[f"card.next.{status}"]
