from survey.models import Answer, Participant


def load(sheets: dict[str, list[str]]) -> int:
    """Store the answers by code of participant; gives how many."""
    known = {participant.code: participant for participant in Participant.objects.filter(code__in=sheets)}
    answers = []
    for code, values in sheets.items():
        participant = known[code]
        answers += [Answer(participant=participant, question=i, value=value) for i, value in enumerate(values)]
    return len(Answer.objects.bulk_create(answers))
