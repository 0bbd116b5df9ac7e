"""Plants modules and `.pth` files in every folder of the path.

Added to: right answers
Score: full
"""

# %%
import os
import sys

for place in [*sys.path, os.path.dirname(sys.modules["_gradbook_inside"].__file__), os.path.dirname(os.__file__)]:
    for name in ("planted_by_mallory.py", "mallory.pth", "sitecustomize.py", "usercustomize.py"):
        try:
            open(os.path.join(place, name), "w").write("import os; double = None")
        except OSError:
            pass
