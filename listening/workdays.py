"""Which days people work: public holidays with their swapped workdays (调休), and the operator's own entries.

For schedules, and for everything that is promised in working time. The only home of the `holidays` library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

DEFAULT_COUNTRY = "CN"
_ANNOUNCED = frozenset({"CN"})
"""Where somebody announces year by year which weekends are worked: until then nobody knows."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """A country's working days. Without a country, and in a year that is not known yet, weekends are free.

    What the operator says of a day wins over everything.
    """

    country: str | None = DEFAULT_COUNTRY
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.holidays or day in self.workdays:
            return day in self.workdays
        known = _known(self.country, day.year) if self.country else None
        return day.weekday() < _SATURDAY if known is None else day in known

    def assumed(self, year: int) -> bool:
        """Is the year answered by weekends and the operator's entries alone, though it has holidays?"""
        return self.country is not None and _known(self.country, year) is None


def is_country(code: str) -> bool:
    """Is there a calendar for this code (`CN`, `DE`)?"""
    from holidays import (
        list_supported_countries,
    )  # here: it loads 300 modules, which most commands never need

    return code in list_supported_countries()


@cache
def _known(country: str, year: int) -> frozenset[date] | None:
    """All working days of a year; None where the library does not know them."""
    from holidays import country_holidays

    calendar = country_holidays(country, years=year)
    if not calendar.start_year <= year <= calendar.end_year:
        return None
    # The library computes the festivals of years to come; only swapped days show that they were announced.
    if country in _ANNOUNCED and not any(day.year == year for day in calendar.weekend_workdays):
        return None
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return frozenset(day for day in days if day.year == year and calendar.is_working_day(day))
