"""Dates as .ics files, for people's own calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import icalendar

from petitions.message import Event


def ics(event: Event) -> bytes:
    """One event with a reminder a day before; times in UTC, so that any calendar shows the office's
    hour rightly."""
    starts = datetime.fromisoformat(event.starts).astimezone(UTC)
    entry = icalendar.Event()
    entry.add("uid", event.uid)
    entry.add("dtstamp", starts)
    entry.add("dtstart", starts)
    entry.add("dtend", starts + timedelta(minutes=event.minutes))
    entry.add("summary", event.title)
    for name, value in (("location", event.where), ("url", event.url)):
        if value:
            entry.add(name, value)
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event.title)
    alarm.add("trigger", timedelta(days=-1))
    entry.add_component(alarm)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//petition-bot//")
    calendar.add("version", "2.0")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
