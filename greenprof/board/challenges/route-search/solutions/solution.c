/* Dijkstra's search with a binary heap over arrays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { int length, town; } Entry;

static int *first, *next_road, *to, *length_of, *best, *before, *route;
static Entry *heap;
static int heap_size;

static void push(Entry entry) {
    int place = heap_size++;
    while (place && heap[(place - 1) / 2].length > entry.length) {
        heap[place] = heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    heap[place] = entry;
}

static Entry pop(void) {
    Entry top = heap[0], last = heap[--heap_size];
    int place = 0, child;
    while ((child = 2 * place + 1) < heap_size) {
        if (child + 1 < heap_size && heap[child + 1].length < heap[child].length) child++;
        if (heap[child].length >= last.length) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = last;
    return top;
}

static void add_road(int number, int from, int other, int length) {
    to[number] = other;
    length_of[number] = length;
    next_road[number] = first[from];
    first[from] = number;
}

int main(int count, char **words) {
    int towns, roads, questions;
    FILE *file = count == 2 ? fopen(words[1], "r") : NULL;
    if (!file || fscanf(file, "%d %d %d", &towns, &roads, &questions) != 3) return 1;
    first = malloc(towns * sizeof(int));
    best = malloc(towns * sizeof(int));
    before = malloc(towns * sizeof(int));
    route = malloc(towns * sizeof(int));
    next_road = malloc(2 * roads * sizeof(int));
    to = malloc(2 * roads * sizeof(int));
    length_of = malloc(2 * roads * sizeof(int));
    heap = malloc((2 * roads + 1) * sizeof(Entry));
    memset(first, -1, towns * sizeof(int));
    for (int road = 0; road < roads; road++) {
        int one, other, length;
        if (fscanf(file, "%d %d %d", &one, &other, &length) != 3) return 1;
        add_road(2 * road, one, other, length);
        add_road(2 * road + 1, other, one, length);
    }
    for (int question = 0; question < questions; question++) {
        int start, end, found = 0;
        if (fscanf(file, "%d %d", &start, &end) != 2) return 1;
        memset(best, 0x7f, towns * sizeof(int));
        heap_size = 0;
        best[start] = 0;
        before[start] = start;
        push((Entry){0, start});
        while (heap_size) {
            Entry entry = pop();
            if (entry.town == end) {
                found = 1;
                break;
            }
            if (entry.length > best[entry.town]) continue;
            for (int road = first[entry.town]; road >= 0; road = next_road[road]) {
                int longer = entry.length + length_of[road];
                if (longer < best[to[road]]) {
                    best[to[road]] = longer;
                    before[to[road]] = entry.town;
                    push((Entry){longer, to[road]});
                }
            }
        }
        if (!found) {
            puts("none");
            continue;
        }
        int steps = 0;
        for (int town = end; ; town = before[town]) {
            route[steps++] = town;
            if (town == start) break;
        }
        printf("%d", best[end]);
        while (steps) printf(" %d", route[--steps]);
        putchar('\n');
    }
    return 0;
}
