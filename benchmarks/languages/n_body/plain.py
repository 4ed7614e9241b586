"""Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition."""

import sys
from math import sqrt

BODIES = 5
STEP = 0.001


class Body:
    __slots__ = ("mass", "vx", "vy", "vz", "x", "y", "z")

    def __init__(self, place, speed, mass):
        self.x, self.y, self.z = place
        self.vx, self.vy, self.vz = speed
        self.mass = mass


def set_up():
    sun = Body((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0)
    bodies = [sun]
    for k in range(1, BODIES):
        t, r = k / 5, k + 1.0
        cosine, sine, speed = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t), sqrt(1 / r)
        body = Body((r * cosine, r * sine, k / 100), (-speed * sine, speed * cosine, 0.0), 0.001 / k)
        sun.vx -= body.mass * body.vx
        sun.vy -= body.mass * body.vy
        bodies.append(body)
    return bodies


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
        for b in bodies[i + 1 :]:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            total -= a.mass * b.mass / sqrt(dx * dx + dy * dy + dz * dz)
    return total


def advance(bodies, steps):
    pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1 :]]
    for _ in range(steps):
        for a, b in pairs:
            dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
            square = dx * dx + dy * dy + dz * dz
            pull = STEP / (square * sqrt(square))
            on_a, on_b = b.mass * pull, a.mass * pull
            a.vx -= dx * on_a
            a.vy -= dy * on_a
            a.vz -= dz * on_a
            b.vx += dx * on_b
            b.vy += dy * on_b
            b.vz += dz * on_b
        for a in bodies:
            a.x += STEP * a.vx
            a.y += STEP * a.vy
            a.z += STEP * a.vz


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    bodies = set_up()
    print(f"{energy(bodies):.9f}")
    advance(bodies, steps)
    print(f"{energy(bodies):.9f}\n{bodies[1].x:.9f} {bodies[1].y:.9f}")


main()
