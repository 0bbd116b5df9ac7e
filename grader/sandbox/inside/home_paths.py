"""Where /tmp and /dev/shm are the whole machine's, cells that name them get the worker's home instead."""

import ast
import os
import re

from .shell import NotebookShell

SHARED = re.compile(r"(?<![\w./~-])/(?:tmp|dev/shm)(?![\w.-])")


class HomePaths(ast.NodeTransformer):
    """Rewrites these folders in the texts of a cell, those of `!` commands and cell magics included."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """A text with the home in place of a shared folder."""
        if isinstance(node.value, str) and SHARED.search(node.value):
            node.value = SHARED.sub(lambda _: os.environ["GRADEBOOK_HOME"], node.value)
        return node


def give(shell: NotebookShell) -> None:
    """Rewrite the cells that this shell runs."""
    shell.shell.ast_transformers.append(HomePaths())
