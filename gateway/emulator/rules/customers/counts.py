"""How many customers of each seller lists show, kept by triggers so that asking costs nothing.

It counts profiles with public information, as lists do. What a filter or a lag leaves out is counted
by the search itself.
"""

from __future__ import annotations

import sqlite3

# The last statement counts the customers of a file from before there was this table.
TABLES = """
CREATE TABLE IF NOT EXISTS customer_counts (seller TEXT PRIMARY KEY, public INTEGER NOT NULL) WITHOUT ROWID;
CREATE TRIGGER IF NOT EXISTS customer_counted AFTER INSERT ON customers WHEN new.public BEGIN
    INSERT INTO customer_counts VALUES (new.seller, 1) ON CONFLICT (seller) DO UPDATE SET public = public + 1;
END;
CREATE TRIGGER IF NOT EXISTS customer_recounted AFTER UPDATE OF public ON customers WHEN new.public <> old.public BEGIN
    INSERT INTO customer_counts VALUES (new.seller, new.public)
        ON CONFLICT (seller) DO UPDATE SET public = public + new.public - old.public;
END;
CREATE TRIGGER IF NOT EXISTS customer_discounted AFTER DELETE ON customers WHEN old.public BEGIN
    UPDATE customer_counts SET public = public - 1 WHERE seller = old.seller;
END;
INSERT INTO customer_counts SELECT seller, sum(public) FROM customers
    WHERE NOT EXISTS (SELECT 1 FROM customer_counts) GROUP BY seller;
"""


def public(db: sqlite3.Connection, seller: str) -> int:
    """How many profiles of the seller have public information."""
    row = db.execute("SELECT public FROM customer_counts WHERE seller = ?", (seller,)).fetchone()
    return row[0] if row else 0
