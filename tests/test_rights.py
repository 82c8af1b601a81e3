"""The matrix of rights, tried cell by cell on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from offices.template import empty
from samples.answers import DATA, NOW, OFFICE, run

from petitions.book import NewText
from petitions.case.lifecycle import possible
from petitions.errors import PetitionError
from petitions.printed.rights_doc import closed_columns, columns, document
from petitions.values.actions import openings
from petitions.values.person import Identity
from petitions.verbs import acting
from petitions.verbs.filing import Filing, submit
from storage.database import Database, make_engine
from storage.records import Records
from storage.seal import KeyRing
from storage.tables import PETITION

ROOT = Path(__file__).parent.parent


def test_the_printed_rights_are_the_table() -> None:
    text = (ROOT / "docs" / "rights.md").read_text("utf-8")
    assert text == document(OFFICE), "petition-bot rights > docs/rights.md"


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with one answered case of its first person."""
    url = empty(tmp_path_factory.mktemp("rights") / "x.sqlite3")
    database = Database(make_engine(url), KeyRing.fresh())

    def file_it(book: Records) -> None:
        chat = book.new_chat("web", "1", "zh", NOW)
        words = [NewText(part, "夜间施工") for part in ("facts", "request", "place")]
        submit(book, OFFICE, chat, chat.person, Filing(*words, Identity()), NOW)

    run(database, file_it)
    yield database
    database.close()


class Undone(Exception):
    """Takes a try back."""


def may(database: Database, column: Any, action: str) -> bool:
    """Whether the action isn't refused as not theirs, whatever else it is refused for."""
    return refused(database, column, action) not in (
        "bad.not_yours",
        "bad.guest",
        "bad.closed_name",
    )


def refused(database: Database, column: Any, action: str) -> str:
    """What the action is refused with; "": it was done."""
    case = column.case

    def work(book: Records) -> None:
        book.change(
            "petition", PETITION.c.id > 0,
            unit=case.unit, status=str(case.status), kind=str(case.kind), way="6",
            sealed=case.sealed, assisting=list(case.assisting), guests=list(case.guests),
            members=case.members, answered_at=NOW,
        )  # fmt: skip
        try:
            acting.act(book, OFFICE, 1, action, column.actor, dict(DATA), NOW)
        except PetitionError as error:
            raise Undone(error.key) from None
        raise Undone("")

    with pytest.raises(Undone) as undone:
        run(database, work)
    return str(undone.value)


def printed_rows() -> list[list[list[str]]]:
    """The cells of each of the document's tables, its head first."""
    text = (ROOT / "docs" / "rights.md").read_text("utf-8")
    return [
        [line.strip("|").split("|") for line in part.splitlines() if line.startswith("|")]
        for part in text.split("\n## ")
    ]


@pytest.mark.parametrize("column", list(columns(OFFICE)), ids=lambda c: f"{c.role}-{c.where}")
def test_each_cell_is_what_happens(filed: Database, column: Any) -> None:
    rows, _ = printed_rows()
    place = [c.strip() for c in rows[0]].index(f"{column.role} {column.where}".strip())
    for row in rows[2:]:
        action, printed = row[0].strip(" `"), row[place].strip() == "●"
        assert may(filed, column, action) == printed, action


@pytest.mark.parametrize(
    ("what", "column"), list(closed_columns(OFFICE)), ids=lambda x: getattr(x, "role", x)
)
def test_each_cell_of_a_closed_case_is_what_happens(
    filed: Database, what: str, column: Any
) -> None:
    _, rows = printed_rows()
    place = [c.strip() for c in rows[0]].index(f"{column.role} {column.where}".strip())
    printed = {row[0].strip(): row[place].strip() == "●" for row in rows[2:]}
    for look in openings():
        assert (refused(filed, column, look) == "") == printed[f"`{look}`, {what}"], look


def test_a_unit_and_a_guest_may_not_know_whose_a_closed_case_is() -> None:
    """Said apart from the document, which is printed from the table it is held against."""
    knowing = {"clerk", "supervisor", "visitor", "organ"}
    for what, column in closed_columns(OFFICE):
        mine = possible(column.case, column.actor, OFFICE)
        if "open_name" in mine:
            assert column.role in knowing, (what, column.role)
        if column.role in ("clerk", "organ"):
            assert "open_name" in mine
