"""What authors of exercises type: audit, release, new."""

import shlex
import sys
from pathlib import Path

import click

from grader.cli.export_command import VISIBILITY
from grader.cli.options import COURSE, FILE, JOBS, progress_bar
from grader.core.course import course_here, open_course
from grader.core.errors import GraderError
from grader.core.files import write_file

DIFFERENT = "--mutants, --diagnoses, --odd-answers and --seeds are different audits; run one after the other"


@click.command()
@click.argument("exercises", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--mutants", is_flag=True, help="Check that the hidden suites notice mutants of the references."
)
@click.option("--diagnoses", is_flag=True, help="Check what the wrong variants are told.")
@click.option("--seeds", type=click.IntRange(1), help="Judge every variant with so many seeds.")
@click.option(
    "--odd-answers",
    is_flag=True,
    help="Check that the suites answer odd answers with a sentence; all of them.",
)
@click.option("--report", type=FILE, help="With either of the first two: write the figures to this file.")
@JOBS
@COURSE
def audit(
    exercises: tuple[str, ...],
    mutants: bool,
    diagnoses: bool,
    seeds: int | None,
    odd_answers: bool,
    report: Path | None,
    jobs: int | None,
    course: Path | None,
) -> None:
    """Prove the course: stubs score 0, solutions 100 %, every variant exactly what it should.

    Example: grader audit 01_gates
    """
    if mutants + diagnoses + odd_answers + bool(seeds) > 1:
        raise GraderError(DIFFERENT)
    if report is not None and not (mutants or diagnoses):
        raise GraderError("--report: the plain audit has no figures; add --mutants or --diagnoses")
    opened, page = open_course(course), ""
    with progress_bar("auditing") as bar:
        if mutants:
            from grader.authoring.mutants_audit import mutation_audit, mutation_report, tally_table

            outcomes = mutation_audit(opened, exercises, jobs, bar.step)
            complaints = [outcome.complaint for outcome in outcomes]
            summary, page = tally_table(outcomes), mutation_report(outcomes)
        elif diagnoses:
            from grader.authoring.diagnoses_audit import diagnoses_audit, diagnosis_report, diagnosis_tally

            told = diagnoses_audit(opened, exercises, jobs, bar.step)
            complaints, summary = [variant.complaint for variant in told], diagnosis_tally(told)
            page = diagnosis_report(told)
        elif seeds:
            from grader.authoring.seeds_audit import seeds_audit, seeds_tally, toothless

            judged = seeds_audit(opened, exercises, seeds, jobs, bar.step)
            complaints = [result.complaint for result in judged]
            complaints += [f"✗ {test}: no wrong variant fails it" for test in toothless(judged)]
            summary = seeds_tally(judged)
        else:
            from grader.authoring import audit as plain
            from grader.authoring.odd_audit import odd_audit

            findings = (odd_audit if odd_answers else plain.audit)(opened, exercises, jobs, bar.step)
            complaints, summary = [finding.complaint for finding in findings], plain.tally(findings)
    click.echo("".join(f"{complaint}\n" for complaint in filter(None, complaints)) + summary, nl=False)
    if report is not None:
        write_file(report, page)
    sys.exit(1 if any(complaints) else 0)


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; list what is out of date.")
@click.option("--student-kit", type=FILE, metavar="OUT.zip", help="Pack what a student needs.")
@click.option("--gradescope", type=FILE, metavar="OUT.zip", help="Pack an autograder of one exercise.")
@click.option(
    "--github-workflow", is_flag=True, help="Print a workflow that reports an exercise's visible tests."
)
@click.option("--exercise", metavar="SLUG", help="Which one, for --gradescope and --github-workflow.")
@VISIBILITY
@click.option("--unprotected", is_flag=True, help="Gradescope: run notebooks even if there is no sandbox.")
@click.option(
    "--wheel", type=click.Path(path_type=Path), help="gradbook's wheel to pack; default: where it came from."
)
@COURSE
def release(
    only_check: bool,
    student_kit: Path | None,
    gradescope: Path | None,
    github_workflow: bool,
    exercise: str | None,
    visibility: str,
    unprotected: bool,
    wheel: Path | None,
    course: Path | None,
) -> None:
    """Make exercises/ from solutions/, with the answers cut out; or pack a kit or an autograder.

    Examples:

    grader release --student-kit kit.zip

    grader release --gradescope autograder.zip --exercise 01_gates
    """
    from grader.authoring import autograder_zip, kit
    from grader.authoring import release as released

    opened = open_course(course)
    if only_check:
        problems = released.differences(opened)
        for problem in problems:
            click.echo(problem)
        sys.exit(1 if problems else 0)
    if gradescope is not None or github_workflow:
        if exercise is None:
            raise GraderError("an autograder is for one exercise; name it with --exercise SLUG")
        slug = opened.find(exercise).slug
        if github_workflow:
            click.echo(autograder_zip.github_workflow(opened, slug), nl=False)
        if gradescope is not None:
            names = autograder_zip.gradescope_zip(opened, slug, gradescope, visibility, unprotected, wheel)
            click.echo(f"{_packed(names, gradescope)}; upload it to Gradescope", err=github_workflow)
    elif student_kit is not None:
        click.echo(_packed(kit.student_kit(opened, student_kit, wheel), student_kit))
    else:
        mine = course_here(course)  # an installed course is not ours to write to
        click.echo(f"{len(released.release(mine))} files written to {mine.root / 'exercises'}")


def _packed(names: list[str], archive: Path) -> str:
    return f"{len(names)} files packed into {archive} ({archive.stat().st_size / 1024:.0f} kB)"


@click.command()
@click.argument("slug")
@click.option("--from", "source", type=FILE, help="A folder with notebook.py, suites and variants.")
@click.option("--course", type=FILE, help="The course's folder; created if it does not exist.")
def new(slug: str, source: Path | None, course: Path | None) -> None:
    """Scaffold an exercise that already passes the audit, for you to edit.

    Example: grader new 12_momentum --course mycourse
    """
    from grader.authoring.new import scaffold

    made = scaffold(slug, course, source)
    click.echo(f"written to {made.course.root}{', a new course' if made.new_course else ''}:")
    for name in made.files:
        click.echo(f"  {name}")
    click.echo("Next: edit the files in solutions/, and prove the exercise after every change:")
    option = f" --course {shlex.quote(str(course))}" if course else ""
    for command in (f"audit {slug}", f"audit --mutants {slug}"):
        click.echo(f"  grader {command}{option}")
