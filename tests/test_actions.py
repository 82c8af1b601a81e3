"""What is known of actions, parts and notices stands once, and nothing of it is forgotten."""

from __future__ import annotations

import pytest

from petitions.case import lifecycle
from petitions.counting import journal
from petitions.values import actions, parts

pytestmark = pytest.mark.sqlite
ITS_OWN = {"submit", "asked", "date_moved"}
"""What the history holds beside the actions of the table."""


def test_every_action_and_part_has_a_record() -> None:
    assert {rule.action for rule in lifecycle.RULES} | ITS_OWN == actions.ACTIONS.keys()
    needed = {need for rule in lifecycle.RULES for need in rule.needs}
    wanted = {part for one in actions.ACTIONS.values() for part in one.asks or ()}
    assert needed | wanted <= parts.PARTS.keys()


def test_every_count_is_some_actions() -> None:
    counts = {one.counts for one in actions.ACTIONS.values() if one.counts}
    assert counts == journal.STEPS.keys()
