"""Who answers what: commands, buttons by their prefix; and the client's menu."""

from __future__ import annotations

from handlers import reception, start
from handlers.citizen import cases, filing, hearing, joint, privacy, rating, track
from handlers.forms import presses
from handlers.officer import (
    absence,
    batch,
    campaign,
    days,
    desk,
    duty,
    figures,
    filters,
    find,
    hot,
    intake,
    lane,
    login,
    meeting,
    replies,
    staff,
    supervise,
    tasks,
    units,
)
from handlers.reception import listed
from handlers.talk import OnCommand, OnPress

COMMANDS: dict[str, OnCommand] = {
    "start": start.start,
    "help": start.help,
    "lang": start.lang,
    "cancel": start.cancel,
    "new": filing.new,
    "my": cases.my,
    "track": track.track,
    "privacy": privacy.privacy,
    "notices": hearing.notices,
    "desk": desk.desk,
    "figures": figures.command,
    "find": find.find,
    "calendar": days.calendar,
    "staff": staff.staff,
    "meeting": meeting.meeting,
    "reception": listed.show,
    "campaigns": campaign.show,
    "hot": hot.show,
    "lead": campaign.lead,
    "lanes": lane.show,
    "supervision": supervise.show,
}

PRESSES: dict[str, OnPress] = {
    "f": presses.on_press,
    "new": filing.on_press,
    "loose": filing.on_loose,
    "my": cases.on_list,
    "m": cases.on_press,
    "track": track.on_press,
    "priv": privacy.on_press,
    "person": privacy.on_person,
    "lang": start.set_lang,
    "q": desk.on_queue,
    "q2": desk.on_desk,
    "meet": desk.on_meetings,
    "joint": meeting.on_press,
    "rc": reception.on_press,
    "cp": campaign.on_press,
    "hot": hot.on_press,
    "lane": lane.on_press,
    "sv": supervise.on_press,
    "d": desk.on_case,
    "reply": replies.on_replies,
    "duty": duty.on_duty,
    "cal": days.on_press,
    "hear": hearing.on_press,
    "rate": rating.on_press,
    "fu": rating.on_follow_up,
    "tasks": tasks.on_list,
    "task": tasks.on_task,
    "away": absence.on_press,
    "login": login.on_press,
    "fig": figures.on_press,
    "find": find.on_press,
    "join": joint.begin,
    "intake": intake.begin,
    "staff": staff.on_press,
    "unit": units.on_press,
    "filter": filters.on_press,
    "batch": batch.on_press,
}

MENUS: dict[str, tuple[str, ...]] = {
    "citizen": ("new", "my", "track", "reception", "notices", "privacy", "lang", "help", "cancel"),
    "officer": (
        "desk",
        "find",
        "meeting",
        "supervision",
        "reception",
        "figures",
        "new",
        "my",
        "notices",
        "lang",
        "help",
        "cancel",
    ),
    "administrator": ("staff", "calendar", "desk", "lang", "help", "cancel"),
}
"""Which commands the client's menu offers to whom."""
