"""A private PostgreSQL cluster for the tests: on loopback, in a temporary directory, shared by all workers.

A *keeper* process owns the server. Everyone who uses it shares a lock on one file; the keeper waits for that
lock exclusively, so it wakes when the last user has left, by whatever death, and then stops the server and
removes its directory. The server in turn dies with its keeper.
"""

import atexit
import ctypes
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ENVIRONMENT = "CELLBANK_TEST_POSTGRESQL"
OWNER = "cellbank"
PREFIX = "cellbank_test_"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
INITDB = f"--pgdata=data --username={OWNER} --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C"
POSTGRES = (
    "-D data --listen_addresses=127.0.0.1 --unix_socket_directories= --max_connections=200"
    " --wal_level=minimal --max_wal_senders=0 --max_wal_size=128MB"
)
STRATEGIES = 150_000
"""The first version of the server that has more than one way to make a database."""
IN_MEMORY, ROOM = Path("/dev/shm"), 2 << 30
"""Where files cost nothing to make (a database is five hundred of them), and the bytes that must be free there."""
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
PR_SET_PDEATHSIG = 1  # prctl(2)


class NoClusterError(Exception):
    """Why no cluster can be had, for the line of the skipped test."""


@dataclass(frozen=True)
class Membership:
    """This process's share in a cluster. The pid tells its owner from a forked child, which inherits it."""

    url: str | None
    lock: int
    pid: int


_memberships: dict[Path, Membership] = {}
_reason = ""


def cluster_url(shared_dir: Path, *, fsync: bool = False) -> str | None:
    """`postgresql://user:password@127.0.0.1:port/postgres`, its superuser's; None when no server can be had.

    The first caller starts the cluster, later ones with the same `shared_dir` and `fsync` share it. A server
    named by CELLBANK_TEST_POSTGRESQL is used as it is; its `fsync` is its own affair.
    """
    global _reason
    try:
        url = _named_server() or _join(shared_dir.resolve(), fsync)
    except (NoClusterError, OSError) as refusal:
        _reason = " ".join(str(refusal).split())
        return None
    _reason = ""
    return url


def why_not() -> str:
    """Why the last `cluster_url` returned None; empty when it did not."""
    return _reason


def leave_cluster(shared_dir: Path) -> None:
    """Give the share back. The last to leave waits until the server is stopped and its directory gone."""
    for state, member in list(_memberships.items()):
        if state.parent == shared_dir.resolve() and member.pid == os.getpid():
            with _gate(state):
                fcntl.flock(member.lock, fcntl.LOCK_UN)
                # Exclusive: nobody else is here. Not even shared: the keeper has it, so we were the last.
                alone = _granted(member.lock, fcntl.LOCK_EX) or not _granted(member.lock, fcntl.LOCK_SH)
                os.close(_memberships.pop(state).lock)
                if alone and member.url is not None:
                    _wait_for_keeper(state)


def fresh_database(url: str, template: str | None = None) -> str:
    """The URL of a new, uniquely named database on the server of `url`.

    `template` is the URL of a database to copy; the server refuses while anyone is connected to that one.
    """
    name = PREFIX + secrets.token_hex(8)
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(_database_of(template)))
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.info.server_version >= STRATEGIES:
            statement += sql.SQL(" STRATEGY FILE_COPY")  # Half the work, where no page need be logged.
        connection.execute(statement)
    return _with_database(url, name)


