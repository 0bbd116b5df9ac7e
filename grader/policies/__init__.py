"""What counts: deadlines, late work, grace days, several attempts, weights and dropped exercises, as the course says."""

from grader.policies.judging import judge_student
from grader.policies.records import Attempt, Outcome, Policy, Result
from grader.policies.settings import policy_from

__all__ = ["Attempt", "Outcome", "Policy", "Result", "judge_student", "policy_from"]
