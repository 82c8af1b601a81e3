"""What is printed: documents as PDF in a type that has every character people use."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import printing
from papers.lines import CLOSING, OPENING, broken
from papers.pdf import pdf
from papers.typeface import printable, width, widths
from petitions.message import Letter, Message, Sheet
from petitions.message.stored import from_json, to_json
from petitions.words import LANGUAGES, catalogue

SHEET = Sheet(
    "6409处意〔2026〕0001号.pdf", "信访事项处理意见书", "6409处意〔2026〕0001号",
    ("信访事项编号：6409-W261121-0001-0", "", "答复：已责令停工。" * 200, "云川市住房和城乡建设局"),
    "c_6409-W261121-0001-0", "扫码可在聊天里打开核对。",
)  # fmt: skip


def test_a_document_becomes_a_pdf_of_some_pages() -> None:
    made = pdf(SHEET, "http://127.0.0.1/chat?start=c_x")
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") >= 2
    assert len(made) < 200_000, "only the characters it uses"


def test_the_type_has_every_word_of_ours_and_rare_names() -> None:
    words = "".join("".join(catalogue(lang).values()) for lang in LANGUAGES)
    missing = {c for c in words if ord(c) not in widths() and c not in "\n\t"}
    assert missing <= {"📍", "⏳"}, missing
    assert all(ord(c) in widths() for c in "䶮𠮷喆堃犇翀赟龘")


MIXED = st.text(
    st.sampled_from("停工，。；（）《》“”、2026年11月3日号〔〕 abcW-/:.1234567890%"), max_size=200
)


@given(MIXED, st.integers(16, 60))
def test_no_line_begins_or_ends_as_it_mayn_t_and_nothing_is_lost(text: str, room: int) -> None:
    lines = broken(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", ""), "every character once"
    for before, line in pairwise(lines):
        assert width(before) <= room
        if len(before) > room / 3:  # a heap of signs may be longer than a line
            assert before[-1:] not in OPENING or line[:1] in OPENING
    assert all(len(line) <= room * 3 for line in lines)


@pytest.mark.parametrize(
    "whole",
    ["2026年11月21日", "11月3日", "1,234.5元", "92.13%", "30日", "云住建〔2026〕15号",
     "6409-W261121-0001-0", "https://example.org/a?x=1", "22:00", "overnight",
     "第三十一条", "第36条"],
)  # fmt: skip
def test_a_number_a_date_a_word_stays_on_one_line(whole: str) -> None:
    for before in range(40):
        lines = broken("停" * before + whole + "，以及（如有）。" * 3, 28)
        assert any(whole in line for line in lines), lines
        assert not any(line[:1] in CLOSING for line in lines), lines
        assert not any(line[-1:] in OPENING for line in lines), lines


def of_pages(made: bytes) -> int:
    return made.count(b"/Type /Page\n")


def test_a_letter_has_22_rows_and_its_signature_has_text_on_its_page() -> None:
    letter = Letter("云川市住房和城乡建设局", "张某：", "云川市住房和城乡建设局", "2026年12月3日",
                    contact="（联系电话：0000-5550100；地址：云川市和平路1号，"
                            "一楼接待大厅，东门）")  # fmt: skip
    for rows in (1, 2, 8, 9, 10, 11, 13, 14, 15, 16, 30, 37, 38, 40):
        set_on: list[tuple[int, str]] = []

        class Seen(printing.Printout):
            def type_at(self, x: float, y: float, text: str, size: float, bold: bool = False,
                        on: list[tuple[int, str]] = set_on) -> None:  # fmt: skip
                on.append((self.page, text))
                bottom = self.layout.top + self.layout.rows * self.layout.pitch
                assert y <= bottom or text.startswith("—"), (text, y)
                super().type_at(x, y, text, size, bold)

        sheet = replace(SHEET, lines=tuple(f"第{n}行" for n in range(rows)), letter=letter)
        page = Seen(sheet)
        printing.compose(page, sheet, "http://127.0.0.1/", b"", b"")
        page.output()
        [signed] = [n for n, text in set_on if text == letter.day]
        assert any(n == signed for n, text in set_on if text.startswith("第")), rows
        assert f"— {signed} —" in [text for _, text in set_on]
        most = Counter(n for n, text in set_on if text.startswith("第")).most_common(1)[0][1]
        assert most <= printing.LETTER.rows


def test_a_line_of_one_character_is_printed() -> None:
    long = "https[:]//www[.]example[.]gov[.]cn/zwgk/2026/11/21/an-address-that-is-long[.]html"
    letter = Letter("局", "", "局", "2026年12月3日")
    for text in (f"见{long}", f"{long}见{long}", "见" + "a" * 200, "停" * 28 + "工" + long):
        assert pdf(replace(SHEET, lines=(text,), letter=letter), "").startswith(b"%PDF-")


def test_a_draft_says_so_on_each_page() -> None:
    draft = pdf(replace(SHEET, draft="样稿"), "http://127.0.0.1/")
    issued = pdf(SHEET, "http://127.0.0.1/")
    assert of_pages(draft) == of_pages(issued)
    assert draft != issued


def test_no_character_is_dropped() -> None:
    assert printable("停工😀。") == "停工[U+1F600]。"


def test_a_document_is_stored_with_the_answer() -> None:
    letter = Letter("局", "张某：", "局", "2026年12月3日", "附件：", ("一", "二"), "电话", "zj")
    message = Message("文书", sheets=(SHEET, replace(SHEET, letter=letter)))
    assert from_json(to_json([message])) == [message]
