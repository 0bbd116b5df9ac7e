"""Makes multiprocessing work behind Landlock; the zygote imports it, and each Python that a worker starts.

Semaphores and shared memory have one place for the whole machine, /dev/shm, which workers may not use: two
submissions could meet there. So the two extension modules that use it are replaced by ours in this folder,
PyTorch gets its shared memory from them too, and the supervisor connects sockets in the worker's home. All of
it happens when these modules are first imported: a Python that imports none of them pays nothing.
"""

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader

HERE = os.path.dirname(__file__)
CONNECTIONS = 63  # the descriptor over which the supervisor is asked to connect a socket
REPLACED = {"_multiprocessing": "semaphores.py", "_posixshmem": "memory_files.py"}
ADAPTED = {
    "multiprocessing.heap": "arenas.py",
    "torch.multiprocessing": "tensors.py",
    "socket": "connecting.py",
}


class Replacements:
    """Finds the replacements in this folder, and adapts some modules when they are imported."""

    @staticmethod
    def find_spec(name: str, path: list[str] | None = None, target: object = None) -> ModuleSpec | None:
        """The spec of a replaced or adapted module; None of all others."""
        if name in REPLACED:
            return ModuleSpec(name, SourceFileLoader(name, os.path.join(HERE, REPLACED[name])))
        spec = PathFinder.find_spec(name, path) if name in ADAPTED else None
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_adapt(module: object) -> None:
                run(module)  # type: ignore[arg-type]
                adapt(name)

            spec.loader.exec_module = run_and_adapt  # type: ignore[method-assign]
        return spec


def adapt(name: str) -> None:
    """Run this folder's counterpart of a module that has been imported."""
    counterpart = type(sys)(f"{name}_of_a_worker")
    SourceFileLoader(counterpart.__name__, os.path.join(HERE, ADAPTED[name])).exec_module(counterpart)


def install() -> None:
    """Adapt what is imported already, and whatever comes."""
    sys.meta_path.insert(0, Replacements)  # type: ignore[arg-type]
    for name in ADAPTED.keys() & sys.modules.keys():
        adapt(name)


def tell_children(home: str) -> None:
    """Have each Python that is started from here do the same, with the same home."""
    os.environ["GRADEBOOK_HOME"] = home
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (HERE, os.environ.get("PYTHONPATH"))))


if __name__ == "sitecustomize":
    install()
