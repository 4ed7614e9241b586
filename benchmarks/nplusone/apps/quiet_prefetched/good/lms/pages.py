from lms.models import Course
from lms.queries import catalogue, loaded_later, with_drafts


def page():
    cards = []
    for course in catalogue().order_by("pk"):
        rooms = {lesson.room.label for lesson in course.lessons.all()}
        cards.append([course.teacher.name, course.lesson_titles(), course.is_empty, course.size(), sorted(rooms)])
    return cards


def drafts():
    return [len(course.drafts) for course in with_drafts()]


def printed():
    lines = []
    for course in loaded_later(Course.objects.order_by("pk")):
        for lesson in course.lessons.all():
            lines.append(f"{course.teacher.name} {lesson.title} {lesson.room.label}")
    return lines
