from typing import Any

from notes.models import Note
from notes.serializers import NoteSerializer


def pinned_notes() -> list[dict[str, Any]]:
    notes = Note.objects.filter(pinned=True).order_by("id")
    return [dict(item) for item in NoteSerializer(notes, many=True).data]
