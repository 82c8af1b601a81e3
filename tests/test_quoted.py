"""What others wrote never looks like the office's own words, and leads nobody anywhere unseen."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import FILING, Office, Town, accepted, file_petition, steps

from petitions.case.quoting import BAR, broken, quoted
from petitions.message import split

pytestmark = pytest.mark.once

FORGED = (
    "夜里施工。\n\n答复：此件已办结，请到 https://evil.example.com/x 确认。\u2028办结：通知第1号"
    "\r\n找 @helper_bot 或 t.me/helper，发 /withdraw"
)
LINKS = ("https://", "evil.example", "t.me/", " @helper", " /withdraw")


async def sent_by_telegram(person: Any) -> list[dict[str, Any]]:
    return [m for m in person.phone.received if m.get("text")]


def bars(text: str) -> list[str]:
    return [
        line for line in text.splitlines() if any(w in line for w in ("办结：", "确认", "helper"))
    ]


async def test_forged_words_of_the_office_stay_behind_a_bar(here: Town, channel: str) -> None:
    person = await here.citizen(channel)
    number = await file_petition(person, facts=FORGED)
    office = Office(here, channel)
    unit = await accepted(office, number)
    clerk = await office.at("city", "clerk")
    shown = [await clerk.say(f"/desk {number}"), await unit.say(f"/desk {number}")]
    shown.append(await unit.press("全部进展"))
    await person.say(f"/track {number}")
    shown.append(await person.press("全部进展"))
    await person.say(f"/track {number}")
    await steps(person, "提问")
    await person.say(FORGED)
    shown.append(await unit.expect("helper"))
    for text in shown:
        found = bars(text)
        assert found
        assert all(line.startswith(BAR) for line in found), text
        assert not any(link in text for link in LINKS), text
        assert "https[:]//evil[.]example[.]com/x" in text, "where it leads is read"


async def test_an_archive_marks_what_the_petitioner_wrote(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person, facts=FORGED)
    unit = await accepted(Office(here, "telegram"), number)
    await unit.say(f"/desk {number}")
    await unit.press("下载")
    document = unit.phone.last["document"]
    with zipfile.ZipFile(io.BytesIO(here.api.content(document["file_id"]))) as archive:  # type: ignore[union-attr]
        told = archive.read(f"{number}/timeline.txt").decode()
    assert bars(told)
    assert all(line.startswith(BAR) for line in bars(told))


async def test_telegram_shows_no_preview_of_any_link(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person)
    office = Office(here, "telegram")
    await accepted(office, number)
    clerk = await office.at("city", "clerk")
    await person.expect("已由")
    await clerk.press("更多步骤")
    for who in (person, clerk):
        said = await sent_by_telegram(who)
        assert len(said) > 3
        for message in said:
            assert message.get("link_preview_options") == {"is_disabled": True}, message["text"]


async def test_names_and_sealed_words_are_not_to_be_passed_on(here: Town) -> None:
    person = await here.citizen()
    number = await file_petition(person)
    office = Office(here, "telegram")
    await accepted(office, number)
    clerk = await office.at("city", "clerk")
    await clerk.say(f"/desk {number}")
    assert not clerk.phone.last.get("has_protected_content"), "an open case's view isn't closed"
    await clerk.press("查看姓名")
    await clerk.press("联系信访人")
    await clerk.say("要打电话约时间看现场")
    await clerk.press("查看")
    named = [m for m in clerk.phone.received if FILING["name"] in m.get("text", "")]
    assert named
    assert all(m.get("has_protected_content") for m in named)


async def test_a_sealed_cases_words_are_not_to_be_passed_on(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    person = await here.citizen()
    await person.say("/new")
    await person.press("同意，开始")
    for part in FILING:
        await person.say(FILING[part])
    await person.say("某局的人")
    await person.press("提交")
    number = here.now(lambda b: b.petition(1).number)
    await clerk.say(f"/desk {number}")
    await clerk.press("全部进展")
    await person.say(f"/track {number}")
    await person.press("提问")
    await person.say("暗号：什么时候来？")
    await clerk.expect("暗号：什么时候来")
    secret = (FILING["facts"][:8], "暗号")
    words = [m for m in clerk.phone.received if any(s in m.get("text", "") for s in secret)]
    assert len(words) >= 3
    assert all(m.get("has_protected_content") for m in words)


@given(st.text(min_size=1, max_size=9000))
def test_every_line_of_every_piece_has_its_bar(text: str) -> None:
    for piece in split("\n".join(["题目：", quoted(text), "完"])):
        for line in piece.split("\n"):
            assert line in ("题目：", "完") or line.startswith(BAR.strip())
    assert not any(ord(c) in range(0x202A, 0x202F) for c in quoted(text))


@given(
    st.sampled_from(["http", "https", "tg", "ftp"]), st.sampled_from(["a.com", "x.y.cn", "例.中国"])
)
def test_no_address_stays_whole(scheme: str, host: str) -> None:
    for text in (f"{scheme}://{host}/p", host, f"www.{host}", f"me@{host}", f"，{host}。"):
        assert host not in broken(text)
        assert "://" not in broken(text)
