// Many small trees, built and walked, beside one that stays. See ../README.md for the definition.
final class Main {
    static final class Node {
        final Node left, right;

        Node(Node left, Node right) {
            this.left = left;
            this.right = right;
        }

        static Node built(int depth) {
            return depth == 0 ? new Node(null, null) : new Node(built(depth - 1), built(depth - 1));
        }

        long nodes() {
            return left == null ? 1 : 1 + left.nodes() + right.nodes();
        }
    }

    public static void main(String[] words) {
        int deepest = words.length > 0 ? Integer.parseInt(words[0]) : 8;
        Node stays = Node.built(deepest);
        for (int depth = 4; depth <= deepest; depth += 2) {
            long trees = 1L << (deepest - depth + 2), sum = 0;
            for (long i = 0; i < trees; i++) {
                sum += Node.built(depth).nodes();
            }
            System.out.println(trees + " trees of depth " + depth + ": " + sum + " nodes");
        }
        System.out.println("1 tree of depth " + deepest + ": " + stays.nodes() + " nodes");
    }
}
