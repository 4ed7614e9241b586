from payroll.models import Employee
from payroll.render import index, render_slips


def monthly(month):
    staff = Employee.objects.filter(salary__gt=0).order_by("name")
    return render_slips(staff, month)


def yearly():
    return index(employees=Employee.objects.all())
