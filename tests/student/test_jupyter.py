"""`check` and `hint` in a real notebook: executed in a kernel, and looked at in a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from support.paths import ROOT

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.core.report import QuestionResult, Status, TestResult
from grader.student.check_output import TONES, question_shown
from grader.student.hints import hints_seen
from grader.student.jupyter import Feedback, _surroundings, check, find_exercise, hint
from grader.student.live import LiveChannel
from grader.student.picture import picture
from grader.suite.remote_student import Student
from grader.suite.session import WarmSuites

SLUGS = ("02_sigmoid", "03_jacobians")
HOSTILE = "</div><script>document.title='run'</script><img src=x onerror=\"document.title='run'\"> $\\\\href{javascript:1}{x}$ \\u202e"

# name → source of a cell, executed in this order in one kernel
CELLS = {
    "start": "%matplotlib inline\nimport matplotlib.pyplot as plt, numpy as np, os, random, signal, threading, warnings\nfrom grader import check, hint",
    "nothing yet": "check()",
    "passes": "def sigmoid(x):\n    print('noise'); warnings.warn('noise')\n    plt.plot([1, 2]); plt.show()\n    np.random.seed(0)\n    return 1 / (1 + np.exp(-np.asarray(x)))\ncheck('sigmoid')",
    "diagnosed": "def sigmoid_grad(x):\n    return sigmoid(x)\ncheck(sigmoid_grad)",
    "stub": "def sigmoid_backward(upstream, x):\n    raise NotImplementedError\ncheck('sigmoid_backward')",
    "crashes": f"def chain_factor(z):\n    # a line\n    raise ValueError('''{HOSTILE}''')\ncheck('chain_factor')",
    "misspelt": "check('sigmoid_gard')",
    "no name": "check(3)",
    "several": "for name in ('sigmoid', 'sigmoid_grad'):\n    check(name)\nlast = check('sigmoid')",
    "again": "last",
    "in a condition": "print(bool(check('sigmoid')), bool(check('sigmoid_grad')))",
    "figure": "plt.plot([3, 1, 2]); check('sigmoid')",
    "figure apart": "figure = plt.figure(); figure.gca().plot([1, 2])\ncheck('sigmoid')\nprint(len(plt.gcf().gca().lines))",
    "random": "np.random.seed(7); random.seed(7)\nbefore = np.random.rand(), random.random()\nnp.random.seed(7); random.seed(7)\ncheck('sigmoid')\nprint(before == (np.random.rand(), random.random()))",
    "loops": "def stop(): os.kill(os.getpid(), signal.SIGINT)\ndef max_chain_factor(depth):\n    threading.Timer(0.5, stop).start()\n    while True: pass\ncheck('max_chain_factor')",
    "loops and swallows": "def max_chain_factor(depth):\n    threading.Timer(0.5, stop).start()\n    try:\n        while True: pass\n    except: return 0.25\ncheck()",
    "mended": "def max_chain_factor(depth): return 0.25 ** depth\ncheck('max_chain_factor')",
    "still stops": "threading.Timer(1, stop).start()\nwhile True: pass",
    "nested": "def max_chain_factor(depth):\n    global inner\n    inner = check('sigmoid')\n    return 0.25 ** depth\ncheck('max_chain_factor')",
    "nested inside": "inner",
    "hint": "hint(sigmoid_grad)",
    "hint misspelt": "hint('sigmoid_gard')",
    "hints": "hint()",
    "load": "%load_ext grader",
    "magic": "%check sigmoid_grad",
    "magic all": "%check",
    "magic hint": "%hint sigmoid_grad",
    "picture": "%cd -q ../03_jacobians\ndef softmax_jacobian(x):\n    p = np.exp(x) / np.exp(x).sum()\n    return np.diag(p) + np.outer(p, p)\ncheck('softmax_jacobian')",
    "not square": "def to_denominator_layout(j): return np.reshape(j, (2, 3))\ncheck('to_denominator_layout')",
    "elsewhere": "%cd -q ../..\ncheck('sigmoid')",
    "no course": "%cd -q /\ncheck('sigmoid')",
}  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's folder with two exercises."""
    root = tmp_path_factory.mktemp("course")
    for slug in SLUGS:
        shutil.copytree(ROOT / "exercises" / slug, root / "exercises" / slug)
    return root


