"""One record an action: what it is at the desk, in the history, in the figures.

The table of `petitions/case/lifecycle.py` says when an action is possible and what follows from it;
what else there is to say of an action stands here, once, and everybody reads it from here. Adding
an action means: a row in the table, a record here, its words. A record that says nothing more than
its name is an action that only writes its words into the history.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Everything known of an action beside its rows."""

    name: str

    # At the desk
    asks: tuple[str, ...] | None = None
    """Parts (`parts.py`) that its form asks, in this order; None: what its row needs."""
    at_once: bool = False
    """Done by its button: nothing is asked, nothing read back."""
    elsewhere: bool = False
    """No button of the case: an officer does it at a task, a reception, a meeting, or another
    action brings it about."""
    rare: bool = False
    """Few cases need it: behind a button, where there are many steps."""
    offered: str = ""
    """The condition on which its button is shown, beside its row: a name among the conditions of
    `handlers/officer/offered.py`."""
    alert: int = 0
    """Its place among the steps that an alert offers where they are possible, the likeliest first;
    0: none."""
    files: bool = False
    """Files may be added to its form."""

    # The changes it makes
    works: bool = False
    """Its officer becomes the case's handler, if there is none."""
    heard: bool = False
    """Its petitioner answers by it what the office asked."""
    answers_urge: bool = False
    """It answers an urge, or makes it pointless."""
    undone: bool = False
    """It may be taken back: the clocks it stops were neither kept nor missed."""
    contact: bool = False
    """Somebody of the office was in touch with the petitioner by it."""
    rates: str = ""
    """The body whose part can be rated after it: `bureau`; `unit`, once an answer is delivered;
    `suggestion`: the unit's, where it answers a suggestion."""

    # Its readers
    right: bool = False
    """A right of the petitioner's that stands on the card as soon as it can be used."""
    opening: bool = False
    """A look at what is closed by default: with a reason, logged and told to the petitioner."""
    opinion: bool = False
    """It gives the petitioner a written answer, which can be read again."""
    guests: bool = False
    """A guest of the case reads that it happened, and what officers answered; as of every action
    by which a case moves on."""
    taken_down: bool = False
    """Its words are the petitioner's, whoever wrote them."""
    own_words: bool = False
    """Somebody's own words, also to a visitor: they read them again though few others do."""

    # In the figures
    counts: str = ""
    """The step that it counts as: a name among `STEPS` of `petitions/counting/counted.py`."""
    led_to: bool = False
    """A low rating may lead to it."""
    comes_back: bool = False
    """It shows that a matter wasn't settled at once."""


