from django import forms

from hotel.models import Booking, Room


class BookingForm(forms.ModelForm):
    room = forms.ModelChoiceField(
        queryset=Room.objects.select_related("hotel").order_by("number"),
        empty_label=None,
    )

    class Meta:
        model = Booking
        fields = ["guest", "room"]
