from django.contrib import admin

from rental import models


class RentalAdmin(admin.ModelAdmin):
    list_display = [
        "day",
        "car",
        "damages",
    ]
    ordering = ["pk"]
    list_select_related = [
        "car__owner",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("damage_set")


admin.site.register(models.Rental, RentalAdmin)
