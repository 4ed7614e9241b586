from typing import Any

from notes.models import Note
from notes.serializers import NoteSerializer


def pinned_notes() -> list[dict[str, Any]]:
    notes = Note.objects.filter(pinned=True).order_by("id")
    notes = notes.select_related("folder").prefetch_related("attachments")
    return [dict(item) for item in NoteSerializer(notes, many=True).data]
