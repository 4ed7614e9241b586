// Five bodies under gravity, by the symplectic Euler method. See ../README.md for the definition.
import java.util.Locale;

final class Main {
    static final int BODIES = 5;
    static final double STEP = 0.001;

    static final class Body {
        double x, y, z, vx, vy, vz, mass;
    }

    static Body[] setUp() {
        Body[] all = new Body[BODIES];
        Body sun = all[0] = new Body();
        sun.mass = 1;
        for (int k = 1; k < BODIES; k++) {
            Body body = all[k] = new Body();
            double t = k / 5.0, r = k + 1.0;
            double cosine = (1 - t * t) / (1 + t * t), sine = 2 * t / (1 + t * t), speed = Math.sqrt(1 / r);
            body.x = r * cosine;
            body.y = r * sine;
            body.z = k / 100.0;
            body.vx = -speed * sine;
            body.vy = speed * cosine;
            body.mass = 0.001 / k;
            sun.vx -= body.mass * body.vx;
            sun.vy -= body.mass * body.vy;
        }
        return all;
    }

    static double energy(Body[] all) {
        double sum = 0;
        for (int i = 0; i < BODIES; i++) {
            Body a = all[i];
            sum += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
            for (int j = i + 1; j < BODIES; j++) {
                Body b = all[j];
                double dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
                sum -= a.mass * b.mass / Math.sqrt(dx * dx + dy * dy + dz * dz);
            }
        }
        return sum;
    }

    static void advance(Body[] all) {
        for (int i = 0; i < BODIES; i++) {
            Body a = all[i];
            for (int j = i + 1; j < BODIES; j++) {
                Body b = all[j];
                double dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
                double square = dx * dx + dy * dy + dz * dz;
                double pull = STEP / (square * Math.sqrt(square));
                a.vx -= dx * b.mass * pull;
                a.vy -= dy * b.mass * pull;
                a.vz -= dz * b.mass * pull;
                b.vx += dx * a.mass * pull;
                b.vy += dy * a.mass * pull;
                b.vz += dz * a.mass * pull;
            }
        }
        for (Body a : all) {
            a.x += STEP * a.vx;
            a.y += STEP * a.vy;
            a.z += STEP * a.vz;
        }
    }

    public static void main(String[] words) {
        int steps = words.length > 0 ? Integer.parseInt(words[0]) : 1000;
        Body[] all = setUp();
        System.out.println(String.format(Locale.ROOT, "%.9f", energy(all)));
        for (int i = 0; i < steps; i++) {
            advance(all);
        }
        System.out.println(String.format(Locale.ROOT, "%.9f\n%.9f %.9f", energy(all), all[1].x, all[1].y));
    }
}
