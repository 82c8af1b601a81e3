"""What is known of actions, parts and notices stands once: nothing of it is forgotten in silence,
and an action that nobody has heard of works on every page as soon as it has a row, a record and its
words.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from people import Office, Town, accepted, does, file_petition, told

from bot.office_files import load_office
from handlers.citizen import adding, cases, privacy, prove
from handlers.forms import FORMS
from handlers.officer import batch, case, choices, offered, steps, tasks
from petitions import words
from petitions.case import lifecycle, notices
from petitions.case.conditions import duty, request
from petitions.case.parties import CODE, FILER, HOLDER, MEMBER, PETITIONER
from petitions.case.rows import WORKED, Rule
from petitions.counting.counted import STEPS
from petitions.printed import rights_doc, table_doc
from petitions.values import actions, parts
from petitions.values.actions import Action
from petitions.values.parts import How, PartInfo
from petitions.values.person import Audience
from petitions.verbs.acts import CHANGES

OFFICE = load_office(None)
ITS_OWN = {"submit", "asked", "date_moved"}
"""What the history holds beside the actions of the table."""
HOUSE = Path(__file__).parent.parent
TABLES = {"actions.py", "parts.py", "way.py", "beside.py", "notices.py", "notice.py"}
"""Where actions and notices are described, not done."""
DONE = "\n".join(
    p.read_text("utf-8") for room in ("petitions", "handlers", "storage", "bot")
    for p in (HOUSE / room).rglob("*.py")
    if p.name not in TABLES and not {"migrations", "acts"} & {*p.parts}
)  # fmt: skip
"""What does them, as it is written."""


def said_of(trait: str) -> set[object]:
    return {getattr(one, trait) for one in actions.ACTIONS.values()} - {"", 0, None}


OWN_FORMS = {
    ("reply", request): "opinion", ("reply", duty): "duty_answer", ("accept", duty): "accept_duty",
}  # fmt: skip
"""Steps that ask something else of some cases → their form."""


@pytest.mark.sqlite
def test_every_action_has_a_record_and_every_record_an_action() -> None:
    assert {rule.action for rule in lifecycle.RULES} | ITS_OWN == actions.ACTIONS.keys()
    assert all(name == one.name for name, one in actions.ACTIONS.items())


@pytest.mark.sqlite
def test_what_records_name_is_there() -> None:
    assert said_of("offered") == offered.CONDITIONS.keys()
    assert said_of("counts") == STEPS.keys()
    assert said_of("rates") == {"bureau", "unit", "suggestion"}
    assert sorted(said_of("alert")) == list(range(1, len(actions.alerted()) + 1))  # type: ignore[type-var]


@pytest.mark.sqlite
def test_every_part_that_is_needed_or_asked_has_a_record() -> None:
    needed = {need for rule in lifecycle.RULES for need in rule.needs}
    wanted = {part for one in actions.ACTIONS.values() for part in one.asks or ()}
    assert needed | wanted | {*steps.OPINION} <= parts.PARTS.keys()
    for one in parts.PARTS.values():
        assert words.has(f"label.{one.name}") or not (one.reads or one.how), one.name
        assert all(words.has(f"{one.words}.{code}") for code in one.codes), one.name
        assert not (one.identity and one.reads), "who somebody is stands among no texts"


@pytest.mark.sqlite
def test_what_an_officer_is_asked_goes_somewhere() -> None:
    """Words into the file, everything else into the function that changes the case."""
    for action in steps.ACTIONS:
        plain = [step.name for step in steps.ACTIONS[action] if not parts.of(step.name).reads]
        assert not plain or action in CHANGES | {"open_name": 0, "open_voice": 0}, (action, plain)


@pytest.mark.sqlite
def test_a_form_asks_at_least_what_its_rows_need() -> None:
    for action, form in steps.ACTIONS.items():
        for rule in lifecycle.RULES:
            own = (action, rule.when) in OWN_FORMS
            if rule.action == action and not own:
                assert {*rule.needs} <= {step.name for step in form}, action
    for (action, when), form_ in OWN_FORMS.items():
        rule = next(r for r in lifecycle.RULES if (r.action, r.when) == (action, when))
        asks = {step.name for step in FORMS[f"desk_{form_}"].steps}
        assert {*rule.needs} <= asks, (action, form_)


@pytest.mark.sqlite
def test_every_officers_action_has_a_button_or_says_where_it_is_done() -> None:
    here = {a for a in lifecycle.of_officers() if not actions.of(a).elsewhere}
    assert here == steps.ACTIONS.keys()
    elsewhere = {a for a in lifecycle.of_officers() if actions.of(a).elsewhere}
    assert {action for action in elsewhere if f'"{action}"' not in DONE} == set()
    assert {one.name for one in actions.ACTIONS.values() if one.elsewhere} == elsewhere


@pytest.mark.sqlite
def test_every_petitioners_action_is_done_by_somebody() -> None:
    mine = PETITIONER | FILER | MEMBER | CODE
    names = {rule.action for rule in lifecycle.RULES if rule.by & mine}
    assert {name for name in names if f'"{name}"' not in DONE} == set()


@pytest.mark.sqlite
def test_functions_and_forms_are_of_actions_that_there_are() -> None:
    known = {rule.action for rule in lifecycle.RULES}
    assert CHANGES.keys() | {*adding.FORM_ACTION.values(), batch.ACTION} <= known


@pytest.mark.sqlite
def test_nothing_is_said_of_questions_that_no_form_asks() -> None:
    forms = {*steps.ACTIONS, *OWN_FORMS.values()}
    asks = {name: {s.name for s in FORMS[f"desk_{name}"].steps}
            for name in forms if f"desk_{name}" in FORMS}  # fmt: skip
    every = set().union(*asks.values())
    for key in {*choices.CHOICES, *choices.WHEN, *choices.AFTER, *choices.OWN}:
        form, _, part = key.rpartition(".")
        assert (part in asks[form]) if form else (part in every), key
    assert steps.SUBMITS.keys() <= forms
    desk = {part for part, one in parts.PARTS.items() if one.how}
    assert desk == every


@pytest.mark.sqlite
def test_buttons_of_notices_lead_somewhere() -> None:
    mine = {*cases.VERBS, *privacy._VERBS, *prove.VERBS}
    for kind, one in notices.KINDS.items():
        for button in one.buttons:
            label, _, verb = button.partition(":")
            assert words.has(f"button.{label}"), kind
            verb = verb or label
            at_desk = verb in steps.ACTIONS or verb in case.OPENS or verb == "why"
            assert at_desk if not kind.startswith("petitioner.") else verb in mine, (kind, verb)


@pytest.mark.sqlite
def test_every_notice_with_a_record_is_told_by_somebody() -> None:
    by_rows = {t.replace(":", ".") for rule in lifecycle.RULES for t in rule.tells}
    for kind in notices.KINDS.keys() - by_rows - {notices.BRIEF, notices.ANSWER}:
        tail = kind.rpartition(".")[2]
        assert re.search(rf'[".]{tail}"', DONE), kind
    for rule in lifecycle.RULES:
        assert all(words.has(f"notice.{t.replace(':', '.')}") for t in rule.tells)


@pytest.mark.sqlite
def test_tasks_offer_steps_that_there_are() -> None:
    known = {*steps.ACTIONS, *case.OPENS, "done", "take_up"}
    assert {o for offers in tasks.OFFERS.values() for o in offers} <= known


LENT = {
    "action.lend": "借阅卷宗",
    "history.lend": "{when} {who}：把卷宗借给您看",
    "notice.petitioner.lent": "您的 {number} 号信访事项的卷宗可以来看了。",
    "label.lent_what": "借阅的卷宗",
    "ask.lent_what": "借哪一部分？",
}


@pytest.fixture
def lending(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action that no office knows, as somebody would add it: a row, a record, a part of its own,
    a notice with a button, its words."""
    row = Rule("lend", WORKED, HOLDER, tells=("petitioner:lent",), needs=("lent_what",))
    monkeypatch.setattr(lifecycle, "RULES", (*lifecycle.RULES, row))
    monkeypatch.setitem(actions.ACTIONS, "lend", Action("lend", files=True, contact=True))
    lent = PartInfo("lent_what", How.MIDDLE, reads=Audience.EVERYBODY, shown=True)
    monkeypatch.setitem(parts.PARTS, "lent_what", lent)
    kind = notices.Told("petitioner.lent", ("answer_now:question",), legal=True)
    monkeypatch.setitem(notices.KINDS, kind.kind, kind)
    for lang in words.LANGUAGES:
        for key, text in LENT.items():
            monkeypatch.setitem(words.catalogue(lang), key, text)
    monkeypatch.setitem(steps.ACTIONS, "lend", ())
    monkeypatch.setitem(steps.forms.FORMS, "desk_lend", steps.forms.FORMS["desk_write"])
    steps.take_in("lend")  # as is done for every row when the program starts


