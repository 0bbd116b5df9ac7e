"""Frames that a worker of its own making might send: what they may cost whoever reads them."""

from collections.abc import Callable

import msgpack
import numpy as np
import pytest
from support.costs import cost_of

from grader.sandbox.inside import codec

MOST_MB = 160  # an honest frame of 4 MB of header and 64 MB of body costs about as much
MOST_S = 20.0  # of CPU; the dearest of these takes one, each grew with the square of its size or had no end
P = (1 << 61) - 1  # whole numbers that differ by a multiple of it have one hash


def extension(code: int, content: object) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(content))


def colliding(number: int) -> msgpack.ExtType:
    return msgpack.ExtType(codec.BIG_INT, ((number + 16) * P).to_bytes(11, "big", signed=True))


def keyed(*keys: object) -> bytes:
    """The header of a map with these keys, which msgpack would not make of a Python dict."""
    packer = msgpack.Packer(autoreset=False)
    packer.pack_map_header(len(keys))
    for key in keys:
        packer.pack(key)
        packer.pack(0)
    return bytes(packer.bytes())


def nested_tuples(levels: int, padding: int) -> bytes:
    """A tuple of a tuple and so on, and in each a piece of junk."""
    header = b"\xc0"
    for _ in range(levels):
        header = msgpack.packb([bytes(padding), msgpack.ExtType(codec.TUPLE, header)])
    return header


TOO_LARGE: dict[str, Callable[[], bytes]] = {
    "keys with one hash": lambda: keyed(*map(colliding, range(100_000))),
    "keys that are numbers": lambda: keyed(*(k << 40 for k in range(200_000))),
    "keys that are floats": lambda: keyed(*(float(k) * 2.0**900 for k in range(200_000))),
    "small maps of numbers": lambda: msgpack.packb([{0: 0}] * 350_000),
    "empty lists in lists": lambda: msgpack.packb([[[]] * 390_000] * 10),
    "empty maps in lists": lambda: msgpack.packb([[{}] * 390_000] * 10),
    "one list too long": lambda: msgpack.packb([None] * (codec.MAX_ITEMS + 1)),
    "empty tuples": lambda: msgpack.packb([[extension(codec.TUPLE, [])] * 390_000] * 3),
    "handles": lambda: msgpack.packb([extension(codec.HANDLE, [1, "x" * 50])] * 60_000),
    "tuples in tuples": lambda: nested_tuples(codec.MAX_DEPTH, 120_000),
    "an endless number": lambda: msgpack.packb(msgpack.ExtType(codec.BIG_INT, bytes(codec.MAX_HEADER - 9))),
    "a wide text": lambda: msgpack.packb("a" * 3_000_000 + "\U0001f600"),
    "a text as a key": lambda: keyed("a" * 3_000_000),
    "no numbers, but two to the 26 rows": lambda: msgpack.packb(extension(codec.ARRAY, ["<f8", [0, 1 << 26], 0, 0])),
    "bytes that unfold to numbers": lambda: msgpack.packb(extension(codec.ARRAY, ["|u1", [1 << 26], 0, 1 << 26])),
}  # fmt: skip
MALFORMED: dict[str, Callable[[], bytes]] = {
    "lists that say they are long": lambda: b"\xdd\x00\x06\x1a\x80" * 800_000,
    "maps that say they are long": lambda: b"\xdf\x00\x06\x1a\x80\xc0" * 600_000,
    "a map that is a key": lambda: b"\x81" * 4_000_000,
    "tuples that are keys": lambda: keyed(*(extension(codec.TUPLE, [k] * 9) for k in range(30_000))),
    "bytes that are keys": lambda: keyed(*(bytes([k & 255, k >> 8]) for k in range(20_000))),
    "a handle with a long description": lambda: msgpack.packb(extension(codec.HANDLE, [1, "x" * 3_000_000])),
    "a handle of lists": lambda: msgpack.packb(msgpack.ExtType(codec.HANDLE, b"\x91" * 900)),
    "an array of the same shape for ever": lambda: msgpack.packb(extension(codec.ARRAY, ["<f8", [1] * 900, 0, 8])),
}  # fmt: skip
DEAR = {  # these are honest, as far as their reader can tell, and as dear as it gets
    "empty maps": lambda: msgpack.packb([{}] * codec.MAX_ITEMS),
    "empty lists": lambda: msgpack.packb([[]] * codec.MAX_ITEMS),
    "maps of one text": lambda: msgpack.packb([{"": 0}] * (codec.MAX_ITEMS // 2)),
    "wide letters": lambda: msgpack.packb(["\U0001f600"] * codec.MAX_ITEMS),
    "empty arrays": lambda: msgpack.packb([extension(codec.ARRAY, ["|b1", [0], 0, 0])] * 100_000),
    "tuples": lambda: msgpack.packb([extension(codec.TUPLE, [])] * codec.MAX_ITEMS),
    "keys with one hash": lambda: keyed(*map(colliding, range(codec.MAX_KEYS))),
}


@pytest.mark.parametrize("name", [*TOO_LARGE, *MALFORMED])
def test_a_forged_frame_is_refused_before_anything_is_built_of_it(name: str) -> None:
    """What breaks a bound says which, anything else is malformed; both at a bounded cost."""
    header, body = {**TOO_LARGE, **MALFORMED}[name](), bytes(codec.MAX_BODY)
    assert len(header) <= codec.MAX_HEADER
    cost = cost_of(lambda: codec.unpack(header, body, most_text=1 << 16))
    assert cost.raised.startswith("TooLarge: " if name in TOO_LARGE else "WireError: "), cost
    assert cost.cpu_s < MOST_S and cost.peak_mb < MOST_MB, cost


@pytest.mark.parametrize("name", DEAR)
def test_the_dearest_frames_that_are_read_cost_what_their_size_allows(name: str) -> None:
    """Frames at the bounds are read, in bounded time and memory."""
    header = DEAR[name]()
    assert len(header) <= codec.MAX_HEADER
    cost = cost_of(lambda: codec.unpack(header, b""))
    assert not cost.raised and cost.cpu_s < MOST_S and cost.peak_mb < MOST_MB, cost


def test_as_much_as_any_exercise_asks_for_is_read() -> None:
    """Large right answers pass in every form: 200 000 numbers, 10 001 objects, and a million entries."""
    numbers = np.arange(200_000.0)
    answers: list[object] = [
        numbers,
        numbers.tolist(),
        list(numbers),
        (numbers.reshape(-1, 2).tolist(), "text" * 1000),
        [codec.HandleRef(n, "Value") for n in range(10_001)],
        np.zeros((1000, 1000), dtype=bool),
        {f"W{n}": np.zeros((30, 30)) for n in range(1000)},
        dict.fromkeys(range(1000), 2**1000),
    ]
    for answer in answers:
        codec.unpack(*codec.split(codec.pack(["ok", answer])), most_text=1 << 16)


def test_every_whole_number_that_is_read_can_be_written() -> None:
    """Python refuses to write numbers of more than 4,300 digits: none of these arrives, so none breaks a message."""
    largest = int.from_bytes(b"\x7f" + b"\xff" * (codec.MAX_INTEGER - 1), "big")
    assert codec.unpack(*codec.split(codec.pack(largest))) == largest
    assert len(str(-largest)) > 4000
    with pytest.raises(codec.TooLarge):
        codec.unpack(*codec.split(codec.pack(largest << 8)))
