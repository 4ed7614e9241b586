from django.contrib import admin

from .models import Article, Desk, Editor


@admin.register(Article)
class ArticleAdmin(admin.ModelAdmin):
    list_display = (
        "headline",
        "desk_name",
        "head_of_desk",
    )
    list_select_related = ("desk__head",)

    @admin.display(description="desk")
    def desk_name(self, article):
        return article.desk.name

    @admin.display(description="head", ordering="desk__head__name")
    def head_of_desk(self, article):
        return article.desk.head.name


admin.site.register([Desk, Editor])
