"""The reply gate: each hint where it belongs, and nothing held back."""

from __future__ import annotations

from pathlib import Path

import pytest
from offices.records import case
from people import Office, Town, accepted, file_petition

from petitions.matters.gate import HINTS, Outgoing, hints, no_result
from petitions.values.petition import Status


def codes(reply: str, **given: str) -> list[str]:
    return [h.code for h in hints(Outgoing(reply, review=True, **given)) if h.code != "basis"]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("您反映的问题已转交有关部门核实、办理，感谢您的留言！", ["process"]),
        ("留言收悉，正在调查处理，请您耐心等待。", ["process"]),
        ("经查属实，已责令工地夜间停工，并罚款两万元。", []),
        ("经核实，该路段已列入2026年改造计划，六月开工。", []),
        ("我局将加强研判，压实属地管理责任，已责令整改完成。", ["plain"]),
    ],
)  # fmt: skip
def test_hints_on_sentences(reply: str, expected: list[str]) -> None:
    assert codes(reply) == expected


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("已转交有关部门核实处理。", True),
        ("正在调查处理，请您耐心等待。", True),
        ("请向住建局咨询。", True),
        ("屋面防水已重做，雨后查看不再漏。", False),
        ("拖欠的工资已全部到账。", False),
        ("已转交城管局，现已拆除围挡。", False),
    ],
)  # fmt: skip
def test_a_result_in_few_words_passes(text: str, nothing: bool) -> None:
    assert no_result(text) is nothing


def test_a_numbered_request_that_isnt_answered_is_named() -> None:
    asked = "1、请让工地夜里停工。2、请修好小区门口的路灯。3、请退还物业多收的停车费。"
    found = hints(Outgoing("经查属实，已责令工地夜里停工；门口的路灯已修好。", request=asked,
                           basis="x", review=True))  # fmt: skip
    assert [(h.code, h.what) for h in found] == [("requests", "3")]


def test_a_near_copy_is_named_with_its_case() -> None:
    body = (
        "经查，工地夜间施工没有许可，已责令停工整改，并安排专人每晚巡查，如再发生请拨打值班电话。"
    )
    found = hints(
        Outgoing(body + "谢谢。", basis="x", review=True, others=[("n1", "别的"), ("n2", body)])
    )
    assert [(h.code, h.what) for h in found] == [("copied", "n2")]


def test_every_hint_is_named_in_the_document() -> None:
    text = Path(__file__).parent.parent / "docs" / "gate.md"
    assert all(f"`{code}`" in text.read_text("utf-8") for code in HINTS)


async def test_the_officer_sees_hints_and_sends_all_the_same(here: Town, channel: str) -> None:
    office = Office(here, channel)
    number = await file_petition(await here.citizen(channel))
    unit = await accepted(office, number)
    await unit.say(f"/desk {number}")
    await unit.press("答复")
    await unit.press("予以支持")
    await unit.say("现场查看，属实。")
    await unit.say("已转交有关部门核实处理，感谢支持。")
    await unit.say("《噪声污染防治法》")
    text = await unit.press("跳过")
    assert "只是提醒" in text
    assert "没有说结果" in text
    await unit.press("发出意见书")
    assert case(here, number).status is Status.ANSWERED
