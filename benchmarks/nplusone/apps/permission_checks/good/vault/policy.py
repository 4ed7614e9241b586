from vault import memberships

CAN_READ = frozenset({"reader", "writer", "owner"})


class Policy:
    def __init__(self, user):
        self.user = user
        self.roles = memberships.roles_of(user.pk)

    def _role(self, folder_id):
        return self.roles.get(folder_id)

    def may_read(self, document):
        return self._role(document.folder_id) in CAN_READ
