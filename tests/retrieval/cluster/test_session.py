"""Ray is started where there is none, stopped where it was started here, and else left alone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval_checks.errors import DataError
from retrieval_checks.retrieval.adapters.hits import SearchError
from retrieval_checks.retrieval.cluster.session import plain_errors

pytest.importorskip("ray")

OWN = """\
import warnings
warnings.simplefilter("error")
from retrieval_checks.retrieval.cluster.session import need_ray, ray_session
ray = need_ray()
with ray_session():
    assert ray.is_initialized()
    with ray_session():
        pass
    assert ray.is_initialized(), "the inner block has not started it"
    print(*ray.nodes()[0]["NodeManagerAddress"].split(), ray.cluster_resources()["CPU"] > 0)
assert not ray.is_initialized()
"""
NAMED = """\
import ray
from retrieval_checks.retrieval.cluster.session import ray_session
class Counter:
    def __init__(self):
        self.n = 0
    def add(self):
        self.n += 1
        return self.n
with ray_session():
    options = {"name": "counter", "namespace": "n", "lifetime": "detached", "num_cpus": 0}
    counter = ray.remote(Counter).options(get_if_exists=True, **options).remote()
    print(ray.get(counter.add.remote()), ray.cluster_resources()["CPU"])
"""


def run(code: str, **environment: str) -> str:
    """What a process prints; it must write nothing to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running Ray of 3 CPUs, which is somebody else's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["ray", "start", "--head", "--block", f"--port={port}", "--num-cpus=3"]
    command += ["--include-dashboard=false", f"--temp-dir={short(tmp_path)}"]
    command += ["--node-ip-address=127.0.0.1"]
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")  # of the head, and of those who join it
    with (tmp_path / "head.log").open("wb") as log:
        head = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not answers(port):
        time.sleep(0.5)
    yield f"127.0.0.1:{port}"
    os.killpg(head.pid, signal.SIGTERM)
    head.wait(60)
    short(tmp_path).unlink()


def answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def short(path: Path) -> Path:
    """A link to this folder: the names of sockets have 107 bytes at most."""
    link = Path("/tmp", f"ray-{os.getpid()}")
    link.unlink(missing_ok=True)
    link.symlink_to(path)
    return link


@pytest.mark.slow
def test_a_ray_of_our_own_is_quiet_and_stopped_at_the_end() -> None:
    assert run(OWN).endswith("True\n")


@pytest.mark.slow
def test_a_running_cluster_is_used_and_left_alone(cluster: str) -> None:
    assert run(NAMED, RAY_ADDRESS=cluster) == "1 3.0\n"
    assert run(NAMED, RAY_ADDRESS=cluster) == "2 3.0\n"  # the same actor: the cluster went on


def test_our_own_errors_come_out_of_rays() -> None:
    from ray.exceptions import RayTaskError

    cause = DataError("a.jsonl:2: no key '_id'\nFailed to apply UDF transform after 1/1 attempts.")
    with pytest.raises(DataError, match=r"^a\.jsonl:2: no key '_id'$"), plain_errors():
        raise RayTaskError("task", "trace", cause)  # type: ignore[no-untyped-call]


def test_rays_errors_are_search_errors() -> None:
    from ray.exceptions import WorkerCrashedError

    with pytest.raises(SearchError, match="Ray did not finish: The worker died"), plain_errors():
        raise WorkerCrashedError