_EVERY = (
    # Filing, which no row allows: whoever has no case yet does it.
    Action("submit", guests=True, taken_down=True, counts="submitted"),
    # The bureau: register, sort, pass on.
    Action(
        "register", asks=("kind", "way", "category1", "category2"), alert=3, works=True,
        counts="sorted",
    ),
    Action("sort", rare=True, counts="way"),
    Action(
        "pass_on", asks=("unit", "not_whom", "summary"), alert=4, rates="bureau",
        counts="passed",
    ),
    Action("pass_simple", asks=("unit", "not_whom", "summary"), rates="bureau", counts="passed"),
    Action("assign", asks=("unit", "not_whom", "date", "summary"), rates="bureau", counts="passed"),
    Action("lead", asks=("where", "bring"), rare=True, answers_urge=True, counts="led"),
    Action("external_date", rare=True, guests=True),
    Action("refuse", answers_urge=True, counts="refused"),
    Action("urgent", rare=True),
    Action("assist", asks=("unit", "not_whom", "date"), rare=True),
    Action("call_help", rare=True),
    Action("answer_call", offered="called"),
    Action("contribute", offered="helps", files=True),
    Action("decide", asks=("decision", "unit", "not_whom", "date")),
    # The unit: its matter or not.
    Action("object", alert=14, counts="bounced"),
    Action("agree_objection", asks=("not_whom",), alert=11, rates="bureau", counts="passed"),
    Action("deny_objection"),
    Action(
        "settle_unit", asks=("unit", "not_whom", "summary"), alert=12, rates="bureau",
        counts="passed",
    ),
    Action("accept", alert=5, works=True, counts="accepted"),
    Action("record_limit", rare=True, guests=True),
    # The unit: investigate, mediate, extend, answer.
    Action("to_ordinary"),
    Action("investigate", files=True, works=True),
    Action("mediate", rare=True, files=True),
    Action("ask_extension", alert=13),
    Action("extend", asks=("approval",), alert=9, counts="extended"),
    Action("deny_extension", alert=10),
    Action(
        "reply", asks=("reply",), alert=8, files=True, works=True, answers_urge=True,
        opinion=True, rates="suggestion", counts="answered",
    ),
    # Delivery, and the end.
    Action("received", right=True, rates="unit", counts="served"),
    Action("deliver", files=True, guests=True, rates="unit", counts="served"),
    Action("close", alert=15, counts="closed"),
    # Review and re-review.
    Action("ask_review", right=True, counts="review", comes_back=True),
    Action(
        "register_review", asks=("review_why", "date", "representatives"), files=True,
        counts="review", comes_back=True,
    ),
    Action("accept_review", alert=1),
    Action("refuse_review", answers_urge=True, opinion=True, counts="reviewed"),
    Action(
        "review_opinion", alert=6, files=True, answers_urge=True, opinion=True,
        counts="reviewed",
    ),
    Action(
        "return", files=True, answers_urge=True, opinion=True, counts="returned",
    ),
    Action("ask_rereview", right=True, counts="rereview"),
    Action(
        "register_rereview", asks=("review_why", "date", "representatives"), files=True,
        counts="rereview",
    ),
    Action("accept_rereview", alert=2),
    Action("refuse_rereview", answers_urge=True, counts="rereviewed"),
    Action("hold_hearing"),
    Action("end_hearing"),
    Action(
        "rereview_opinion", alert=7, files=True, answers_urge=True, opinion=True,
        counts="rereviewed",
    ),
    # Leaders, lanes, supervision of offices.
    Action("reception", elsewhere=True, counts="reception"),
    Action("instruct"),
    Action("to_lane", rare=True, offered="lane", counts="lane"),
    Action("supervise", counts="supervised"),
    Action("answer_supervision", offered="supervised", files=True, counts="explained"),
    Action("end_supervision", offered="supervises"),
    # Again: another officer, another look; one matter told twice.
    Action(
        "rehandle", asks=("why", "new_evidence", "new_plan"), counts="reopened", led_to=True,
        comes_back=True,
    ),
    Action("reopen", counts="reopened", led_to=True, comes_back=True),
    Action("merge", rare=True, answers_urge=True, undone=True, counts="merged"),
    Action("unmerge", rare=True, counts="unmerged"),
    Action("link", rare=True),
    Action("unlink", rare=True, offered="linked"),
    # Many people, one matter.
    Action("make_joint", rare=True, counts="joint"),
    Action("sign", own_words=True, counts="signed"),
    Action("leave", counts="left"),
    Action("propose_join", rare=True),
    Action("join_asked", elsewhere=True),
    Action("agree_join"),
    Action("refuse_join"),
    Action("joined", undone=True),
    # Afterwards: ratings, follow-ups, promises.
    Action("rate", own_words=True),
    Action("rate_more", own_words=True),
    Action("consent", own_words=True),
    Action("take_up", elsewhere=True),
    Action("explain", offered="low_rating", files=True, contact=True, led_to=True),
    Action("offer_review", offered="low_rating", led_to=True),
    Action("follow_up"),
    Action("not_done", elsewhere=True, counts="reopened", comes_back=True),
    Action("carried_out", files=True),
    Action("come_again", counts="came_again", comes_back=True),
    # Appointments.
    Action(
        "propose_meeting", asks=("meeting", "colleague", "meeting_place", "date",
        "meeting_hour", "meeting_where"), rare=True, offered="no_meeting",
    ),
    Action(
        "propose_visit", asks=("meeting_place", "date", "meeting_hour", "meeting_where"),
        rare=True, offered="no_meeting",
    ),
    Action("agree_meeting"),
    Action("record_yes", offered="meeting"),
    Action("refuse_meeting", counts="unwanted"),
    Action("record_no", offered="meeting", counts="unwanted"),
    Action("cancel_meeting", offered="meeting"),
    Action("meeting_result", offered="meeting", files=True),
    Action(
        "visit_record", asks=("asked_how", "had_notice", "had_opinion", "finding_of",
        "level_bureau", "level_unit", "visit_reasons", "visit_note"), contact=True,
        own_words=True, counts="visited",
    ),
    # Whoever works the case.
    Action("take", at_once=True, offered="not_mine", works=True),
    Action("hand_over", rare=True, alert=16),
    Action("recuse", rare=True, offered="mine"),
    Action("ask_recusal"),
    Action(
        "charge", asks=("colleague", "unit", "team", "date", "campaign"), rare=True,
        counts="charged",
    ),
    Action(
        "strike_off", asks=("standard", "strike_result", "evidence", "told_how",
        "still_promised", "strike_opinion"), offered="charged", files=True, counts="struck",
    ),
    Action("told", elsewhere=True, contact=True),
    Action("ask", files=True, works=True, contact=True, guests=True),
    Action("write", files=True, answers_urge=True, contact=True),
    Action("note", files=True),
    # Units that must not see it, said later.
    Action("hide", rare=True),
    Action("correct", rare=True, files=True),
    Action("transcribe", offered="voice", works=True, taken_down=True),
    # Looks at what is closed, and ways to a case.
    Action("open_name", asks=("look_for", "why"), opening=True),
    Action("open_voice", asks=("look_for", "why"), rare=True, offered="voice", opening=True),
    Action("give_pin", rare=True),
    Action("set_pin"),
    Action("new_code", rare=True),
    # The petitioner.
    Action("supplement", heard=True),
    Action("question", heard=True, own_words=True),
    Action("urge", counts="urged"),
    Action("call_me"),
    Action("detail", heard=True, counts="sorted"),
    Action("contact", heard=True),
    Action("confirm", counts="sorted"),
    Action("withdraw", heard=True, answers_urge=True, undone=True, counts="withdrawn"),
    Action("take_back", counts="taken_back"),
    Action("ask_withdrawal", rare=True, files=True),
    Action(
        "confirm_withdrawal", offered="letter", answers_urge=True, undone=True,
        counts="withdrawn",
    ),
    Action("pressed"),
    Action("renew_code"),
    Action("shut_out"),
    Action("take_file"),
    # Whoever opens it by number and code, and what proves more.
    Action("track"),
    Action("claim"),
    Action("ask_check"),
    Action("check_identity", offered="check_asked"),
    Action("check_again", offered="check_second"),
    Action("refuse_check"),
    Action("let_in"),
    # By the office itself, which no officer takes.
    Action("anonymise"),
    Action("closed_to", undone=True, counts="apart"),
    Action("asked"),
    Action("date_moved"),
)  # fmt: skip
ACTIONS: dict[str, Action] = {one.name: one for one in _EVERY}
"""Name → record."""
NOTHING = Action("")
"""The record of an action that has none here: an older or newer program wrote it."""


def of(name: str) -> Action:
    """The record of an action; an empty one for an action that this program doesn't know."""
    return ACTIONS.get(name, NOTHING)


def alerted() -> list[str]:
    """The steps that an alert offers where they are possible, the likeliest first."""
    found = [one for one in ACTIONS.values() if one.alert]
    return [one.name for one in sorted(found, key=lambda one: one.alert)]


def rights() -> list[str]:
    """Rights of the petitioner's, in the order in which the card offers them."""
    return [one.name for one in ACTIONS.values() if one.right]


def openings() -> frozenset[str]:
    """Looks at what is closed by default."""
    return frozenset(one.name for one in ACTIONS.values() if one.opening)
