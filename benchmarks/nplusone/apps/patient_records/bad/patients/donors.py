from sqlalchemy.orm import Session

from .queries import patients_by_name


def donors(session: Session, group: str) -> list[str]:
    names = []
    for (patient,) in session.execute(patients_by_name()):
        record = patient.record  # n+1: lazy-one-to-one
        if record is not None and record.blood_group == group:
            names.append(patient.name)
    return names
