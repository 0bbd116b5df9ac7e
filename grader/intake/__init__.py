"""What was handed in, in any of the forms that it comes in: folders, and downloads of learning platforms."""

from grader.intake.handed import Handed, Intake
from grader.intake.kinds import KINDS, take_in

__all__ = ["KINDS", "Handed", "Intake", "take_in"]
