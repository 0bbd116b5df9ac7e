"""Reach or start a Dask cluster, see that its workers are fit to judge, and open it as a backend."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.engine.cluster.bundle import packed
from grader.engine.judges import number_of_judges
from grader.engine.verdict_key import environment

if TYPE_CHECKING:
    from dask_jobqueue import SLURMCluster
    from distributed import Client, LocalCluster
    from distributed.security import Security

    from grader.engine.cluster.backend import ClusterBackend

Tell = Callable[[str], None]
REMEDY = "pip install 'gradbook[cluster]'"
PATIENCE_S = 60.0  # for a first worker of a scheduler that runs already
GONE_S = 300.0  # for a new one, when all are gone
CONNECT_S = 20.0
MEMORY_GB = 4  # of a worker in a Slurm job: itself and a notebook at its limit
SETTINGS = {
    "distributed.admin.large-graph-warning-threshold": "1GB",  # a notebook may have 20 MB
    "distributed.worker.profile.enabled": False,  # not looked at; for workers that are started here
}
NEEDED_BY_SCHEDULER = ("gradbook", "distributed", "python")  # it reads the names of our functions


def check_cluster(where: str, jobs: int | None) -> None:
    """See that `open_cluster` can do something with `where`, and with so many jobs if a number was asked for.

    Raises:
        GraderError: it is neither an address nor a known word, the packages are not installed, or the number
            of jobs does not go with it.
    """
    is_address = where.startswith(("tcp://", "tls://"))
    if where not in ("local", "slurm") and not is_address:
        raise GraderError(
            f"--cluster {where}: not known; say tcp://HOST:PORT of a running Dask scheduler, slurm or local"
        )
    for package in ("distributed", *(["dask_jobqueue"] if where == "slurm" else [])):
        if importlib.util.find_spec(package) is None:
            raise GraderError(f"--cluster: {package.replace('_', '-')} is not installed; {REMEDY}")
    if where == "slurm" and not jobs:
        raise GraderError("--cluster slurm: say how many workers it may start: --jobs N")
    if is_address and jobs:
        raise GraderError(f"--jobs: {where} has the workers that were started for it; leave --jobs out")


@contextmanager
def open_cluster(
    where: str,
    course: Course,
    slugs: Iterable[str],
    jobs: int | None = None,
    rung: str = "auto",
    tell: Tell = lambda line: None,
    look: Tell = lambda line: None,
) -> Iterator[ClusterBackend]:
    """The cluster at `where`, ready to judge the exercises `slugs`; what is started here ends with it.

    Args:
        where: "tcp://HOST:PORT" of a running scheduler, or "tls://HOST:PORT" with the certificates of Dask's
            own settings; "slurm", or "local".
        jobs: how many worker processes to start ("local"), or at most ("slurm").
        rung: which sandbox the workers use, as in `ForkServer`.
        tell: gets a line for every host that cannot be used.
        look: told what the cluster is doing, about once a second.

    Raises:
        GraderError: packages are missing, there is no answer, no worker comes, or a worker cannot be used.
    """
    check_cluster(where, jobs)
    import dask

    from grader.engine.cluster.backend import ClusterBackend
    from grader.engine.cluster.judge import JudgePlugin

    for name in [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it is said in our own words
    bundles = {slug: packed(course.find(slug)) for slug in slugs}
    packages = course.packages(bundles)
    run, workers, grows = f"gradbook-{uuid4().hex}", number_of_judges(jobs), where == "slurm"
    with dask.config.set(SETTINGS), _client(where, workers) as client:
        look(f"waiting for workers of {where}")
        _wait_for_worker(client, where)
        _refuse_other_versions(client, where, tell)
        plugin = JudgePlugin(run, bundles, course.salt, rung, environment(), packages, where == "local")
        client.register_plugin(plugin, name=run)
        try:
            rungs = _refuse_unfit(client, run, where, tell)
            if client.cluster is not None:  # of our own: a worker that dies with its nanny is replaced
                least = 1 if grows else workers
                client.cluster.adapt(minimum=least, maximum=workers, target_duration="1s")
            patience_s = float("inf") if grows else GONE_S
            yield ClusterBackend(client, where, run, rungs, workers if grows else 0, patience_s, look)
        finally:
            if client.status == "running":
                with suppress(Exception):  # otherwise each worker's sandbox ends with it, or when it is idle
                    client.unregister_worker_plugin(run)


@contextmanager
def _client(where: str, workers: int) -> Iterator[Client]:
    from distributed import Client

    with ExitStack() as stack:
        if where == "local":
            client = Client(stack.enter_context(_local(workers)), timeout=CONNECT_S)
        elif where == "slurm":
            cluster = stack.enter_context(slurm())
            cluster.scale(1)
            client = Client(cluster, timeout=CONNECT_S)
        else:
            _see_scheduler(where)
            client = Client(where, timeout=CONNECT_S)
        try:
            yield client
        finally:
            with suppress(Exception):  # a scheduler that is gone does not answer
                client.close(timeout=2)


def _see_scheduler(where: str) -> None:
    """Ask for a sign of life; Dask's client would wait for ever where something else listens at the port."""
    from distributed import rpc
    from distributed.security import Security

    arguments = Security().get_connection_args("client")

    async def ask() -> object:
        async with rpc(where, connection_args=arguments) as there:
            return (await there.identity()).get("type")

    try:
        answer = asyncio.run(asyncio.wait_for(ask(), CONNECT_S))
        why = "" if answer == "Scheduler" else f"it is a {answer}"
    except (Exception, asyncio.CancelledError) as error:  # the bytes of something else may mean anything
        why = " ".join(str(error).split())[:200] or f"no answer in {CONNECT_S:.0f} s"
    if why:
        start_one = "dask scheduler --host HOST --port PORT"
        remedy = f"give the address that `dask scheduler` shows, or start one: {start_one}"
        raise GraderError(f"{where}: no Dask scheduler answers there ({why}); {remedy}")


