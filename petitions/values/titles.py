"""A title suggested from what a citizen wrote: what they want, where, and the telling clause.

Rules, not a model: greetings and who is writing go; then the kind of wish (投诉, 咨询, 希望 …),
the first place that is named and the clause richest in the words of the scheme of contents.
"""

from __future__ import annotations

import functools
import re

from petitions.values import categories
from petitions.values.checks import TITLE

_GREETING = re.compile(
    r"^(?:尊敬的|敬爱的|您好|你好|各位)?[^，,。！!：:；\n]{0,18}?"
    r"(?:书记|市长|县长|区长|局长|领导|省长|部门|同志|主任|政府)[^，,。！!：:；\n]{0,6}"
    r"(?:您好|你好|好)?[，,。！!：:；\s]+"
)
_HELLO = re.compile(
    r"^(?:您好|你好|大家好|打扰了|hello|hi|dear [^,.!:]{0,30})[，,。！!：:\s]*", re.I
)
_WHO = re.compile(r"^(?:我们|本人|咱们|我)(?:是|系|叫|为)?(?:一[名个位]|一群)?")
_WISHES = (
    ("投诉", re.compile(r"投诉|扰民|欺诈|乱收费|不作为|黑心|虚假|污染|违法|违规|拖欠")),
    ("举报", re.compile(r"举报|贪污|受贿|赌博|偷税")),
    ("咨询", re.compile(r"咨询|请问|何时|什么时候|是否|怎么办理|如何办理|能不能|[吗？?]")),
    ("建议", re.compile(r"建议")),
    ("请求", re.compile(r"请求|恳请|恳求|求助|请.{0,6}解决")),
    ("希望", re.compile(r"希望|盼|望")),
)
_PLACE = re.compile(
    r"(?:[A-Z]\d{0,2}[市区县]|[\u4e00-\u9fff]{2,3}[市区县])?"
    r"[A-Z0-9\u4e00-\u9fff]{0,10}?"
    r"(?:小区|社区|街道|花园|公寓|学校|小学|中学|幼儿园|医院|公司|[市区县镇乡村路苑])"
)
_CLAUSE = re.compile(r"[^。！？!?\n；;，,：:、]+")
_ASKS = re.compile(r"请|希望|要求|建议|投诉|举报|反映|咨询|何时|什么时候|是否|能否|问题|严重|"
                   r"拖欠|扰民|违|乱|不作为|noise|unpaid|please|ask|complain", re.I)  # fmt: skip
_EMPTY = re.compile(
    r"^(?:请问|我想|想要|我要|现在|因此|所以|但是|而且|另外|首先|特此|在此|关于|对于|希望|建议|投诉|举报|"
    r"咨询|请求|恳请|反映|要求|在|位于|就是|并且|而|的|向您|一下|领导|政府|相关部门|有关部门|能够?)+"
)


@functools.cache
def _telling() -> re.Pattern[str]:
    """The words of the scheme of contents, longest first."""
    words = {w for f in categories.level1() for p in categories.level2(f.id) for w in p.words}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def suggest_title(text: str) -> str:
    """At most 30 characters of what somebody wrote; empty only when there is nothing to take."""
    body = _strip(" ".join(text.split()))
    clauses = [c.strip() for c in _CLAUSE.findall(body)]
    clauses = [c for c in clauses if len(c) >= 4] or [c for c in clauses if c]
    if not clauses:
        return ""
    if not re.search(r"[\u4e00-\u9fff]", body):
        return _cut(_WHO.sub("", clauses[0]))
    best = max(enumerate(clauses[:14]), key=lambda c: _weight(c[1], c[0]))[1]
    found = _PLACE.search(body[:150])
    place = found.group() if found else ""
    said = _EMPTY.sub("", best) or best
    wish = next((w for w, pattern in _WISHES if pattern.search(body)), "")
    parts = [wish, "" if place and place in said else place[-12:], said]
    return _cut("".join(parts))


def _strip(text: str) -> str:
    """Without greetings and who is writing."""
    for _ in range(3):
        before = text
        for pattern in (_GREETING, _HELLO, _WHO):
            text = pattern.sub("", text, count=1).lstrip()
        if text == before:
            break
    return text


def _weight(clause: str, place: int) -> float:
    telling = sum(len(w) for w in set(_telling().findall(clause)))
    asks = len(set(_ASKS.findall(clause)))
    return 0.6 * min(telling, 8) + 1.2 * min(asks, 2) + min(len(clause), 20) / 10 - 0.35 * place


def _cut(title: str) -> str:
    """At a word's end in languages that have spaces, else at the limit."""
    if len(title) <= TITLE:
        return title
    head = title[:TITLE]
    space = head.rfind(" ")
    return head[:space] if space > TITLE // 2 else head
