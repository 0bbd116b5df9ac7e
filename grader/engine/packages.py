"""The packages that a course declares: whether notebooks find them in the sandbox, before any is graded."""

from collections.abc import Sequence

from grader.core.course_settings import Limits
from grader.core.errors import GraderError, OurFailure
from grader.engine.sandboxed import Sandbox, SandboxedNotebook
from grader.suite.exceptions import StudentFailure
from grader.suite.remote_student import Student

# Asked of a worker: a package may be installed here and not be seen there, as those in editable form are.
ASK = """
def absent(names):
    from importlib.metadata import PackageNotFoundError, files
    def there(name):
        try:
            paths = files(name)
        except PackageNotFoundError:
            return False
        code = [path for path in paths or () if path.suffix in (".py", ".so")]
        real = (path.locate().exists() for path in code if not path.name.startswith("__editable__"))
        return paths is None or any(real)
    return [name for name in names if not there(name)]
"""


def missing_packages(sandbox: Sandbox, packages: Sequence[str]) -> list[str]:
    """Those of these packages that a notebook in the sandbox cannot use.

    Raises:
        OurFailure: the sandbox does not answer.
    """
    if not packages:
        return []
    with SandboxedNotebook(sandbox, [(1, ASK)], Limits()) as work:
        try:
            found = Student(work).absent(list(packages))
        except StudentFailure as failure:
            raise OurFailure(failure.summary) from None
    return [name for name in packages if name in found]


def require_packages(sandbox: Sandbox, packages: Sequence[str]) -> None:
    """Refuse to grade without what the course says that notebooks may use.

    Raises:
        GraderError: something of it is missing.
    """
    if missing := missing_packages(sandbox, packages):
        raise GraderError(remedy(missing))


def remedy(missing: Sequence[str]) -> str:
    """What is missing and how to get it, in a line."""
    return (
        f"notebooks do not find {', '.join(missing)}, which packages in course.toml or exercise.toml has: "
        f"pip install {' '.join(missing)} (without -e) for the Python that grades"
    )
