from .models import Claim


def letters():
    out = []
    for claim in Claim.objects.order_by("pk"):
        number = claim.policy.number
        out.append(f"Dear {claim.holder.name}, about policy {number}")  # n+1: default-manager
    return out


def archived_policies():
    return {claim.policy.number for claim in Claim.archive.all()}  # n+1: default-manager
