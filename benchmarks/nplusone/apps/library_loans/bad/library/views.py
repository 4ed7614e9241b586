from django.http import JsonResponse

from . import selectors


def loans(request):
    out = []
    for loan in selectors.loans_that_are_out():
        out.append(
            {
                "id": loan.pk,
                "book": loan.book.title,  # n+1: lazy-forward
                "member": loan.member.name,  # n+1: lazy-forward
            }
        )
    return JsonResponse({"loans": out})
