from django.contrib import admin

from rental import models


class RentalAdmin(admin.ModelAdmin):
    list_display = [
        "day",
        "car",  # n+1: admin-list-display
        "damages",  # n+1: admin-list-display
    ]
    ordering = ["pk"]
    list_select_related = [
        "car",
    ]


admin.site.register(models.Rental, RentalAdmin)
