"""Frames of plain data between the judge and the worker: bounded, never pickled, never evaluated.

A frame is `magic, header length, body length` (3 × uint32, big endian), a msgpack header and a body of raw
array bytes. Arrays in the header point into the body, so a header of at most 4 MB bounds how many objects a
frame can decode to.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

MAGIC = 0x67726431
PREFIX = struct.Struct(">III")
MAX_HEADER = 4 << 20
MAX_BODY = 64 << 20
MAX_DEPTH = 32
MAX_ITEMS = 400_000
ARRAY, TENSOR, HANDLE, CALLBACK, NUMPY_SCALAR, BIG_INT, TUPLE = range(1, 8)
CONTAINERS = (list, tuple, dict)
AS_THEY_ARE = frozenset((type(None), bool, float, str, bytes))
DTYPES = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split())
KINDS = {name: np.dtype(name) for name in DTYPES}


class WireError(Exception):
    """The frame is not one that an honest, bounded peer would send."""


@dataclass(frozen=True)
class HandleRef:
    """An object that stays in the worker: its number there and the name of its type."""

    number: int
    kind: str = ""


@dataclass(frozen=True)
class CallbackRef:
    """A function that stays with the judge."""

    number: int


def pack(value: Any, on_object: Callable[[Any], HandleRef | CallbackRef] | None = None) -> bytes:
    """Encode `value` as one frame; `on_object` gives a reference for what is not plain data.

    Raises:
        WireError: the value is too large, too deep, or not plain and `on_object` is None.
    """
    packer = _Packer(on_object)
    header = packer.bytes_of(packer.plain(value, 0))
    if len(header) > MAX_HEADER:
        raise WireError("the value has too many parts to be sent")
    return b"".join([PREFIX.pack(MAGIC, len(header), packer.size), header, *packer.chunks])


def unpack(
    header: bytes, body: bytes, resolve: Callable[[Any], Any] = lambda ref: ref, tensors: bool = False
) -> Any:
    """Decode one frame; `resolve` turns references into what they stand for.

    Raises:
        WireError: anything that `pack` would not have produced.
    """
    depth = offset = 0

    def hook(code: int, data: bytes) -> Any:
        nonlocal depth, offset
        if code == TUPLE:
            depth += 1
            if depth > MAX_DEPTH:
                raise WireError("nested too deeply")
            items = tuple(_loads(data, hook))
            depth -= 1
            return items
        if code == BIG_INT:
            return _big_int(data)
        parts = _loads(data, hook)
        if not isinstance(parts, list):
            raise WireError("malformed extension")
        if code == HANDLE and len(parts) == 2 and isinstance(parts[0], int):
            return resolve(HandleRef(parts[0], str(parts[1])[:80]))
        if code == CALLBACK and len(parts) == 1 and isinstance(parts[0], int):
            return resolve(CallbackRef(parts[0]))
        if code in (ARRAY, TENSOR, NUMPY_SCALAR) and len(parts) == 4:
            if parts[2] != offset:  # arrays never share bytes, so a frame cannot unfold to more than its size
                raise WireError("arrays out of order")
            array = _array(code, parts, body, tensors)
            offset += parts[3]
            return array
        raise WireError("unknown extension")

    value = _loads(header, hook)
    if isinstance(value, CONTAINERS):
        _check_depth(value, MAX_DEPTH + 8)
    return value


def _check_depth(value: Any, left: int) -> None:
    if not left:
        raise WireError("nested too deeply")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, CONTAINERS):
            _check_depth(item, left - 1)


def prefix_lengths(prefix: bytes) -> tuple[int, int]:
    """Header and body length announced by a frame's first 12 bytes, checked against the bounds."""
    magic, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise WireError("not a frame, or one over the size limit")
    return header, body


def split(frame: bytes) -> tuple[bytes, bytes]:
    """The header and the body of a whole frame."""
    header, _ = prefix_lengths(frame[: PREFIX.size])
    return frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :]


def _loads(data: bytes, hook: Callable[[int, bytes], Any]) -> Any:
    try:
        return msgpack.unpackb(
            data,
            raw=False,
            strict_map_key=False,
            ext_hook=hook,
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_ITEMS,
        )
    except WireError:
        raise
    except Exception as error:
        raise WireError(f"malformed frame ({type(error).__name__})") from None


