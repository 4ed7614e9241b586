from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Keyword(Base):
    __tablename__ = "keyword"
    id = Column(Integer, primary_key=True)
    word = Column(String(40), unique=True)


class Thesis(Base):
    __tablename__ = "thesis"
    id = Column(Integer, primary_key=True)
    title = Column(String(200))

    taggings = relationship("Tagging", back_populates="thesis", cascade="all, delete-orphan", order_by="Tagging.rank")
    keywords = association_proxy("taggings", "keyword")


class Tagging(Base):
    __tablename__ = "tagging"
    thesis_id = Column(ForeignKey("thesis.id"), primary_key=True)
    keyword_id = Column(ForeignKey("keyword.id"), primary_key=True)
    rank = Column(Integer, default=0)

    thesis = relationship(Thesis, back_populates="taggings")
    keyword = relationship(Keyword, lazy="joined")
