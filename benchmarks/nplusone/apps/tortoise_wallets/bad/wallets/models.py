from tortoise import fields, models


class Wallet(models.Model):
    id = fields.IntField(primary_key=True)
    owner = fields.CharField(max_length=30, unique=True)
    cents = fields.IntField(default=0)


class Transfer(models.Model):
    id = fields.IntField(primary_key=True)
    wallet: fields.ForeignKeyRelation[Wallet] = fields.ForeignKeyField("models.Wallet", related_name="transfers")
    cents = fields.IntField()
