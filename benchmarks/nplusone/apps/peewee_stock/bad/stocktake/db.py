import peewee

db = peewee.SqliteDatabase(None)


class Item(peewee.Model):
    code = peewee.CharField(index=True)
    counted = peewee.IntegerField(default=0)

    class Meta:
        database = db


class Correction(peewee.Model):
    item = peewee.ForeignKeyField(Item)
    by = peewee.IntegerField()

    class Meta:
        database = db
