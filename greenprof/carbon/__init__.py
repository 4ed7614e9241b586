"""Joules to kilowatt-hours, emissions, water and money, with the source of every factor (`docs/carbon.md`).

`presets` and `codecarbon_data` are what others have published, `factors` which of them is meant, `emissions` the
arithmetic, `hourly` factors by the hour, `forecast` the best hour, `pricing` all of it on a report, `what_if` the
calculator.
"""

from greenprof.carbon.emissions import Embodied, FunctionalUnit, Prices, Pricing, emissions, kwh_of, sci, yearly
from greenprof.carbon.factors import country_code, country_factor, factor, named_factor, own_factor, published, pue_of
from greenprof.carbon.forecast import Advice, Slot, advise
from greenprof.carbon.hourly import Hours, read_hours
from greenprof.carbon.pricing import Plan, carbon_of, plan, priced

__all__ = [
    "Advice", "Embodied", "FunctionalUnit", "Hours", "Plan", "Prices", "Pricing", "Slot", "advise", "carbon_of",
    "country_code", "country_factor", "emissions", "factor", "kwh_of", "named_factor", "own_factor", "plan", "priced",
    "published", "pue_of", "read_hours", "sci", "yearly",
]  # fmt: skip
