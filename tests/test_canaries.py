"""Whoever has the database without the keys: no word of a petition, no name, number or place stands
in any table or column of an office in which everything there can be is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from offices.filled import CANARIES, Filled
from people import Office, Town, does
from sqlalchemy import LargeBinary, select

from storage.tables import METADATA

WORDS = ("青鸾", "施工", "朱雀", "停工", "玄武路", "欧阳", "里三号", "13911112222", "白虎", "煤气",
         "凤凰", "麒麟")  # fmt: skip
"""Of what petitioners wrote: filed, added, typed and not sent; of a note, of what was looked for
and why."""
OWN = {
    ("saved_reply", "body"), ("saved_filter", "name"), ("saved_filter", "data"),
    ("campaign", "name"), ("campaign", "phases"), ("listed", "team"), ("listed", "standard"),
    ("appointment", "place"), ("slot", "where"), ("slot", "link"), ("officer", "name"),
    ("bulletin", "figures"), ("calendar_year", "body"), ("setting", "value"),
}  # fmt: skip
"""Columns in which the office keeps texts of its own in the open, as `docs/threat-model.md` says:
an officer may write into them whatever they like. Nothing gets there by itself."""


def forms(word: str) -> Iterator[bytes]:
    """How a word may stand somewhere."""
    yield word.encode()
    yield word.encode("utf-16-le")
    yield word.encode("unicode_escape")
    yield word.encode().hex().encode()


def readable(here: Town, words: tuple[str, ...] = WORDS) -> list[tuple[str, str, str]]:
    """Where a word stands: table, column, word."""

    def read(book: Any) -> list[tuple[str, str, str]]:
        found = []
        for table in METADATA.sorted_tables:
            for row in book._db.execute(select(table)).mappings():
                for column, value in row.items():
                    raw = bytes(value) if isinstance(value, (bytes, memoryview)) else (
                        str(value).encode("utf-8", "surrogatepass"))  # fmt: skip
                    found += [(table.name, column, word) for word in words
                              if any(form in raw for form in forms(word))]  # fmt: skip
        return found

    return list(here.now(read))


async def test_no_word_of_a_petition_stands_anywhere_in_the_database(here: Town) -> None:
    filled = Filled(here)
    await filled.fill()
    desks = Office(here, "web")
    clerk = await desks.at("city", "clerk")
    number = str(here.now(lambda b: b.petition(2).number))
    await does(clerk, number, "内部记录", "凤凰说过的话。", "保存")
    await clerk.say("/find 麒麟停工")
    await clerk.say(f"/desk {number}")
    assert CANARIES["name"] in await does(
        clerk, number, "查看姓名", "核对身份", "麒麟要核实", "查看"
    )
    assert readable(here, ("暗号专项",)) == [("campaign", "name", "暗号专项")], "it is seen"
    assert readable(here) == []
    assert in_files(Path(here.app.settings.data_dir)) == set()


def in_files(folder: Path) -> set[tuple[str, str]]:
    """The database's own files, what it has deleted included; attachments; locks."""
    files = [p for p in folder.rglob("*") if p.is_file()]
    assert files
    held = {p.name: p.read_bytes() for p in files}
    return {(name, word) for name, content in held.items() for word in WORDS
            if any(form in content for form in forms(word))}  # fmt: skip


def test_what_the_office_keeps_in_the_open_is_told() -> None:
    page = (Path(__file__).parent.parent / "docs" / "threat-model.md").read_text("utf-8")
    for table, column in OWN:
        assert column in METADATA.tables[table].c
        assert not isinstance(METADATA.tables[table].c[column].type, LargeBinary)
        assert f"`{table}.{column}`" in page, (table, column)
