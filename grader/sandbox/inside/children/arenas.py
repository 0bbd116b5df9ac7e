"""Shared arrays of multiprocessing lie in the worker's temporary folder, not in /dev/shm."""

from multiprocessing.heap import Arena

Arena._dir_candidates = []  # type: ignore[attr-defined]
