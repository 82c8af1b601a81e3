"""A paper can be looked at before it is issued; it looks like the office's own."""

from __future__ import annotations

import importlib.util
import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from people import Office, Town, accepted, file_petition
from PIL import Image
from sqlalchemy import select

from bot.office_files import SAMPLE, load_office, load_seals
from papers.printer import Printer
from petitions.case import documents
from petitions.errors import BadSetting
from petitions.law.office_file import read_office
from petitions.telling import receipts
from petitions.values.person import Actor
from petitions.values.petition import Status
from petitions.verbs.filing import Receipt
from storage.tables import FILE_KEY, METADATA
from storage.verify import broken

ROOT = Path(__file__).parent.parent
FOUND = "2026年9月至11月有17日超时施工"
BESIDE = {
    "chat", "draft", "file", "file_key", "handled", "index_block", "index_segment", "index_todo",
    "inbox", "journal", "log_line", "said", "session", "setting", "shown", "uncounted",
}  # fmt: skip
"""Tables that the conversation itself writes, or the work behind an earlier step."""
RAW = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))


def rows(here: Town) -> dict[str, list[Any]]:
    """Everything the office has written down, by table."""
    return here.app.database.read_now(
        lambda c: {t.name: sorted(map(str, c.execute(select(t)))) for t in METADATA.sorted_tables}
    )


async def ready(here: Town, channel: str) -> tuple[Any, Any, str]:
    """An opinion that waits for its last press; petitioner, handler, number."""
    person = await here.citizen(channel)
    number = await file_petition(person)
    unit = await accepted(Office(here, channel), number)
    for label in ("答复", "予以支持"):
        await unit.press(label)
    for words in (FOUND, "已责令停工。", "《噪声污染防治法》"):
        await unit.say(words)
    await unit.press("跳过")
    return person, unit, number


def verified(here: Town) -> None:
    """Everything is as the office wrote it, by the chains, the counts and the stamps."""
    database = here.app.database
    assert database.read_now(lambda c: broken(c, database.ring)) == []


def documents_of(here: Town, number: str) -> list[Any]:
    return list(here.now(lambda b: b.documents(b.by_number(number).id)))


async def test_a_draft_is_shown_and_nothing_has_happened(here: Town, channel: str) -> None:
    _, unit, number = await ready(here, channel)
    before, issued = rows(here), documents_of(here, number)
    assert "样稿" in await unit.press("看样稿")
    changed = {name for name, kept in rows(here).items() if kept != before[name]}
    assert not changed - BESIDE, changed - BESIDE
    verified(here)
    assert documents_of(here, number) == issued
    assert "答复已发出" in await unit.press("发出意见书"), "the form is where it was"
    new = [one for one in documents_of(here, number) if one not in issued]
    assert [one.kind for one in new] == ["opinion"]
    found = here.now(lambda b: b.by_number(number))
    assert found.status is Status.ANSWERED
    verified(here)
    keys = here.now(lambda b: {r.case for r in b._db.execute(select(FILE_KEY.c.case))})
    assert keys <= {found.id}, "a draft on the page goes with its case"


async def test_a_colleague_may_look_at_a_draft_that_stands_open(here: Town, channel: str) -> None:
    _, unit, number = await ready(here, channel)
    other = await here.officer("housing", "handler", channel)
    await other.say(f"/desk {number}")
    await other.press("由我经办")
    assert "样稿" in await unit.press("看样稿"), "whoever may issue it, may look"
    verified(here)
    assert [one.kind for one in documents_of(here, number)].count("opinion") == 0


@pytest.mark.once
async def test_a_step_without_a_paper_offers_no_draft(here: Town) -> None:
    person = await here.citizen("web")
    number = await file_petition(person)
    unit = await accepted(Office(here, "web"), number)
    await unit.press("记录调查" if "记录调查" in unit.buttons() else "调查")
    await unit.say("已到现场看过。")
    assert "看样稿" not in unit.buttons()[-6:]


async def test_the_paper_names_the_organ_the_date_and_what_is_enclosed(
    here: Town, channel: str
) -> None:
    _, unit, number = await ready(here, channel)
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    await unit.send_file(made.getvalue(), "scene-1.png", "image/png")
    await unit.press("发出意见书")
    case = here.now(lambda b: b.by_number(number))
    issued = documents_of(here, number)[-1]
    actor = Actor("petitioner", case.person)
    sheet = here.now(lambda b: documents.sheet(b, here.app.office, case, issued, actor, "zh"))
    letter = sheet.letter
    assert letter
    assert letter.organ == letter.heading == "云川市住房和城乡建设局"
    assert letter.unit == "housing"
    assert letter.enclosed == ("scene-1",)
    assert letter.contact.startswith("（联系电话：")
    assert all(word in sheet.text for word in (FOUND, letter.day, "1. scene-1", letter.organ))


# The office's own


def office_with(**paper: Any) -> Any:
    return read_office(RAW | {"paper": paper})


