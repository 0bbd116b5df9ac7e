"""Reach or start a Dask cluster, see that its workers are fit to judge, and open it as a place of judges."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.engine.submission import environment

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

    from grader.engine.cluster.place import Cluster

REMEDY = "pip install 'gradbook[cluster]'"
PATIENCE_S = 60.0  # for a first worker of a scheduler that runs already
GONE_S = 300.0  # for a new one, when all are gone
CONNECT_S = 20.0
MEMORY_GB = 4  # of a worker in a Slurm job: itself and a notebook at its limit
SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a notebook may have 20 MB
    "distributed.worker.profile.enabled": False,  # nobody looks at it; for workers that are started here
}
NEEDED_BY_SCHEDULER = ("gradbook", "distributed", "python")  # it reads the names of our functions


def check_place(where: str) -> str:
    """`where`, if `open_cluster` can do something with it.

    Raises:
        GraderError: it is neither an address nor a known word, or the packages are not installed.
    """
    if where not in ("local", "slurm") and not where.startswith(("tcp://", "tls://")):
        raise GraderError(
            f"--cluster {where}: not known; say tcp://HOST:PORT of a running Dask scheduler, slurm or local"
        )
    for package in ("distributed", *(["dask_jobqueue"] if where == "slurm" else [])):
        if importlib.util.find_spec(package) is None:
            raise GraderError(f"--cluster: {package.replace('_', '-')} is not installed; {REMEDY}")
    return where


@contextmanager
def open_cluster(
    where: str,
    course: Course,
    slugs: Sequence[str],
    workers: int,
    rung: str = "auto",
    tell: Callable[[str], None] = lambda line: None,
    look: Callable[[str], None] = lambda line: None,
    security: Security | None = None,
) -> Iterator[Cluster]:
    """The cluster at `where`, ready to judge the exercises `slugs`; a cluster that was started here ends with
    it.

    Args:
        where: "tcp://HOST:PORT" or "tls://HOST:PORT" of a running scheduler, "slurm", or "local".
        workers: how many worker processes to start ("local"), or at most ("slurm").
        rung: which sandbox the workers use, as in `ForkServer`.
        tell: gets a line for every host that is not fit.
        look: gets what the cluster is doing, about once a second.
        security: certificates for a "tls://" scheduler; by default those of Dask's own settings.

    Raises:
        GraderError: packages are missing, nobody answers, no worker comes, or a worker is not fit.
    """
    check_place(where)
    import dask

    from grader.engine.cluster.judge import JudgePlugin
    from grader.engine.cluster.place import Cluster, bundles_of

    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it is said in our own words
    hashes, bundles = bundles_of(course, list(slugs))
    run = f"gradbook-{uuid4().hex}"
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(SETTINGS))
        client = stack.enter_context(_client(where, workers, security, stack))
        look(f"waiting for workers of {where}")
        _wait_for_worker(client, where)
        _refuse_other_versions(client, where, tell)
        client.register_plugin(JudgePlugin(run, bundles, rung, environment(), where == "local"), name=run)
        stack.callback(_forget, client, run)
        names = _refuse_unfit(client, run, where, tell)
        if where == "slurm":
            client.cluster.adapt(minimum=1, maximum=workers, target_duration="1s")
        elif where == "local":
            client.cluster.adapt(minimum=workers, maximum=workers)  # one that dies with its nanny is replaced
        patience_s = float("inf") if where == "slurm" else GONE_S
        yield Cluster(
            client, where, run, hashes, "/".join(names), workers if where == "slurm" else 0, patience_s, look,
            workers=len(client.nthreads()),
        )  # fmt: skip


@contextmanager
def _client(where: str, workers: int, security: Security | None, stack: ExitStack) -> Iterator[Client]:
    from distributed import Client

    if where == "local":
        cluster = stack.enter_context(_local(workers))
    elif where == "slurm":
        cluster = stack.enter_context(slurm())
        cluster.scale(1)
    else:
        cluster = None
        _see_scheduler(where, security)
    client = (
        Client(cluster, timeout=CONNECT_S) if cluster else Client(where, timeout=CONNECT_S, security=security)
    )
    try:
        yield client
    finally:
        with suppress(Exception):  # of a scheduler that is gone there is nothing to take leave of
            client.close(timeout=2)


def _see_scheduler(where: str, security: Security | None) -> None:
    """Ask for a sign of a scheduler; Dask's client would wait for ever for one from a port where something
    else listens.
    """
    from distributed import rpc
    from distributed.security import Security

    arguments = (security or Security()).get_connection_args("client")

    async def ask() -> Any:
        async with rpc(where, connection_args=arguments) as there:
            return (await there.identity()).get("type")

    try:
        found = asyncio.run(asyncio.wait_for(ask(), CONNECT_S))
        why = "" if found == "Scheduler" else f"it is a {found}"
    except (
        Exception,
        asyncio.CancelledError,
    ) as error:  # whatever the bytes of something else turn out to be
        why = " ".join(str(error).split())[:200] or f"no answer in {CONNECT_S:.0f} s"
    if why:
        remedy = "give the address that `dask scheduler` shows, or start one: dask scheduler --host HOST --port PORT"
        raise GraderError(f"{where}: no Dask scheduler answers there ({why}); {remedy}")


def _local(workers: int) -> Any:
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL, security=True, protocol="tls://",  # others on this machine could reach its port
    )  # fmt: skip


@contextmanager
def slurm() -> Iterator[Any]:
    """A `SLURMCluster` whose jobs hold worker processes of one thread each; queue, account, time are Dask's
    own settings.

    They are read from `~/.config/dask/jobqueue.yaml` or `DASK_JOBQUEUE__SLURM__QUEUE` and the like; what is
    not said there is a job of one core and `MEMORY_GB` for each worker.
    """
    import dask
    from dask_jobqueue import SLURMCluster

    settings = dask.config.get("jobqueue.slurm", {})
    cores = int(settings.get("cores") or 1)
    with ExitStack() as stack:
        shared = os.path.expanduser(settings.get("shared-temp-directory") or os.getcwd())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=".gradbook-cluster-", dir=shared))
        yield stack.enter_context(
            SLURMCluster(
                cores=cores, processes=cores, memory=settings.get("memory") or f"{cores * MEMORY_GB}GB",
                security=_certificate(Path(folder)), protocol="tls://", silence_logs=logging.CRITICAL,
                scheduler_options={"dashboard_address": "127.0.0.1:0", **(settings.get("scheduler-options") or {})},
            )
        )  # fmt: skip


def _certificate(folder: Path) -> Security:
    """Keys of this run only, as files: jobs read them from a folder that all nodes see and nobody else may
    enter.
    """
    from distributed.security import Security

    fresh = Security.temporary()
    files: dict[str, str] = {}
    for name in (
        "ca_file",
        *(f"{role}_{what}" for role in ("client", "scheduler", "worker") for what in ("key", "cert")),
    ):
        path = folder / f"{name}.pem"
        path.touch(mode=0o600)
        path.write_text(getattr(fresh, f"tls_{name}"), encoding="ascii")
        files[f"tls_{name}"] = str(path)
    return Security(require_encryption=True, **files)


def _wait_for_worker(client: Client, where: str) -> None:
    try:
        client.wait_for_workers(1, timeout=None if where == "slurm" else PATIENCE_S)
    except TimeoutError:
        remedy = f"start some on every machine: dask worker {where} --nthreads 1 --nworkers CORES"
        raise GraderError(f"{where}: the scheduler has no workers; {remedy}") from None


def _refuse_other_versions(client: Client, where: str, tell: Callable[[str], None]) -> None:
    """What judges elsewhere must judge as here: the same versions of everything that a verdict may depend on."""
    from distributed import __version__

    from grader.engine.cluster.judge import differences

    wanted = {**environment(), "distributed": __version__}
    found = client.get_versions(packages=[name for name in wanted if name != "python"])
    threads = client.nthreads()
    unfit: dict[str, Counter[str]] = {}
    for address, each in [("scheduler", found["scheduler"]), *found["workers"].items()]:
        there = dict(each["packages"])
        there["python"] = ".".join(str(there.get("python")).split(".")[:3])
        needed = (
            {n: v for n, v in wanted.items() if n in NEEDED_BY_SCHEDULER}
            if address == "scheduler"
            else wanted
        )
        unlike = differences(needed, there)
        if not unlike and threads.get(address, 1) != 1:
            unlike = f"a worker with {threads[address]} threads; start it with --nthreads 1"
        if unlike:
            unfit.setdefault(_host(address), Counter())[unlike] += 1
    _refuse(
        unfit, where, tell, f"install there what is here (gradbook {wanted['gradbook']} with its constraints)"
    )


def _refuse_unfit(client: Client, run: str, where: str, tell: Callable[[str], None]) -> list[str]:
    """The sandboxes of all workers, started now; which there are."""
    from grader.engine.cluster.judge import examine

    found = client.run(examine, run, on_error="return")
    unfit: dict[str, Counter[str]] = {}
    for address, each in found.items():
        if wrong := each["wrong"] if isinstance(each, dict) else f"{type(each).__name__}: {each}":
            unfit.setdefault(_host(address), Counter())[wrong[:300]] += 1
    _refuse(unfit, where, tell, "mend them, or stop their workers")
    return sorted({each["rung"] for each in found.values()})


def _refuse(unfit: dict[str, Counter[str]], where: str, tell: Callable[[str], None], remedy: str) -> None:
    for host, why in unfit.items():
        tell(f"{host}: {'; '.join(why)}")
    if unfit:
        names = ", ".join(list(unfit)[:5]) + (" …" if len(unfit) > 5 else "")
        raise GraderError(f"{where}: not fit to judge: {names} (see above); {remedy}")


def _host(address: str) -> str:
    return address.partition("://")[2].rpartition(":")[0].strip("[]") or address


def _forget(client: Client, run: str) -> None:
    if client.status == "running":
        with suppress(
            Exception
        ):  # just gone: each worker's sandbox ends with the worker, or when it has been idle
            client.unregister_worker_plugin(run)
