from sqlalchemy import Select, select

from .orm import Patient


def patients_by_name() -> Select[tuple[Patient]]:
    return select(Patient).order_by(Patient.name)
