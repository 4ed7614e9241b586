from .calendar import animals_on


def text_messages(day):
    messages = []
    for animal in animals_on(day):
        messages.append((animal.owner.mobile, f"{animal.name} is expected on {day}"))
    return messages
