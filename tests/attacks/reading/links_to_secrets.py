"""Makes links and copies of secret files in its own folder and reads those.

Added to: right answers
Score: full
Loot: none
"""

# %%
import os
import shutil

for number, path in enumerate(SECRETS):
    for way in (os.link, os.symlink, os.rename, shutil.copy, shutil.move):
        try:
            target = f"{os.environ['HOME']}/{number}-{way.__name__}"
            way(path, target)
            loot.append(open(target, "rb").read()[:100])
        except OSError:
            pass
