"""The same frames, answered by a namespace of this process: for the student's own check of their work."""

from collections.abc import Sequence

from grader.core.cells import Cells
from grader.core.report import CellResult
from grader.sandbox.inside import codec
from grader.sandbox.inside.requests import Responder
from grader.sandbox.inside.shell import ErrorFields, Shell, describe
from grader.suite.calls import CallText
from grader.suite.remote_student import Respond


class LocalResponder(Responder):
    """Answers for a namespace of this process, where Ctrl-C is for the check and not for the notebook."""

    def describe(self, error: BaseException) -> ErrorFields:
        if isinstance(error, KeyboardInterrupt):
            raise error
        return describe(error)


class LocalChannel:
    """Requests answered here and now, without limits and without isolation.

    Args:
        cells: of the notebook, as far as they are known; `results` is what came of them.
    """

    def __init__(self, shell: Shell, cells: Cells = (), results: Sequence[CellResult] = ()) -> None:
        self.cells, self.results = cells, results
        self._respond: list[Respond] = []
        self._responder: Responder = LocalResponder(shell, self._callback)

    def _callback(self, frame: bytes) -> tuple[bytes, bytes]:
        answer = self._respond[-1](*codec.split(frame))
        assert answer is not None
        return codec.split(answer)

    def exchange(self, frame: bytes, call: CallText, respond: Respond) -> tuple[bytes, bytes]:
        self._respond.append(respond)
        try:
            return codec.split(self._responder.reply(*codec.split(frame)))
        finally:
            self._respond.pop()
