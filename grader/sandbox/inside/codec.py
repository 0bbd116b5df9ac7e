"""Frames of plain data between the judge and the worker: bounded, never pickled, never evaluated.

A frame is `magic, header length, body length` (3 × uint32, big endian), a msgpack header and a body of raw
array bytes, into which the arrays of the header point. A forged frame costs its reader time in proportion to
its size, and no more memory than the largest honest one: kinds and numbers are checked before anything is
built of them.
"""

import itertools
import math
import struct
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass
from numbers import Real
from typing import Any

import msgpack
import numpy as np
from numpy.typing import NDArray

MAGIC = 0x67726431
PREFIX = struct.Struct(">III")
MAX_HEADER, MAX_BODY = 4 << 20, 64 << 20
MAX_DEPTH = 32
MAX_ITEMS = 400_000  # of all lists, tuples and maps of a frame together
MAX_ENTRIES = MAX_BODY // 8  # of an array: as many as there are float64 numbers in a body
MAX_KEYS = 5_000  # of all maps together, other than text: numbers can be chosen so that their hashes collide
MAX_INTEGER = 1_700  # bytes: fewer digits than Python refuses to write
MAX_REFERENCE = 1_000  # bytes of what describes an array or an object
HANDLE_ITEMS = 8  # as many items as an object costs
ARRAY, TENSOR, HANDLE, CALLBACK, NUMPY_SCALAR, BIG_INT, TUPLE = range(1, 8)
ARRAYS = (ARRAY, TENSOR, NUMPY_SCALAR)
CONTAINERS = (list, tuple, dict)
KEYS = frozenset((str, int, float, bool, type(None)))
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
TOO_MANY = f"more than {MAX_ITEMS:,} parts"
UNCHANGED = frozenset((type(None), bool, float, str, bytes))
LISTED = (Iterator, range, KeysView, ValuesView, ItemsView)
DTYPES = frozenset("|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split())
KINDS: dict[object, np.dtype[np.generic]] = {name: np.dtype(name) for name in DTYPES}


class WireError(Exception):
    """The frame is not one that an honest, bounded peer would send."""


class TooLarge(WireError):
    """The frame, or something in it, is larger than what is sent; the text says what."""


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
Resolve = Callable[[Reference], object]


def pack(value: object, on_object: Callable[[object], Reference] | None = None) -> bytes:
    """Encode `value` as one frame; `on_object` gives a reference for what is not plain data.

    Raises:
        TooLarge: the value has too many parts, levels or bytes.
        WireError: it is not plain, and `on_object` is None.
    """
    packer = _Packer(on_object)
    header = packer.bytes_of(packer.plain(value, 0))
    if len(header) > MAX_HEADER:
        raise TooLarge(f"more than {MAX_HEADER >> 20} MB of text and numbers")
    return b"".join([PREFIX.pack(MAGIC, len(header), packer.size), header, *packer.chunks])


def unpack(
    header: bytes,
    body: bytes,
    resolve: Resolve = lambda ref: ref,
    tensors: bool = False,
    most_text: int = MAX_HEADER,
) -> object:
    """Decode one frame; `resolve` turns references into what they stand for.

    Args:
        most_text: the bytes, as UTF-8, that one text may have.

    Raises:
        TooLarge: it, or a part of it, is over a bound.
        WireError: anything else that `pack` would not have produced.
    """
    value = _Reader(body, resolve, tensors, most_text).read(header)
    _check_depth(value, MAX_DEPTH + 8)
    return value


def _check_depth(value: object, left: int) -> None:
    if not left:
        raise TooLarge(TOO_DEEP)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for part in parts:
        if isinstance(part, CONTAINERS):
            _check_depth(part, left - 1)


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


class _Reader:
    """Decodes one frame, and counts what it is made of."""

    def __init__(self, body: bytes, resolve: Resolve, tensors: bool, most_text: int) -> None:
        self.body, self.resolve, self.tensors, self.most_text = body, resolve, tensors, most_text
        self.items = self.keys = self.depth = self.offset = self.copied = 0

    def read(self, data: bytes) -> Any:
        """The value of a header, or of the items of a tuple in it."""
        self.copied += len(data)  # once more for every tuple around it
        if self.depth > MAX_DEPTH or self.copied > 8 * MAX_HEADER:
            raise TooLarge(TOO_DEEP)
        hooks = {"ext_hook": self.extension, "list_hook": self.counted, "object_pairs_hook": self.mapping}
        limits = {"max_str_len": self.most_text, "max_array_len": MAX_ITEMS, "max_map_len": MAX_ITEMS}
        try:
            whole = msgpack.Unpacker(max_buffer_size=len(data) or 1)
            whole.feed(data)
            whole.skip()  # a list is made as long as it says it is, so first see that everything is there
            return msgpack.unpackb(data, strict_map_key=False, **hooks, **limits)
        except WireError:
            raise
        except (msgpack.UnpackException, ValueError) as error:  # of msgpack; the rest would be ours
            if "exceeds max_" in str(error):
                long = f"a text of more than {self.most_text:,} bytes"
                raise TooLarge(long if "max_str_len" in str(error) else TOO_MANY) from None
            raise WireError(f"malformed frame ({type(error).__name__})") from None

    def count(self, items: int) -> None:
        self.items += items
        if self.items > MAX_ITEMS:
            raise TooLarge(TOO_MANY)

    def counted(self, items: list[object]) -> list[object]:
        self.count(len(items))
        return items

    def mapping(self, pairs: list[tuple[Any, object]]) -> dict[Any, object]:
        """The map of these pairs; the kinds of its keys are checked before one is hashed."""
        self.count(len(pairs))
        others = [type(key) for key, _ in pairs if type(key) is not str]
        self.keys += len(others)
        if not KEYS.issuperset(others):
            raise WireError("a key of a kind that is not sent")
        if self.keys > MAX_KEYS:
            raise TooLarge(f"more than {MAX_KEYS:,} keys other than text")
        return dict(pairs)

    def extension(self, code: int, data: bytes) -> object:
        if code == BIG_INT:
            if len(data) > MAX_INTEGER:
                raise TooLarge(f"a number of more than {MAX_INTEGER * 8:,} bits")
            return int.from_bytes(data, "big", signed=True)
        if code == TUPLE:
            self.depth += 1
            items = self.read(data)
            self.depth -= 1
            if isinstance(items, list):
                return tuple(items)
        elif len(data) <= MAX_REFERENCE:
            match msgpack.unpackb(data):
                case [int(number), str(kind)] if code == HANDLE:
                    self.count(HANDLE_ITEMS)
                    return self.resolve(HandleRef(number, kind[:80]))
                case [int(number)] if code == CALLBACK:
                    return self.resolve(CallbackRef(number))
                case [str(name), list(shape), int(offset), int(size)] if code in ARRAYS:
                    return self.array(code, name, shape, offset, size)
        raise WireError("malformed extension")

    def array(self, code: int, name: str, shape: list[Any], offset: int, size: int) -> object:
        """The array of this dtype and shape whose bytes are these of the body."""
        if name not in DTYPES or len(shape) > MAX_DEPTH:
            raise WireError("an array of a type that is not sent")
        if not all(type(n) is int and 0 <= n <= MAX_BODY for n in shape):
            raise WireError("an array of an impossible shape")
        kind, count = KINDS[name], math.prod(shape)
        if math.prod(n or 1 for n in shape) > (MAX_ENTRIES if count else MAX_ITEMS):
            raise TooLarge(f"an array of shape {tuple(shape)}")
        # arrays never share bytes, so a frame cannot unfold to more than its size
        if offset != self.offset or count * kind.itemsize != size or offset + size > len(self.body):
            raise WireError("an array that does not fit its frame")
        self.offset += size
        array = np.frombuffer(self.body, kind, count, offset).reshape(shape).copy()
        if code == NUMPY_SCALAR and not shape:
            return array[()]
        if code == TENSOR and self.tensors:
            import torch

            return torch.from_numpy(array)
        return array


class _Packer:
    def __init__(self, on_object: Callable[[object], Reference] | None) -> None:
        self.on_object = on_object
        self.chunks: list[bytes] = []
        self.size = self.items = 0
        self.bytes_of: Callable[[object], bytes] = msgpack.Packer(unicode_errors="replace").pack

    def plain(self, value: object, depth: int) -> object:
        """The value in the types that msgpack knows; the bytes of arrays are put into `chunks`."""
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise TooLarge(TOO_DEEP if depth > MAX_DEPTH else TOO_MANY)
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
        if isinstance(value, Real):  # a Fraction, too
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
        number = isinstance(key, float) or (isinstance(key, int) and -(1 << 63) <= key < 1 << 63)
        return key if key is None or number else repr(key)[:200]

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
        offset, self.size = self.size, self.size + array.nbytes
        if self.size > MAX_BODY:
            raise TooLarge(f"more than {MAX_BODY >> 20} MB")
        self.chunks.append(array.tobytes())
        return msgpack.ExtType(code, self.bytes_of([name, list(array.shape), offset, array.nbytes]))
