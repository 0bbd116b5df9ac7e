"""Changes owner, rights, times and attributes of files that it may not open.

Added to: right answers
Score: full
"""

# %%
import os

for path in [VICTIM, os.path.dirname(VICTIM), *SECRETS]:
    for way in (
        lambda p: os.chmod(p, 0o777),
        lambda p: os.chown(p, os.getuid(), os.getgid()),
        lambda p: os.utime(p, (1, 1)),
        lambda p: os.setxattr(p, "user.mallory", b"x"),
        lambda p: os.truncate(p, 0),
        lambda p: os.remove(p),
        lambda p: os.rename(p, p + ".mallory"),
    ):
        try:
            way(path)
        except OSError:
            pass
