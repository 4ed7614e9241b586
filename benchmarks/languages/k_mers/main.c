/* How often each word of nine letters stands in a text of four letters. See ../README.md for the definition.
 * C has no hash table of its own: this one has open addresses, and doubles when it is half full. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LETTERS = 9 };
static const uint32_t WORDS = 1u << (2 * LETTERS), NONE = UINT32_MAX;

struct slot {
    uint32_t word, count;
};

struct table {
    struct slot *slots;
    size_t size, used;
};

static struct table made(size_t size)
{
    struct table table = {malloc(size * sizeof(struct slot)), size, 0};
    for (size_t i = 0; i < size; i++)
        table.slots[i] = (struct slot){NONE, 0};
    return table;
}

static struct slot *found(struct table *table, uint32_t word)
{
    size_t place = (word * 2654435769u) & (table->size - 1);
    while (table->slots[place].word != word && table->slots[place].word != NONE)
        place = (place + 1) & (table->size - 1);
    return &table->slots[place];
}

static void grow(struct table *table)
{
    struct table larger = made(table->size * 2);
    for (size_t i = 0; i < table->size; i++)
        if (table->slots[i].word != NONE)
            *found(&larger, table->slots[i].word) = table->slots[i];
    larger.used = table->used;
    free(table->slots);
    *table = larger;
}

int main(int count, char **words)
{
    long length = count > 1 ? atol(words[1]) : 1000;
    struct table table = made(16);
    uint32_t random = 42, word = 0;
    for (long i = 0; i < length; i++) {
        random = random * 1664525u + 1013904223u;
        word = (word * 4 + (random >> 30)) % WORDS;
        if (i < LETTERS - 1)
            continue;
        struct slot *slot = found(&table, word);
        if (slot->word == NONE) {
            slot->word = word;
            table.used++;
        }
        slot->count++;
        if (table.used * 2 > table.size)
            grow(&table);
    }
    uint32_t most = 0, often = 0;
    uint64_t squares = 0;
    for (size_t i = 0; i < table.size; i++) {
        struct slot slot = table.slots[i];
        if (slot.word == NONE)
            continue;
        squares += (uint64_t)slot.count * slot.count;
        if (slot.count > often || (slot.count == often && slot.word < most)) {
            most = slot.word;
            often = slot.count;
        }
    }
    printf("%zu words\n%u most often: %u times\n%llu\n", table.used, most, often, (unsigned long long)squares);
    free(table.slots);
    return 0;
}
