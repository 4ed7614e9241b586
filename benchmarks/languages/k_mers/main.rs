// How often each word of nine letters stands in a text of four letters. See ../README.md for the definition.
use std::collections::HashMap;

const LETTERS: u32 = 9;
const WORDS: u32 = 1 << (2 * LETTERS);

fn main() {
    let length: u64 = std::env::args().nth(1).map_or(1000, |word| word.parse().unwrap());
    let mut counts: HashMap<u32, u32> = HashMap::new();
    let (mut random, mut word) = (42u32, 0u32);
    for i in 0..length {
        random = random.wrapping_mul(1664525).wrapping_add(1013904223);
        word = (word * 4 + (random >> 30)) % WORDS;
        if i >= u64::from(LETTERS - 1) {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    let (mut most, mut often, mut squares) = (0, 0, 0u64);
    for (&word, &count) in &counts {
        squares += u64::from(count) * u64::from(count);
        if count > often || (count == often && word < most) {
            (most, often) = (word, count);
        }
    }
    println!("{} words\n{most} most often: {often} times\n{squares}", counts.len());
}
