from collections import namedtuple


def run(n=200):
    total = 0
    for i in range(n):
        Point = namedtuple("Point", ["x", "y"])  # expect: class-created-in-loop
        point = Point(i, i + 1)

        class Line:  # expect: class-created-in-loop
            def __init__(self, start, end):
                self.start, self.end = start, end

        line = Line(point, Point(0, 0))
        total += line.start.x + line.end.y
    return total
