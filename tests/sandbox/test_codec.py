"""Frames: what goes in comes out, and what no honest peer would send is refused."""

from __future__ import annotations

import ast
import math
import random
import struct
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
import sympy
import torch

from grader.sandbox.inside import codec


def through(value: Any, tensors: bool = False) -> Any:
    """The value after one trip through a frame."""
    return codec.unpack(*codec.split(codec.pack(value)), tensors=tensors)


def array_frame(*parts: Any, body: bytes = b"", code: int = codec.ARRAY) -> tuple[bytes, bytes]:
    """A hand-made header with one array extension, and a body."""
    return msgpack.packb(msgpack.ExtType(code, msgpack.packb(list(parts)))), body


@pytest.mark.parametrize(
    "value",
    [None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64, -(2**200), 10**400, 1.5, -0.0, math.inf, "é\0日", "", b"\x00\xff",
     (), (1, (2, (3,))), [], [[1], []], {"a": {"b": [1, (2, None)]}}, {1: 2, None: 3, 2.5: 4}],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_plain_values_survive_a_round_trip_with_their_type(value: Any) -> None:
    """Scalars, big integers, text and containers come back equal and of the same type."""
    back = through(value)
    assert back == value
    assert type(back) is type(value)


def test_nan_and_complex_survive_a_round_trip() -> None:
    """Not-a-number stays not-a-number and a complex number keeps both parts."""
    assert math.isnan(through(math.nan))
    assert through(1 + 2j) == 1 + 2j


@pytest.mark.parametrize("dtype", sorted(codec.DTYPES))
@pytest.mark.parametrize("shape", [(), (0,), (0, 3), (4,), (2, 3), (1, 2, 1, 3)])
def test_arrays_of_every_dtype_survive_a_round_trip(dtype: str, shape: tuple[int, ...]) -> None:
    """Dtype, shape and bytes are kept, also for empty and 0-d arrays."""
    array = np.array(np.arange(math.prod(shape)).reshape(shape) % 2, dtype=dtype)
    back = through(array)
    assert isinstance(back, np.ndarray)
    assert back.dtype == array.dtype and back.shape == array.shape
    assert back.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    "array",
    [np.arange(12.0).reshape(3, 4).T, np.arange(20)[::-3], np.asfortranarray(np.eye(3)), np.arange(6, dtype=">i4"),
     np.broadcast_to(np.float32(2), (3, 2)), np.ma.array([1, 2], mask=[0, 1])],
    ids=["transposed", "strided", "fortran", "big-endian", "broadcast", "masked"],
)  # fmt: skip
def test_arrays_of_unusual_layout_arrive_with_their_values(array: np.ndarray[Any, Any]) -> None:
    """Strides and byte order do not change what arrives, and what arrives can be written to."""
    back = through(array)
    assert np.array_equal(back, np.asarray(array))
    assert back.flags.c_contiguous and back.flags.writeable


@pytest.mark.parametrize("scalar", [np.float32(1.5), np.int8(-3), np.bool_(True), np.complex64(1j), np.float16(0.5)])
def test_numpy_scalars_stay_numpy_scalars(scalar: np.generic) -> None:
    """A NumPy scalar comes back as a scalar of its dtype, not as an array."""
    back = through(scalar)
    assert type(back) is type(scalar) and back == scalar


@pytest.mark.parametrize(
    "tensor",
    [torch.arange(6.0).reshape(2, 3), torch.tensor(3), torch.zeros(0, 2), torch.ones(2, requires_grad=True) * 2,
     torch.arange(6).reshape(2, 3).T, torch.tensor([1 + 2j]).conj()],
    ids=["float", "0-d", "empty", "with-grad", "transposed", "conjugate"],
)  # fmt: skip
def test_tensors_arrive_as_tensors_where_asked_for_and_as_arrays_elsewhere(tensor: torch.Tensor) -> None:
    """The same frame is a tensor to the worker and an array to the judge."""
    plain = tensor.detach().resolve_conj()
    back = through(tensor, tensors=True)
    assert torch.equal(back, plain) and back.dtype == plain.dtype
    assert np.array_equal(through(tensor), plain.numpy())


