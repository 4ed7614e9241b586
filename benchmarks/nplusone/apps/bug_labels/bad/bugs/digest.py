from bugs.models import Bug


def digest() -> str:
    open_bugs = Bug.objects.filter(fixed=False).order_by("number")
    lines = ["Open bugs:"]
    for bug in open_bugs:
        lines.append(f" - {bug}")  # n+1: str-queries
    return "\n".join(lines)


def subject_lines() -> list[str]:
    return list(map(str, Bug.objects.all()))  # n+1: str-queries
