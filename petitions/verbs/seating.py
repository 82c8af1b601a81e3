"""Desks: who is invited to one, and takes a seat there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from petitions.book import Book, Chat
from petitions.case import parting, tries
from petitions.errors import (
    WrongSecret,
)
from petitions.law.units import Office, StaffPlan
from petitions.values import codes
from petitions.values.person import Officer, Role


def invite(book: Book, office: Office, unit: str, role: Role, name: str, now: datetime) -> str:
    """A one-time token that seats somebody at a desk: an empty one of this unit, role and
    name, or a new one. Raises Unknown."""
    plan = StaffPlan(office.unit(unit).id, role, name)
    empty = (o for o in book.officers(unit) if is_desk(o, plan) and not o.chat)
    officer = next(empty, None) or book.add_officer(Officer(0, unit, role, name, 0), now)
    token = codes.new_token()
    until = now + timedelta(days=office.on(now).rules.limits["invite"].days)
    book.add_invite(codes.token_hash(token), officer.id, until, now)
    return token


def is_desk(officer: Officer, plan: StaffPlan) -> bool:
    """Whether an officer's desk is the one the office file asks for."""
    return (officer.unit, officer.role, officer.name) == (plan.unit, plan.role, plan.name)


def set_desks(book: Book, office: Office, now: datetime) -> None:
    """A desk for each line of the office file that has none yet; nobody sits there until
    invited."""
    for plan in office.staff:
        if not any(is_desk(o, plan) for o in book.officers(plan.unit)):
            book.add_officer(Officer(0, plan.unit, plan.role, plan.name, 0), now)


def take_seat(book: Book, office: Office, chat: Chat, token: str, now: datetime) -> Officer:
    """Make this chat the officer's whose invitation it holds. Raises WrongSecret when the
    invitation is used, expired or never was, SlowDown after many such."""
    tries.slow_down(book, tries.buckets(chat, "invite"), now)
    officer = book.use_invite(codes.token_hash(token), now)
    if officer is None:
        raise WrongSecret("bad.invite", "invite")
    book.seat_officer(officer.id, chat.id)
    chat.officer = officer.id
    book.save_chat(chat)
    if officer.chat not in (0, chat.id):
        parting.unseat(book, office, officer, "taken", now)
    return replace(officer, chat=chat.id)