@pytest.fixture(scope="module")
def executed(course: Path) -> nbformat.NotebookNode:
    """The notebook of CELLS, after a kernel has run it beside 02_sigmoid's suite."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS.values()])
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", allow_errors=True, resources={"metadata": {"path": str(course / "exercises" / SLUGS[0])}}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.delenv("JPY_SESSION_NAME", raising=False)
        client.execute()
    return notebook


@pytest.fixture
def outputs(executed: nbformat.NotebookNode) -> dict[str, list[Any]]:
    """Name of a cell → its outputs."""
    return {name: list(cell.outputs) for name, cell in zip(CELLS, executed.cells, strict=True)}


def feedback(outputs: list[Any]) -> tuple[str, str]:
    """The text and the HTML of the one feedback below a cell."""
    shown = [output for output in outputs if "text/html" in output.get("data", {})]
    assert len(shown) == 1 and len(shown) == len(outputs), outputs
    return shown[0].data["text/plain"], shown[0].data["text/html"]


def words(markup: str) -> str:
    return re.sub("<[^>]*>", " ", markup)


def test_every_cell_shows_its_feedback_once(outputs: dict[str, list[Any]]) -> None:
    """HTML with a plain form, and neither a second copy nor anything that the checked functions have printed or drawn."""
    for name in CELLS:
        if name not in ("start", "several", "in a condition", "figure", "figure apart", "random", "still stops", "load", "nested inside"):
            text, markup = feedback(outputs[name])
            assert text and markup.startswith("<div"), name
            assert "noise" not in text + markup
    assert not outputs["start"] and not outputs["load"]


def test_marks_are_words_and_a_pass_is_a_pass(outputs: dict[str, list[Any]]) -> None:
    """Passed, failed, crashed, not attempted: in words, in both forms."""
    for name, text in (
        ("passes", "✓ sigmoid: passed (2 of 2 visible tests passed)"),
        ("diagnosed", "✗ sigmoid_grad: failed"),
        ("stub", "– sigmoid_backward: not attempted"),
        ("crashes", "! chain_factor: crashed"),
    ):
        plain, markup = feedback(outputs[name])
        assert plain.startswith(text)
        assert text.split(": ")[1].split(" (")[0] in words(markup)
    assert "0 of 6 questions pass" in feedback(outputs["nothing yet"])[0]


def test_a_failure_says_what_it_looks_like_and_what_to_type_next(outputs: dict[str, list[Any]]) -> None:
    """Summary, call, got, expected, diagnosis, the call for a hint."""
    plain, markup = feedback(outputs["diagnosed"])
    for part in (plain, words(markup)):
        for text in ("at both ln 3 and -ln 3", "expected 0.1875", "This looks like:", "this is the sigmoid itself", "2 of 2 hints left"):
            assert text in part
    assert 'Next: `hint("sigmoid_grad")`' in plain
    assert 'Next: `hint("sigmoid_backward")`' in feedback(outputs["stub"])[0]
    assert 'Next: `check("sigmoid")`' in feedback(outputs["nothing yet"])[0]
    assert "Next" not in feedback(outputs["passes"])[0]


def test_a_crash_is_placed_in_its_cell(outputs: dict[str, list[Any]]) -> None:
    """The number that Jupyter shows beside the cell, and the line."""
    number = list(CELLS).index("crashes") + 1
    assert f"(cell {number}, line 3)" in feedback(outputs["crashes"])[0]


def test_a_mistake_in_the_call_is_a_sentence(outputs: dict[str, list[Any]]) -> None:
    """A misspelt question gets the nearest name; what is no name gets an example; neither is a traceback."""
    assert "did you mean 'sigmoid_grad'?" in feedback(outputs["misspelt"])[0]
    assert "did you mean 'sigmoid_grad'?" in feedback(outputs["hint misspelt"])[0]
    assert 'in quotes, as in check("sigmoid_grad")' in feedback(outputs["no name"])[0]
    assert "put test_visible.py and exercise.toml" in feedback(outputs["no course"])[0]


def test_every_call_in_a_cell_is_shown_and_a_kept_result_again(outputs: dict[str, list[Any]]) -> None:
    """Three calls, three times; what was assigned can be looked at later; and it is true or false."""
    assert [output.data["text/plain"].split(":")[0] for output in outputs["several"]] == ["✓ sigmoid", "✗ sigmoid_grad", "✓ sigmoid"]
    assert feedback(outputs["again"])[0].startswith("✓ sigmoid")
    assert outputs["in a condition"][-1].text == "True False\n"


def test_figures_are_neither_lost_nor_shown_twice(outputs: dict[str, list[Any]]) -> None:
    """The cell's own figure once, the checked function's never, and that function does not draw into it."""
    for name in ("figure", "figure apart"):
        kinds = ["image/png" in output.get("data", {}) for output in outputs[name]]
        assert kinds.count(True) == 1
        assert sum("text/html" in output.get("data", {}) for output in outputs[name]) == 1
    assert [output.text for output in outputs["figure apart"] if "text" in output] == ["1\n"]
    assert [output.text for output in outputs["random"] if "text" in output] == ["True\n"]


def test_the_stop_button_ends_the_call_and_the_next_check_works(outputs: dict[str, list[Any]]) -> None:
    """An endless loop, also one that swallows the interrupt; then a check that passes; and cells can be stopped as before."""
    text, _ = feedback(outputs["loops"])
    assert text.startswith("… max_chain_factor: timed out") and "`max_chain_factor(1)` did not finish: you stopped it" in text
    text, _ = feedback(outputs["loops and swallows"])
    assert "✓ sigmoid: passed" in text and "max_chain_factor: timed out" in text and "chain_factor: skipped" in text
    assert feedback(outputs["mended"])[0].startswith("✓ max_chain_factor")
    assert [output.get("ename") for output in outputs["still stops"]] == ["KeyboardInterrupt"]


def test_a_check_inside_a_checked_function_is_refused(outputs: dict[str, list[Any]]) -> None:
    """It would wait for itself; it says so."""
    assert feedback(outputs["nested"])[0].startswith("✓ max_chain_factor")
    assert "a check is running already" in feedback(outputs["nested inside"])[0]


def test_hints_go_on_where_the_command_would(outputs: dict[str, list[Any]], course: Path) -> None:
    """The first, then by magic the second; both remembered in the course's folder."""
    assert feedback(outputs["hint"])[0].startswith("hint 1 of 2 for sigmoid_grad: It is a function of x")
    assert feedback(outputs["magic hint"])[0].startswith("hint 2 of 2 for sigmoid_grad")
    assert "sigmoid_grad: 1 of 2 hints seen" in feedback(outputs["hints"])[0]
    opened = Course(course)
    assert hints_seen(opened, opened.released["02_sigmoid"])["sigmoid_grad"] == (2, 2)


