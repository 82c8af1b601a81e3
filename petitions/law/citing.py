"""Articles as people cite them: 《信访工作条例》第三十一条第一项, art. 31(1).

The regulation files write an article `31`, an item of it `31(1)`, a paragraph `36.3`.
"""

from __future__ import annotations

import functools
import re

from petitions.law.clocks import Length
from petitions.law.regulation.values import Limit, Regulation
from petitions.words import LANGUAGES, name_in, numeral, say

_PARTS = re.compile(r"(?P<article>\d+)(\.(?P<paragraph>\d+))?(\((?P<item>\d+)\))?")


def article(code: str, lang: str) -> str:
    """An article in words, without the name of its law."""
    found = _PARTS.fullmatch(code)
    if found is None:
        return code
    parts = ((part, n) for part, n in found.groupdict().items() if n)
    return "".join(say(lang, f"cite.{part}", n=numeral(lang, int(n))) for part, n in parts)


def whole(rules: Regulation, code: str, lang: str) -> str:
    """An article with the name of its law; empty where there is none to cite."""
    if not code or not rules.title:
        return ""
    return say(lang, "cite.whole", law=name_in(lang, rules.title), article=article(code, lang))


def said(rules: Regulation, statement: str, lang: str) -> str:
    """Where a statement is written (`says` of the regulation file); empty: nowhere."""
    found = rules.says.get(statement)
    if found is None:
        return ""
    if found.law is None:
        return whole(rules, found.article, lang)
    law = name_in(lang, found.law)
    return say(lang, "cite.whole", law=law, article=article(found.article, lang))


def bracketed(text: str, lang: str) -> str:
    """A citation behind a sentence, in brackets of its own; empty where there is none."""
    return say(lang, "cite.bracket", cite=text) if text else ""


def of_limit(rules: Regulation, limit: Limit, lang: str) -> str:
    """Behind a length, with its own comma: its article, the measure it follows, or that the office
    has set it; empty for a date that was set in the case."""
    if limit.law:
        return say(lang, "cite.law", cite=whole(rules, limit.article, lang))
    if limit.model:
        return say(lang, "cite.model", name=name_in(lang, limit.model))
    return say(lang, "cite.setting") if limit.length else ""


def lengths(given: Length | None) -> dict[str, str]:
    """A length in words, by language."""
    if given is None:
        return {}
    key = "counted.working_days" if given.working else "counted.days"
    return {lang: say(lang, key, count=given.days) for lang in LANGUAGES}


@functools.lru_cache(64)
def values(rules: Regulation, lang: str) -> dict[str, str]:
    """The citations that sentences name as `{law_…}`: each clock's article and each statement's, in
    brackets; empty under rules that have none. Put together once: every question of a form names
    them. Not to be changed."""
    clocks = {n: whole(rules, x.article, lang) for n, x in rules.clocks.items() if x.law}
    cited = {name: clocks.get(name, "") for name in CLOCKS}
    cited |= {name: said(rules, name, lang) for name in STATEMENTS}
    return {f"law_{name}": bracketed(text, lang) for name, text in cited.items()}


CLOCKS = ("pass_on", "notify", "object", "answer", "review_ask", "review", "rereview_ask",
          "rereview")  # fmt: skip
"""Clocks whose article sentences name."""
STATEMENTS = ("truth", "no_reprisal", "aid", "ways", "accusations", "final", "hearing", "meeting",
              "suggestions", "report")  # fmt: skip
"""Statements that sentences name with their article."""
