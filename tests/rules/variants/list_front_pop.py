# --- variant: breadth-first search in a method, the queue is an attribute
class Crawler:
    def __init__(self, start):
        self.queue = [start]
        self.seen = set()

    def run(self):
        while self.queue:
            page = self.queue.pop(0)  # expect: list-front-pop
            for link in page.links:
                if link not in self.seen:
                    self.seen.add(link)
                    self.queue.append(link)
# --- variant: the queue starts with the children of a node
def walk(root):
    pending = [child for child in root.children]
    while len(pending) > 0:
        node = pending.pop(0)  # expect: list-front-pop
        yield node
        pending.extend(node.children)
# --- variant: del of the first item
def drain(events):
    backlog = list(events)
    handled = 0
    while backlog:
        event = backlog[0]
        del backlog[0]  # expect: list-front-pop
        handled += event.weight
    return handled
# --- variant: insertion before all others by a slice
# not found: no word tells a slice that is assigned to, so that screening would not see it
def newest_first(lines):
    history = []
    for line in lines:
        history[0:0] = [line]  # expect: list-front-pop
    return history
# --- variant: insert at zero in an async consumer
async def keep_recent(stream):
    recent: list[str] = []
    async for message in stream:
        recent.insert(0, message.text)  # expect: list-front-pop
        if len(recent) > 5000:
            recent.pop()
    return recent
# --- variant: walrus and an endless loop with a break
def schedule(jobs):
    waiting = sorted(jobs)
    while True:
        if not waiting:
            break
        if (job := waiting.pop(0)).ready:  # expect: list-front-pop
            job.run()
        else:
            waiting.append(job)
# --- variant: sliding window of the last readings
def averages(readings, width):
    window = []
    for reading in readings:
        window.append(reading)
        if len(window) > width:
            window.pop(0)  # expect: list-front-pop
        yield sum(window) / len(window)
# --- variant: the queue is a dataclass field
from dataclasses import dataclass, field


@dataclass
class Dispatcher:
    tasks: list = field(default_factory=list)

    def work(self):
        while self.tasks:
            task = self.tasks.pop(0)  # expect: list-front-pop
            self.tasks.extend(task.execute())
# --- variant: unpacked tuple from the front, inside a nested function
def shortest_path(graph, start, goal):
    def search():
        frontier = [(start, [start])]
        visited = {start}
        while frontier:
            node, path = frontier.pop(0)  # expect: list-front-pop
            if node == goal:
                return path
            for neighbour in graph[node]:
                if neighbour not in visited:
                    visited.add(neighbour)
                    frontier.append((neighbour, path + [neighbour]))
        return None

    return search()
# --- variant: ancestors put in front, one by one
# not found: a while that puts in front mostly goes up a short path: low confidence
def path_of(node):
    parts = []
    while node is not None:
        parts.insert(0, node.name)  # expect: list-front-pop
        node = node.parent
    return parts
# --- variant: queue from readlines
def parse(path):
    with open(path) as file:
        lines = file.readlines()
    records = []
    while lines:
        header = lines.pop(0)  # expect: list-front-pop
        records.append(header.strip())
    return records
# --- variant: try and except IndexError instead of a condition
def consume(source):
    buffer = list(source)
    while True:
        try:
            item = buffer.pop(0)  # expect: list-front-pop
        except IndexError:
            return
        print(item)
# --- variant: the queue of a helper function of the same file
def _initial(count):
    return [number for number in range(count)]


def josephus(count, step):
    circle = _initial(count)
    while len(circle) > 1:
        for _ in range(step - 1):
            circle.append(circle.pop(0))  # expect: list-front-pop
        circle.pop()
    return circle[0]
# --- quiet: a deque
from collections import deque


def walk(root):
    pending = deque([root])
    while pending:
        node = pending.popleft()
        pending.extend(node.children)
# --- quiet: a key of a dict named zero
def first_of(counters):
    table = {}
    for counter in counters:
        table[0] = counter
        table.pop(0, None)
    return table
# --- quiet: once, before the loop
def rows(lines):
    lines = list(lines)
    header = lines.pop(0)
    for line in lines:
        yield dict(zip(header, line, strict=True))
# --- quiet: from the end
def depth_first(root):
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(node.children)
