"""Samples of events that nothing happened for: to try a subscription, or of a type that no action here leads to.

The objects are Square's examples (https://developer.squareup.com/reference/square/webhooks), and name nothing that is
there.
"""

from __future__ import annotations

import sqlite3
import uuid
from datetime import datetime
from typing import Any

from gateway.emulator.api.changes import (
    ACCOUNT,
    ATTRIBUTE,
    CUSTOMER,
    DEFINITION,
    EVENT,
    PROGRAM,
    PROMOTION,
    Change,
)
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.webhooks import payloads, subscriptions

# What arrives when a subscription is tested without a type.
TEST = "webhooks.test_notification"

_TIMES = {"created_at": "2022-07-14T01:23:45Z", "updated_at": "2022-07-14T01:23:45Z"}
_CUSTOMER, _PROGRAM = "QPTXM8PQNX3Q726ZYHPMNP46XC", "5216e8b2-d43e-41e2-9ed8-eccf3e892aef"
_ACCOUNT, _KEY = "ba2f8ab6-e131-46d9-9882-17714404eb49", "sq0idp-BushoY39o1X-GPxRRUWc0A:shirt-size"
_OBJECTS: dict[str, dict[str, Any]] = {
    CUSTOMER: {"id": _CUSTOMER, "given_name": "Jenkins", "creation_source": "DIRECTORY", "version": 0, **_TIMES},
    DEFINITION: {
        "key": _KEY,
        "name": "Shirt size",
        "description": "The customer's shirt size",
        "schema": {
            "$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"
        },
        "version": 1,
        "visibility": "VISIBILITY_READ_WRITE_VALUES",
        **_TIMES,
    },
    ATTRIBUTE: {"key": _KEY, "value": "M", "version": 1, "visibility": "VISIBILITY_READ_WRITE_VALUES", **_TIMES},
    ACCOUNT: {
        "id": _ACCOUNT,
        "program_id": _PROGRAM,
        "customer_id": _CUSTOMER,
        "balance": 10,
        "lifetime_points": 10,
        "mapping": {
            "id": "664c22ba-9460-45a5-8917-381ae72dcfdc",
            "phone_number": "+14155550100",
            "created_at": _TIMES["created_at"],
        },
        **_TIMES,
    },
    EVENT: {
        "id": "d0bd89a5-3d04-389e-a54b-4e509658fe41",
        "type": "ADJUST_POINTS",
        "adjust_points": {"loyalty_program_id": _PROGRAM, "points": 10},
        "loyalty_account_id": _ACCOUNT,
        "source": "SQUARE",
        "created_at": _TIMES["created_at"],
    },
    PROGRAM: {
        "id": _PROGRAM,
        "status": "ACTIVE",
        "terminology": {"one": "Point", "other": "Points"},
        "location_ids": ["2Z3BMKQB939X0"],
        "accrual_rules": [{"accrual_type": "VISIT", "points": 1, "visit_data": {"tax_mode": "BEFORE_TAX"}}],
        "reward_tiers": [],
        **_TIMES,
    },
    PROMOTION: {
        "id": "loypromo_ba2f8ab6-e131-46d9-9882-17714404eb49",
        "name": "Happy Hour",
        "loyalty_program_id": _PROGRAM,
        "status": "ACTIVE",
        "incentive": {"type": "POINTS_ADDITION", "points_addition_data": {"points_addition": 5}},
        "available_time": {
            "start_date": "2022-06-06",
            "time_periods": ["DTSTART:20220612T090000\nDURATION:PT8H\nRRULE:FREQ=WEEKLY;BYDAY=SU"],
        },
        **_TIMES,
    },
}


def body(seller: str, event_type: str, now: datetime) -> tuple[str, str]:
    """The event id and the text of a sample of this type; `TEST` is one of them."""
    event_id = str(uuid.uuid4())
    return event_id, payloads.body(seller, event_type, event_id, now, _data(event_type))


def _data(event_type: str) -> Json:
    if event_type == TEST:
        return {"type": "webhooks", "id": str(uuid.uuid4())}
    action = event_type.rpartition(".")[2]
    # The longest name first: that of definitions begins with that of attributes, which begins with that of customers.
    kind = next(each for each in sorted(_OBJECTS, key=len, reverse=True) if event_type.startswith(f"{each}."))
    return payloads.data(Change(kind, action, _OBJECTS[kind], customer_id=_CUSTOMER))


def write(db: sqlite3.Connection, seller: str, event_type: str, now: datetime) -> int:
    """Write a sample down as if it had happened, for each application with a subscription to it: how many there are."""
    told = {each.application for each in subscriptions.listed(db, disabled=False) if each.includes(event_type)}
    for application in sorted(told):
        event_id, text = body(seller, event_type, now)
        db.execute(
            "INSERT INTO webhook_events (event_id, application, seller, type, created_at, body, searchable)"
            " VALUES (?, ?, ?, ?, ?, ?, FALSE)",
            (event_id, application, seller, event_type, timestamp(now), text),
        )
    return len(told)
