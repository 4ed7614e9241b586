from django.http import JsonResponse

from . import selectors


def loans(request):
    out = []
    for loan in selectors.loans_that_are_out():
        out.append(
            {
                "id": loan.pk,
                "book": loan.book.title,
                "member": loan.member.name,
            }
        )
    return JsonResponse({"loans": out})
