// The largest singular value of a matrix, by power iteration. See ../README.md for the definition.
"use strict";

const entry = (i, j) => 1 / (((i + j) * (i + j + 1)) / 2 + i + 1);

function times(v, result) {
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += entry(i, j) * v[j];
    result[i] = sum;
  }
}

function transposedTimes(v, result) {
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += entry(j, i) * v[j];
    result[i] = sum;
  }
}

const n = Number(process.argv[2] || 100);
const u = new Float64Array(n).fill(1), v = new Float64Array(n), between = new Float64Array(n);
for (let round = 0; round < 10; round++) {
  times(u, between);
  transposedTimes(between, v);
  times(v, between);
  transposedTimes(between, u);
}
let uv = 0, vv = 0;
for (let i = 0; i < n; i++) {
  uv += u[i] * v[i];
  vv += v[i] * v[i];
}
console.log(Math.sqrt(uv / vv).toFixed(9));
