"""Many small trees, built and walked, beside one that stays. See ../README.md for the definition."""

import sys


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def built(depth):
    return Node(built(depth - 1), built(depth - 1)) if depth else Node(None, None)


def nodes(node):
    return 1 + nodes(node.left) + nodes(node.right) if node.left is not None else 1


def main():
    deepest = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    stays = built(deepest)
    for depth in range(4, deepest + 1, 2):
        trees = 2 ** (deepest - depth + 2)
        total = sum(nodes(built(depth)) for _ in range(trees))
        print(f"{trees} trees of depth {depth}: {total} nodes")
    print(f"1 tree of depth {deepest}: {nodes(stays)} nodes")


main()
