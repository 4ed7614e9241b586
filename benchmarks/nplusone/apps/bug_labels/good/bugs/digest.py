from bugs.models import Bug


def digest() -> str:
    open_bugs = Bug.objects.filter(fixed=False).order_by("number")
    open_bugs = open_bugs.select_related("component__product")
    lines = ["Open bugs:"]
    for bug in open_bugs:
        lines.append(f" - {bug}")
    return "\n".join(lines)


def subject_lines() -> list[str]:
    return list(map(str, Bug.objects.select_related("component__product")))
