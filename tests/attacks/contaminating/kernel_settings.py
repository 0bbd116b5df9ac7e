"""Changes settings of the kernel and of its own process group.

Added to: right answers
Score: full
Loot: none
"""

# %%
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger",
             "/sys/fs/cgroup/cgroup.procs", "/proc/sys/fs/file-max", f"/proc/{JUDGE}/oom_score_adj"):  # fmt: skip
    try:
        with open(path, "w") as stream:
            stream.write("0")
        loot.append(path)
    except OSError:
        pass
