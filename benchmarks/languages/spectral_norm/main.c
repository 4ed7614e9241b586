/* The largest singular value of a matrix, by power iteration. See ../README.md for the definition. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double entry(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(int n, const double *v, double *result)
{
    for (int i = 0; i < n; i++) {
        double sum = 0.0;
        for (int j = 0; j < n; j++)
            sum += entry(i, j) * v[j];
        result[i] = sum;
    }
}

static void transposed_times(int n, const double *v, double *result)
{
    for (int i = 0; i < n; i++) {
        double sum = 0.0;
        for (int j = 0; j < n; j++)
            sum += entry(j, i) * v[j];
        result[i] = sum;
    }
}

int main(int count, char **words)
{
    int n = count > 1 ? atoi(words[1]) : 100;
    double *u = malloc(n * sizeof *u), *v = malloc(n * sizeof *v), *between = malloc(n * sizeof *between);
    for (int i = 0; i < n; i++)
        u[i] = 1.0;
    for (int round = 0; round < 10; round++) {
        times(n, u, between);
        transposed_times(n, between, v);
        times(n, v, between);
        transposed_times(n, between, u);
    }
    double uv = 0.0, vv = 0.0;
    for (int i = 0; i < n; i++) {
        uv += u[i] * v[i];
        vv += v[i] * v[i];
    }
    printf("%.9f\n", sqrt(uv / vv));
    free(u);
    free(v);
    free(between);
    return 0;
}
