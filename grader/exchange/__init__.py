"""Grades for other systems: the teacher's own Canvas or Moodle file filled in, and the formats of other
graders.
"""

from grader.exchange.export import Exported as Exported
from grader.exchange.export import Options as Options
from grader.exchange.export import chosen as chosen
from grader.exchange.formats import FORMATS as FORMATS
from grader.exchange.formats import Format as Format
from grader.exchange.formats import export as export
