from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Doctor(Base):
    __tablename__ = "doctor"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    slots = relationship("Slot", back_populates="doctor")


class Slot(Base):
    __tablename__ = "slot"
    id = Column(Integer, primary_key=True)
    hour = Column(Integer)
    doctor_id = Column(ForeignKey("doctor.id"))
    doctor = relationship("Doctor", back_populates="slots")
