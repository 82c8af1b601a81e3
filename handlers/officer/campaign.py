"""/campaigns and /lead: campaigns for old cases, and what a leader is responsible for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.case import officer
from handlers.talk import Answer, Talk, stacked
from petitions.book import Draft
from petitions.errors import BadAnswer, NotYours
from petitions.law.clocks import local_day
from petitions.matters import campaigns
from petitions.message import Button, Message, Rise, packed
from petitions.telling import views
from petitions.values import checks
from petitions.values.codes import to_ascii
from petitions.values.oversight import Campaign, Listed
from petitions.values.person import Officer, Role
from petitions.values.petition import Petition
from petitions.words import day

LIST = 10
"""Cases and campaigns shown at once."""
READERS = frozenset({Role.SUPERVISOR, Role.LEADER})


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role not in READERS or not talk.office.is_bureau(me.unit):
        raise NotYours("bad.not_yours")
    return me


def lead(talk: Talk, rest: str = "") -> Answer:
    """/lead: the cases a leader is responsible for (包案), the next due first."""
    me = officer(talk)
    if me.role is not Role.LEADER:
        raise NotYours("bad.not_yours")
    return _cases(talk, "lead", campaigns.charged(talk.book, me.id))


def _cases(talk: Talk, key: str, rows: Sequence[tuple[Listed, Petition]]) -> Answer:
    today = local_day(talk.now, talk.office.zone)
    hidden = talk.hidden
    rows = [(one, case) for one, case in rows if case.id not in hidden]
    late = sum(x.state == "open" and x.due_on < today for x, _ in rows)
    lines = [talk.say(f"{key}.head" if rows else f"{key}.none", count=len(rows), late=late)]
    for one, case in rows[:LIST]:
        lines.append(_line(talk, one, case, today))
    if len(rows) > LIST:
        lines.append(talk.say("brief.more", count=len(rows) - LIST))
    buttons = [views.case_button(case) for _, case in rows[:LIST]]
    buttons.append(talk.button("button.campaigns", "cp", "list"))
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _line(talk: Talk, one: Listed, case: Petition, today: date) -> str:
    leader = talk.book.officer(one.leader)
    state = one.state if one.state != "open" or one.due_on >= today else "late"
    return talk.say(
        "lead.line", number=case.number, unit=talk.office.unit_name(one.unit, talk.lang),
        team=one.team, leader=leader.name if leader else "—", due=day(talk.lang, one.due_on),
        state=talk.say(f"listed.{state}"),
    )  # fmt: skip


def show(talk: Talk, rest: str = "") -> Answer:
    """/campaigns: each with its progress."""
    me = _reader(talk)
    today = local_day(talk.now, talk.office.zone)
    every = talk.book.campaigns()[:LIST]
    lines = [talk.say("campaigns.head" if every else "campaigns.none")]
    buttons = []
    for campaign in every:
        far = campaigns.progress(talk.book, campaign, today)
        lines.append(talk.say("campaigns.line", name=campaign.name, share=_share(talk, far)))
        buttons.append(Button(campaign.name, packed("cp", "one", campaign.id)))
    if me.role is Role.SUPERVISOR:
        buttons.append(talk.button("button.new_campaign", "cp", "new"))
    buttons.append(talk.button("button.desk", "q2", "desk"))
    return [Message("\n".join(lines), stacked(*buttons))]


def _share(talk: Talk, far: campaigns.Progress) -> str:
    if far.share is None:
        return talk.say("campaigns.no_cases")
    return talk.say("campaigns.share", struck=far.struck, total=far.total, share=f"{far.share:.1f}")


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`list`, `lead`, `new`, `one:id`, `cases:id`."""
    me = _reader(talk)
    match parts:
        case ["list"]:
            return show(talk)
        case ["lead"]:
            return lead(talk)
        case ["new"] if me.role is Role.SUPERVISOR:
            return drafts.start(talk, "campaign")
        case [("one" | "cases") as verb, id] if id.isdecimal() and len(id) < 16:
            campaign = talk.book.campaign(int(id))
            if verb == "one":
                return _one(talk, campaign)
            rows = [(x, talk.book.petition(x.case)) for x in talk.book.listed_in(campaign.id)
                    if x.state != "replaced"]  # fmt: skip
            return _cases(talk, "campaign_cases", sorted(rows, key=lambda r: r[0].due_on))
    return talk.toast("bad.stale")


