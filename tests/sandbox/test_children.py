"""Sharing within a worker's home where there are no namespaces: semaphores, memory, tensors, sockets."""

import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest
import torch

from grader.sandbox.inside.children import memory_files, sitecustomize
from grader.sandbox.inside.connector import Connector, connect

FORK = get_context("fork")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a worker that this process pretends to be."""
    monkeypatch.setenv("GRADEBOOK_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def semaphores() -> Iterator[ModuleType]:
    """The module that takes the place of `_multiprocessing`, over ours of `_posixshmem`."""
    import sys

    spec = sitecustomize.Replacements.find_spec("_multiprocessing")
    assert spec is not None and spec.loader is not None
    module = type(sys)("_multiprocessing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "_posixshmem", memory_files)
        spec.loader.exec_module(module)
    yield module


def in_a_fork(work: Callable[[], object]) -> None:
    """Do the work in a fork of this process; fail as it does."""
    process = FORK.Process(target=work)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_a_semaphore_is_shared_with_forks_and_counts_what_it_gave(semaphores: ModuleType) -> None:
    """As the real one: it waits no longer than asked, and what was given back too often is an error."""
    lock = semaphores.SemLock(1, 1, 1, "/a", True)
    assert lock.acquire() and lock._is_zero() and lock._is_mine() and lock._count() == 1
    assert not lock.acquire(False) and not lock.acquire(True, 0.01) and not lock.acquire(True, -1)
    in_a_fork(lock.release)
    assert lock._get_value() == 1 and lock.name is None
    with pytest.raises(ValueError, match="too many times"):
        lock.release()
    with lock:
        assert lock._is_zero()


def test_a_recursive_mutex_belongs_to_a_thread(semaphores: ModuleType) -> None:
    lock = semaphores.SemLock(0, 1, 1, "/a", True)
    assert lock.acquire() and lock.acquire() and lock._count() == 2
    taken: list[bool] = []
    thread = threading.Thread(target=lambda: taken.append(lock.acquire(False)))
    thread.start()
    thread.join()
    assert taken == [False]
    lock.release()
    lock.release()
    with pytest.raises(AssertionError, match="not owned"):
        lock.release()
    lock._after_fork()
    assert lock._get_value() == 1


def test_another_process_finds_a_semaphore_by_its_name_until_it_is_removed(semaphores: ModuleType, home: Path) -> None:
    lock = semaphores.SemLock(1, 0, 9, "/named", False)
    same = semaphores.SemLock._rebuild(lock.handle, lock.kind, lock.maxvalue, lock.name)
    same.release()
    assert lock.acquire(True, 5) and len(list(home.iterdir())) == 1
    with pytest.raises(FileExistsError):
        semaphores.SemLock(1, 0, 9, "/named", False)
    semaphores.sem_unlink("/named")
    assert not list(home.iterdir())
    with pytest.raises(FileNotFoundError):
        semaphores.SemLock._rebuild(0, 1, 9, "/named")
    with pytest.raises(OSError, match="Invalid argument"):
        semaphores.SemLock(1, -1, 9, "/bad", True)


@pytest.mark.parametrize("name", ["", "/", "/a/b", "../a", "/\0"])
def test_shared_memory_lies_in_the_home_and_nowhere_else(name: str, home: Path) -> None:
    os.close(memory_files.shm_open("/block", os.O_CREAT | os.O_RDWR))
    assert [path.name for path in home.iterdir()] == [".shared-block"]
    memory_files.shm_unlink("/block")
    with pytest.raises(OSError, match="Invalid argument"):
        memory_files.shm_open(name, os.O_CREAT | os.O_RDWR)


def test_tensors_are_shared_without_the_machines_shared_memory() -> None:
    """In place, with forks, and by descriptor as the queues of `torch.multiprocessing` send them."""

    def shared() -> None:
        sitecustomize.install()
        tensor = torch.arange(6.0)[2:].requires_grad_()
        assert tensor.share_memory_() is tensor and tensor.is_shared() and tensor.requires_grad
        assert tensor.tolist() == [2, 3, 4, 5]
        in_a_fork(lambda: tensor.data.fill_(7))
        assert tensor.tolist() == [7] * 4
        storage = torch.ones(2).untyped_storage()
        fd, size = storage._share_fd_cpu_()
        assert size == 8 and torch.UntypedStorage._new_shared_fd_cpu(fd, size).tolist() == storage.tolist()
        assert torch.UntypedStorage._new_shared(16).is_shared()

    in_a_fork(shared)


@pytest.fixture
def listener(home: Path) -> Iterator[socket.socket]:
    """A socket in the home that takes connections."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(home / "here.sock"))
        server.listen()
        yield server


def test_sockets_in_the_home_are_connected_and_no_others(listener: socket.socket, home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not through links, not upwards, and nothing that is no socket."""
    outside = tmp_path_factory.mktemp("outside")
    with socket.socket(socket.AF_UNIX) as other, socket.socket(socket.AF_UNIX) as client:
        other.bind(str(outside / "theirs.sock"))
        other.listen()
        (home / "link.sock").symlink_to(outside / "theirs.sock")
        (home / "folder").symlink_to(outside)
        (home / "file").touch()
        for path in (outside / "theirs.sock", home / "link.sock", home / "folder/theirs.sock", home / "file", home, home / "none", home / "a\0b"):
            assert connect(client.fileno(), str(path), str(home)) > 0
        assert connect(client.fileno(), os.path.relpath(outside / "theirs.sock", home), str(home)) > 0
        assert connect(client.fileno(), str(home / "here.sock"), str(home)) == 0
        client.send(b"x")
        assert listener.accept()[0].recv(1) == b"x"


def test_junk_does_not_stop_the_connector(listener: socket.socket, home: Path) -> None:
    """It goes on until the line is closed."""
    connector = Connector(str(home))
    thread = threading.Thread(target=connector.serve)
    thread.start()
    answer, theirs = os.pipe()
    with connector.worker_end as line, socket.socket(socket.AF_UNIX) as client:
        line.send(b"junk")
        socket.send_fds(line, [b"junk"], [theirs])
        socket.send_fds(line, [b"x" * 5000], [theirs, theirs])
        socket.send_fds(line, [b"/"], [theirs, theirs])
        socket.send_fds(line, [str(home / "here.sock").encode()], [client.fileno(), theirs])
        answers = [struct.unpack("i", os.read(answer, 4))[0] for _ in range(3)]
        assert answers[-1] == 0 and all(answers[:-1])
    thread.join(20)
    assert not thread.is_alive()
    os.close(answer)
    os.close(theirs)
