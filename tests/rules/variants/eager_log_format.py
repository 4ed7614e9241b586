# --- variant: logger is an attribute, while loop
import logging


class Crawler:
    def __init__(self):
        self.log = logging.getLogger(__name__)

    def run(self, queue):
        while queue:
            url = queue.pop()
            self.log.debug(f"visit {url}, {len(queue)} left")  # expect: eager-log-format
            self.visit(url)


# --- variant: the module's own function
import logging


def load(rows):
    for number, row in enumerate(rows):
        logging.debug("row %d: %s" % (number, row))  # expect: eager-log-format
        yield row


# --- variant: format with names
import logging

log = logging.getLogger(__name__)


def match(pairs):
    for left, right in pairs:
        log.debug("{left} against {right}".format(left=left, right=right))  # expect: eager-log-format
        if left == right:
            return left


# --- variant: joined by plus
import logging

logger = logging.getLogger(__name__)


def walk(nodes):
    for node in nodes:
        logger.debug("node " + str(node) + " has " + str(len(node.children)) + " children")  # expect: eager-log-format


# --- variant: dear argument, no loop
import json
import logging

logger = logging.getLogger(__name__)


def receive(payload):
    logger.debug("received %s", json.dumps(payload, indent=2))  # expect: eager-log-format
    return payload["id"]


# --- variant: pformat under another name
import logging
from pprint import pformat as pretty

LOG = logging.getLogger("app")


async def answer(request):
    body = await request.json()
    LOG.debug("body: %s", pretty(body))  # expect: eager-log-format
    return body


# --- variant: log with the level as argument
import logging

logger = logging.getLogger(__name__)


def parse(lines):
    for line in lines:
        logger.log(logging.DEBUG, f"parse {line!r}")  # expect: eager-log-format


# --- variant: loguru
from loguru import logger


def sync(files):
    for file in files:
        logger.trace(f"compare {file.name} of {file.size} bytes")  # expect: eager-log-format
        if file.changed:
            logger.info("changed: {}", file.name)


# --- variant: a list made for the message
import logging

logger = logging.getLogger(__name__)


def plan(tasks):
    logger.debug("tasks: %s", [task.name for task in tasks])  # expect: eager-log-format
    return tasks[0]


# --- variant: join of a generator in an f-string
import logging

_log = logging.getLogger(__name__)


def send(headers):
    _log.debug(f"headers: {', '.join(f'{k}={v}' for k, v in headers.items())}")  # expect: eager-log-format


# --- variant: a pydantic model dumped
import logging

logger = logging.getLogger(__name__)


def create(order):
    logger.debug("order %s", order.model_dump_json())  # expect: eager-log-format
    return order.id


# --- variant: nested function called for each item
# not found: needs to follow a call into the function that it calls
import logging

logger = logging.getLogger(__name__)


def solve(cells):
    def step(cell):
        logger.debug(f"try {cell.x}/{cell.y} with {cell.options}")  # expect: eager-log-format
        return cell.options.pop()

    return [step(cell) for cell in cells]


# --- variant: f-string in Flask's logger
from flask import current_app


def deliver(messages):
    for message in messages:
        current_app.logger.debug(f"deliver {message.id} to {message.to}")  # expect: eager-log-format


# --- quiet: values given apart
import logging

logger = logging.getLogger(__name__)


def load(rows):
    for row in rows:
        logger.debug("row %s", row)


# --- quiet: under a question for the level
import logging

logger = logging.getLogger(__name__)


def load(rows):
    for row in rows:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug(f"row {row}")


# --- quiet: a warning
import logging

logger = logging.getLogger(__name__)


def load(rows):
    for row in rows:
        if not row:
            logger.warning(f"empty row after {rows}")
