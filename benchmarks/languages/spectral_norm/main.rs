// The largest singular value of a matrix, by power iteration. See ../README.md for the definition.
fn entry(i: usize, j: usize) -> f64 {
    let (i, j) = (i as i32, j as i32);
    1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) as f64
}

fn times(v: &[f64], result: &mut [f64]) {
    for (i, place) in result.iter_mut().enumerate() {
        *place = v.iter().enumerate().map(|(j, value)| entry(i, j) * value).sum();
    }
}

fn transposed_times(v: &[f64], result: &mut [f64]) {
    for (i, place) in result.iter_mut().enumerate() {
        *place = v.iter().enumerate().map(|(j, value)| entry(j, i) * value).sum();
    }
}

fn main() {
    let n: usize = std::env::args().nth(1).map_or(100, |word| word.parse().unwrap());
    let (mut u, mut v, mut between) = (vec![1.0; n], vec![0.0; n], vec![0.0; n]);
    for _ in 0..10 {
        times(&u, &mut between);
        transposed_times(&between, &mut v);
        times(&v, &mut between);
        transposed_times(&between, &mut u);
    }
    let uv: f64 = u.iter().zip(&v).map(|(a, b)| a * b).sum();
    let vv: f64 = v.iter().map(|a| a * a).sum();
    println!("{:.9}", (uv / vv).sqrt());
}
