import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import Client

from shop.models import Brand, Image, Product


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        product = Product.objects.create(name=f"Lamp {i}", brand=Brand.objects.create(name=f"Brand {i}", country="NL"))
        Image.objects.create(product=product, url=f"/media/{i}.jpg")


def run():
    return Client().get("/products/").json()
