"""Remove what workers wrote, whatever they made of it."""

import os
import shutil
import subprocess
from contextlib import suppress


def remove_folder(folder: str) -> None:
    """Remove what workers that have ended wrote, however deep its folders and whatever their permissions."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.exists(folder):
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*command, "--", folder], check=False, capture_output=True)
