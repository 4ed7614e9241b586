from peewee import CharField, ForeignKeyField, Model, SqliteDatabase, TextField

database = SqliteDatabase(None)


class BaseModel(Model):
    class Meta:
        database = database


class User(BaseModel):
    name = CharField(unique=True)


class Tweet(BaseModel):
    user = ForeignKeyField(User, backref="tweets")
    text = TextField()


class Like(BaseModel):
    tweet = ForeignKeyField(Tweet, backref="likes")
    user = ForeignKeyField(User)