def _big_int(data: bytes) -> int:
    if len(data) > 4000:
        raise WireError("an integer of more than 32,000 bits")
    return int.from_bytes(data, "big", signed=True)


def _array(code: int, parts: list[Any], body: bytes, tensors: bool) -> Any:
    dtype, shape, offset, nbytes = parts
    if dtype not in DTYPES or not isinstance(shape, list) or len(shape) > MAX_DEPTH:
        raise WireError("an array of a type that is not sent")
    for n in (*shape, offset, nbytes):
        if not isinstance(n, int) or not 0 <= n <= MAX_BODY:
            raise WireError("an array with an impossible shape")
    count = math.prod(shape)
    kind = KINDS[dtype]
    if count * kind.itemsize != nbytes or offset + nbytes > len(body):
        raise WireError("an array that does not fit its frame")
    array = np.frombuffer(body, kind, count, offset).reshape(shape).copy()
    if code == NUMPY_SCALAR and not shape:
        return array[()]
    if code == TENSOR and tensors:
        import torch

        return torch.from_numpy(array)
    return array


class _Packer:
    def __init__(self, on_object: Callable[[Any], HandleRef | CallbackRef] | None) -> None:
        self.on_object = on_object
        self.chunks: list[bytes] = []
        self.size = 0
        self.items = 0
        self.bytes_of = msgpack.Packer(unicode_errors="replace").pack

    def plain(self, value: Any, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise WireError("the value is nested too deeply or has too many parts to be sent")
        kind = type(value)
        if kind in AS_THEY_ARE:
            return value
        if kind is list:
            return [self.plain(item, depth + 1) for item in value]
        if kind is np.ndarray:
            return self.array(value, ARRAY, depth)
        if isinstance(value, np.generic):
            return self.array(np.asarray(value), NUMPY_SCALAR, depth)
        if isinstance(value, np.ndarray):
            return self.array(np.asarray(value), ARRAY, depth)
        if isinstance(value, int):
            number = int(value)
            if -(1 << 63) <= number < 1 << 63:
                return number
            return msgpack.ExtType(BIG_INT, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray)):
            return bytes(value)
        if isinstance(value, complex):
            return self.array(np.asarray(complex(value)), NUMPY_SCALAR, depth)
        return self.container(value, depth)

    def container(self, value: Any, depth: int) -> Any:
        if isinstance(value, tuple):
            items = [self.plain(item, depth + 1) for item in value]
            return msgpack.ExtType(TUPLE, self.bytes_of(items))
        if isinstance(value, (list, set, frozenset)):
            return [self.plain(item, depth + 1) for item in value]
        if isinstance(value, Mapping):
            return {self.key(k): self.plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, (HandleRef, CallbackRef)):
            return self.reference(value)
        if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
            tensor = value.detach().cpu()
            tensor = tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor
            return self.array(tensor.resolve_conj().resolve_neg().numpy(), TENSOR, depth)
        if isinstance(value, (Iterator, range)) or type(value).__name__ in (
            "dict_keys",
            "dict_values",
            "dict_items",
        ):
            return [self.plain(item, depth + 1) for item in itertools.islice(value, MAX_ITEMS + 1)]
        if self.on_object is None:
            raise WireError(f"a {type(value).__name__} is not plain data")
        return self.reference(self.on_object(value))

    def key(self, key: Any) -> Any:
        if isinstance(key, (str, int, float, bool)) or key is None:
            return str(key) if isinstance(key, str) else key
        return repr(key)[:200]

    def reference(self, ref: HandleRef | CallbackRef) -> Any:
        if isinstance(ref, HandleRef):
            return msgpack.ExtType(HANDLE, self.bytes_of([ref.number, ref.kind]))
        return msgpack.ExtType(CALLBACK, self.bytes_of([ref.number]))

    def array(self, array: np.ndarray[Any, Any], code: int, depth: int) -> Any:
        if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16:
            return self.plain(array.tolist(), depth + 1)
        name = array.dtype.str
        if name not in DTYPES:
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
            if array.dtype.str not in DTYPES:
                array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
            name = array.dtype.str
        data = array.tobytes()
        offset, self.size = self.size, self.size + len(data)
        if self.size > MAX_BODY:
            raise WireError("the value is larger than 64 MB")
        self.chunks.append(data)
        return msgpack.ExtType(code, self.bytes_of([name, list(array.shape), offset, len(data)]))
