from django import forms

from .models import Nurse


class ShiftForm(forms.Form):
    day = forms.DateField()
    nurse = forms.ChoiceField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        nurses = Nurse.objects.filter(off_duty=False).order_by("name")
        self.fields["nurse"].choices = [
            (nurse.pk, f"{nurse.name} ({nurse.ward.name})")  # n+1: form-choices
            for nurse in nurses
        ]
