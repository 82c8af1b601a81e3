"""What is printed: documents as PDF in a type that has every character people use."""

from __future__ import annotations

from papers.pdf import glyphs, pdf, printable
from petitions.message import Message, Sheet, from_json, to_json
from petitions.words import LANGUAGES, catalogue

SHEET = Sheet(
    "6409处意〔2026〕0001号.pdf", "信访事项处理意见书", "6409处意〔2026〕0001号",
    ("信访事项编号：6409-W261121-0001-0", "", "答复：已责令停工。" * 200, "云川市住房和城乡建设局"),
    "c_6409-W261121-0001-0", "扫码可在聊天里打开此件核对。",
)  # fmt: skip


def test_a_document_becomes_a_pdf_of_some_pages() -> None:
    made = pdf(SHEET, "http://127.0.0.1/chat?start=c_x")
    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") >= 2
    assert len(made) < 200_000, "only the characters it uses"


def test_the_type_has_every_word_of_ours_and_rare_names() -> None:
    words = "".join("".join(catalogue(lang).values()) for lang in LANGUAGES)
    missing = {c for c in words if ord(c) not in glyphs() and c not in "\n\t"}
    assert missing <= {"📍"}, missing
    assert all(ord(c) in glyphs() for c in "䶮𠮷喆堃犇翀赟龘")


def test_no_character_is_dropped() -> None:
    assert printable("停工😀。") == "停工[U+1F600]。"


def test_a_document_is_stored_with_the_answer() -> None:
    message = Message("文书", sheets=(SHEET,))
    assert from_json(to_json([message])) == [message]
