"""What counts: deadlines, late work, grace days, attempts, weights and dropped exercises."""

from grader.term.policies.policy import ExerciseOutcome, Policy, ScoredAttempt, StudentTotal
from grader.term.policies.settings import policy_from
from grader.term.policies.totals import student_total

__all__ = ["ExerciseOutcome", "Policy", "ScoredAttempt", "StudentTotal", "policy_from", "student_total"]
