"""What counts: deadlines, late work, grace days, several attempts, weights and dropped exercises, as the
course says.
"""

from grader.term.policies.policy import Attempt, Outcome, Policy, Result
from grader.term.policies.settings import policy_from
from grader.term.policies.totals import judge_student

__all__ = ["Attempt", "Outcome", "Policy", "Result", "judge_student", "policy_from"]
