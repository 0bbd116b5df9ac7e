"""Other machines, simulated: what a command is started through to find itself on one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from support.paths import ROOT

# Installs a system-call filter, and becomes the command: `number,number… error command…`, a call's first argument masked if `number&mask`.
DENY = """
import os, platform, sys
from grader.sandbox.inside import confine
from grader.sandbox.seccomp import ALLOW, assemble
from grader.sandbox.system_calls import Check
rules = {}
for entry in sys.argv[1].split(","):
    number, _, mask = entry.partition("&")
    rules[int(number)] = (Check(0, (0,) if mask else (), int(sys.argv[2]), int(mask or "0", 0)),)
confine.seccomp(assemble(rules, ALLOW, platform.machine()))
os.execvp(sys.argv[3], sys.argv[3:])
"""
DENIED = [sys.executable, "-c", DENY]
NO_LANDLOCK = [*DENIED, "444,445,446", "38"]
NO_USER_NAMESPACES = [*DENIED, "56&0x10000000,272&0x10000000", "1"]  # clone, unshare; EPERM
# All that Docker does not give to root.
TAKEN = """
    sys_admin sys_ptrace sys_module sys_rawio sys_pacct sys_boot sys_nice sys_resource sys_time sys_tty_config dac_read_search
    linux_immutable net_admin ipc_lock ipc_owner lease syslog wake_alarm block_suspend audit_read mac_override mac_admin
""".split()


# A mount namespace, in which a shell changes something before the command.
MOUNTED = ["unshare", "--mount", "sh", "-c"]


def _opened_home() -> list[str]:
    """For root: as if Python did not lie where only root can reach it."""
    home = Path.home()
    needed = sorted(path for path in {Path(sys.base_prefix), Path(sys.prefix), ROOT} if path.is_relative_to(home))
    if os.geteuid() or not needed:
        return []
    steps = [f"mount --bind {home} /mnt", f"mount -t tmpfs -o mode=755 none {home}"]
    steps += [f"mkdir -p {path} && mount --bind /mnt/{path.relative_to(home)} {path}" for path in needed]
    return [*MOUNTED, " && ".join([*steps, 'exec "$0" "$@"'])]


OPEN = _opened_home()
PLAIN = [] if os.geteuid() else [*OPEN, "setpriv", "--reuid=4321", "--regid=4321", "--clear-groups"]
CAPSH = shutil.which("capsh", path="/usr/sbin:/sbin:/usr/bin:/bin") or "capsh"
DOCKER_ROOT = [CAPSH, "--drop=" + ",".join(f"cap_{name}" for name in TAKEN), "--", "-c", 'exec "$0" "$@"']
ROOTLESS = ["unshare", "--user", "--map-root-user"]
NO_MORE_NAMESPACES = [*ROOTLESS, "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$0" "$@"']
SMALL_SHM = [*MOUNTED, 'mount -t tmpfs -o size=4k,mode=1777 none /dev/shm; exec "$0" "$@"']
NO_PROC = [*MOUNTED, 'mount -t tmpfs none /proc; exec "$0" "$@"']
