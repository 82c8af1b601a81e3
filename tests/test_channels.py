"""Channels: what each can do, and that their names stand in one place."""

from __future__ import annotations

import ast
import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from alembic import command
from offices.carried import Carried, carried
from offices.statements import transactions, writes
from people import FILING, Office, Town, accepted, file_petition, told, town
from sqlalchemy import select, text

from papers.dressing import numbered
from petitions.case.notices import Outcome
from petitions.hearing import Incoming
from petitions.message import (
    Archive,
    Button,
    Curve,
    Event,
    Message,
    Page,
    Sheet,
    Table,
    split,
)
from petitions.values import channels
from petitions.values.channels import Caps, Channel
from storage.database import make_engine
from storage.journal import JOURNAL
from storage.migrate import config
from storage.tables import CARD, NOTICE


async def test_message_ids_are_kept_as_their_channel_gives_them(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person)
    await person.say(f"/track {number}")
    await accepted(Office(here, channel), number)
    await here.app.reminders.tick()
    with here.app.database.engine.connect() as connection:
        cards = connection.execute(select(CARD.c.message)).scalars().all()
        told = connection.execute(
            select(NOTICE.c.message).where(NOTICE.c.state == "sent", NOTICE.c.channel == channel)
        ).scalars().all()  # fmt: skip
        assert cards
        assert told
        assert all(isinstance(id, str) and id.isdecimal() for id in [*cards, *told]), cards


