from typing import Optional

from .models import Membership


def roles_of(user_id: int) -> dict[int, str]:
    return dict(Membership.objects.filter(user_id=user_id).values_list("folder_id", "role"))
