"""What is pressed and typed at random."""

from __future__ import annotations

from hypothesis import strategies as st

from handlers.routes import COMMANDS, PRESSES

TEXTS = st.one_of(
    st.sampled_from(
        ["", " ", "！！", "13800138000", "云川市和平路", "测试甲", "2026-01", "3", "1234",
         "AAAAA-AAAAA", "6409-T261121-0001-1", "很" * 4000, "<b>x</b>", "\u202e\u200b",
         "我不想活了",
         "夜间施工扰民，请解决。", "/start c_6409-T261121-0001-1", "/track 1", "/lang en", "/xyz"]
    ),
    st.sampled_from([f"/{c}" for c in COMMANDS]),
    st.text(max_size=40),
)  # fmt: skip


PARTS = st.sampled_from(
    ["", "0", "1", "2", "3", "-1", "x", "submit", "open", "accept", "pick", "yes", "card", "more",
     "shut_out", "file", "add", "99999999999999999999"]
)  # fmt: skip


FORGED = st.builds(
    lambda prefix, parts: ":".join([prefix, *parts])[:60],
    st.sampled_from([*PRESSES, "zz"]),
    st.lists(PARTS, max_size=5),
)
