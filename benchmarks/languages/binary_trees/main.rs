// Many small trees, built and walked, beside one that stays. See ../README.md for the definition.
struct Node {
    below: Option<(Box<Node>, Box<Node>)>,
}

fn built(depth: u32) -> Box<Node> {
    Box::new(Node { below: (depth > 0).then(|| (built(depth - 1), built(depth - 1))) })
}

fn nodes(node: &Node) -> u64 {
    match &node.below {
        Some((left, right)) => 1 + nodes(left) + nodes(right),
        None => 1,
    }
}

fn main() {
    let deepest: u32 = std::env::args().nth(1).map_or(8, |word| word.parse().unwrap());
    let stays = built(deepest);
    for depth in (4..=deepest).step_by(2) {
        let trees = 1u64 << (deepest - depth + 2);
        let sum: u64 = (0..trees).map(|_| nodes(&built(depth))).sum();
        println!("{trees} trees of depth {depth}: {sum} nodes");
    }
    println!("1 tree of depth {deepest}: {} nodes", nodes(&stays));
}
