// How often each word of nine letters stands in a text of four letters. See ../README.md for the definition.
import java.util.HashMap;
import java.util.Map;

final class Main {
    static final int LETTERS = 9;
    static final int WORDS = 1 << (2 * LETTERS);

    public static void main(String[] arguments) {
        long length = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1000;
        Map<Integer, Integer> counts = new HashMap<>();
        int random = 42, word = 0;
        for (long i = 0; i < length; i++) {
            random = random * 1664525 + 1013904223;
            word = (word * 4 + (random >>> 30)) % WORDS;
            if (i >= LETTERS - 1) {
                counts.merge(word, 1, Integer::sum);
            }
        }
        int most = 0, often = 0;
        long squares = 0;
        for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
            int count = entry.getValue();
            squares += (long) count * count;
            if (count > often || (count == often && entry.getKey() < most)) {
                most = entry.getKey();
                often = count;
            }
        }
        System.out.println(counts.size() + " words\n" + most + " most often: " + often + " times\n" + squares);
    }
}
