"""PyTorch's shared storages over `_posixshmem`: its own C++ code knows /dev/shm only."""

import itertools
import os
from _posixshmem import shm_open, shm_unlink

import torch
import torch.multiprocessing as torch_multiprocessing  # torch itself is not complete yet

NUMBERS = itertools.count()
SHARE_FD = torch.UntypedStorage._share_fd_cpu_


def shared_storage(size: int) -> torch.UntypedStorage:
    """`size` bytes that forks share and that `_share_fd_cpu_` knows the descriptor of."""
    name = f"/torch_{os.getpid()}_{next(NUMBERS)}"
    fd = shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        shm_unlink(name)
        os.ftruncate(fd, max(1, size))
        return torch.UntypedStorage._new_shared_fd_cpu(fd, size)
    finally:
        os.close(fd)


def shared_copy(storage: torch.UntypedStorage) -> torch.UntypedStorage:
    """A storage in shared memory with the same content."""
    copy = shared_storage(storage.nbytes())
    copy.copy_(storage)
    return copy


def share_fd(storage: torch.UntypedStorage) -> tuple[int, int]:
    """The descriptor and size of a storage; of one that is not shared, those of a copy that it keeps."""
    if not storage.is_shared():
        storage.kept_for_others = shared_copy(storage)
        storage = storage.kept_for_others
    return SHARE_FD(storage)  # type: ignore[no-any-return]


def share_memory(tensor: torch.Tensor) -> torch.Tensor:
    """Move a tensor of the processor to shared memory, in place."""
    if tensor.device.type == "cpu" and not tensor.is_shared() and tensor.untyped_storage().nbytes():
        storage = shared_copy(tensor.untyped_storage())
        moved = torch.empty(0, dtype=tensor.dtype)
        tensor.data = moved.set_(storage, tensor.storage_offset(), tensor.size(), tensor.stride())
    return tensor


torch.UntypedStorage._new_using_fd_cpu = shared_storage
torch.UntypedStorage._share_fd_cpu_ = share_fd
torch.Tensor.share_memory_ = share_memory
# The other strategy needs a helper program that listens in /tmp.
torch_multiprocessing.get_sharing_strategy = lambda: "file_descriptor"