@pytest.mark.once
def test_an_office_has_its_own_heading_and_words() -> None:
    own = office_with(
        heading="云川市信访工作", words={"opinion": {"zh": "望您配合。", "en": "Ok."}}
    )
    assert own.paper.heads("住建局", "zh") == own.paper.heads("Housing", "en") == "云川市信访工作"
    assert own.paper.says("opinion", "en") == "Ok."
    assert own.paper.says("opinion", "zh_Hant") == "望您配合。"
    assert own.paper.says("accepted", "zh") == ""
    assert load_office(None).paper.heads("住建局", "zh") == "住建局"


@pytest.mark.once
@pytest.mark.parametrize(
    ("paper", "named"),
    [
        ({"colour": "red"}, "[paper]"),
        ({"heading": {"en": "x"}}, "paper.heading"),
        ({"heading": 3}, "paper.heading"),
        ({"words": {"opnion": "x"}}, "opinion"),
        ({"words": "x"}, "[paper.words]"),
        ({"seals": {"nobody": "x.png"}}, "housing"),
        ("x", "[paper]"),
    ],
)
def test_a_strange_setting_of_papers_is_named(paper: Any, named: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_office(RAW | {"paper": paper})
    assert named in refused.value.sentence("zh")


@pytest.mark.once
@pytest.mark.parametrize("made", [None, b"", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>", b"%PDF-1.7"])
def test_a_seal_that_is_no_picture_is_refused_at_the_start(
    tmp_path: Path, made: bytes | None
) -> None:
    if made is not None:
        (tmp_path / "seal.png").write_bytes(made)
    with pytest.raises(BadSetting) as refused:
        load_seals(office_with(seals={"housing": "seal.png"}), tmp_path / "office.toml")
    assert "paper.seals.housing" in refused.value.sentence("zh")


@pytest.mark.once
async def test_a_seal_is_printed_on_what_its_unit_issues_and_on_no_draft(tmp_path: Path) -> None:
    from dataclasses import replace

    from petitions.message import Letter, Sheet

    Image.new("RGBA", (60, 60), (200, 0, 0, 90)).save(tmp_path / "seal.png")
    seals = load_seals(office_with(seals={"housing": "seal.png"}), tmp_path / "office.toml")
    printer = Printer(lambda channel: "http://127.0.0.1/", seals)
    letter = Letter("局", "", "局", "2026年12月3日", unit="housing")
    sheet = Sheet("a.pdf", "意见书", "1号", ("正文",), letter=letter)
    plain = await Printer(lambda channel: "http://127.0.0.1/").pdf(sheet, "web")
    sealed = await printer.pdf(sheet, "web")
    others = await printer.pdf(replace(sheet, letter=replace(letter, unit="labour")), "web")
    draft = await printer.pdf(replace(sheet, draft="样稿"), "web")
    images = [made.count(b"/Subtype /Image") for made in (plain, sealed, others, draft)]
    assert images[1] > images[0] == images[2] == images[3] == 0


@pytest.mark.once
@pytest.mark.parametrize("lang", ["zh", "en", "zh_Hant"])
async def test_a_slip_names_the_office_and_asks_for_no_chat(here: Town, lang: str) -> None:
    number = await file_petition(await here.citizen("web"))
    office = here.app.office.on(here.app.clock.now())
    case = here.now(lambda b: b.by_number(number))
    sheet = receipts.slip(office, Receipt(case, "ABCDE-FGHJK", case.received_on), lang)
    assert sheet.letter
    assert sheet.letter.heading == office.front.name(lang)
    for said in (number, "ABCDE-FGHJK", office.front.phone, sheet.letter.day):
        assert said in sheet.text
    assert not re.search(r"/\w|聊天|机器人|消息|按钮|chat|bot|button|press", "\n".join(sheet.lines))


# Every kind of paper


def specimens() -> Any:
    """The script that prints one of each."""
    spec = importlib.util.spec_from_file_location("specimens", ROOT / "deploy" / "specimens.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.once
def test_the_invented_papers_are_what_an_office_may_issue() -> None:
    stories = specimens().STORIES
    refused = next(data for action, data in stories["refused"] if action == "refuse")
    assert not re.search("法院|仲裁|复议", refused["where"]), "a way of handling is no refusal"
    duty = next(data for action, data in stories["duty_answer"] if action == "accept")
    assert "行政复议法" not in duty["limit_law"], "the limit of another procedure"


@pytest.mark.once
def test_every_kind_of_paper_is_printed_and_has_its_picture(tmp_path: Path) -> None:
    kinds = set(load_office(None).law.papers) - {"not_again"}  # a refusal by another name
    specimens().main(tmp_path, "zh")
    printed = {file.stem for file in tmp_path.glob("*.pdf")}
    assert kinds | {"slip", "draft"} == printed
    assert all(file.read_bytes().startswith(b"%PDF-") for file in tmp_path.glob("*.pdf"))
    page = (ROOT / "docs" / "papers.md").read_text("utf-8")
    for kind in printed:
        for picture in (f"papers/{kind}.png", f"papers/en/{kind}.png"):
            assert f"]({picture})" in page
            assert (ROOT / "docs" / picture).is_file()
