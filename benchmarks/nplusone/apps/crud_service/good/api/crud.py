from typing import Generic, TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.models import Base, Member

ModelType = TypeVar("ModelType", bound=Base)


class CRUDBase(Generic[ModelType]):
    def __init__(self, model: type[ModelType]):
        self.model = model

    def get(self, db: Session, id: int) -> ModelType | None:
        return db.query(self.model).filter(self.model.id == id).first()

    def create(self, db: Session, *, obj_in: dict) -> ModelType:
        db_obj = self.model(**obj_in)
        db.add(db_obj)
        db.commit()
        db.refresh(db_obj)
        return db_obj

    def create_many(self, db: Session, *, objs_in: list[dict]) -> int:
        db.execute(insert(self.model), objs_in)
        db.commit()
        return len(objs_in)

    def get_many(self, db: Session, ids: list[int]) -> dict[int, ModelType]:
        return {found.id: found for found in db.query(self.model).filter(self.model.id.in_(ids))}


class CRUDMember(CRUDBase[Member]):
    pass


member = CRUDMember(Member)
