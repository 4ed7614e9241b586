// Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition.
"use strict";
const BODIES = 5;
const STEP = 0.001;

function setUp() {
  const sun = { x: 0.0, y: 0.0, z: 0.0, vx: 0.0, vy: 0.0, vz: 0.0, mass: 1.0 };
  const all = [sun];
  for (let k = 1; k < BODIES; k++) {
    const t = k / 5, r = k + 1;
    const cosine = (1 - t * t) / (1 + t * t), sine = (2 * t) / (1 + t * t), speed = Math.sqrt(1 / r);
    const body = {
      x: r * cosine, y: r * sine, z: k / 100, vx: -speed * sine, vy: speed * cosine, vz: 0.0, mass: 0.001 / k,
    };
    sun.vx -= body.mass * body.vx;
    sun.vy -= body.mass * body.vy;
    all.push(body);
  }
  return all;
}

function energy(all) {
  let sum = 0;
  for (let i = 0; i < BODIES; i++) {
    const a = all[i];
    sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
    for (let j = i + 1; j < BODIES; j++) {
      const b = all[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      sum -= (a.mass * b.mass) / Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return sum;
}

function advance(all) {
  for (let i = 0; i < BODIES; i++) {
    const a = all[i];
    for (let j = i + 1; j < BODIES; j++) {
      const b = all[j];
      const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
      const square = dx * dx + dy * dy + dz * dz;
      const pull = STEP / (square * Math.sqrt(square));
      a.vx -= dx * b.mass * pull;
      a.vy -= dy * b.mass * pull;
      a.vz -= dz * b.mass * pull;
      b.vx += dx * a.mass * pull;
      b.vy += dy * a.mass * pull;
      b.vz += dz * a.mass * pull;
    }
  }
  for (const a of all) {
    a.x += STEP * a.vx;
    a.y += STEP * a.vy;
    a.z += STEP * a.vz;
  }
}

const steps = Number(process.argv[2] || 1000);
const all = setUp();
console.log(energy(all).toFixed(9));
for (let i = 0; i < steps; i++) advance(all);
console.log(`${energy(all).toFixed(9)}\n${all[1].x.toFixed(9)} ${all[1].y.toFixed(9)}`);
