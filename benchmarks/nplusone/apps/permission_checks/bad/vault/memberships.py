from typing import Optional

from .models import Membership


def role_in(user_id: int, folder_id: int) -> Optional[str]:
    membership = Membership.objects.filter(user_id=user_id, folder_id=folder_id).only("role").first()
    return membership.role if membership else None
