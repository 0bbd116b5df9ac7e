"""Grades to other systems, and submissions and rosters from them: a folder for each platform."""

from grader.exchange.choices import FORMATS, SOURCES, VISIBILITIES
from grader.exchange.export import Exported, Options, chosen, export

__all__ = ["FORMATS", "SOURCES", "VISIBILITIES", "Exported", "Options", "chosen", "export"]
