# --- variant: dijkstra with a set and a key
def distances(graph, start):
    distance = {node: float("inf") for node in graph}
    distance[start] = 0
    unvisited = set(graph)
    while unvisited:
        node = min(unvisited, key=lambda name: distance[name])  # expect: list-as-priority-queue
        unvisited.remove(node)
        for neighbour, weight in graph[node].items():
            distance[neighbour] = min(distance[neighbour], distance[node] + weight)
    return distance
# --- variant: method over an attribute
class Scheduler:
    def __init__(self):
        self.jobs = []

    def run(self):
        while self.jobs:
            job = min(self.jobs, key=lambda job: job.due)  # expect: list-as-priority-queue
            self.jobs.remove(job)
            job.run()
# --- variant: sorted again, then the first taken
def huffman(weights):
    nodes = list(weights)
    while len(nodes) > 1:
        nodes = sorted(nodes)  # expect: list-as-priority-queue
        first, second = nodes.pop(0), nodes.pop(0)
        nodes.append(first + second)
    return nodes[0]
# --- variant: sort in place and pop from the end
def search(start, goal, expand):
    frontier = [(0, start)]
    while frontier:
        frontier.sort(reverse=True)  # expect: list-as-priority-queue
        cost, node = frontier.pop()
        if node == goal:
            return cost
        for step, other in expand(node):
            frontier.append((cost + step, other))
    return None
# --- variant: index of the smallest
def merge(stones):
    stones = list(stones)
    out = []
    while stones:
        place = stones.index(min(stones))  # expect: list-as-priority-queue
        out.append(stones.pop(place))
    return out
# --- variant: dict of waiting ones and del
def prim(graph, start):
    cost = {node: float("inf") for node in graph}
    cost[start] = 0
    total = 0
    while len(cost) > 0:
        node = min(cost, key=cost.get)  # expect: list-as-priority-queue
        total += cost[node]
        del cost[node]
        for other, weight in graph[node]:
            if other in cost:
                cost[other] = min(cost[other], weight)
    return total
# --- variant: largest stone, walrus
def crush(weights):
    weights = list(weights)
    while len(weights) > 1:
        weights.remove(largest := max(weights))  # expect: list-as-priority-queue
        weights.remove(second := max(weights))  # expect: list-as-priority-queue
        if largest != second:
            weights.append(largest - second)
    return weights
# --- variant: endless loop with break and a helper for the key
def urgency(task):
    return task.deadline - task.effort


def work(tasks):
    todo = [task for task in tasks if task.open]
    while True:
        if not todo:
            break
        task = min(todo, key=urgency)  # expect: list-as-priority-queue
        todo.remove(task)
        todo += task.follow_ups()
# --- variant: items of a dict and pop
def drain(counts: dict):
    while counts:
        name, amount = max(counts.items(), key=lambda item: item[1])  # expect: list-as-priority-queue
        counts.pop(name)
        yield name, amount
# --- variant: a for loop with a count
def best(candidates, rounds):
    pool = list(candidates)
    chosen = []
    for _ in range(rounds):
        winner = max(pool, key=lambda candidate: candidate.score)  # expect: list-as-priority-queue
        pool.remove(winner)
        chosen.append(winner)
    return chosen
# --- variant: a loop by hand for the smallest
# not found: a loop that finds the smallest by hand is not read as min
def selection_sort(values):
    values = list(values)
    out = []
    while values:
        smallest = values[0]
        for value in values:  # expect: list-as-priority-queue
            if value < smallest:
                smallest = value
        values.remove(smallest)
        out.append(smallest)
    return out
# --- variant: async worker
async def serve(requests):
    waiting = [request async for request in requests]
    while waiting:
        nearest = min(waiting, key=lambda request: request.distance)  # expect: list-as-priority-queue
        waiting.remove(nearest)
        await nearest.handle()
# --- quiet: a heap
import heapq


def work(tasks):
    heap = list(tasks)
    heapq.heapify(heap)
    while heap:
        heapq.heappop(heap).run()
# --- quiet: nothing is taken out
def lowest(groups):
    out = []
    for group in groups:
        out.append(min(group))
    return out
# --- quiet: two values
def gcd(a, b):
    while a != b:
        big = max(a, b)
        small = min(a, b)
        a, b = big - small, small
    return a


# --- quiet: the order is another one at each place
def nearest_neighbours(distances, start, places):
    left = set(places)
    here = start
    tour = [start]
    while left:
        row = distances[here]
        here = min(left, key=lambda place: row[place])
        tour.append(here)
        left.remove(here)
    return tour