def test_ids_of_before_keep_their_messages(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    command.upgrade(config(engine), "0031")
    with engine.begin() as connection:
        for case, message in ((1, 77), (2, 0)):
            connection.execute(
                text('INSERT INTO card (chat, "case", message) VALUES (1, :case, :message)'),
                {"case": case, "message": message},
            )
    command.upgrade(config(engine), "0032")
    with engine.connect() as connection:
        assert connection.execute(select(CARD.c.message)).scalars().all() == ["77", ""]
    command.downgrade(config(engine), "0031")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT message FROM card")).scalars().all()
    assert found == [77, 0]


async def test_a_form_answer_on_the_page_is_one_writing_transaction(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, ticking=False) as here:
        person = await here.citizen("web")
        await person.say("/new")
        await person.press("同意，开始")
        with transactions() as found:
            body = {"key": uuid.uuid4().hex, "text": FILING["facts"], "after": 0}
            answer = await person.post("say", body)
        assert answer["lines"][-1]["text"].startswith("第2/7步"), (
            "the next question came in the same response"
        )
        assert answer["line"]["text"] == FILING["facts"]
        assert sum(map(writes, found)) == 1
        assert len(found) <= 4, "whose session; the conversation with its lines; what is new; who"


async def test_a_refused_answer_keeps_what_was_written_and_says_why_at_once(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, telegram=False, ticking=False) as here:
        person = await here.citizen("web")
        await person.say("/new")
        await person.press("同意，开始")
        for part in ("facts", "request", "place", "name", "address"):
            await person.say(FILING[part])
        with transactions() as found:
            body = {"key": uuid.uuid4().hex, "text": "没有电话", "after": 0}
            answer = await person.post("say", body)
        assert answer["line"]["text"] == "没有电话"
        assert [line["who"] for line in answer["lines"][-2:]] == ["me", "office"]
        assert sum(map(writes, found)) <= 2, "what was taken back, and what stands"


async def test_an_answer_asked_for_again_after_a_restart_is_said_once(tmp_path: Path) -> None:
    body = {"key": uuid.uuid4().hex, "text": "/help", "after": 0}
    async with town(tmp_path, telegram=False, ticking=False) as here:
        person = await here.citizen("web")
        await person.post("say", body)
        here.app.room._answers.clear()  # type: ignore[union-attr]
        again = await person.post("say", body)
        said = [line["text"] for line in again["lines"] if line["who"] == "office"]
        assert len(said) == len(set(said)), "no line stands there twice"
        assert again["line"]["text"] == "/help"


ROOTS = ("bot", "files", "handlers", "papers", "petitions", "reminders", "storage", "telegramchat",
         "webchat")  # fmt: skip
TABLE = Table("数据.xlsx", (Page("一月", ("名称", "件数"), (("登记", 3), ("受理", None))),), "—")
BROUGHT = {
    "chart": Message("图", chart=Curve("每天", ("2026-01-01", "2026-01-02"), (1, 3))),
    "table": Message("表", table=TABLE),
    "event": Message("约", event=Event("1@x", "来访", "2026-01-05T09:00:00+08:00", 60)),
    "sheets": Message("书", sheets=(Sheet("意见书.pdf", "意见书", "6401-1", ("正文",)),)),
    "code": Message("据", code="https://example.org/x"),
    "notes": Message("注", notes=(("回执.json", "{}"),)),
}
ENDS = {"chart": ".png", "table": ".xlsx", "event": ".ics", "sheets": ".pdf", "code": ".png",
        "notes": ".json"}  # fmt: skip
BEGINS = {".png": b"\x89PNG", ".xlsx": b"PK", ".ics": b"BEGIN:VCALENDAR", ".pdf": b"%PDF",
          ".json": b"{}", ".zip": b"PK"}  # fmt: skip


async def files_of(here: Town, person: Any) -> list[tuple[str, bytes]]:
    """Names and contents of all files that were brought to somebody."""
    if person.channel == "telegram":
        api, found = here.api, []
        assert api
        for message in person.phone.received:
            held = message.get("document") or (message.get("photo") or [None])[-1]
            if held and (stored := api.files.get(held["file_id"])):
                found.append((stored.name, stored.content))
        return found
    await person.refresh()
    found = []
    for line in person._said():
        for file in line["files"]:
            kind = "archive" if file.get("kind") == "archive" else f"file/{file['id']}"
            async with person.http.get(f"{person.base}/{kind}?line={line['id']}") as response:
                found.append((file["name"], await response.read()))
    return found


@pytest.mark.parametrize("what", BROUGHT)
async def test_a_notice_brings_whatever_an_answer_could(
    here: Town, channel: str, what: str
) -> None:
    on = await carried(here, channel)
    tried = await on.carry(BROUGHT[what])
    assert tried.outcome is Outcome.SENT
    await on.person.expect(BROUGHT[what].text)
    (name, content), *more = await files_of(here, on.person)
    assert not more
    assert name.endswith(ENDS[what])
    assert content.startswith(BEGINS[ENDS[what]])
    if what == "table":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert book["一月"]["B2"].value == 3


async def test_a_notice_brings_an_archive(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    await file_petition(person)
    on = Carried(here, person)
    chat = here.now(lambda book: book.chat(channel, on.chat.address))
    tried = await on.carry(Message("全部资料", archive=Archive(chat.id, chat.person, 0)))
    assert tried.outcome is Outcome.SENT
    name, content = (await files_of(here, person))[-1]
    assert name.endswith(".zip")
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert "about-me.json" in names
    assert any(one.endswith("case.json") for one in names)


async def test_a_file_of_a_notice_that_cannot_be_made_is_named(
    here: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> bytes:
        raise ArithmeticError("a glyph")

    monkeypatch.setattr("papers.xlsx.xlsx", broken)
    on = await carried(here, channel)
    assert (await on.carry(BROUGHT["table"])).outcome is Outcome.SENT
    await on.person.expect("数据.xlsx\n这个文件没能生成")
    assert any(said == "表" for said in told(on.person))


PLACES = ("petitions/values/channels.py",)
"""Where channels are registered."""
SETTINGS = ("PAGE",)
"""Names in settings: of the part of the program that serves the page."""
ROOMS = {"telegramchat", "webchat"}


def named_in(path: Path) -> Iterator[str]:
    """Where a module names a channel by which people are answered."""
    tree = ast.parse(path.read_text())
    parts = [
        one for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in SETTINGS
        for one in ast.walk(node)
    ]  # fmt: skip
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and names_one(node.value)
        if (text or attribute(node, path)) and node not in parts:
            yield f"{path}:{node.lineno}"  # type: ignore[attr-defined]


def names_one(value: object) -> bool:
    """Whether a text, or a piece of one that is put together, is a channel's name or begins with
    it as keys do: `web:`."""
    return isinstance(value, str) and value.partition(":")[0] in channels.chats()


def attribute(node: ast.AST, path: Path) -> bool:
    """Whether something is taken by a channel's name; the roof's own parts may be called by it."""
    if not isinstance(node, ast.Attribute):
        return False
    whole = ast.unparse(node)
    if whole.startswith("Channel."):
        return node.attr.lower() in channels.chats()
    return node.attr in channels.chats() and path.parent.name != "bot"


@pytest.mark.parametrize("said", ['f"web:{chat}"', "Channel.WEB", "caps.telegram", '"telegram"'])
def test_a_channels_name_is_found_however_it_is_written(tmp_path: Path, said: str) -> None:
    module = tmp_path / "some.py"
    module.write_text(f"x = {said}\n")
    assert len(list(named_in(module))) == 1


def test_a_channels_name_stands_in_its_room_and_in_the_registry_alone() -> None:
    root = Path(__file__).parent.parent
    modules = [
        file for room in ROOTS for file in (root / room).rglob("*.py")
        if "migrations" not in file.parts and str(file.relative_to(root)) not in PLACES
    ]  # fmt: skip
    assert len(modules) > 150
    found = [place for file in modules for place in named_in(file)]
    allowed = [p for p in found if any(p.startswith(f"{root}/{r}/__init__.py") for r in ROOMS)]
    assert [place for place in found if place not in allowed] == []
    assert len(allowed) == len(ROOMS), "each room says once which channel it is"


async def test_a_card_that_was_taken_from_the_page_is_not_filled_again(here: Town) -> None:
    on = await carried(here, "web")
    first = await on.carry(Message("进展：已收到，待登记"))
    here.now(lambda book: book.empty_lines(int(on.chat.address), [int(first.message)]))
    tried = await on.carry(Message("进展：已转送"), 2, replaces=first.message)
    assert tried.outcome is Outcome.FAILED
    await on.person.refresh()
    assert on.person.lines[int(first.message)]["text"] == ""


@pytest.fixture
def memo() -> Iterator[Channel]:
    """A channel that exists for a test alone: short texts in bytes, no buttons, no files."""
    caps = Caps(1900, "bytes", 0, edits=False, files=frozenset(), commands=False, protects=False)
    made = channels.register(Channel("memo", "Z", online=True, caps=caps))
    yield made
    del channels.CHANNELS["memo"]


async def test_a_new_channel_is_a_row_and_what_comes_by_it_counts_as_online(
    here: Town, memo: Channel
) -> None:
    async def hear(text: str, kind: str = "text") -> list[Message]:
        incoming = Incoming(memo, "somebody", uuid.uuid4().hex, kind, text=text, lang="zh")
        return await here.app.desk.converse(incoming)

    async def press(label: str, answer: list[Message]) -> list[Message]:
        shown = [b for m in answer for row in m.rows for b in row]
        data = next(b.data for b in shown if b.text.startswith(label))
        return await hear(data, "press")

    answer = await press("同意", await hear("/new"))
    for part in FILING:
        answer = await hear(FILING[part])
    answer = await press("没有", answer)
    answer = await press("提交", answer)
    assert not any(m.menu for m in answer), "its clients have no menu"
    assert any("6409-Z" in m.text for m in answer), "its letter stands in the case number"
    while await here.app.reminders.behind[-1].step():
        pass
    with here.app.database.engine.connect() as connection:
        counted = connection.execute(select(JOURNAL.c.what).where(JOURNAL.c.channel == memo))
        assert {"filed", "online"} <= set(counted.scalars())


def test_what_a_channel_cannot_show_is_said_otherwise(memo: Channel) -> None:
    assert memo.caps
    said, rows = numbered(
        Message("请选择", ((Button("受理", "a"), Button("查看", url="https://x.org")),)), memo.caps
    )
    assert said == "请选择\n\n1 受理\n2 查看 https://x.org"
    assert rows == ()
    pieces = split("好" * 2000, memo.caps.text, memo.caps.unit)
    assert "".join(pieces) == "好" * 2000
    assert max(len(piece.encode()) for piece in pieces) <= 1900
    assert len(pieces) == 4
    assert split("😀" * 10, 4, "characters") == ["😀" * 4, "😀" * 4, "😀" * 2]


def test_two_channels_share_no_letter_and_no_name(memo: Channel) -> None:
    for name, letter in (("memo", "Y"), ("other", "Z")):
        with pytest.raises(ValueError, match="twice"):
            channels.register(Channel(name, letter))
    with pytest.raises(ValueError, match="no channel"):
        Channel("pigeon")
