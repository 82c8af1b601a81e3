"""What is known of actions, parts and notices stands once, and nothing of it is forgotten."""

from __future__ import annotations

import pytest

from handlers.citizen import cases
from handlers.officer import case, steps
from petitions.case import documents, lifecycle, notices, quoting
from petitions.counting import journal
from petitions.matters import aftercare, appointments, campaigns, satisfaction, together
from petitions.telling import gather, views
from petitions.values import actions, parts, search
from petitions.verbs import acts, office

pytestmark = pytest.mark.sqlite


def which(trait: str, value: object = True) -> set[str]:
    return {one.name for one in actions.ACTIONS.values() if getattr(one, trait) == value}


def of_parts(trait: str) -> set[str]:
    return {one.name for one in parts.PARTS.values() if getattr(one, trait)}


def told(trait: str) -> set[str]:
    return {one.kind for one in notices.TOLD.values() if getattr(one, trait)}


def test_records_say_what_the_tables_say() -> None:
    assert which("rare") == case.RARE
    assert which("files") == steps.WITH_FILES - {"opinion"}
    assert which("works") == acts.WORKING
    assert which("heard") == acts.HEARD
    assert which("answers_urge") == acts.HEARING
    assert which("undone") == office.UNDONE
    assert which("contact") == aftercare.CONTACTS
    assert which("opening") == lifecycle.OPENINGS
    assert which("opinion") == cases.OPINIONS
    assert which("guests") | lifecycle.MOVES == lifecycle.GUEST_READS
    assert which("taken_down") == lifecycle.TAKEN_DOWN
    assert which("own_words") == lifecycle.OWN_WORDS
    assert which("rates", "bureau") == satisfaction.PASSES
    assert which("rates", "unit") == satisfaction.DELIVERED
    assert which("led_to") == journal.LED_TO
    assert which("comes_back") == journal.COMES_BACK
    assert {a: one.review for a, one in actions.ACTIONS.items() if one.review} == journal.FOUND
    assert {a for a, one in actions.ACTIONS.items() if one.counts} == set(journal.STEPS)
    assert tuple(actions.alerted()) == views.ALERTED
    assert tuple(actions.rights()) == views.RIGHTS


def test_parts_say_what_the_tables_say() -> None:
    assert list(parts.texts().items()) == list(lifecycle.TEXTS.items())
    assert of_parts("shown") == set(case.SHOWN)
    assert of_parts("theirs") == quoting.THEIRS
    assert of_parts("searched") == search.PARTS
    assert of_parts("identity") == lifecycle.IDENTITY
    assert tuple(parts.printed()) == documents.WORDS
    assert parts.facts() == views.NAMED
    for name, codes in {
        "coming": together.COMING, "outcome": acts.OUTCOMES, "delivery": acts.DELIVERIES,
        "review_outcome": acts.REVIEW_OUTCOMES, "said_by": appointments.SAID_BY,
        "result_of": appointments.RESULTS, "had_notice": aftercare.YES_NO,
        "finding_of": aftercare.FINDINGS, "level_unit": satisfaction.LEVELS,
        "standard": campaigns.STANDARDS,
    }.items():  # fmt: skip
        assert parts.of(name).codes == codes


def test_notices_say_what_the_tables_say() -> None:
    assert told("legal") == notices.LEGAL
    assert told("alarm") == notices.ALARMS
    assert told("by_officers") == notices.BY_OFFICERS
    assert told("anytime") | told("alarm") == notices.ANYTIME
    assert told("spoken") == notices.SPOKEN
    assert told("digest") == notices.DIGESTS
    assert told("small_talk") == notices.SMALL_TALK
    assert told("alone") == gather.ALONE
    assert told("question") == views.QUESTIONS
    for kind, rows in views._ROWS.items():
        buttons = [f"{label}:{verb}" if label != verb else verb for label, _, verb in rows]
        assert list(notices.of(kind).buttons) == buttons
        assert {prefix for _, prefix, _ in rows} == {"m" if kind.startswith("petitioner.") else "d"}


def test_forms_ask_what_the_records_say() -> None:
    for action, asked in steps.ACTIONS.items():
        if action in ("opinion", "take"):
            continue
        needs = next(rule.needs for rule in lifecycle.RULES if rule.action == action)
        names = actions.of(action).asks
        assert tuple(step.name for step in asked) == (needs if names is None else names)
        for step in asked:
            assert parts.of(step.name).how, step.name
            assert parts.of(step.name).skip == step.skip, step.name
            assert parts.of(step.name).columns == step.columns, step.name


def test_every_action_and_part_has_a_record() -> None:
    assert {rule.action for rule in lifecycle.RULES} <= actions.ACTIONS.keys()
    needed = {need for rule in lifecycle.RULES for need in rule.needs}
    asked = {part for one in actions.ACTIONS.values() for part in one.asks or ()}
    assert needed | asked <= parts.PARTS.keys()
