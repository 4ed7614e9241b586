from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Paper(Base):
    __tablename__ = "paper"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    issues = relationship("Issue", back_populates="paper", order_by="Issue.id")


class Issue(Base):
    __tablename__ = "issue"
    id = Column(Integer, primary_key=True)
    paper_id = Column(ForeignKey("paper.id"))
    number = Column(Integer)
    paper = relationship("Paper", back_populates="issues")
    articles = relationship("Article", back_populates="issue")


class Article(Base):
    __tablename__ = "article"
    id = Column(Integer, primary_key=True)
    issue_id = Column(ForeignKey("issue.id"))
    words = Column(Integer)
    issue = relationship("Issue", back_populates="articles")
