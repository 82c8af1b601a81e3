"""Suggested titles."""

import json

import pytest
from conftest import DATA
from hypothesis import given
from hypothesis import strategies as st

from petitions.values.checks import TITLE
from petitions.values.titles import suggest_title


def test_greetings_are_left_out() -> None:
    title = suggest_title("尊敬的市长您好！我是和平小区的业主，楼下工地夜间施工扰民，请解决。")
    assert "尊敬" not in title
    assert "夜间施工" in title


def test_an_english_title_ends_with_a_word() -> None:
    title = suggest_title("Builders below my flat work every night until two o'clock.")
    assert title == "Builders below my flat work"


@given(st.text(max_size=400))
def test_a_title_is_never_too_long(text: str) -> None:
    assert len(suggest_title(text)) <= TITLE


@pytest.mark.skipif(not DATA.exists(), reason="the real messages are not beside this checkout")
def test_every_real_message_gets_a_title() -> None:
    lines = (DATA / "answered.jsonl").read_text("utf-8").splitlines()
    titles = [suggest_title(json.loads(line)["text"]) for line in lines]
    assert all(0 < len(t) <= TITLE for t in titles)
