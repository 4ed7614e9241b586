from jinja2 import Template

LETTER = "Dear {{ name }}, you owe {{ amount }} EUR{% if late %}, and you are late{% endif %}."


def run(n=40):
    letters = []
    for i in range(n):
        template = Template(LETTER)  # expect: template-compile-in-loop
        letters.append(template.render(name=f"customer {i}", amount=i, late=i % 2))
    return letters