def test_references_are_resolved_by_the_receiver() -> None:
    """Handles and callbacks travel as numbers, also inside tuples."""
    seen: list[Any] = []
    frame = codec.pack([(codec.HandleRef(3, "Gate"),), codec.CallbackRef(1)])
    codec.unpack(*codec.split(frame), seen.append)
    assert seen == [codec.HandleRef(3, "Gate"), codec.CallbackRef(1)]


@pytest.mark.parametrize("number", [Fraction(1, 4), sympy.Rational(1, 4), sympy.Float(0.25)])
def test_numbers_of_other_kinds_arrive_as_floats(number: Any) -> None:
    """As the numbers that they are; an object of the student's would have to be asked for its value."""
    assert through([number]) == [0.25] and type(through(number)) is float


def test_sets_ranges_and_iterators_arrive_as_lists() -> None:
    """What can be listed is listed."""
    assert through({3}) == [3]
    assert through(range(3)) == [0, 1, 2]
    assert through(n * n for n in range(3)) == [0, 1, 4]
    assert through({"a": 1}.keys()) == ["a"]


@pytest.mark.parametrize("value", [object(), len, [object()], {"a": object()}], ids=["object", "function", "list", "dict"])
def test_an_object_that_is_not_plain_is_refused_without_a_place_for_it(value: Any) -> None:
    """Nothing is pickled: an object is a reference or an error."""
    with pytest.raises(codec.WireError):
        codec.pack(value)


