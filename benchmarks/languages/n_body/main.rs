// Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition.
const BODIES: usize = 5;
const STEP: f64 = 0.001;

#[derive(Clone, Copy, Default)]
struct Body {
    x: f64,
    y: f64,
    z: f64,
    vx: f64,
    vy: f64,
    vz: f64,
    mass: f64,
}

fn set_up() -> [Body; BODIES] {
    let mut all = [Body::default(); BODIES];
    all[0].mass = 1.0;
    for k in 1..BODIES {
        let (t, r) = (k as f64 / 5.0, k as f64 + 1.0);
        let (cosine, sine) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        let speed = (1.0 / r).sqrt();
        all[k] = Body {
            x: r * cosine,
            y: r * sine,
            z: k as f64 / 100.0,
            vx: -speed * sine,
            vy: speed * cosine,
            vz: 0.0,
            mass: 0.001 / k as f64,
        };
        all[0].vx -= all[k].mass * all[k].vx;
        all[0].vy -= all[k].mass * all[k].vy;
    }
    all
}

fn energy(all: &[Body; BODIES]) -> f64 {
    let mut sum = 0.0;
    for (i, a) in all.iter().enumerate() {
        sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
        for b in &all[i + 1..] {
            let (dx, dy, dz) = (a.x - b.x, a.y - b.y, a.z - b.z);
            sum -= a.mass * b.mass / (dx * dx + dy * dy + dz * dz).sqrt();
        }
    }
    sum
}

fn advance(all: &mut [Body; BODIES]) {
    for i in 0..BODIES {
        for j in i + 1..BODIES {
            let (a, b) = (all[i], all[j]);
            let (dx, dy, dz) = (a.x - b.x, a.y - b.y, a.z - b.z);
            let square = dx * dx + dy * dy + dz * dz;
            let pull = STEP / (square * square.sqrt());
            all[i].vx -= dx * b.mass * pull;
            all[i].vy -= dy * b.mass * pull;
            all[i].vz -= dz * b.mass * pull;
            all[j].vx += dx * a.mass * pull;
            all[j].vy += dy * a.mass * pull;
            all[j].vz += dz * a.mass * pull;
        }
    }
    for body in all.iter_mut() {
        body.x += STEP * body.vx;
        body.y += STEP * body.vy;
        body.z += STEP * body.vz;
    }
}

fn main() {
    let steps: u32 = std::env::args().nth(1).map_or(1000, |word| word.parse().unwrap());
    let mut all = set_up();
    println!("{:.9}", energy(&all));
    for _ in 0..steps {
        advance(&mut all);
    }
    println!("{:.9}\n{:.9} {:.9}", energy(&all), all[1].x, all[1].y);
}
