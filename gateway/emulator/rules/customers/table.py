"""Where customer profiles live: one row each, with what list and search need precomputed.

It stores and loads; it neither validates nor decides. Group and segment membership belongs to
`groups` and `segments`, whose triggers keep the `memberships` that searches read.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

import orjson

from gateway.emulator.api.routes import Json
from gateway.emulator.validation.phones import e164

# Both wide indexes cover every filter that cannot choose rows itself, so that the worst search
# reads one index from end to end and never the profiles.
TABLES = """
CREATE TABLE IF NOT EXISTS customers (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    creation_source TEXT NOT NULL,
    public INTEGER NOT NULL,
    sort_key TEXT NOT NULL,
    email TEXT,
    email_tokens TEXT,
    phone TEXT,
    reference TEXT,
    reference_tokens TEXT,
    doc TEXT NOT NULL,
    memberships TEXT NOT NULL,
    PRIMARY KEY (seller, id)
);
CREATE INDEX IF NOT EXISTS customers_by_name ON customers (
    seller, public, sort_key, id, created_at, updated_at, creation_source, email_tokens, phone, reference_tokens,
    memberships
);
CREATE INDEX IF NOT EXISTS customers_by_creation ON customers (
    seller, public, created_at, id, updated_at, creation_source, email_tokens, phone, reference_tokens, memberships
);
CREATE INDEX IF NOT EXISTS customers_by_email ON customers (seller, email) WHERE email IS NOT NULL;
CREATE INDEX IF NOT EXISTS customers_by_phone ON customers (seller, phone) WHERE phone IS NOT NULL;
CREATE INDEX IF NOT EXISTS customers_by_reference ON customers (seller, reference) WHERE reference IS NOT NULL;
CREATE TABLE IF NOT EXISTS earlier_customers (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    replaced_at TEXT NOT NULL,
    doc TEXT NOT NULL,
    FOREIGN KEY (seller, id) REFERENCES customers (seller, id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS earlier_customers_by_id ON earlier_customers (seller, id, replaced_at);
"""

PUBLIC_FIELDS = ("given_name", "family_name", "company_name", "email_address", "phone_number")

_IN_COLUMNS = frozenset({"id", "version", "created_at", "updated_at", "creation_source", "group_ids", "segment_ids"})
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

_INSERT = "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = """
UPDATE customers SET version = ?3, created_at = ?4, updated_at = ?5, creation_source = ?6, public = ?7, sort_key = ?8,
    email = ?9, email_tokens = ?10, phone = ?11, reference = ?12, reference_tokens = ?13, doc = ?14
WHERE seller = ?1 AND id = ?2
"""

Row = tuple[str | int | None, ...]


def folded(text: str) -> str:
    """A text as comparisons see it: compatible forms made equal, case removed."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """The folded runs of letters and digits of a text; everything else separates them."""
    return _NOT_ALPHANUMERIC.sub(" ", folded(text)).split()


def sort_key(doc: Json) -> str:
    """What Square's DEFAULT order compares: the full name, else company, e-mail address or phone number."""
    name = " ".join(filter(None, (doc.get("given_name"), doc.get("family_name"))))
    return folded(name or doc.get("company_name") or doc.get("email_address") or doc.get("phone_number") or "")


def membership(kind: str, id: str) -> str:
    """How `memberships` names one group or segment, between spaces and therefore found by `instr`."""
    return f" {kind}:{id} "


def membership_triggers(kind: str) -> str:
    """The SQL that keeps `memberships` equal to the table `customer_{kind}_members`."""
    return f"""
    CREATE TRIGGER IF NOT EXISTS customer_{kind}_member_added AFTER INSERT ON customer_{kind}_members BEGIN
        UPDATE customers SET memberships = memberships || ' {kind}:' || new.{kind}_id || ' '
        WHERE seller = new.seller AND id = new.customer_id
            AND NOT instr(memberships, ' {kind}:' || new.{kind}_id || ' ');
    END;
    CREATE TRIGGER IF NOT EXISTS customer_{kind}_member_removed AFTER DELETE ON customer_{kind}_members BEGIN
        UPDATE customers SET memberships = replace(memberships, ' {kind}:' || old.{kind}_id || ' ', '')
        WHERE seller = old.seller AND id = old.customer_id
            AND instr(memberships, ' {kind}:' || old.{kind}_id || ' ');
    END;
    """  # noqa: S608 - one of two fixed names


def row(seller: str, doc: Json) -> Row:
    """The row that holds `doc`, a complete Square Customer with millisecond UTC timestamps."""
    email, phone, reference = doc.get("email_address"), doc.get("phone_number"), doc.get("reference_id")
    return (
        seller,
        doc["id"],
        doc.get("version", 0),
        doc["created_at"],
        doc["updated_at"],
        doc.get("creation_source", "THIRD_PARTY"),
        int(any(doc.get(name) for name in PUBLIC_FIELDS)),
        sort_key(doc),
        folded(email) if email else None,
        " ".join(tokens(email)) if email else None,
        e164(phone) if phone else None,
        folded(reference) if reference else None,
        " ".join(tokens(reference)) if reference else None,
        orjson.dumps({name: value for name, value in doc.items() if name not in _IN_COLUMNS}).decode(),
    )


def insert(db: sqlite3.Connection, seller: str, docs: Iterable[Json]) -> None:
    """Store complete new profiles with their `group_ids` and `segment_ids`, which must exist.

    Give many at once: a hundred thousand go in within seconds.
    """
    grouped: list[tuple[str, str, str]] = []
    segmented: list[tuple[str, str, str]] = []

    def rows() -> Iterable[Row]:
        for doc in docs:
            group_ids, segment_ids = doc.get("group_ids", ()), doc.get("segment_ids", ())
            grouped.extend((seller, each, doc["id"]) for each in group_ids)
            segmented.extend((seller, each, doc["id"]) for each in segment_ids)
            memberships = [membership("group", each) for each in group_ids]
            memberships += [membership("segment", each) for each in segment_ids]
            yield (*row(seller, doc), "".join(memberships))

    db.executemany(_INSERT, rows())
    db.executemany("INSERT INTO customer_group_members VALUES (?, ?, ?)", grouped)
    db.executemany("INSERT INTO customer_segment_members VALUES (?, ?, ?)", segmented)


def save(db: sqlite3.Connection, seller: str, doc: Json) -> None:
    """Replace the stored profile that has the id of `doc`; memberships are left alone."""
    db.execute(_UPDATE, row(seller, doc))


def find(db: sqlite3.Connection, seller: str, ids: Sequence[str]) -> dict[str, Json]:
    """The profiles that exist among `ids`, as Square answers them, by id and in the given order."""
    wanted = (seller, orjson.dumps(ids).decode())
    stored = {
        each["id"]: each
        for each in db.execute(
            "SELECT id, version, created_at, updated_at, creation_source, doc FROM customers"
            " WHERE seller = ? AND id IN (SELECT value FROM json_each(?))",
            wanted,
        )
    }
    groups, segments = _members(db, "group", wanted), _members(db, "segment", wanted)
    return {
        key: _doc(stored[key], {"group_ids": groups.get(key), "segment_ids": segments.get(key)})
        for key in ids
        if key in stored
    }


def _doc(stored: sqlite3.Row, memberships: dict[str, list[str] | None]) -> Json:
    return {
        "id": stored["id"],
        "created_at": stored["created_at"],
        "updated_at": stored["updated_at"],
        **orjson.loads(stored["doc"]),
        "creation_source": stored["creation_source"],
        **{name: value for name, value in memberships.items() if value},
        "version": stored["version"],
    }


def _members(db: sqlite3.Connection, kind: str, wanted: tuple[str, str]) -> dict[str, list[str]]:
    memberships: dict[str, list[str]] = defaultdict(list)
    for customer_id, member_of in db.execute(
        f"SELECT customer_id, {kind}_id FROM customer_{kind}_members"  # noqa: S608 - one of two fixed names
        " WHERE seller = ? AND customer_id IN (SELECT value FROM json_each(?))",
        wanted,
    ):
        memberships[customer_id].append(member_of)
    return memberships
