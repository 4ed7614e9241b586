/* Many small trees, built and walked, beside one that stays. See ../README.md for the definition. */
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *left, *right;
};

static struct node *built(int depth)
{
    struct node *node = malloc(sizeof *node);
    node->left = depth ? built(depth - 1) : NULL;
    node->right = depth ? built(depth - 1) : NULL;
    return node;
}

static long nodes(const struct node *node)
{
    return node->left ? 1 + nodes(node->left) + nodes(node->right) : 1;
}

static void let_go(struct node *node)
{
    if (node->left) {
        let_go(node->left);
        let_go(node->right);
    }
    free(node);
}

int main(int count, char **words)
{
    int deepest = count > 1 ? atoi(words[1]) : 8;
    struct node *stays = built(deepest);
    for (int depth = 4; depth <= deepest; depth += 2) {
        long trees = 1L << (deepest - depth + 2), sum = 0;
        for (long i = 0; i < trees; i++) {
            struct node *tree = built(depth);
            sum += nodes(tree);
            let_go(tree);
        }
        printf("%ld trees of depth %d: %ld nodes\n", trees, depth, sum);
    }
    printf("1 tree of depth %d: %ld nodes\n", deepest, nodes(stays));
    let_go(stays);
    return 0;
}