def _one(talk: Talk, campaign: Campaign) -> Answer:
    """Source, phases, targets, progress, and a picture of it."""
    today = local_day(talk.now, talk.office.zone)
    far = campaigns.progress(talk.book, campaign, today)

    def on(at: date) -> str:
        return day(talk.lang, at)

    lines = [campaign.name,
             talk.say("campaigns.source", first=on(campaign.first), last=on(campaign.last)),
             _share(talk, far)]  # fmt: skip
    if far.merged:
        lines.append(talk.say("campaigns.merged", count=far.merged))
    if far.late:
        lines.append(talk.say("campaigns.late", count=far.late))
    for name, first, last in campaign.phases:
        mark = "▶ " if first <= today <= last else "· "
        lines.append(mark + talk.say("campaigns.phase", name=name, first=on(first), last=on(last)))
    for at, percent in campaign.targets:
        then = _reached_on(far, at)
        key = "campaigns.target" if at >= today else "campaigns.target_past"
        lines.append(talk.say(key, day=on(at), percent=percent, share=f"{then:.1f}"))
    rows = stacked(talk.button("button.campaign_cases", "cp", "cases", campaign.id),
                   talk.button("button.back", "cp", "list"))  # fmt: skip
    return [Message("\n".join(lines), rows, chart=_chart(talk, campaign, far, today))]


def _reached_on(far: campaigns.Progress, at: date) -> float:
    return max((share for when, share in far.rose if when <= at), default=0.0)


def _chart(talk: Talk, campaign: Campaign, far: campaigns.Progress, today: date) -> Rise | None:
    if not far.total:
        return None
    begins = [first for _, first, _ in campaign.phases] or [campaign.last]
    ends = [at for at, _ in campaign.targets] + [last for _, _, last in campaign.phases]
    over = max([*ends, *(at for at, _ in far.rose)])  # what came after that is its last point
    until = min(today, over)
    rose = tuple((at.isoformat(), share) for at, share in far.rose)
    return Rise(
        campaign.name, (*rose, (until.isoformat(), far.share or 0.0)),
        tuple((at.isoformat(), percent) for at, percent in campaign.targets),
        min(begins).isoformat(), over.isoformat(),
        talk.say("campaigns.reached"), talk.say("campaigns.wanted"),
    )  # fmt: skip


def _targets(talk: Talk, text: str) -> str:
    """Lines of a day and a percentage. Raises BadAnswer."""
    _read_targets(text)
    return checks.words(text, 300)


def _read_targets(text: str) -> tuple[tuple[date, int], ...]:
    found = []
    for line in checks.words(text, 300).replace("；", "\n").replace(";", "\n").splitlines():
        at, _, percent = line.strip().rpartition(" ")
        number = to_ascii(percent).rstrip("%")
        if not number.isdecimal():
            raise BadAnswer("bad.target_line")
        if not 0 < int(number[:5]) <= 100:
            raise BadAnswer("bad.target")
        found.append((date.fromisoformat(checks.day(at)), int(number)))
    return tuple(found)


def _phases(talk: Talk, text: str) -> str:
    _read_phases(text)
    return checks.words(text, 500)


def _read_phases(text: str) -> tuple[tuple[str, date, date], ...]:
    """Lines of a name, a first and a last day. Raises BadAnswer."""
    found = []
    for line in checks.words(text, 500).replace("；", "\n").replace(";", "\n").splitlines():
        parts = line.split()
        if len(parts) < 3:
            raise BadAnswer("bad.phase_line")
        first, last = (date.fromisoformat(checks.day(p)) for p in parts[-2:])
        if first > last:
            raise BadAnswer("bad.days_reversed")
        found.append((" ".join(parts[:-2]), first, last))
    return tuple(found)


def _submit(talk: Talk, draft: Draft) -> Answer:
    me, answers = _reader(talk), draft.data["answers"]
    phases = answers.get("campaign_phases", "")
    campaign = Campaign(
        0, answers["campaign_name"], date.fromisoformat(answers["campaign_first"]),
        date.fromisoformat(answers["campaign_last"]), _read_targets(answers["campaign_targets"]),
        _read_phases(phases) if phases else (),
    )  # fmt: skip
    campaigns.found(talk.book, talk.office, me, campaign)
    return [*talk.tell("done.campaign", name=campaign.name), *_one(talk, campaign)]


forms.register(
    Form(
        "campaign",
        (
            Step("campaign_name", lambda t, x: checks.line(x, 60)),
            Step("campaign_first", lambda t, x: checks.day(x)),
            Step("campaign_last", lambda t, x: checks.day(x)),
            Step("campaign_targets", _targets, long=True),
            Step("campaign_phases", _phases, long=True, skip=True),
        ),
        _submit,
        files=False,
    )
)
