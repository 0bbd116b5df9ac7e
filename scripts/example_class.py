"""The fictional class behind `examples/`: who hands in what, in a short notation, and the habits of real notebooks.

One line an exercise. The first word is where the answers come from: `ref` (the reference notebook), the name of a
correct variant (`*`: any of them), `quick` (`ref` without the training questions), `stub` (untouched), `missing`,
or a ruined file (`truncated`, `empty`, `r`). Then `-NAME` answers a question wrongly, `~NAME` leaves its stub,
`/NAME` breaks its syntax, `!NAME` puts the entry of `HARMFUL` in its place, and `+habit` adds a habit.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SLUGS = ("01_gates", "02_sigmoid", "03_jacobians", "04_bias_threshold", "10_sine_mlp")
TRAINING = ("train", "SineMLP", "DeepSineMLP", "fit")
HEAD = """# A sample class

{students} fictional students and what they handed in for {exercises} exercises, as `submissions/<student>/<exercise>.ipynb`.
Made by `python scripts/make_examples.py` from the reference solutions and their correct and wrong variants; the class
itself is in `scripts/example_class.py`. Each cell of the table says what grading must find: *loses* names the questions
that must not earn all their points, *leaves* those still at their stub, and all others must earn all of theirs; in
brackets the mistake, and what else is unusual.
"""


@dataclass(frozen=True)
class Student:
    """One student: the folder's name, the name in the notebook, a language for remarks, five lines of notation."""

    folder: str
    name: str
    language: str
    works: tuple[str, str, str, str, str]


@dataclass
class Work:
    """One submission in the making; `mistakes` and `lost` are filled in as it is made."""

    slug: str
    base: str
    wrong: list[str] = field(default_factory=list)
    stubs: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    harmful: list[str] = field(default_factory=list)
    habits: list[str] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)


def parse(slug: str, notation: str, questions: list[str]) -> Work:
    """The notation as a record; `quick` and `stub` become the reference with stubs."""
    base, *words = notation.split()
    work = Work(slug, base)
    kinds = {"-": work.wrong, "~": work.stubs, "/": work.broken, "!": work.harmful, "+": work.habits}
    if base[0] in kinds:
        words, work.base = [base, *words], "ref"
    for word in words:
        kinds[word[0]].append(word[1:])
    if base in ("quick", "stub"):
        work.base = "ref"
        work.stubs += TRAINING if base == "quick" else questions
    return work


@dataclass(frozen=True)
class Habit:
    """Cells that a habit adds, each at the `top`, in the `middle` or at the `end`, and what a reader should expect."""

    cells: tuple[tuple[str, str], ...]
    meaning: str


HABITS = {
    "magics": Habit(
        (("top", "%matplotlib inline"), ("middle", "%time total = sum(range(100_000))\n!echo still running")),
        "magics: `%matplotlib`, `%time`, `!echo`",
    ),
    "display": Habit(
        (
            (
                "middle",
                'from IPython.display import Markdown, display\n\ndisplay(Markdown("**so far**"), np.eye(2))',
            ),
        ),
        "`display` without a front end",
    ),
    "await": Habit(
        (("middle", 'import asyncio\n\nawait asyncio.sleep(0.01)\nprint("awaited")'),),
        "`await` at the top level of a cell",
    ),
    "warnings": Habit(
        (
            (
                "middle",
                'import sys, warnings\n\nwarnings.warn("old")\nprint("careful", file=sys.stderr)\nnp.log(np.zeros(3))',
            ),
        ),
        "warnings and text on stderr, which cost nothing",
    ),
    "syntax": Habit((("middle", "def unfinished(x)\n    return x +"),), "a scratch cell with a syntax error"),
    "exception": Habit(
        (("middle", 'results = {}\nprint(results["first run"])'),), "a cell in the middle raises a `KeyError`"
    ),
    "too_early": Habit(
        (
            ("middle", "print(alike(0.1 + 0.2, 0.3))"),
            ("end", "def alike(a, b):\n    return abs(a - b) < 1e-9\n\n\nprint(alike(1.0, 1.0))"),
        ),
        "a helper is used before the cell that defines it: one cell crashes",
    ),
    "input": Habit(
        (("middle", 'who = input("Who is running this? ")\nprint("hello", who)'),),
        "`input()`, which nobody answers",
    ),
    "exit": Habit(
        (("middle", 'print("that is all for today")\nexit()'),),
        "`exit()` in the middle, the answers after it still count",
    ),
    "spin": Habit(
        (("end", "step_count = 0\nwhile True:\n    step_count += 1"),), "an infinite loop in the last cell"
    ),
    "plot": Habit(
        (
            (
                "end",
                'grid = np.linspace(-3, 3, 121)\nplt.plot(grid, np.tanh(grid), label="tanh")\nplt.legend()\nplt.show()',
            ),
        ),
        "a plot of the student's own",
    ),
    "prints": Habit((), "leftover debug prints inside the answers"),
    "older": Habit((), "an older definition in an earlier cell: the last one counts"),
    "order": Habit((), "the first answer stands at the very end, so cells before it crash"),
    "outputs": Habit((), "stored outputs: text and a picture"),
    "prose": Habit((), "the exercise's whole text kept"),
    "bare": Habit((), "nothing but the answers"),
    "nested": Habit((), "handed in one folder deeper"),
    "trains": Habit((), "its own cells train as well, which makes it slow"),
}

