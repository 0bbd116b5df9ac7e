"""Draw the diagram and the table of packages in `docs/architecture.md` from the imports of `grader/`.

Run it as `python scripts/draw_architecture.py`. With `--check` it changes nothing and exits with 1 if the page is out of date.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

import grimp

PAGE = Path(__file__).resolve().parents[1] / "docs" / "architecture.md"
BEGIN = "<!-- begin: drawn by scripts/draw_architecture.py -->\n"
END = "<!-- end -->\n"
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def source_folder() -> Path:
    """The package's folder: in the checkout or installed."""
    (folder,) = find_spec("grader").submodule_search_locations
    return Path(folder)


def package_of(module: str) -> str:
    """The package below `grader` that a module belongs to; "grader" itself for what stands at the top."""
    top, _, rest = module.partition(".")
    package = rest.partition(".")[0]
    return top if package in ("", "__main__") else package


def imports_of_packages() -> dict[str, set[str]]:
    """For each package the packages that it imports; imports for type checking only do not count."""
    graph = grimp.build_graph("grader", exclude_type_checking_imports=True, cache_dir=None)
    imports: dict[str, set[str]] = {package_of(module): set() for module in graph.modules}
    for module in graph.modules:
        imports[package_of(module)] |= {
            package_of(other) for other in graph.find_modules_directly_imported_by(module)
        }
    for package, imported in imports.items():
        imported -= {package, "grader"}
    return imports


def reachable(start: str, imports: Mapping[str, set[str]]) -> set[str]:
    """Every package that `start` imports, directly or through others."""
    found: set[str] = set()
    waiting = list(imports[start])
    while waiting:
        package = waiting.pop()
        if package not in found:
            found.add(package)
            waiting.extend(imports[package])
    return found


def needed_arrows(imports: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The imports that no longer path implies, so that the diagram stays readable."""
    return [
        (package, target)
        for package in sorted(imports)
        for target in sorted(imports[package])
        if not any(target in reachable(between, imports) for between in imports[package] - {target})
    ]


def statements(modules: Iterable[Path]) -> int:
    """How many statements the modules have; docstrings do not count."""
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in modules]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    documented = [
        node for node in nodes if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None
    ]
    return sum(isinstance(node, ast.stmt) for node in nodes) - len(documented)


def purpose(package: Path) -> str:
    """The first paragraph of a package's docstring, on one line."""
    docstring = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.partition("\n\n")[0].split())


def table(imports: Mapping[str, set[str]]) -> str:
    """A row for each package, packages inside packages included; statements are rounded to hundreds."""
    root = source_folder()
    packages = sorted(path.parent for path in root.rglob("__init__.py") if path.parent != root)
    names = {package: package.relative_to(root).as_posix() for package in packages}
    lines = ["| package | what it is for | statements | imports |", "| --- | --- | --- | --- |"]
    for package, name in names.items():
        rounded = max(100, round(statements(package.rglob("*.py")), -2))
        imported = ", ".join(sorted(imports[name])) if name in imports else ""
        lines.append(f"| `{name}/` | {purpose(package)} | {rounded:,} | {imported} |")
    return "\n".join(lines) + "\n"


def drawn() -> str:
    """The diagram and the table."""
    imports = imports_of_packages()
    del imports["grader"]
    arrows = "".join(f"    {package} --> {target}\n" for package, target in needed_arrows(imports))
    return f"```mermaid\nflowchart TD\n{arrows}```\n\n{table(imports)}"


def main() -> None:
    """Redraw the page, or check it."""
    before = PAGE.read_text(encoding="utf-8")
    head, _, rest = before.partition(BEGIN)
    _, _, tail = rest.partition(END)
    after = f"{head}{BEGIN}{drawn()}{END}{tail}"
    if after == before:
        return
    if "--check" in sys.argv[1:]:
        sys.exit("docs/architecture.md is out of date; run: python scripts/draw_architecture.py")
    PAGE.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