async def test_an_invented_action_is_worked_from_the_desk_to_the_petitioner(
    lending: None, here: Town, channel: str
) -> None:
    office = Office(here, channel)
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    unit = await accepted(office, number)
    await unit.say(f"/desk {number}")
    assert "借阅卷宗" in unit.buttons(), "offered"
    done = await does(unit, number, "借阅卷宗", "。" * 2001, "第二卷，十六页起", "借阅卷宗")
    assert "借哪一部分？" in "\n".join(told(unit)), "asked, and asked again for what is too long"
    assert "第二卷，十六页起" in done, "shown in the case"
    entry = here.now(lambda b: b.history(b.by_number(number).id))[-1]
    kept = here.now(lambda b: b.texts(b.by_number(number).id))[-1]
    assert (entry.action, kept.part, kept.body) == ("lend", "lent_what", "第二卷，十六页起")
    await here.pass_time(minutes=5)
    await citizen.expect("的卷宗可以来看了")
    assert "第二卷，十六页起" in "\n".join(told(citizen)), "its words go with the notice"
    assert "我看到了" in "".join(citizen.buttons()[-6:]), "a legal notice asks to be opened"
    assert "现在回复" in "".join(citizen.buttons()[-6:]), "its own button"
    await citizen.press("打开")
    await citizen.press("全部进展")
    assert "把卷宗借给您看" in "\n".join(told(citizen)[-3:])
    assert "| `lend` |" in table_doc.document(OFFICE.law)
    assert "| `lend` |" in rights_doc.document(OFFICE)
