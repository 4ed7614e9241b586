from django.db.models import Prefetch, prefetch_related_objects

from lms.models import Course, Lesson


def catalogue():
    lessons = Lesson.objects.select_related("room").order_by("pk")
    return Course.objects.select_related("teacher").prefetch_related(Prefetch("lessons", queryset=lessons))


def with_drafts():
    drafts = Prefetch("lessons", queryset=Lesson.objects.filter(draft=True), to_attr="drafts")
    return Course.objects.prefetch_related(drafts).order_by("pk")


def loaded_later(courses):
    courses = list(courses)
    prefetch_related_objects(courses, "teacher", "lessons__room")
    return courses
