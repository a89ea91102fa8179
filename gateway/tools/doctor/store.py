"""GATEWAY_STORE in memory or in an SQLite file: can events be kept there? Redis has a file of its own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from gateway.events.stores.choice import sqlite_file
from gateway.events.stores.sqlite_file import APPLICATION_ID
from gateway.settings.live_checks import in_redis
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment
from gateway.tools.doctor.http import in_thread

# Bytes that should be free beside the file.
MIN_FREE = 100 * 1024 * 1024
# File systems of other machines, on which SQLite's locks are not to be relied on: https://www.sqlite.org/faq.html#q5
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre"}
    | {f"fuse.{kind}" for kind in ("glusterfs", "sshfs", "s3fs", "gcsfuse")}
)
_MOUNTS = Path("/proc/self/mounts")


async def _store(deployment: Deployment) -> Finding:
    store = deployment.settings.gateway_store
    if in_redis(store):
        return ok("in Redis")
    file = sqlite_file(store)
    if file is not None:
        try:
            return await in_thread(lambda: _file(file.absolute()))
        except PermissionError as error:
            return _not_writable("the folder", error)
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno else type(error).__name__
            return problem(f"the file of GATEWAY_STORE cannot be used: {reason}", "Name another file.")
    if deployment.settings.square_webhook_url is None or deployment.settings.environment == "emulator":
        return ok("in memory")
    return warning(
        "events are kept in memory: they end with the process, and replicas do not share them",
        "Set GATEWAY_STORE=sqlite:FILE for one machine, or the URL of a Redis for several.",
    )


def _file(file: Path) -> Finding:
    folder = file.parent
    if not folder.is_dir():
        return problem("the folder of GATEWAY_STORE is not there", "Make it, and let the gateway's user write there.")
    if file.is_dir():
        return problem("GATEWAY_STORE names a folder", "Name a file in it: sqlite:FOLDER/events.db.")
    if file.exists() and not file.is_file():
        return problem("GATEWAY_STORE names a device, and no file", "Name a file: sqlite:FOLDER/events.db.")
    try:
        # SQLite keeps further files beside its own. This one has no name, and is gone at once.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return _not_writable("the folder", error)
    if file.exists() and (wrong := _opened(file)):
        return wrong
    kind = file_system(folder, _MOUNTS.read_text(errors="replace") if _MOUNTS.is_file() else "")
    if kind in NETWORK:
        return problem(
            f"the file of GATEWAY_STORE is on a network share ({kind}), where SQLite's locks cannot be relied on",
            "Use a disk of this machine, or a Redis.",
        )
    if (free := shutil.disk_usage(folder).free) < MIN_FREE:
        return warning(f"only {free // 1024 // 1024} MiB are free beside the file of GATEWAY_STORE", "Make room.")
    return ok(f"an SQLite file that can be written{'' if file.exists() else '; it will be made'}")


def _opened(file: Path) -> Finding | None:
    if not os.access(file, os.R_OK | os.W_OK):
        return _not_writable("the file", None)
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=0.5, isolation_level=None)) as db:
            [name] = db.execute("PRAGMA application_id").fetchone()
            [tables] = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables and name != APPLICATION_ID:
                return problem("the file of GATEWAY_STORE is another program's database", "Name another file.")
            db.execute("BEGIN IMMEDIATE")
            db.execute("ROLLBACK")
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        if name == "SQLITE_NOTADB":
            return problem("the file of GATEWAY_STORE is no SQLite database", "Name another file, or remove it.")
        if name.startswith("SQLITE_BUSY"):
            return warning("the file of GATEWAY_STORE was locked for half a second", "Find who holds it.")
        return problem(f"the file of GATEWAY_STORE cannot be used ({name})", "Check the file, or name another.")
    return None


def _not_writable(what: str, error: OSError | None) -> Finding:
    reason = f": {os.strerror(error.errno).lower()}" if error is not None and error.errno else ""
    return problem(
        f"{what} of GATEWAY_STORE cannot be written{reason}",
        "Give the gateway's user the right to write, or mount a volume that can be written.",
    )


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system of a folder, by the lines of /proc/mounts; empty when that cannot be told."""
    found, kind = "", ""
    where = str(folder.resolve())
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        mount = parts[1].replace("\\040", " ")
        inside = where == mount or where.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(found):
            found, kind = mount, parts[2]
    return kind


async def _documents(deployment: Deployment) -> Finding:
    from gateway.graph.documents.persisted import BadManifest, read_manifest  # noqa: PLC0415 - for who uses one

    place = deployment.settings.gateway_trusted_documents
    if place is None:
        return not_checked("GATEWAY_TRUSTED_DOCUMENTS is not set")
    try:
        found = await in_thread(lambda: read_manifest(place))
    except BadManifest as error:
        return problem(f"GATEWAY_TRUSTED_DOCUMENTS: {error}", "Make the manifest again, and name its file.")
    return ok(f"{len(found)} documents")


CHECKS = (Check("store", _store), Check("trusted documents", _documents))
