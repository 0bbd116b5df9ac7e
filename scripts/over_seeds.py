"""Run variants of one exercise under many seeds: python scripts/over_seeds.py 10_sine_mlp 50 [words in names …]

With --only QUESTION the other questions are left out; with --told the messages are shown.
"""

import argparse
import sys
import time
from pathlib import Path

import torch

from grader.authoring.audit import cases_of
from grader.authoring.many_seeds import over_seeds
from grader.core.course import open_course
from grader.suite.session import SuiteSession


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("slug")
    options.add_argument("seeds", type=int)
    options.add_argument("words", nargs="*")
    options.add_argument("--only", action="append", default=[])
    options.add_argument("--told", action="store_true")
    asked = options.parse_args()
    torch.set_num_threads(1)
    exercise = open_course(Path(__file__).parent.parent).find(asked.slug)
    suite = SuiteSession(exercise.hidden_suite)
    bad = 0
    for case in cases_of(exercise):
        if case.loses is None or asked.words and not any(word in case.name for word in asked.words):
            continue
        begun = time.process_time()
        outcomes = over_seeds(suite, exercise, case, range(asked.seeds), frozenset(asked.only))
        as_declared = all({name for name, _ in verdict} == case.loses for verdict in outcomes.verdicts)
        steady = len(outcomes.verdicts) == 1
        bad += not (steady and (as_declared or asked.only))
        print(
            f"{'✓' if steady and as_declared else '✗'} {case.name}: {time.process_time() - begun:.1f} s;",
            end=" ",
        )
        print(
            "; ".join(
                f"{dict(verdict) or 'full marks'} × {count}" for verdict, count in outcomes.verdicts.items()
            )
        )
        for test, count in outcomes.failed.items():
            print(f"    {test} × {count}" + (f": {outcomes.told[test]}" if asked.told else ""))
        sys.stdout.flush()
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
