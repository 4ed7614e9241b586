from django import forms

from hotel.models import Booking, Room


class BookingForm(forms.ModelForm):
    room = forms.ModelChoiceField(queryset=Room.objects.order_by("number"), empty_label=None)  # n+1: form-choices

    class Meta:
        model = Booking
        fields = ["guest", "room"]
