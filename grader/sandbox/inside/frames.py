"""Whole frames out of a stream of bytes."""

from collections.abc import Callable

from .codec import PREFIX, prefix_lengths

AT_ONCE, AT_MOST = 1 << 16, 1 << 20  # bytes asked for in one read


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
