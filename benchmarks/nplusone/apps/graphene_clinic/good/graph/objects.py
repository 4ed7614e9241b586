import graphene


class SlotObject(graphene.ObjectType):
    hour = graphene.Int()
    doctor = graphene.String()

    @staticmethod
    def resolve_doctor(slot, info):
        return slot.doctor.name


class DoctorObject(graphene.ObjectType):
    name = graphene.String()
    free_hours = graphene.List(graphene.Int)

    @staticmethod
    def resolve_free_hours(parent, info):
        return sorted(slot.hour for slot in parent.slots)
