"""Five bodies under gravity, by the symplectic Euler method, compiled by numba. See ../README.md for the definition.

A row of the array is a body: x, y, z, vx, vy, vz, mass.
"""

import sys
from math import sqrt

import numpy as np
from numba import njit

BODIES = 5
STEP = 0.001


def set_up():
    bodies = np.zeros((BODIES, 7))
    bodies[0, 6] = 1.0
    for k in range(1, BODIES):
        t, r = k / 5, k + 1.0
        cosine, sine, speed = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t), sqrt(1 / r)
        bodies[k] = r * cosine, r * sine, k / 100, -speed * sine, speed * cosine, 0.0, 0.001 / k
        bodies[0, 3:5] -= bodies[k, 6] * bodies[k, 3:5]
    return bodies


@njit(cache=True)
def energy(bodies):
    total = 0.0
    for i in range(BODIES):
        a = bodies[i]
        total += 0.5 * a[6] * (a[3] * a[3] + a[4] * a[4] + a[5] * a[5])
        for j in range(i + 1, BODIES):
            b = bodies[j]
            dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
            total -= a[6] * b[6] / sqrt(dx * dx + dy * dy + dz * dz)
    return total


@njit(cache=True)
def advance(bodies, steps):
    for _ in range(steps):
        for i in range(BODIES):
            a = bodies[i]
            for j in range(i + 1, BODIES):
                b = bodies[j]
                dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
                square = dx * dx + dy * dy + dz * dz
                pull = STEP / (square * sqrt(square))
                on_a, on_b = b[6] * pull, a[6] * pull
                a[3] -= dx * on_a
                a[4] -= dy * on_a
                a[5] -= dz * on_a
                b[3] += dx * on_b
                b[4] += dy * on_b
                b[5] += dz * on_b
        for i in range(BODIES):
            a = bodies[i]
            a[0] += STEP * a[3]
            a[1] += STEP * a[4]
            a[2] += STEP * a[5]


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    bodies = set_up()
    print(f"{energy(bodies):.9f}")
    advance(bodies, steps)
    print(f"{energy(bodies):.9f}\n{bodies[1, 0]:.9f} {bodies[1, 1]:.9f}")


main()