def _local(workers: int) -> LocalCluster:
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
        security=True,  # others on this machine could reach its port
        protocol="tls://",
    )


@contextmanager
def slurm() -> Iterator[SLURMCluster]:
    """A `SLURMCluster` whose jobs hold worker processes of one thread each.

    Queue, account and time are Dask's own settings, in `~/.config/dask/jobqueue.yaml` or
    `DASK_JOBQUEUE__SLURM__QUEUE` and the like; without any, a job has one core and `MEMORY_GB`.
    """
    import dask
    from dask_jobqueue import SLURMCluster

    settings = dask.config.get("jobqueue.slurm", {})
    cores = int(settings.get("cores") or 1)
    shared = os.path.expanduser(settings.get("shared-temp-directory") or os.getcwd())
    with (
        tempfile.TemporaryDirectory(prefix=".gradbook-cluster-", dir=shared) as folder,
        SLURMCluster(
            cores=cores,
            processes=cores,
            memory=settings.get("memory") or f"{cores * MEMORY_GB}GB",
            security=_certificate(Path(folder)),
            protocol="tls://",
            silence_logs=logging.CRITICAL,
            scheduler_options={"dashboard_address": "127.0.0.1:0"}
            | (settings.get("scheduler-options") or {}),
        ) as cluster,
    ):
        yield cluster


def _certificate(folder: Path) -> Security:
    """Keys of this run only, as files for the jobs: in a folder that all nodes see and only we may enter."""
    from distributed.security import Security

    fresh = Security.temporary()
    files: dict[str, str] = {}
    keys = [f"{role}_{what}" for role in ("client", "scheduler", "worker") for what in ("key", "cert")]
    for name in ("ca_file", *keys):
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


def _refuse_other_versions(client: Client, where: str, tell: Tell) -> None:
    """Judges elsewhere must judge as here: the same versions of everything that a verdict may depend on."""
    from distributed import __version__

    from grader.engine.cluster.judge import differences

    wanted = {**environment(), "distributed": __version__}
    needed = {name: wanted[name] for name in NEEDED_BY_SCHEDULER}
    versions = client.get_versions(packages=[name for name in wanted if name != "python"])
    threads = client.nthreads()
    problems = []
    for address, installed in [("scheduler", versions["scheduler"]), *versions["workers"].items()]:
        there = dict(installed["packages"])
        there["python"] = ".".join(str(there.get("python")).split(".")[:3])
        problem = differences(needed if address == "scheduler" else wanted, there)
        if not problem and threads.get(address, 1) != 1:
            problem = f"a worker with {threads[address]} threads; start it with --nthreads 1"
        problems.append((address, problem))
    remedy = f"install there what is here (gradbook {wanted['gradbook']} with its constraints)"
    _refuse(problems, where, tell, remedy)


def _refuse_unfit(client: Client, run: str, where: str, tell: Tell) -> str:
    """Start the sandboxes of all workers; the rungs that they have."""
    from grader.engine.cluster.judge import examine

    answers = client.run(examine, run, on_error="return")
    problems = [
        (
            address,
            answer["wrong"][:300] if isinstance(answer, dict) else f"{type(answer).__name__}: {answer}"[:300],
        )
        for address, answer in answers.items()
    ]
    _refuse(problems, where, tell, "repair them, or stop their workers")
    return "/".join(sorted({answer["rung"] for answer in answers.values()}))


def _refuse(problems: Iterable[tuple[str, str]], where: str, tell: Tell, remedy: str) -> None:
    """Tell what is wrong with each host, of (address, problem); "" is no problem.

    Raises:
        GraderError: there is a problem.
    """
    unfit: dict[str, dict[str, None]] = {}
    for address, problem in problems:
        if problem:
            host = address.partition("://")[2].rpartition(":")[0].strip("[]") or address
            unfit.setdefault(host, {})[problem] = None
    for host, why in unfit.items():
        tell(f"{host}: {'; '.join(why)}")
    if unfit:
        names = ", ".join(list(unfit)[:5]) + (" …" if len(unfit) > 5 else "")
        raise GraderError(f"{where}: not fit to judge: {names} (see above); {remedy}")
