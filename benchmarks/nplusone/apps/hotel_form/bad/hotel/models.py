from django.db import models


class Hotel(models.Model):
    name = models.CharField(max_length=40)


class Room(models.Model):
    number = models.IntegerField()
    hotel = models.ForeignKey(Hotel, on_delete=models.CASCADE)

    def __str__(self):
        return f"{self.hotel.name}, room {self.number}"


class Booking(models.Model):
    room = models.ForeignKey(Room, on_delete=models.PROTECT)
    guest = models.CharField(max_length=50)
