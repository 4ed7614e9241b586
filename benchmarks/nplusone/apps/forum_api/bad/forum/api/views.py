from rest_framework.decorators import api_view
from rest_framework.response import Response

from forum.api.serializers import ThreadSerializer
from forum.models import Thread


@api_view(["GET"])
def threads(request):
    found = Thread.objects.order_by("-pk")
    if board := request.query_params.get("board"):
        found = found.filter(board__slug=board)
    serializer = ThreadSerializer(found, many=True, context={"request": request})
    return Response(serializer.data)
