from vault.models import Document
from vault.policy import Policy


def visible_documents(user):
    policy = Policy(user)
    documents = Document.objects.order_by("pk")
    return [document.name for document in documents if policy.may_read(document)]


def first_letters(user):
    policy = Policy(user)
    readable = filter(policy.may_read, Document.objects.order_by("pk"))
    return [document.name[0] for document in readable]
