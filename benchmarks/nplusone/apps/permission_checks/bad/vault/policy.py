from vault import memberships

CAN_READ = frozenset({"reader", "writer", "owner"})


class Policy:
    def __init__(self, user):
        self.user = user

    def _role(self, folder_id):
        return memberships.role_in(self.user.pk, folder_id)

    def may_read(self, document):
        return self._role(document.folder_id) in CAN_READ
