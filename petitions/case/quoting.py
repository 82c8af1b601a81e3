"""Words of others, so that nobody takes them for the office's own.

Each line begins with a bar; what a client would make a link of is broken visibly, so that nobody
follows it without a look at where it leads. The words in the file stay as they are.
"""

from __future__ import annotations

import re
import textwrap

from petitions.values import parts
from petitions.words import say

BAR = "│ "
"""The mark that each line of quoted words begins with."""
WIDTH = 300
"""Characters of a quoted line at most: a text that is cut into messages is cut at line ends, so
that each of its parts shows its bars."""
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f]")
"""Marks that turn the direction of a line or can't be seen: they could hide its bar."""
_WIDE = re.compile(r"[^\S\n]{3,}|\u3000{2,}")
"""Room by which words could be moved to where a screen breaks the line."""
_SCHEME = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}):(?=//)")
_ENDS = "[a-z]{2}|中国|中國|公司|网络|网址|政务|公益|在线|集团|中文网"
_HOST = re.compile(rf"(?i)(?<=[\w-])\.(?={_ENDS})")
_HANDLE = re.compile(r"(?<![\w@/\]])[@/](?=[A-Za-z])|(?<=\w)@(?=\w)")


def broken(text: str) -> str:
    """A text without anything that a client makes a link, a mention or a command of: `https[:]//`,
    `example[.]org`, `[@]name`, `[/]start`."""
    text = _HOST.sub("[.]", _SCHEME.sub(r"\1[:]", text))
    return _HANDLE.sub(lambda m: f"[{m[0]}]", text)


def plain(text: str) -> str:
    """Others' words on one line: a name, a place, what a file is called."""
    return broken(" ".join(_UNSEEN.sub("", text).split()))


def quoted(text: str) -> str:
    """Others' words, line by line behind a bar."""
    lines: list[str] = []
    for line in _UNSEEN.sub("", text).splitlines() or [""]:
        short = _WIDE.sub("  ", broken(line)).rstrip()
        lines += textwrap.wrap(short, WIDTH, replace_whitespace=False) or [""]
    return "\n".join(f"{BAR}{line}".rstrip() for line in lines)


def told(lang: str, part: str, body: str) -> str:
    """A text with what it is: others' words quoted below it, the office's own beside it."""
    label = say(lang, f"label.{part}")
    if parts.of(part).theirs:
        return say(lang, "text.quoted", label=label, body=quoted(body))
    return say(lang, "text.line", label=label, body=body)
