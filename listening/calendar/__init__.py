"""Times as people keep them: days that are worked, windows of the day, hours in which something is promised.

Hours             working time between two moments, and the moment after so much of it
read_hours        the way back from their text
Workdays          public holidays with their swapped workdays, and the operator's own
"""

from listening.calendar.hours import ROUND_THE_CLOCK, Hours, read_hours
from listening.calendar.workdays import Workdays

__all__ = ["ROUND_THE_CLOCK", "Hours", "Workdays", "read_hours"]
