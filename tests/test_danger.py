"""The phrase table of dangers: made-up messages, and how often it rings on real ones."""

import json

import pytest
from conftest import DATA

from petitions.values import danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("再不解决我就要跳楼了", "self_harm"),
        ("我真的不想活了", "self_harm"),
        ("隔壁正在打人，快来", "violence"),
        ("他扬言要杀了我全家", "violence"),
        ("楼道里天然气泄漏了", "fire_gas"),
        ("我家墙裂了，房子随时可能倒塌", "collapse"),
        ("食物中毒，十几个孩子送医院", "life"),
        ("he says he is going to kill me", "violence"),
        ("I want to die", "self_harm"),
    ],
)
def test_a_danger_is_found(text: str, kind: str) -> None:
    found = danger.look(text)
    assert found is not None
    assert found.kind == kind
    assert found.numbers


@pytest.mark.parametrize(
    "text",
    [
        "消防通道被占，万一着火怎么办",
        "这是我们看病的救命钱",
        "手机套餐贵得要死",
        "跳楼价促销扰民",
        "不要用道德绑架业主",
        "电梯经常困人，物业不修",
        "行政机关不能拖死企业",
        "希望开设防溺水课程",
    ],
)
def test_a_figure_of_speech_is_no_emergency(text: str) -> None:
    assert danger.look(text) is None


@pytest.mark.skipif(not DATA.exists(), reason="the real messages are not beside this checkout")
def test_it_rings_on_real_messages_as_often_as_the_document_says() -> None:
    hits = []
    for name in ("answered", "messages"):
        for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            if danger.look(f"{row['subject']}。{row['text']}"):
                hits.append(row["id"])
    assert len(hits) == 18
