from collections import namedtuple

Point = namedtuple("Point", ["x", "y"])


class Line:
    def __init__(self, start, end):
        self.start, self.end = start, end


def run(n=200):
    total = 0
    for i in range(n):
        point = Point(i, i + 1)
        line = Line(point, Point(0, 0))
        total += line.start.x + line.end.y
    return total
