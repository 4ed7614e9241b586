# --- variant: comprehension with render
from jinja2 import Template


def letters(people):
    return [Template("Dear {{ name }}").render(name=person.name) for person in people]  # expect: template-compile-in-loop
# --- variant: module alias, text from a file before the loop
import jinja2
from pathlib import Path


def pages(rows, folder):
    text = Path("page.html").read_text()
    for row in rows:
        (folder / f"{row.id}.html").write_text(jinja2.Template(text).render(row=row))  # expect: template-compile-in-loop
# --- variant: environment as an attribute, method
from jinja2 import Environment


class Mailer:
    def __init__(self, text):
        self.environment = Environment(autoescape=True)
        self.text = text

    def send(self, users):
        for user in users:
            template = self.environment.from_string(self.text)  # expect: template-compile-in-loop
            user.mail(template.render(user=user))
# --- variant: environment in the loop
from jinja2 import Environment, FileSystemLoader


def render(rows):
    for row in rows:
        env = Environment(loader=FileSystemLoader("templates"))  # expect: template-compile-in-loop
        yield env.get_template("row.html").render(row=row)
# --- variant: mako
from mako.template import Template as Mako


def lines(rows):
    out = []
    for row in rows:
        out.append(Mako("${name}: ${amount}").render(name=row.name, amount=row.amount))  # expect: template-compile-in-loop
    return out
# --- variant: django with a context
from django.template import Context, Template

BODY = "Hello {{ user.name }}"


def bodies(users):
    for user in users:
        yield Template(BODY).render(Context({"user": user}))  # expect: template-compile-in-loop
# --- variant: lxml XPath
from lxml import etree


def titles(documents):
    for document in documents:
        find = etree.XPath("//title/text()")  # expect: template-compile-in-loop
        yield find(document)
# --- variant: lxml XSLT of a parsed sheet
from lxml import etree


def transformed(paths, sheet):
    style = etree.parse(sheet)
    results = []
    for path in paths:
        transform = etree.XSLT(style)  # expect: template-compile-in-loop
        results.append(transform(etree.parse(path)))
    return results
# --- variant: helper function called for each item
from jinja2 import Template


def badge(name):
    return Template("<b>{{ name }}</b>").render(name=name)  # expect: template-compile-in-loop


def badges(names):
    return "".join(badge(name) for name in names)
# --- variant: async, template by an argument
from jinja2 import Template


async def notify(users, text):
    async for user in users:
        message = Template(text, enable_async=True)  # expect: template-compile-in-loop
        await user.send(await message.render_async(user=user))
# --- variant: lambda in map
import jinja2


def rendered(rows, source):
    return list(map(lambda row: jinja2.Template(source).render(**row), rows))  # expect: template-compile-in-loop
# --- variant: tornado in a while loop
from tornado.template import Template


def drain(queue, text):
    while not queue.empty():
        job = queue.get()
        job.finish(Template(text).generate(job=job))  # expect: template-compile-in-loop
# --- variant: a default environment at the module
from jinja2 import Environment

ENV = Environment()
ROW = "<tr><td>{{ cell }}</td></tr>"


def table(cells):
    for cell in cells:
        yield ENV.from_string(ROW).render(cell=cell)  # expect: template-compile-in-loop
# --- quiet: get_template keeps what it compiled
from jinja2 import Environment, FileSystemLoader

ENV = Environment(loader=FileSystemLoader("templates"))


def render(rows):
    return [ENV.get_template("row.html").render(row=row) for row in rows]
# --- quiet: another text each time
from jinja2 import Template


def render(texts):
    return [Template(text).render() for text in texts]
# --- quiet: string.Template is not compiled
from string import Template


def render(rows):
    return [Template("$name").substitute(row) for row in rows]
