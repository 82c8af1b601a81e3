"""Signed receipts: checked without the office, and false ones found out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from offices.lived_in import bot
from people import FILING, Town, file_petition, town

from petitions.case import receipt
from petitions.errors import BadAnswer


async def signed(here: Town, channel: str) -> tuple[str, dict[str, Any]]:
    """A case's number and its receipt, as its petitioner gets it."""
    citizen = await here.citizen(channel)
    number = await file_petition(citizen)
    await citizen.say("/my")
    await citizen.press(number)
    await citizen.press("更多")
    assert "签名回执" in await citizen.press("签名回执")
    case = here.now(lambda b: b.by_number(number))
    name, text = here.now(lambda b: receipt.write(b, here.app.office, case))
    assert name == f"{number}.receipt.json"
    assert receipt.read(receipt.compact(text)) == receipt.read(text), "the QR code says the same"
    return number, json.loads(text)


async def test_a_receipt_holds_and_a_changed_one_does_not(tmp_path: Path, channel: str) -> None:
    folder, file = tmp_path / "office", tmp_path / "receipt.json"
    async with town(folder) as here:
        number, held = await signed(here, channel)
    assert FILING["name"] not in str(held)
    assert FILING["facts"] not in str(held)
    file.write_text(json.dumps(held), "utf-8")
    key = bot(folder, "receipt", "key").stdout.strip()
    fine = bot(tmp_path / "elsewhere", "receipt", "verify", str(file), "--key", key)
    assert fine.exit_code == 0, fine.output
    assert number in fine.stdout
    assert bot(folder, "receipt", "verify", str(file)).exit_code == 0
    stranger = bot(tmp_path / "elsewhere", "receipt", "verify", str(file))
    assert stranger.exit_code == 1, "another office's key"
    for name in receipt.SAID:
        file.write_text(json.dumps(held | {name: held[name] + "0"}), "utf-8")
        wrong = bot(folder, "receipt", "verify", str(file))
        assert wrong.exit_code == 1, name
        assert "无效" in wrong.stdout
    file.write_text("{", "utf-8")
    assert bot(folder, "receipt", "verify", str(file), lang="en").exit_code == 1
    file.write_text(json.dumps(held), "utf-8")
    assert bot(folder, "receipt", "verify", str(file), "--key", "!").exit_code == 1


@given(st.one_of(st.text(max_size=200), st.binary(max_size=100).map(lambda b: b.decode("latin-1")),
                 st.recursive(st.none() | st.text(max_size=5), st.lists, max_leaves=5)
                 .map(json.dumps)))  # fmt: skip
def test_what_is_no_receipt_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadAnswer):
        receipt.read(text)


def test_a_receipt_with_half_a_character_is_none() -> None:
    said = dict.fromkeys([*receipt.SAID, "key", "signature"], "\ud83d") | {
        "key": "",
        "signature": "",
    }
    with pytest.raises(BadAnswer):
        receipt.read(json.dumps(said))