def test_magics_are_the_same_check(outputs: dict[str, list[Any]]) -> None:
    """`%check NAME` and `%check`."""
    assert feedback(outputs["magic"])[0].startswith("✗ sigmoid_grad: failed")
    assert "of 6 questions pass" in feedback(outputs["magic all"])[0]


def test_the_exercise_is_found_from_where_the_notebook_is(outputs: dict[str, list[Any]]) -> None:
    """Beside the suite, in another exercise after a change of folder, or from the course's own folder by the question."""
    assert feedback(outputs["elsewhere"])[0].startswith("✓ sigmoid: passed")
    assert feedback(outputs["picture"])[0].startswith("✗ softmax_jacobian: failed")


def test_a_wrong_jacobian_is_drawn_beside_the_right_one(outputs: dict[str, list[Any]]) -> None:
    """Two heat maps with their numbers, also where rows and columns differ in number; no picture where all is right."""
    for name, size in (("picture", "3 by 3"), ("not square", "2 by 3")):
        markup = feedback(outputs[name])[1]
        assert f"your {size} matrix next to the right one" in markup
        assert ">yours</text>" in markup and ">right</text>" in markup
    assert "<svg" not in feedback(outputs["passes"])[1]


def test_hostile_text_is_escaped(outputs: dict[str, list[Any]]) -> None:
    """In the HTML it is text; what would reorder it is spelled out; MathJax stays away."""
    plain, markup = feedback(outputs["crashes"])
    assert "<script" not in markup and "<img" not in markup and "&lt;script" in markup
    assert "\u202e" not in plain + markup and "<U+202E>" in plain
    assert "mathjax_ignore" in markup


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no browser on this machine; apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        yield browser
        browser.close()


