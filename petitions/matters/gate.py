"""The reply gate: hints before an answer goes out. Never a block: the officer decides.

A hint says what a reader may miss. Each is found by rules anybody can read here; how often each
speaks on real answers, and how often rightly, is in `docs/gate.md`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from petitions.values import search

HINTS = ("process", "elsewhere", "requests", "basis", "review", "copied", "plain")
"""Flaws that may be hinted at, in the order in which they are shown."""

_FORWARDED = re.compile(
    r"(已|正)?(转交|转办|转给|转请|转至|转有关|转相关|转市|转县|转区|交由|移交|转[^，。；]{1,14}(核|调查|办理|处理|办复))"
)
_UNDER_WAY = re.compile(
    r"(正在|尚在|仍在)[^，。；]{0,12}(调查|核实|侦办|办理|处理|研究|协调|论证|审理)"
    r"|请(您)?耐心等待|敬请关注|予以考虑|认真考虑|及时反馈|论证研究|等待[^，。]{0,8}答复|(已经|进行过)(答复|回复)"
)
_RESULT = re.compile(
    r"属实|失实|不存在|未发现|已(于|经|在|按|依|对|责令|要求|完成|整改|拆除|清理|修复|发放|解决|恢复|列入|纳入|"
    r"下达|停工|立案|处罚|查处|取缔|安排|协调|调整|改善|开通|办理|延长|招标|取消|停止|出台)"
    r"|查明|责令|罚款|暂扣|同意|不同意|不符合|符合|可以|不可以|无法|不能|不予|须|需要|应当|现已|计划|预计|将于|暂无|"
    r"没有|尚未|未出台|经(调查|核实|核查|了解|查)"
)
_ASK_THERE = re.compile(
    r"(建议|请)(您)?[^，。；]{0,10}(咨询|联系|反映|找|到|向)|(可|请)(直接)?(与|向|到|拨打)"
)
_BASIS = re.compile(
    r"《[^》]{3,60}》|第[一二三四五六七八九十百\d]{1,5}条|[〔\[(（]\d{4}[〕\])）][^，。]{0,4}\d{1,5}号"
)
_REVIEW = re.compile(r"(复查|复核|行政复议|诉讼|起诉)")
_DAYS = re.compile(r"(\d{1,3}|[一二三六九十]{1,3})(日|天|个月)")
_NUMBERED = re.compile(
    r"(?:^|[\n。；！？!?：:])[^\S\n]*(?:[（(]?[1-9一二三四五六][)）、.．]|第[一二三四五六])"
)
_COURTESY = re.compile(
    r"(网友|来信人|来信|“[^”]{0,20}”|您好|你好|尊敬的|留言|收悉|已收|感谢|谢谢|支持|理解|监督|特此|回复|如下|关注|问题|"
    r"反映|您|你|的|对|我们|工作|现|将|有关|情况|关于|就|[\d年月日，。！!：:；、.\s“”_A-Za-z]+)"
)
JARGON = (
    "研判", "压实", "联动联处", "闭环", "抓手", "督办件", "销号", "三定一保", "四不两直",
    "一岗双责", "属地管理", "挂图作战", "台账", "倒逼", "立行立改", "举一反三", "网格化",
    "常态长效", "高位推动", "条块结合", "一案一策", "包保", "兜底", "双随机", "容缺",
    "告知承诺", "前置条件",
    "二次供水改造", "权属", "控规", "红线图", "标段",
)  # fmt: skip
"""Words of offices that a reader at home may not know; shown with a wish to say it plainly."""
SHORT = 25
"""Characters of substance below which an answer says hardly anything."""
LITTLE = 90
"""Characters of substance up to which a process isn't part of a longer account."""
NEAR = 0.85
"""Share of common pairs of characters from which on two answers are near-copies."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something a reader may miss."""

    code: str
    what: str = ""
    """The word, the number or the case it speaks of."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer that is about to go out, and what it answers."""

    reply: str
    facts: str = ""
    request: str = ""
    basis: str = ""
    review: bool = False
    """The document names the review right by itself, or the answer isn't one that has it."""
    others: Sequence[tuple[str, str]] = ()
    """Earlier answers: the case's number and the words."""


