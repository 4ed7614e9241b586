// The largest singular value of a matrix, by power iteration. See ../README.md for the definition.
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

func entry(i, j int32) float64 { return 1 / float64((i+j)*(i+j+1)/2+i+1) }

func times(v, result []float64) {
	for i := range result {
		sum := 0.0
		for j := range v {
			sum += entry(int32(i), int32(j)) * v[j]
		}
		result[i] = sum
	}
}

func transposedTimes(v, result []float64) {
	for i := range result {
		sum := 0.0
		for j := range v {
			sum += entry(int32(j), int32(i)) * v[j]
		}
		result[i] = sum
	}
}

func main() {
	n := 100
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	u, v, between := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range u {
		u[i] = 1
	}
	for round := 0; round < 10; round++ {
		times(u, between)
		transposedTimes(between, v)
		times(v, between)
		transposedTimes(between, u)
	}
	uv, vv := 0.0, 0.0
	for i := range u {
		uv += u[i] * v[i]
		vv += v[i] * v[i]
	}
	fmt.Printf("%.9f\n", math.Sqrt(uv/vv))
}
