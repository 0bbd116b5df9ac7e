"""Which answers were left as they were given, in whatever style the exercise writes its stubs."""

import ast

from grader.core.stub import PLACEHOLDER


def is_stub(node: ast.AST | None) -> bool:
    """Whether what is bound to a name was left as it was given: `None`, or nothing but placeholders.

    A class is a stub if all its methods are, whatever its `__init__` and `__repr__` do.
    """
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _is_stub_function(node)
        case ast.ClassDef():
            methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
            own = [method for method in methods if method.name not in ("__init__", "__repr__")]
            others = [part for part in node.body if part not in methods and not _says_nothing(part)]
            bare = not methods and not node.bases  # what is inherited may be all that is needed
            return not others and (all(map(_is_stub_function, own)) if own else bare)
        case ast.Lambda(body=value):
            return _is_none(value)
        case ast.Tuple(elts=parts):
            return all(map(_is_none, parts))
        case ast.expr():
            return _is_none(node)
    return False


def _is_stub_function(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function only passes, or raises the placeholder, or returns what is still None."""
    blank: dict[str, bool] = {}  # name → whether it is None, for what is only handed on
    for statement in function.body:
        match statement:
            case ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name))) if name == PLACEHOLDER:
                return True
            case ast.Return(value=value):
                parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
                known = [_is_blank(part, blank) for part in parts]
                return None not in known and any(known)
            case ast.Assign(targets=targets, value=value):
                if not all(_note(target, value, blank) for target in targets):
                    return False
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                if not _note(target, value, blank):
                    return False
            case _ if not _says_nothing(statement):
                return False
    return True


def _note(target: ast.expr, value: ast.expr, blank: dict[str, bool]) -> bool:
    """Remember which names an assignment binds; whether it only hands on what is there, or None."""
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    values = value.elts if isinstance(value, ast.Tuple) else [value]
    plain = all(isinstance(part, ast.Name) or _is_none(part) for part in values)
    names = [part.id for part in targets if isinstance(part, ast.Name)]
    if not plain or len(names) < len(targets):
        return False
    paired = len(values) == len(names)
    blank.update({name: _is_none(values[n] if paired else value) for n, name in enumerate(names)})
    return True


def _is_blank(part: ast.expr | None, blank: dict[str, bool]) -> bool | None:
    """Whether a returned part is None; unknown if it is neither that nor what was only handed on."""
    if part is None or _is_none(part):
        return True
    return blank.get(part.id) if isinstance(part, ast.Name) else None


def _is_none(part: ast.expr) -> bool:
    return isinstance(part, ast.Constant) and part.value in (None, ...)


def _says_nothing(statement: ast.stmt) -> bool:
    """`pass`, `...`, a docstring."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )
