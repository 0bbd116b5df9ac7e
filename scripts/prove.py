"""Prove what takes hours: every variant of every exercise gets one verdict, whatever the seed. `make prove` runs it.

It can be stopped at any time: what is proved stands in proofs/seeds.json, case by case with the key of what it
rests on, and is not proved again while that stays as it is. proofs/README.md is made of it. With names of
exercises only those are proved.
"""

import sys
from collections import Counter
from pathlib import Path

import msgspec

from grader.authoring.audit import markdown_table
from grader.authoring.cases import Case, cases_of
from grader.authoring.seeds_audit import Constancy, constancies, proof_key
from grader.core.course import Course, Exercise, open_course
from grader.core.course_settings import Limits
from grader.core.files import write_atomically

ROOT = Path(__file__).parent.parent
PROOFS, PAGE = ROOT / "proofs" / "seeds.json", ROOT / "proofs" / "README.md"
SEEDS, SEEDS_OF_TRAINING = 200, 20
TEXT = """# What is proved, and with how many seeds

`make prove` makes this page and `seeds.json`. Each case of an exercise (the reference, the stub, every right and wrong
variant) is run once, and its hidden tests once for each seed. *Steady*: it got the verdict that it must have, with every seed.
*Open*: not proved yet, or not since the suite, the settings or the variant changed.

{table}
{problems}"""


class Proof(msgspec.Struct):
    """What is known of one case; no problems if every seed gave the verdict that it must have."""

    key: str
    seeds: int
    problems: list[str]


Proofs = dict[str, dict[str, Proof]]  # exercise → case → its proof


def main() -> None:
    course = open_course(ROOT)
    exercises = [course.find(slug) for slug in sys.argv[1:]] or list(course.exercises.values())
    proofs = read_proofs()
    for slug in list(proofs):  # a variant that is gone has nothing to prove
        names = {case.name for case in cases_of(course.exercises[slug])} if slug in course.exercises else set()
        proofs[slug] = {name: proof for name, proof in proofs[slug].items() if name in names}
    todo = [(case, seeds_for(exercise)) for exercise in exercises for case in _open(exercise, proofs)]
    print(f"{len(todo)} cases to prove")
    keys = {(case.slug, case.name): proof_key(course.exercises[case.slug], case) for case, _ in todo}
    for number, result in enumerate(constancies(course, todo), 1):
        proof = Proof(keys[result.slug, result.case], result.seeds, _problems(result))
        proofs.setdefault(result.slug, {})[result.case] = proof
        _write(course, proofs)
        print(f"{number}/{len(todo)} {result.slug} {result.case}: {'; '.join(proof.problems) or 'steady'}", flush=True)
    _write(course, proofs)
    sys.exit(any(proof.problems for known in proofs.values() for proof in known.values()))


def read_proofs() -> Proofs:
    """What is proved so far."""
    return msgspec.json.decode(PROOFS.read_bytes(), type=Proofs) if PROOFS.exists() else {}


def seeds_for(exercise: Exercise) -> int:
    """With how many seeds its cases are judged."""
    return SEEDS_OF_TRAINING if exercise.limits.call_cpu_s > Limits().call_cpu_s else SEEDS


def _open(exercise: Exercise, proofs: Proofs) -> list[Case]:
    """The cases without a proof that fits."""
    known = proofs.get(exercise.slug, {})
    return [
        case
        for case in cases_of(exercise)
        if (proof := known.get(case.name)) is None
        or proof.seeds < seeds_for(exercise)
        or proof.key != proof_key(exercise, case)
    ]


def _problems(result: Constancy) -> list[str]:
    return [result.complaint.rpartition(f"{result.case}: ")[2]] if result.complaint else []


def _write(course: Course, proofs: Proofs) -> None:
    rows, problems = [], []
    for slug, exercise in course.exercises.items():
        known, cases = proofs.get(slug, {}), cases_of(exercise)
        counts = Counter(bool(known[case.name].problems) for case in cases if case.name in known)
        rows.append([f"`{slug}`", seeds_for(exercise), len(cases), counts[False], counts[True], len(cases) - counts.total()])
        problems += [f"- `{slug}` {name}: {'; '.join(proof.problems)}" for name, proof in known.items() if proof.problems]
    table = markdown_table(("exercise", "seeds", "cases", "steady", "not steady", "open"), rows, "---:")
    lines = "\n".join(["## Not steady", "", *problems, ""]) if problems else ""
    ordered = {slug: dict(sorted(known.items())) for slug, known in sorted(proofs.items()) if known}
    write_atomically(PROOFS, msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n")
    write_atomically(PAGE, TEXT.format(table=table, problems=lines))


if __name__ == "__main__":
    main()
