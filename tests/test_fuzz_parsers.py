"""Everything that reads what people or operators give, in one table: it gives a value of its kind,
or a refusal with a sentence in every language, and nothing else, whatever it is given.

`HYPOTHESIS_PROFILE=long` tries many more.
"""

from __future__ import annotations

import atexit
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.parsers import HEARD, PLACE, TABLE, tried

from petitions import message
from petitions.values import codes
from petitions.values.channels import Channel

atexit.register(PLACE.cleanup)

# Offices, calendars, rules


# Petitions from a table


# Sealed, signed and kept


# Conversations


# Messages


@pytest.mark.parametrize("name", TABLE)
@given(data=st.data())
def test_whatever_it_is_given_it_reads_it_or_refuses_it_in_words(
    name: str, data: st.DataObject
) -> None:
    tried(TABLE[name], data.draw(TABLE[name].given))


LONG = 100_000
"""Characters: more than any channel lets through, but not than a file may hold."""

TYPED = [name for name, parser in TABLE.items() if parser.kind in (str, list, bool)
         and name not in (*HEARD, "file", "an answer of a form", "headings", "pauses")]  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_a_very_long_text_is_read_or_refused_too(name: str) -> None:
    """A pattern that takes for ever would show itself by never ending."""
    for seed in ("1", "甲", " ", "\u3000\n", "0 ", "a:", "您好，", "(1", "e\u200b\u0301", "😀"):
        tried(TABLE[name], seed * (LONG // len(seed)))


@given(st.sampled_from([*Channel]), st.dates(date(2000, 1, 1), date(2099, 12, 31)),
       st.integers(1, 999_999), st.from_regex(r"[0-9]{4}", fullmatch=True))  # fmt: skip
def test_a_case_number_is_read_again_however_it_is_written(
    channel: Channel, day: date, serial: int, area: str
) -> None:
    number = codes.case_number(area, channel, day, serial)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number.lower())
    for written in (number, number.replace("-", " "), number.replace("-", ""), wide):
        assert codes.read_number(f"编号 {written}。") == number


@given(st.lists(st.text("abz019-_", max_size=9), min_size=1, max_size=5))
def test_callback_data_come_back_in_their_parts(parts: list[str]) -> None:
    assert message.unpacked(message.packed(*parts)) == parts


def test_a_fresh_query_code_is_read_however_it_is_copied() -> None:
    for _ in range(100):
        code = codes.new_code()
        for written in (code, code.lower(), code.replace("-", " "), f" {code} "):
            assert codes.read_code(written) == code.replace("-", "")
