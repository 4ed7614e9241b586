/* Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5 };
static const double STEP = 0.001;

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static void set_up(struct body *all)
{
    struct body sun = {.mass = 1.0};
    for (int k = 1; k < BODIES; k++) {
        double t = k / 5.0, r = k + 1.0;
        double cosine = (1 - t * t) / (1 + t * t), sine = 2 * t / (1 + t * t), speed = sqrt(1 / r);
        all[k] = (struct body){r * cosine, r * sine, k / 100.0, -speed * sine, speed * cosine, 0.0, 0.001 / k};
        sun.vx -= all[k].mass * all[k].vx;
        sun.vy -= all[k].mass * all[k].vy;
    }
    all[0] = sun;
}

static double energy(const struct body *all)
{
    double sum = 0.0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *a = &all[i];
        sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int j = i + 1; j < BODIES; j++) {
            const struct body *b = &all[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            sum -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return sum;
}

static void advance(struct body *all)
{
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &all[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &all[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz;
            double pull = STEP / (square * sqrt(square));
            a->vx -= dx * b->mass * pull;
            a->vy -= dy * b->mass * pull;
            a->vz -= dz * b->mass * pull;
            b->vx += dx * a->mass * pull;
            b->vy += dy * a->mass * pull;
            b->vz += dz * a->mass * pull;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        all[i].x += STEP * all[i].vx;
        all[i].y += STEP * all[i].vy;
        all[i].z += STEP * all[i].vz;
    }
}

int main(int count, char **words)
{
    int steps = count > 1 ? atoi(words[1]) : 1000;
    struct body all[BODIES];
    set_up(all);
    printf("%.9f\n", energy(all));
    for (int i = 0; i < steps; i++)
        advance(all);
    printf("%.9f\n%.9f %.9f\n", energy(all), all[1].x, all[1].y);
    return 0;
}
