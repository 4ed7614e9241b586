from peewee import CharField, ForeignKeyField, IntegerField, Model, SqliteDatabase

database = SqliteDatabase(None)


class Hive(Model):
    name = CharField()

    class Meta:
        database = database


class Harvest(Model):
    hive = ForeignKeyField(Hive, backref="harvests")
    grams = IntegerField()

    class Meta:
        database = database
