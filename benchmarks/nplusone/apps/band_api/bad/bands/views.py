from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from .models import Band
from .serializers import BandSerializer, DeepBandSerializer


class BandsView(APIView):
    def get(self, request, format=None):
        bands = Band.objects.all().order_by("name")
        return Response(BandSerializer(bands, many=True).data, status=status.HTTP_200_OK)


class DeepBandsView(APIView):
    serializer_class = DeepBandSerializer

    def get_queryset(self):
        return Band.objects.all()

    def get(self, request):
        serializer = self.serializer_class(self.get_queryset(), many=True)
        return Response({"bands": serializer.data})