def test_values_too_deep_too_many_or_too_large_are_not_packed() -> None:
    """Depth, number of parts and bytes are bounded for the sender as well."""
    deep: list[Any] = []
    for _ in range(codec.MAX_DEPTH + 2):
        deep = [deep]
    for value in (deep, [0] * (codec.MAX_ITEMS + 1), iter(int, 1), np.zeros(codec.MAX_BODY // 8 + 1)):
        with pytest.raises(codec.WireError):
            codec.pack(value)


@pytest.mark.parametrize(
    "prefix",
    [b"GET / HTTP/1", b"\0" * 12, struct.pack(">III", codec.MAGIC ^ 1, 1, 1), struct.pack(">III", codec.MAGIC, 2**32 - 1, 0),
     struct.pack(">III", codec.MAGIC, codec.MAX_HEADER + 1, 0), struct.pack(">III", codec.MAGIC, 1, codec.MAX_BODY + 1)],
    ids=["http", "zeros", "wrong-magic", "endless", "long-header", "long-body"],
)  # fmt: skip
def test_a_prefix_with_wrong_magic_or_lengths_is_refused(prefix: bytes) -> None:
    """Twelve bytes are enough to refuse a frame, before anything is allocated."""
    with pytest.raises(codec.WireError):
        codec.prefix_lengths(prefix)


def test_a_truncated_header_or_body_is_refused() -> None:
    """Every proper prefix of a header, and every shortened body, is an error."""
    header, body = codec.split(codec.pack(["ok", (1, "two"), np.arange(5.0)]))
    for cut in range(len(header)):
        with pytest.raises(codec.WireError):
            codec.unpack(header[:cut], body)
    for cut in range(len(body)):
        with pytest.raises(codec.WireError):
            codec.unpack(header, body[:cut])


@pytest.mark.parametrize(
    "parts",
    [["<f8", [2], 8, 16], ["<f8", [2], 2**25, 16], ["<f8", [3], 0, 16], ["<f8", [2], -8, 16], ["<f8", [-2], 0, -16],
     ["<f8", [2**26, 2**26], 0, 16], ["<f8", [2**63], 0, 16], ["<f8", [0, 2**26, 2**26, 2**26], 0, 0], ["|O", [2], 0, 16],
     ["|V8", [2], 0, 16], ["<U4", [1], 0, 16], ["f8,f8", [1], 0, 16], [["<f8"], [2], 0, 16], [None, [2], 0, 16],
     ["<f8", "ab", 0, 16], ["<f8", [2.0], 0, 16], ["<f8", [2], "0", 16], ["<f8", {}, 0, 8], ["<f8", [1] * 70, 0, 8],
     ["<f8", [2], 0], []],
    ids=lambda parts: repr(parts)[:24],
)  # fmt: skip
@pytest.mark.parametrize("code", [codec.ARRAY, codec.TENSOR, codec.NUMPY_SCALAR])
def test_an_array_that_lies_about_itself_is_refused(parts: list[Any], code: int) -> None:
    """Offsets outside the body, impossible shapes and dtypes that are never sent are errors."""
    with pytest.raises(codec.WireError):
        codec.unpack(*array_frame(*parts, body=bytes(16), code=code), tensors=True)


def test_arrays_that_share_one_piece_of_the_body_are_refused() -> None:
    """A small header must not unfold one body into many times its size."""
    body = bytes(1 << 20)
    one = msgpack.ExtType(codec.ARRAY, msgpack.packb(["|u1", [len(body)], 0, len(body)]))
    with pytest.raises(codec.WireError):
        codec.unpack(msgpack.packb([one] * 50), body)


@pytest.mark.parametrize("levels", [codec.MAX_DEPTH + 10, 250, 5_000])
@pytest.mark.parametrize("kind", ["list", "map"])
def test_deep_nesting_is_refused(kind: str, levels: int) -> None:
    """What `pack` would not nest is not unpacked either."""
    header = {"list": b"\x91", "map": b"\x81\x00"}[kind] * levels + b"\xc0"
    with pytest.raises(codec.WireError):
        codec.unpack(header, b"")


@pytest.mark.parametrize("levels", [codec.MAX_DEPTH + 10, 700])
def test_tuples_within_tuples_do_not_exhaust_the_stack(levels: int) -> None:
    """Deeply nested tuples are refused, and the process that reads them lives (a separate one, in case it does not)."""
    program = f"""
import msgpack
from grader.sandbox.inside import codec
header = b"\\xc0"
for _ in range({levels}):
    header = msgpack.packb(msgpack.ExtType(codec.TUPLE, b"\\x91" + header))
try:
    codec.unpack(header, b"")
except codec.WireError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "refused"), done.stderr[:200]


@pytest.mark.parametrize(
    "header",
    [b"", b"\xc1", b"\xc0\xc0", b"\xdd\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff", b"\xa2\xff\xfe", b"\x81\x90\x00",
     msgpack.packb(msgpack.ExtType(99, b"\xc0")), msgpack.packb(msgpack.ExtType(codec.HANDLE, b"\x92\xa1a\xa1b")),
     msgpack.packb(msgpack.ExtType(codec.CALLBACK, b"\xc0")), msgpack.packb(msgpack.ExtType(codec.BIG_INT, bytes(4001))),
     msgpack.packb(msgpack.ExtType(codec.TUPLE, b"\xc0"))],
    ids=lambda header: header[:8].hex() or "empty",
)  # fmt: skip
def test_a_malformed_header_is_refused(header: bytes) -> None:
    """Broken msgpack, unknown extensions and extensions with the wrong content are errors."""
    with pytest.raises(codec.WireError):
        codec.unpack(header, b"")


def test_damaged_frames_raise_nothing_but_a_wire_error() -> None:
    """Five hundred frames with random damage are decoded or refused, and nothing else happens."""
    dice = random.Random(20240)
    whole = codec.pack(["ok", [1, (2.5, "text", None), {"k": 2**80}, np.arange(6.0).reshape(2, 3), codec.HandleRef(1, "X")]])
    refused = 0
    for case in range(500):
        data = bytearray(dice.randbytes(dice.randrange(80)) if case % 3 == 0 else whole)
        for _ in range(dice.randrange(1, 6)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        if case % 3 == 1 and len(data) > 12:
            header, body = bytes(data[12 : dice.randrange(12, len(data) + 1)]), bytes(data[-48:])
        else:
            header, body = bytes(data[12:-48]), bytes(data[-48:])
        try:
            if len(data) >= 12:
                codec.prefix_lengths(bytes(data[:12]))
            codec.unpack(header, body, tensors=True)
        except codec.WireError:
            refused += 1
    assert refused > 100


def test_the_codec_never_imports_a_module_that_could_run_what_it_reads() -> None:
    """No pickle, marshal, shelve or dill, and neither eval nor exec, in the source of the codec."""
    tree = ast.parse(Path(codec.__file__).read_text(encoding="utf-8"))
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not imported & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    assert not called & {"eval", "exec", "compile", "__import__"}