def drop_database(url: str) -> None:
    """Drop what `fresh_database` made, disconnecting whoever is still there. Refuses any other name."""
    name = _database_of(url)
    if not name.startswith(PREFIX):
        raise ValueError(f"{name!r} is no database of the tests")
    with psycopg.connect(_with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _database_of(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _named_server() -> str | None:
    if not (named := os.environ.get(ENVIRONMENT)):
        return None
    url = urlunsplit(urlsplit(named)._replace(scheme="postgresql"))  # Without a driver, if it names one.
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.Error as error:
        raise NoClusterError(f"{ENVIRONMENT} is set, but: {error}") from error
    return url


@contextmanager
def _gate(state: Path) -> Iterator[None]:
    """One at a time: nobody joins or leaves while another does."""
    gate = os.open(state.with_suffix(".gate"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
    finally:
        os.close(gate)


def _granted(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _join(shared_dir: Path, fsync: bool) -> str:
    shared_dir.mkdir(parents=True, exist_ok=True)
    state = shared_dir / ("postgresql-fsync.json" if fsync else "postgresql.json")
    with _gate(state):
        member = _memberships.get(state)
        if member is None or member.pid != os.getpid():
            member = _memberships[state] = _become_member(state, fsync)
            atexit.register(leave_cluster, shared_dir)
    if member.url is None:
        raise NoClusterError(json.loads(state.read_text("utf-8"))["why_not"])
    return member.url


def _become_member(state: Path, fsync: bool) -> Membership:
    lock = os.open(state.with_suffix(".members"), os.O_RDWR | os.O_CREAT, 0o600)
    if _granted(lock, fcntl.LOCK_EX):
        state.unlink(missing_ok=True)  # Nobody is here, so what it says is of a run that is over.
    fcntl.flock(lock, fcntl.LOCK_SH)
    if not state.exists():
        # This file, run as the keeper, closes its output once it has written the state. A failure is written
        # there too, so that the other workers do not wait for the same one again.
        command = [sys.executable, "-P", __file__, str(state), "on" if fsync else "off"]
        keeper = subprocess.run(command, input="", capture_output=True, text=True, check=False)
        if not state.exists():
            _write(state, why_not=f"the cluster's keeper failed: {keeper.stderr[-600:]}")
    return Membership(json.loads(state.read_text("utf-8")).get("url"), lock, os.getpid())


def _write(state: Path, **told: str) -> None:
    state.touch(mode=0o600)
    state.write_text(json.dumps(told), "utf-8")


def _wait_for_keeper(state: Path) -> None:
    """It holds a lock on what it wrote for as long as it lives."""
    with suppress(FileNotFoundError), state.open() as written:
        fcntl.flock(written, fcntl.LOCK_SH)


def keep(state: Path, fsync: str) -> None:
    """Start a server, write where it is or why there is none, wait until everyone has left, stop it."""
    os.setsid()  # The terminal's Ctrl-C is for the tests; the keeper then sees them leave.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    members = os.open(state.with_suffix(".members"), os.O_RDWR)
    try:
        with _directory(fsync) as (directory, user), _server(directory, user, fsync) as url:
            _write(state, url=url)
            fcntl.flock(os.open(state, os.O_RDWR), fcntl.LOCK_EX)  # See _wait_for_keeper.
            os.closerange(0, 3)  # Tells who started us that we are ready.
            fcntl.flock(members, fcntl.LOCK_EX)
        state.unlink(missing_ok=True)
    except (NoClusterError, OSError, subprocess.SubprocessError) as refusal:
        _write(state, why_not=str(refusal))


@contextmanager
def _directory(fsync: str) -> Iterator[tuple[Path, int]]:
    """A directory and the user it belongs to. Not below pytest's: whom root becomes cannot enter those.

    In memory where there is room, unless the disk is what is asked about.
    """
    where = IN_MEMORY if fsync == "off" and _has_room(IN_MEMORY) else None
    directory, user = Path(tempfile.mkdtemp(prefix="cellbank-postgresql-", dir=where)), os.geteuid()
    try:
        if user == 0:  # PostgreSQL refuses root.
            names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
            user = names.get("postgres") or names["nobody"]
            os.chown(directory, user, -1)
        yield directory, user
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _has_room(directory: Path) -> bool:
    return os.access(directory, os.W_OK | os.X_OK) and shutil.disk_usage(directory).free >= ROOM


def _binaries() -> Path:
    """The newest of Debian's, or else what PATH holds."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -float(place.parent.name))
    initdb = shutil.which("initdb", path=os.pathsep.join([*map(str, debian), os.environ.get("PATH", "")]))
    if initdb is None:
        raise NoClusterError(f"no PostgreSQL server is installed (initdb), and {ENVIRONMENT} is not set")
    return Path(initdb).resolve().parent


@contextmanager
def _server(directory: Path, user: int, fsync: str) -> Iterator[str]:
    binaries = _binaries()
    # A password: on a shared machine every account reaches loopback, and a superuser may run programs.
    password = secrets.token_hex(16)
    (directory / "password").write_text(password, "utf-8")
    (directory / "password").chmod(0o644)  # The directory is closed to others.
    with _running([f"{binaries}/initdb", *INITDB.split(), "--no-sync"], directory, user) as made:
        if made.wait(START_SECONDS):
            raise NoClusterError(f"initdb: {_log(directory)}")
    for _ in range(5):  # Another process may take the port between our finding it free and taking it.
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        url = f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/postgres"
        settings = [f"--port={port}", "--timezone=UTC", *(f"--{name}={fsync}" for name in DURABLE)]
        with _running([f"{binaries}/postgres", *POSTGRES.split(), *settings], directory, user) as server:
            if _ready(server, url):
                yield url
                return
        if "Address already in use" not in _log(directory):
            break
    raise NoClusterError(f"postgres: {_log(directory)}")


def _log(directory: Path) -> str:
    return (directory / "log").read_text("utf-8", "replace")[-600:]


@contextmanager
def _running(command: list[str], directory: Path, user: int) -> Iterator[subprocess.Popen[bytes]]:
    """The program as that user, in that directory, with nothing of our environment; stopped at the end."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    with (directory / "log").open("wb") as log:
        program = subprocess.Popen(
            command,
            cwd=directory,
            env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
            user=user,
            group=None if os.geteuid() else pwd.getpwuid(user).pw_gid,
            extra_groups=None if os.geteuid() else [],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=lambda: libc and libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT),
        )
    try:
        yield program
    finally:
        # Fast, then immediate, then hard: nothing in there is worth keeping.
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if program.poll() is None:
                program.send_signal(how)
                with suppress(subprocess.TimeoutExpired):
                    program.wait(STOP_SECONDS)


def _ready(server: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.Error):
            psycopg.connect(url, connect_timeout=5).close()
            return True
        time.sleep(0.02)
    return False


if __name__ == "__main__" and os.fork() == 0:  # Forked, so that nobody has it as a child to wait for.
    keep(Path(sys.argv[1]), sys.argv[2])
