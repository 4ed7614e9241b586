from django.contrib import admin

from fair.models import Stand


@admin.register(Stand)
class StandAdmin(admin.ModelAdmin):
    list_display = ["number", "hall", "exhibitor", "name_of_the_hall"]

    def name_of_the_hall(self, stand):
        return stand.hall.name.upper()
