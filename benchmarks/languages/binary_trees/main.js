// Many small trees, built and walked, beside one that stays. See ../README.md for the definition.
"use strict";

class Node {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }
}

function built(depth) {
  return depth === 0 ? new Node(null, null) : new Node(built(depth - 1), built(depth - 1));
}

function nodes(node) {
  return node.left === null ? 1 : 1 + nodes(node.left) + nodes(node.right);
}

const deepest = Number(process.argv[2] || 8);
const stays = built(deepest);
for (let depth = 4; depth <= deepest; depth += 2) {
  const trees = 2 ** (deepest - depth + 2);
  let sum = 0;
  for (let i = 0; i < trees; i++) sum += nodes(built(depth));
  console.log(`${trees} trees of depth ${depth}: ${sum} nodes`);
}
console.log(`1 tree of depth ${deepest}: ${nodes(stays)} nodes`);
