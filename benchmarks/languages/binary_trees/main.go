// Many small trees, built and walked, beside one that stays. See ../README.md for the definition.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type node struct{ left, right *node }

func built(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{built(depth - 1), built(depth - 1)}
}

func (n *node) nodes() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.nodes() + n.right.nodes()
}

func main() {
	deepest := 8
	if len(os.Args) > 1 {
		deepest, _ = strconv.Atoi(os.Args[1])
	}
	stays := built(deepest)
	for depth := 4; depth <= deepest; depth += 2 {
		trees, sum := 1<<(deepest-depth+2), 0
		for i := 0; i < trees; i++ {
			sum += built(depth).nodes()
		}
		fmt.Printf("%d trees of depth %d: %d nodes\n", trees, depth, sum)
	}
	fmt.Printf("1 tree of depth %d: %d nodes\n", deepest, stays.nodes())
}
