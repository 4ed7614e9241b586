from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from .orm import Patient


def patients_by_name() -> Select[tuple[Patient]]:
    return select(Patient).options(joinedload(Patient.record)).order_by(Patient.name)
