from django.contrib import admin

from .models import Article, Desk, Editor


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = (
        "headline",
        "desk_name",  # n+1: admin-list-display
        "head_of_desk",  # n+1: admin-list-display
    )

    @admin.display(description="desk")
    def desk_name(self, article):
        return article.desk.name

    @admin.display(description="head", ordering="desk__head__name")
    def head_of_desk(self, article):
        return article.desk.head.name


admin.site.register([Desk, Editor])
