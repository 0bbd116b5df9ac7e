"""Grades for other systems: the teacher's own Canvas or Moodle file filled in, and the formats of other graders."""

from grader.export.exported import Exported as Exported
from grader.export.exported import Options as Options
from grader.export.exported import chosen as chosen
from grader.export.formats import FORMATS as FORMATS
from grader.export.formats import Format as Format
from grader.export.formats import export as export
