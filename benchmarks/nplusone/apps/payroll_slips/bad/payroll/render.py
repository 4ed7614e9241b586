def slip(employee):
    return f"{employee.name}\t{employee.salary / 12:.2f}"


def render_slips(employees, month):
    pages = [f"Month {month}"]
    for employee in employees:
        pages.append(slip(employee) + "\t" + employee.department.cost_centre)  # n+1: parameter-one-caller
    return pages


def index(employees):
    return {employee.name: employee.department.name for employee in employees}  # n+1: parameter-one-caller