ENDLESS = """class CopyGate:
    def forward(self, x):
        return x, x

    def backward(self, upstream_1, upstream_2):
        total, parts = 0.0, [upstream_1, upstream_2]
        while parts:
            total = total + parts[0]
        return total
"""
HUGE = """def relu_vjp(x, upstream):
    jacobian = np.zeros((200_000, 200_000)) + 1
    return upstream * (x > 0) * jacobian[0, 0]
"""
HARMFUL = {
    "CopyGate": (ENDLESS, "`CopyGate.backward` never returns"),
    "relu_vjp": (HUGE, "`relu_vjp` asks for 320 GB"),
}

RUINED = {
    "truncated": "unreadable: the file stops in the middle",
    "empty": "unreadable: the file is empty",
    "r": "unreadable here: a notebook in R",
}

REMARKS = {
    "en": (
        "Checked against finite differences, looks fine.",
        "I am not sure about this one.",
        "Took me a while to see why.",
    ),
    "fr": (
        "Vérifié à la main pour deux valeurs.",
        "Je ne suis pas sûre de cette partie.",
        "Ça marche enfin !",
    ),
    "de": ("Von Hand nachgerechnet, stimmt überein.", "Hier bin ich mir nicht sicher.", "Endlich läuft es."),
    "es": ("Comprobado con números pequeños.", "¿Seguro que es así?", "Por fin funciona."),
    "zh": ("用小数字验算过了。", "这里不太确定。", "终于跑通了！"),
    "ja": ("小さい例で確かめました。", "ここは自信がありません。", "やっと動きました。"),
    "ru": ("Проверено численно.", "Здесь я не уверен.", "Наконец-то работает."),
}

