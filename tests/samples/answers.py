"""An answer to everything an action can ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.office_files import load_office
from storage.database import Database
from storage.records import Records

OFFICE = load_office(None).on(datetime(2026, 11, 18, tzinfo=UTC))


NOW = datetime(2026, 2, 2, 3, 0, tzinfo=UTC)


DATA: dict[str, Any] = {
    "kind": "request", "category": "0205", "unit": "housing", "reason": "other_organ",
    "where": "去法院", "reply": "已办", "ask": "请补充", "write": "您好", "note": "内部",
    "way": "6", "date": "2026-02-20", "days": "10", "outcome": "supported", "basis": "规定",
    "contribution": "协办", "finding": "查到", "agreement": "同意", "delivery": "post",
    "review_why": "不同意", "review_outcome": "uphold", "into": "", "correction": "更正",
    "transcript": "文字", "spoken": "1:facts", "why": "核实", "question": "何时", "channel": "web",
    "chats": 1, "who_asks": "1",
    "withdraw_reason": "解决", "guest": 1, "colleague": "1", "task": "1", "how": "letter",
    "explanation": "说明", "answer": "done", "done_what": "已办", "meeting_place": "home",
    "meeting_hour": "10", "meeting": "mediation", "result_of": "held", "result": "谈过",
    "said_by": "telephone", "help_what": "到场", "help_how": "马上", "coming": "yes",
    "decision": "办", "found": "夜间施工属实", "limit_law": "《噪声污染防治法》",
    "supervision_answer": "已办",
    "reception_outcome": "谈过", "team": "专班", "standard": "carried_out",
    "strike_result": "已停工", "evidence": "照片", "told_how": "当面", "strike_opinion": "同意",
    "instruction": "办好", "lane": "l1",
    "asked_how": "telephone", "had_notice": "yes",
    "had_opinion": "yes", "finding_of": "no", "follow_up": "1", "rating": "1",
    "recusal_why": "亲属", "hidden": "物业", "level": "dissatisfied", "what": "call", "yes": "1",
}  # fmt: skip


def run(database: Database, work: Any) -> Any:
    return database.write_now(lambda c: work(Records(c, database.ring)))
