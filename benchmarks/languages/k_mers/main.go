// How often each word of nine letters stands in a text of four letters. See ../README.md for the definition.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const (
	letters = 9
	words   = 1 << (2 * letters)
)

func main() {
	length := 1000
	if len(os.Args) > 1 {
		length, _ = strconv.Atoi(os.Args[1])
	}
	counts := make(map[uint32]uint32)
	random, word := uint32(42), uint32(0)
	for i := 0; i < length; i++ {
		random = random*1664525 + 1013904223
		word = (word*4 + random>>30) % words
		if i >= letters-1 {
			counts[word]++
		}
	}
	most, often, squares := uint32(0), uint32(0), uint64(0)
	for word, count := range counts {
		squares += uint64(count) * uint64(count)
		if count > often || (count == often && word < most) {
			most, often = word, count
		}
	}
	fmt.Printf("%d words\n%d most often: %d times\n%d\n", len(counts), most, often, squares)
}
