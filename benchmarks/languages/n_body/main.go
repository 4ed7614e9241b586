// Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition.
package main

import (
	"fmt"
	"math"
	"os"
	"strconv"
)

const (
	bodies = 5
	step   = 0.001
)

type body struct{ x, y, z, vx, vy, vz, mass float64 }

func setUp() [bodies]body {
	var all [bodies]body
	all[0].mass = 1
	for k := 1; k < bodies; k++ {
		t, r := float64(k)/5, float64(k)+1
		cosine, sine, speed := (1-t*t)/(1+t*t), 2*t/(1+t*t), math.Sqrt(1/r)
		all[k] = body{r * cosine, r * sine, float64(k) / 100, -speed * sine, speed * cosine, 0, 0.001 / float64(k)}
		all[0].vx -= all[k].mass * all[k].vx
		all[0].vy -= all[k].mass * all[k].vy
	}
	return all
}

func energy(all *[bodies]body) float64 {
	sum := 0.0
	for i := range all {
		a := &all[i]
		sum += 0.5 * a.mass * (a.vx*a.vx + a.vy*a.vy + a.vz*a.vz)
		for j := i + 1; j < bodies; j++ {
			b := &all[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			sum -= a.mass * b.mass / math.Sqrt(dx*dx+dy*dy+dz*dz)
		}
	}
	return sum
}

func advance(all *[bodies]body) {
	for i := range all {
		a := &all[i]
		for j := i + 1; j < bodies; j++ {
			b := &all[j]
			dx, dy, dz := a.x-b.x, a.y-b.y, a.z-b.z
			square := dx*dx + dy*dy + dz*dz
			pull := step / (square * math.Sqrt(square))
			a.vx -= dx * b.mass * pull
			a.vy -= dy * b.mass * pull
			a.vz -= dz * b.mass * pull
			b.vx += dx * a.mass * pull
			b.vy += dy * a.mass * pull
			b.vz += dz * a.mass * pull
		}
	}
	for i := range all {
		a := &all[i]
		a.x += step * a.vx
		a.y += step * a.vy
		a.z += step * a.vz
	}
}

func main() {
	steps := 1000
	if len(os.Args) > 1 {
		steps, _ = strconv.Atoi(os.Args[1])
	}
	all := setUp()
	fmt.Printf("%.9f\n", energy(&all))
	for i := 0; i < steps; i++ {
		advance(&all)
	}
	fmt.Printf("%.9f\n%.9f %.9f\n", energy(&all), all[1].x, all[1].y)
}
