from django.contrib.auth import get_user_model

User = get_user_model()


def directory(department=None):
    users = User.objects.filter(is_active=True)
    if department:
        users = users.filter(department=department)
    users = users.select_related("profile")
    entries = {}
    for user in users:
        entries[user.username] = f"{user.profile.phone} ({user.profile.room})"
    return entries
