// How often each word of nine letters stands in a text of four letters. See ../README.md for the definition.
"use strict";
const LETTERS = 9;
const WORDS = 1 << (2 * LETTERS);

const length = Number(process.argv[2] || 1000);
const counts = new Map();
let random = 42, word = 0;
for (let i = 0; i < length; i++) {
  random = (Math.imul(random, 1664525) + 1013904223) | 0;
  word = (word * 4 + (random >>> 30)) % WORDS;
  if (i >= LETTERS - 1) counts.set(word, (counts.get(word) || 0) + 1);
}
let most = 0, often = 0, squares = 0;
for (const [word, count] of counts) {
  squares += count * count;
  if (count > often || (count === often && word < most)) {
    most = word;
    often = count;
  }
}
console.log(`${counts.size} words\n${most} most often: ${often} times\n${squares}`);
