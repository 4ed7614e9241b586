import graphene
from sqlalchemy.orm import joinedload, selectinload

from graph.models import Doctor, Slot
from graph.objects import DoctorObject, SlotObject


class Query(graphene.ObjectType):
    slots = graphene.List(SlotObject, before=graphene.Int(default_value=24))
    doctors = graphene.List(graphene.NonNull(DoctorObject))

    def resolve_slots(self, info, before):
        query = info.context["session"].query(Slot).filter(Slot.hour < before)
        query = query.options(joinedload(Slot.doctor))
        return query.order_by(Slot.id).all()

    def resolve_doctors(self, info):
        return info.context["session"].query(Doctor).options(selectinload(Doctor.slots)).order_by(Doctor.name)


schema = graphene.Schema(query=Query)