def hints(answer: Outgoing) -> list[Hint]:
    """Everything worth a second look."""
    return [hint for code in HINTS for hint in _RULES[code](answer)]


def substance(reply: str) -> str:
    """The words left without greeting, thanks and phrases."""
    return _COURTESY.sub("", reply)


def _process(answer: Outgoing) -> Iterable[Hint]:
    """A process told instead of a result: passed on, being looked into, received."""
    told = _RESULT.search(answer.reply)
    left = len(substance(answer.reply))
    if (left < SHORT and not told) or _only_going_on(answer):
        yield Hint("process")


def _only_going_on(answer: Outgoing) -> bool:
    """Whether it says that something is under way, and nothing that was decided or found."""
    told = _RESULT.search(answer.reply)
    going = _FORWARDED.search(answer.reply) or _UNDER_WAY.search(answer.reply)
    left = len(substance(answer.reply))
    return bool(going) and left < LITTLE and not (told and _decides(answer))


def no_result(reply: str) -> bool:
    """Whether a text tells a process, or points elsewhere, and nothing besides. Surer than the
    hint, for where it refuses: a result in few words passes."""
    answer = Outgoing(reply)
    return _only_going_on(answer) or any(_elsewhere(answer))


def _decides(answer: Outgoing) -> bool:
    """Whether, beside a process, something is decided or found."""
    rest = _FORWARDED.sub("", _UNDER_WAY.sub("", answer.reply))
    return bool(_RESULT.search(substance(rest)))


def _elsewhere(answer: Outgoing) -> Iterable[Hint]:
    """Points elsewhere, and says nothing itself."""
    little = len(substance(answer.reply)) < SHORT and not _RESULT.search(answer.reply)
    if little and _ASK_THERE.search(answer.reply):
        yield Hint("elsewhere")


def _requests(answer: Outgoing) -> Iterable[Hint]:
    """Requests that are numbered, and of which the answer shares no words."""
    asked = answer.request or answer.facts
    parts = _NUMBERED.split(asked)[1:]  # what stands before the first number is no request
    if len(parts) < 2:
        return
    said = set(search.terms(answer.reply))
    for place, part in enumerate(parts, 1):
        terms = set(search.terms(part.strip()[:80])) if len(part.strip()) > 6 else set()
        if terms and len(terms & said) / len(terms) < 0.08:
            yield Hint("requests", str(place))


def _basis(answer: Outgoing) -> Iterable[Hint]:
    """No law, rule or document is named."""
    if not (answer.basis or _BASIS.search(answer.reply)):
        yield Hint("basis")


def _review(answer: Outgoing) -> Iterable[Hint]:
    """The right to a review, with its days, isn't named."""
    if answer.review:
        return
    found = _REVIEW.search(answer.reply)
    if not (
        found and _DAYS.search(answer.reply[found.start() - 30 if found.start() > 30 else 0 :])
    ):
        yield Hint("review")


def _copied(answer: Outgoing) -> Iterable[Hint]:
    """Nearly the words of an answer to another case."""
    mine = set(search.terms(answer.reply))
    if len(mine) < 20:
        return
    for number, body in answer.others:
        theirs = set(search.terms(body))
        if theirs and len(mine & theirs) / len(mine | theirs) >= NEAR:
            yield Hint("copied", number)
            return


def _plain(answer: Outgoing) -> Iterable[Hint]:
    """Words a reader at home may not know."""
    found = [word for word in JARGON if word in answer.reply]
    if found:
        yield Hint("plain", "、".join(found[:3]))


_RULES: dict[str, Callable[[Outgoing], Iterable[Hint]]] = {
    "process": _process, "elsewhere": _elsewhere, "requests": _requests, "basis": _basis,
    "review": _review, "copied": _copied, "plain": _plain,
}  # fmt: skip