CLASS = (
    Student(
        "amelie-dubois",
        "Amélie Dubois",
        "fr",
        ("ref +prose +outputs", "ref +magics", "ref +plot", "ref", "ref +trains +outputs"),
    ),
    Student(
        "张伟", "张伟", "zh", ("vectorised", "terse_lambdas", "vectorised +magics", "terse_lambdas", "terse")
    ),
    Student(
        "björn åkesson",
        "Björn Åkesson",
        "en",
        (
            "ref -circuit_gradients",
            "ref -max_chain_factor +display",
            "ref -relu_vjp +prose",
            "ref -xor",
            "ref -diagnose",
        ),
    ),
    Student(
        "josé garcía",
        "José García",
        "es",
        (
            "ref -MaxGate +exception",
            "ref -chain_factor",
            "ref -max_jacobian",
            "ref -fold_bias +outputs",
            "quick",
        ),
    ),
    Student(
        "nguyễn-thị-mai",
        "Nguyễn Thị Mai",
        "en",
        ("class_hierarchy", "node_class +outputs", "class_heavy", "gate_classes", "class_heavy"),
    ),
    Student(
        "lukasz_nowak",
        "Łukasz Nowak",
        "en",
        (
            "ref -MulGate +prints",
            "ref -sigmoid_backward +prints",
            "ref +prints",
            "ref -step +prints",
            "quick -mse",
        ),
    ),
    Student(
        "o'connor, niamh",
        "Niamh O'Connor",
        "en",
        (
            "ref -circuit_gradients +await",
            "ref -sigmoid +warnings",
            "ref -softmax_jacobian",
            "ref -add_bias_input +input",
            "quick -diagnose",
        ),
    ),
    Student(
        "дмитрий-иванов",
        "Дмитрий Иванов",
        "ru",
        (
            "loops_over_entries",
            "loops +warnings",
            "ref -numerical_jacobian",
            "ref -fold_bias -predict_jump ~xor +syntax",
            "quick",
        ),
    ),
    Student(
        "山田 太郎",
        "山田 太郎",
        "ja",
        (
            "ref -predict_square_dx",
            "ref +display",
            "ref -linear_vjp +older",
            "ref -logic_gate",
            "ref +outputs",
        ),
    ),
    Student(
        "priya-raman",
        "Priya Raman",
        "en",
        (
            "torch_autograd",
            "torch_tensors",
            "with_torch +await",
            "ref -threshold_neuron -bias_neuron",
            "torch_based",
        ),
    ),
    Student(
        "maría-josé núñez",
        "María José Núñez",
        "es",
        ("!CopyGate +bare", "ref +outputs", "ref -sigmoid_jacobian", "ref -predict_jump", "quick +prose"),
    ),
    Student(
        "jonas-weber",
        "Jonas Weber",
        "de",
        (
            "ref +order",
            "ref -chain_factor +spin",
            "ref -relu_jacobian",
            "ref -threshold_neuron +too_early",
            "stub",
        ),
    ),
    Student(
        "søren-kjær",
        "Søren Kjær",
        "en",
        ("ref -AddGate", "ref -sigmoid_grad", "!relu_vjp +magics", "ref -threshold_to_bias", "missing"),
    ),
    Student(
        "fatima-zahra-el-amrani",
        "Fatima-Zahra El Amrani",
        "fr",
        (
            "ref -CopyGate +older",
            "naive_with_warnings",
            "ref -to_denominator_layout +nested",
            "ref -bias_neuron",
            "quick -gradients",
        ),
    ),
    Student("tom-baker", "Tom Baker", "en", ("stub", "stub +bare", "stub", "stub", "stub")),
    Student(
        "ayşe yılmaz",
        "Ayşe Yılmaz",
        "en",
        (
            "ref ~circuit_gradients",
            "ref ~chain_factor +exit",
            "ref ~linear_vjp ~relu_vjp",
            "ref ~xor ~logic_gate",
            "missing",
        ),
    ),
    Student(
        "kwame-mensah",
        "Kwame Mensah",
        "en",
        (
            "terse +bare",
            "ref -sigmoid_backward +bare",
            "returns_lists",
            "ref -logic_gate +bare",
            "quick +bare",
        ),
    ),
    Student(
        "elena-rossi",
        "Elena Rossi",
        "en",
        (
            "ref -MaxGate ~circuit_gradients",
            "truncated",
            "ref -numerical_jacobian ~linear_vjp",
            "ref -step -xor",
            "missing",
        ),
    ),
    Student(
        "liam-murphy",
        "Liam Murphy",
        "en",
        ("empty", "ref -sigmoid -max_chain_factor", "missing", "ref ~logic_gate ~xor +syntax", "missing"),
    ),
    Student(
        "chloé-martin",
        "Chloé Martin",
        "fr",
        (
            "ref -predict_square_dx +plot",
            "ref /chain_factor",
            "ref -max_jacobian +order",
            "r",
            "quick -predict_flat_loss",
        ),
    ),
    Student(
        "hans-peter müller",
        "Hans-Peter Müller",
        "de",
        (
            "ref -MulGate -CopyGate ~circuit_gradients",
            "ref -sigmoid_grad ~max_chain_factor",
            "ref ~numerical_jacobian ~softmax_jacobian ~linear_vjp",
            "ref -bias_neuron ~fold_bias ~xor",
            "stub",
        ),
    ),
    Student(
        "ολγα-παππα",
        "Όλγα Παππά",
        "en",
        (
            "module_level_helpers",
            "masked_arrays +too_early",
            "ref -max_jacobian -softmax_jacobian +outputs",
            "ref -step",
            "ref -gradients",
        ),
    ),
    Student(
        "grace-okafor",
        "Grace Okafor",
        "en",
        (
            "plain_lists +input",
            "lists_and_floats",
            "ref -relu_vjp ~linear_vjp",
            "unusual_gates +display",
            "einsum",
        ),
    ),
    Student(
        "li-na",
        "李娜",
        "zh",
        (
            "ref -MaxGate",
            "ref -sigmoid_backward +older +outputs",
            "ref -relu_vjp -softmax_jacobian",
            "ref /xor",
            "quick -diagnose +magics",
        ),
    ),
    Student(
        "samuel o. adeyemi",
        "Samuel O. Adeyemi",
        "en",
        (
            "ref -MulGate ~CopyGate ~MaxGate ~circuit_gradients +exception",
            "missing",
            "stub",
            "ref ~threshold_neuron ~bias_neuron ~logic_gate ~xor",
            "missing",
        ),
    ),
    Student(
        "ingrid_solberg",
        "Ingrid Solberg",
        "en",
        (
            "ref -CopyGate +prose",
            "ref -predict_layers_below_millionth",
            "ref -predict_softmax_row_sum +warnings",
            "ref -add_bias_input",
            "quick -predict_flat_loss",
        ),
    ),
)
