"""Frames of plain data between the judge and the worker: bounded, never pickled, never evaluated.

A frame is `magic, header length, body length` (3 × uint32, big endian), a msgpack header and a body of raw
array bytes. Arrays in the header point into the body, so a header of at most 4 MB bounds how many objects a
frame can decode to.
"""

import itertools
import math
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

MAGIC = 0x67726431
PREFIX = struct.Struct(">III")
MAX_HEADER = 4 << 20
MAX_BODY = 64 << 20
MAX_DEPTH = 32
MAX_ITEMS = 400_000
AT_ONCE, AT_MOST = 1 << 16, 1 << 20  # bytes asked for in one read
ARRAY, TENSOR, HANDLE, CALLBACK, NUMPY_SCALAR, BIG_INT, TUPLE = range(1, 8)
CONTAINERS = (list, tuple, dict)
UNCHANGED = frozenset((type(None), bool, float, str, bytes))
LISTED: tuple[type[Iterable[object]], ...] = (
    Iterator,
    range,
    type({}.keys()),
    type({}.values()),
    type({}.items()),
)
DTYPES = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split())
KINDS: dict[object, np.dtype[np.generic]] = {name: np.dtype(name) for name in DTYPES}


class WireError(Exception):
    """The frame is not one that an honest, bounded peer would send."""


@dataclass(frozen=True)
class HandleRef:
    """An object that stays in the worker: its number there and the name of its type."""

    number: int
    kind: str = ""


@dataclass(frozen=True)
class CallbackRef:
    """A function that stays with the judge; one that comes from a worker is forged, and has only its kind."""

    number: int
    kind = "function"


Reference = HandleRef | CallbackRef


def pack(value: object, on_object: Callable[[object], Reference] | None = None) -> bytes:
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
    header: bytes,
    body: bytes,
    resolve: Callable[[Reference], object] = lambda ref: ref,
    tensors: bool = False,
) -> object:
    """Decode one frame; `resolve` turns references into what they stand for.

    Raises:
        WireError: anything that `pack` would not have produced.
    """
    depth = offset = 0

    def hook(code: int, data: bytes) -> object:
        nonlocal depth, offset
        if code == BIG_INT:
            return _big_int(data)
        if code == TUPLE:
            depth += 1
            if depth > MAX_DEPTH:
                raise WireError("nested too deeply")
            items = tuple(_loads(data, hook))
            depth -= 1
            return items
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


def _check_depth(value: list[object] | tuple[object, ...] | dict[object, object], left: int) -> None:
    if not left:
        raise WireError("nested too deeply")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, CONTAINERS):
            _check_depth(item, left - 1)


def prefix_lengths(prefix: bytes) -> tuple[int, int]:
    """Header and body length announced by a frame's first 12 bytes, checked against the bounds.

    Raises:
        WireError: it is not the beginning of a frame within the bounds.
    """
    magic, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise WireError("not a frame, or one over the size limit")
    return header, body


def split(frame: bytes) -> tuple[bytes, bytes]:
    """The header and the body of a whole frame."""
    header, _ = prefix_lengths(frame[: PREFIX.size])
    return frame[PREFIX.size : PREFIX.size + header], frame[PREFIX.size + header :]


class Frames:
    """Whole frames out of a stream of bytes, usually with one system call each."""

    def __init__(self) -> None:
        self.arrived = b""  # beyond the frames that have been read

    def next(self, receive: Callable[[int], bytes]) -> tuple[bytes, bytes]:
        """The header and the body of the next frame; `receive` waits for bytes, at most so many.

        Raises:
            WireError: what arrives is not a frame within the bounds.
        """
        header, body = prefix_lengths(self._read(PREFIX.size, receive))
        both = self._read(header + body, receive)
        return both[:header], both[header:]

    def _read(self, count: int, receive: Callable[[int], bytes]) -> bytes:
        arrived: bytes | bytearray = self.arrived
        while len(arrived) < count:
            chunk = receive(min(max(AT_ONCE, count - len(arrived)), AT_MOST))
            if arrived and isinstance(arrived, bytes):
                arrived = bytearray(arrived)
            arrived += chunk
        self.arrived = bytes(arrived[count:])
        return bytes(arrived[:count])


def _loads(data: bytes, hook: Callable[[int, bytes], object]) -> Any:
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


def _array(code: int, parts: list[Any], body: bytes, tensors: bool) -> object:
    name, shape, offset, nbytes = parts
    if name not in DTYPES or not isinstance(shape, list) or len(shape) > MAX_DEPTH:
        raise WireError("an array of a type that is not sent")
    for n in (*shape, offset, nbytes):
        if not isinstance(n, int) or not 0 <= n <= MAX_BODY:
            raise WireError("an array with an impossible shape")
    kind, count = KINDS[name], math.prod(shape)
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
    def __init__(self, on_object: Callable[[object], Reference] | None) -> None:
        self.on_object = on_object
        self.chunks: list[bytes] = []
        self.size = 0
        self.items = 0
        self.bytes_of: Callable[[object], bytes] = msgpack.Packer(unicode_errors="replace").pack

    def plain(self, value: object, depth: int) -> object:
        """The value in the types that msgpack knows; the bytes of arrays are put into `chunks`."""
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise WireError("the value is nested too deeply or has too many parts to be sent")
        if type(value) in UNCHANGED:
            return value
        if isinstance(value, (list, set, frozenset)):
            return [self.plain(item, depth + 1) for item in value]
        if isinstance(value, np.ndarray):
            return self.array(np.asarray(value), ARRAY, depth)
        if isinstance(value, (np.generic, complex)):
            return self.array(np.asarray(value), NUMPY_SCALAR, depth)
        if isinstance(value, int):
            return self.integer(int(value))
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray)):
            return bytes(value)
        return self.container(value, depth)

    def integer(self, number: int) -> object:
        if -(1 << 63) <= number < 1 << 63:
            return number
        return msgpack.ExtType(BIG_INT, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))

    def container(self, value: object, depth: int) -> object:
        if isinstance(value, tuple):
            return msgpack.ExtType(TUPLE, self.bytes_of([self.plain(item, depth + 1) for item in value]))
        if isinstance(value, Mapping):
            return {self.key(k): self.plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, (HandleRef, CallbackRef)):
            return self.reference(value)
        if type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "detach"):
            tensor = value.detach().cpu()
            tensor = tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor
            return self.array(tensor.resolve_conj().resolve_neg().numpy(), TENSOR, depth)
        if isinstance(value, LISTED):
            return [self.plain(item, depth + 1) for item in itertools.islice(value, MAX_ITEMS + 1)]
        if self.on_object is None:
            raise WireError(f"a {type(value).__name__} is not plain data")
        return self.reference(self.on_object(value))

    def key(self, key: object) -> object:
        if isinstance(key, str):
            return str(key)
        return key if key is None or isinstance(key, (int, float)) else repr(key)[:200]

    def reference(self, ref: Reference) -> object:
        handle = isinstance(ref, HandleRef)
        parts = [ref.number, ref.kind] if handle else [ref.number]
        return msgpack.ExtType(HANDLE if handle else CALLBACK, self.bytes_of(parts))

    def array(self, array: NDArray[np.generic], code: int, depth: int) -> object:
        if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16:
            return self.plain(array.tolist(), depth + 1)
        if (name := array.dtype.str) not in DTYPES:
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
