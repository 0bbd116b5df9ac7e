"""Makes the sockets' methods do nothing.

Added to: wrong answers
Score: 0
"""

# %%
import socket

socket.socket.sendall = socket.socket.recv_into = socket.socket.send = lambda *a, **k: 0