# The contrast of every text with what is behind it (WCAG 2.1, relative luminance), backgrounds blended up to the page's.
CONTRAST = """() => {
  const parse = c => { const n = (c.match(/[\\d.]+/g) || []).map(Number); return n.length == 4 ? n : [...n, 1] };
  const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = c => c.slice(0, 3).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const found = [];
  for (const box of document.querySelectorAll("div.mathjax_ignore"))
    for (const e of [box, ...box.querySelectorAll("div, span, code, b")]) {
      if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
      const layers = []; let opacity = 1;
      for (let p = e; p; p = p.parentElement) {
        layers.unshift(parse(getComputedStyle(p).backgroundColor)); opacity *= Number(getComputedStyle(p).opacity);
      }
      const back = layers.reduce((under, top) => over(top, under), [255, 255, 255, 1]);
      const text = parse(getComputedStyle(e).color);
      const front = over([...text.slice(0, 3), text[3] * opacity], back);
      const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
      found.push([(a + .05) / (b + .05), e.textContent.slice(0, 60)]);
    }
  return found }"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_browser_shows_it_and_runs_nothing(chromium: Any, executed: nbformat.NotebookNode, theme: str, tmp_path: Path) -> None:
    """In JupyterLab's light and dark themes every text has a contrast of 4.5 or more, and no script of a message runs."""
    exporter = pytest.importorskip("nbconvert").HTMLExporter(theme=theme)
    page_file = tmp_path / "page.html"
    page_file.write_text(exporter.from_notebook_node(executed)[0], encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    context.route(re.compile("^https?:"), lambda route: route.abort())
    page, dialogs = context.new_page(), list[str]()
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(page_file.as_uri())
    boxes = page.locator("div.mathjax_ignore")
    assert boxes.count() > 20
    contrasts = page.evaluate(CONTRAST)
    assert min(contrasts)[0] >= 4.5, min(contrasts)
    assert page.title() != "run" and not dialogs
    assert page.locator("div.mathjax_ignore script, div.mathjax_ignore img").count() == 0
    assert page.locator("div.mathjax_ignore svg").first.bounding_box()["width"] > 200
    if folder := os.environ.get("SCREENSHOTS"):
        for number, name in enumerate(CELLS):
            cell = page.locator(".jp-CodeCell").nth(number)
            cell.screenshot(path=Path(folder) / f"{theme}-{name.replace(' ', '-')}.png")
    context.close()


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import grader` costs nothing; `from grader import check` gives the function, not the module of that name."""
    script = """
import sys, json, grader
heavy = sorted({"numpy", "torch", "pytest", "IPython", "jinja2", "matplotlib"} & set(sys.modules))
from grader import check, hint
print(json.dumps([heavy, callable(check), callable(hint), "torch" in sys.modules, dir(grader).count("nothing")]))
try:
    grader.nothing
except AttributeError as error:
    assert "nothing" in str(error)
else:
    raise SystemExit(1)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[], True, True, False, 0]


def test_in_a_plain_python_the_callers_names_are_checked(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No IPython, no display: the text is its repr."""
    monkeypatch.chdir(course / "exercises" / "02_sigmoid")
    result = check("sigmoid")
    assert repr(result).splitlines()[0] == "– sigmoid: not attempted"
    assert "`sigmoid` is not defined in the notebook" in repr(result) and "(3 of 3 hints left)" in repr(result)
    assert not result and set(result._repr_mimebundle_()) == {"text/plain", "text/html"} and result._repr_html_()
    assert isinstance(hint("nonsense"), Feedback)


def test_a_changed_suite_is_collected_again(course: Path, tmp_path: Path) -> None:
    """One warm session a file; another once the file's time has changed; a broken one is a sentence."""
    suites, path = WarmSuites(), tmp_path / "02_sigmoid" / "test_visible.py"
    shutil.copytree(course / "exercises" / "02_sigmoid", path.parent)
    first = suites.get(path)
    assert suites.get(path) is first
    path.write_text("from grader.suite import question\n@question('one')\ndef test_one(student):\n    '''One.'''\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    second = suites.get(path)
    assert second is not first and [test[1] for test in second.tests] == ["one"]
    broken = {"import nonsense_that_is_not_there": "these tests need nonsense_that_is_not_there", "nonsense": "cannot be collected"}
    for time, (text, words) in enumerate(broken.items(), start=2):
        path.write_text(text + "\n", encoding="utf-8")
        os.utime(path, ns=(time, time))
        with pytest.raises(GraderError, match=words):
            suites.get(path)


def test_of_several_exercises_the_one_with_the_nearest_name_is_meant(tmp_path: Path) -> None:
    """A question that two exercises ask for, seen from outside both."""
    for slug in ("08_layers", "10_layers_again"):
        folder = tmp_path / "exercises" / slug
        folder.mkdir(parents=True)
        (folder / "exercise.toml").write_text('[[question]]\nname = "train"\n', encoding="utf-8")
        (folder / "test_visible.py").touch()
    assert find_exercise("train", tmp_path, ["08_layers_mine", "anything"])[1].slug == "08_layers"
    for question, words_of in (("train", "'train' is a question of 08_layers and 10_layers_again"), (None, "which exercise?")):
        with pytest.raises(GraderError, match=words_of):
            find_exercise(question, tmp_path, ["zzz"])


def test_a_suite_alone_is_enough_to_check_but_not_for_hints(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an upload to Colab with exercise.toml forgotten."""
    shutil.copy(course / "exercises" / "02_sigmoid" / "test_visible.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert repr(check("sigmoid")).startswith("– sigmoid: not attempted") and "Next" not in repr(check("sigmoid"))
    assert tmp_path.name in repr(check())
    assert "every exercise needs an exercise.toml" in repr(hint("sigmoid"))


def test_the_last_hint_and_a_folder_that_cannot_be_written_are_said(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after a hint, in a sentence."""
    shutil.copytree(course / "exercises" / "02_sigmoid", tmp_path / "02_sigmoid")
    monkeypatch.chdir(tmp_path / "02_sigmoid")
    assert 'for the next one: `hint("max_chain_factor")`' in repr(hint("max_chain_factor"))
    assert "that was the last one" in repr(hint("max_chain_factor"))
    (tmp_path / "02_sigmoid" / ".grader" / "hints.json").unlink()
    (tmp_path / "02_sigmoid" / ".grader").rmdir()
    (tmp_path / "02_sigmoid" / ".grader").touch()
    assert "cannot be written" in repr(hint("max_chain_factor"))
    assert "all hints seen" not in repr(check("max_chain_factor"))


def test_vs_code_and_jupyter_say_where_the_notebook_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """VS Code by a name in the notebook, Jupyter by a variable of the environment; the working folder otherwise."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", "course/exercises/08_layers/08_layers.ipynb")
    assert _surroundings({}) == (Path.cwd(), ["08_layers", tmp_path.name])
    (tmp_path / "sub").mkdir()
    told = str(tmp_path / "sub" / "03_jacobians.ipynb")
    assert _surroundings({"__vsc_ipynb_file__": told}) == (tmp_path / "sub", ["03_jacobians", "08_layers", "sub"])


def test_a_check_in_another_thread_needs_no_signals(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a subshell of Jupyter's, where the stop button sends none."""
    monkeypatch.chdir(course / "exercises" / "02_sigmoid")
    results: list[Feedback] = []
    thread = threading.Thread(target=lambda: results.append(check("sigmoid")))
    thread.start()
    thread.join(60)
    assert repr(results[0]).startswith("– sigmoid")


def test_functions_that_call_back_and_failures_of_ours_come_through() -> None:
    """A function of the suite is called in the notebook's thread, and may call the notebook again; our failure is a traceback."""
    here = threading.get_ident()
    threads: list[int] = []
    channel = LiveChannel(SimpleNamespace(user_ns={"twice": lambda f, x: f(f(x)), "add": lambda x: x + 1}))
    student = Student(channel)

    def add(x: float) -> Any:
        threads.append(threading.get_ident())
        return student.add(x)

    with channel.checking():
        assert student.twice(add, 1.0) == 3.0
    assert threads == [here, here]
    with pytest.raises(ZeroDivisionError), channel.checking():
        1 / 0  # noqa: B018


def test_curves_are_drawn_and_broken_where_a_value_is_missing() -> None:
    """Two curves from eight entries on; nan is a gap; a column or a row is a curve as well."""
    want = np.sin(np.linspace(0, 6, 50))
    got = want * 0.5
    assert picture(got, want).count("<polyline") == 2
    assert picture(got.reshape(-1, 1), want.reshape(-1, 1)).count("<polyline") == 2
    got[10], got[11] = np.nan, np.inf
    assert picture(got, want).count("<polyline") == 3
    assert not re.search("nan|inf", picture(got, want))
    huge = np.linspace(-1, 1, 9) * 1.7e308
    assert not re.search("nan|inf", picture(huge, -huge))
    assert "points=" in picture(np.zeros(5000), np.zeros(5000))


def test_what_a_picture_cannot_show_has_none() -> None:
    """Few numbers, two shapes, more than two axes, nothing finite, too large a matrix."""
    for got, want in (
        (np.zeros(3), np.ones(3)), (np.zeros(9), np.ones(10)), (np.zeros((2, 2, 2)), np.ones((2, 2, 2))),
        (np.full(9, np.nan), np.ones(9)), (np.zeros((50, 50)), np.ones((50, 50))), (np.float64(1), np.float64(2)),
    ):  # fmt: skip
        assert picture(got, want) == ""
    large = picture(np.eye(20), np.eye(20)[::-1])
    assert large.count("<rect") == 2 * 400 + 40 and "#111" not in large
    assert picture(np.array([[np.nan, 1], [0, 1e9]]), np.eye(2)).count("#bdbdbd") == 1


def test_what_could_not_run_is_said_once_with_its_first_cause() -> None:
    """However many tests it stopped; the sign and the word suffice without the colour."""
    tests = tuple(TestResult(f"t{n}", Status.NOT_RUN, 0, 1, "Summary.", "This calls `f`.", "", "cell 2, line 1: `f` is not attempted yet") for n in range(3))
    shown = question_shown(QuestionResult("q", 0, 3, Status.NOT_RUN, tests), {})
    assert shown.text.splitlines() == [
        "⊘ q: not run (0 of 3 visible tests passed)", "  This calls `f`.", "  The first cause: cell 2, line 1: `f` is not attempted yet",
    ]  # fmt: skip
    assert TONES["mid"] in shown.html


def test_the_cells_that_jupyter_has_executed_tell_a_stub_from_an_answer() -> None:
    """The last of several; what is no list, or no text, is passed over."""
    history = ["", "def f(x):\n    return None", 3, "def f(x):\n    return x"]
    channel = LiveChannel(SimpleNamespace(user_ns={"In": history}))
    assert channel.cells == [(1, history[1]), (3, history[3])]
    assert LiveChannel(SimpleNamespace(user_ns={"In": "mine"})).cells == []


def test_many_failures_are_cut(tmp_path: Path) -> None:
    """Three tests at length, the others counted; a long message ends in an ellipsis; the reason of a prediction is shown."""
    failed = tuple(TestResult(f"t{n}", Status.FAILED, 0, 1, "Summary.", "word " * 1000) for n in range(5))
    shown = question_shown(QuestionResult("q", 0, 5, Status.FAILED, failed), {})
    assert "and 2 more" in shown.text and "and 2 more" in shown.html and shown.text.count("…") == 3
    waiting = TestResult("t", Status.NOT_ATTEMPTED, 0, 1, "Summary.", "Set `guess` first.")
    shown = question_shown(QuestionResult("q", 0, 1, Status.NOT_ATTEMPTED, (waiting,)), {})
    assert "Set `guess` first." in shown.text and "Set <code" in shown.html


def test_white_on_every_badge_can_be_read() -> None:
    """Contrast of 4.5 or more (WCAG 2.1)."""
    for colour in TONES.values():
        parts = [v / 255 / 12.92 if v / 255 <= 0.03928 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in base64.b16decode(colour[1:].upper())]
        assert 1.05 / (np.dot(parts, [0.2126, 0.7152, 0.0722]) + 0.05) >= 4.5, colour
