// The largest singular value of a matrix, by power iteration. See ../README.md for the definition.
import java.util.Arrays;
import java.util.Locale;

final class Main {
    static double entry(int i, int j) {
        return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
    }

    static void times(double[] v, double[] result) {
        for (int i = 0; i < result.length; i++) {
            double sum = 0;
            for (int j = 0; j < v.length; j++) {
                sum += entry(i, j) * v[j];
            }
            result[i] = sum;
        }
    }

    static void transposedTimes(double[] v, double[] result) {
        for (int i = 0; i < result.length; i++) {
            double sum = 0;
            for (int j = 0; j < v.length; j++) {
                sum += entry(j, i) * v[j];
            }
            result[i] = sum;
        }
    }

    public static void main(String[] words) {
        int n = words.length > 0 ? Integer.parseInt(words[0]) : 100;
        double[] u = new double[n], v = new double[n], between = new double[n];
        Arrays.fill(u, 1);
        for (int round = 0; round < 10; round++) {
            times(u, between);
            transposedTimes(between, v);
            times(v, between);
            transposedTimes(between, u);
        }
        double uv = 0, vv = 0;
        for (int i = 0; i < n; i++) {
            uv += u[i] * v[i];
            vv += v[i] * v[i];
        }
        System.out.println(String.format(Locale.ROOT, "%.9f", Math.sqrt(uv / vv)));
    }
}
