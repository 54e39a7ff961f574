/**
 * Prints what Java's StrictMath gives, in bits: a line with a function's name and types, then a line a case with its
 * arguments and result in hexadecimal. d, f, l and i are double, float, long and int; "!" stands where Java throws.
 *
 *     java JavaMath.java 300 1 > java-math.txt     (cases of each function, seed; with Java 17)
 */
import java.io.PrintStream;
import java.util.Random;
import java.util.function.*;

public class JavaMath {
    static final double[] EDGES = {0.0, Double.MIN_VALUE, 3e-320, Double.MIN_NORMAL, 1e-300, 1e-160, 0x1p-60, 0x1p-54,
        0x1p-53, 1e-9, 0x1p-29, 0x1p-28, 0x1p-27, 0.25, 0.2928932188134524, 0.34657359027997264, 0.41421356237309503, 0.4375,
        0.5, 0.6744, 0.6875, 0.7071067811865476, 0.7853981633974483, 0.975, 1, 1.0397207708399179, 1.1875,
        1.4142135623730951, 1.5, 1.5707963267948966, 1.7320508075688772, 2, 2.356194490192345, 2.4375, 2.5, 3, 3.141592653589793, 4, 8, 10, 22, 38.9, 100, 180, 360,
        709.782712893384, 710.4758600739439, 745.1332191019411, 1000, 1024, 1075, 823549.6645, 1048576, 0x1p31, 1e10, 0x1p52, 0x1p53, 0x1p63,
        0x1p66, 1e22, 6381956970095103.0 * 0x1p797, 1e300, 0x1p1023, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN};
    static int cases;
    static Random random;
    static PrintStream out;

    public static void main(String[] arguments) {
        cases = Integer.parseInt(arguments[0]);
        random = new Random(Long.parseLong(arguments[1]));
        out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 20), false);
        elementary();
        ofTwo();
        exact();
        floats();
        integers();
        out.flush();
    }

    static void elementary() {
        unary("sin", StrictMath::sin, 20);
        unary("cos", StrictMath::cos, 20);
        unary("tan", StrictMath::tan, 20);
        unary("asin", StrictMath::asin, 1);
        unary("acos", StrictMath::acos, 1);
        unary("atan", StrictMath::atan, 5);
        unary("exp", StrictMath::exp, 750);
        unary("expm1", StrictMath::expm1, 50);
        unary("log", StrictMath::log, 3);
        unary("log1p", StrictMath::log1p, 3);
        unary("log10", StrictMath::log10, 3);
        unary("sinh", StrictMath::sinh, 30);
        unary("cosh", StrictMath::cosh, 30);
        unary("tanh", StrictMath::tanh, 25);
        unary("cbrt", StrictMath::cbrt, 1000);
    }

    static void ofTwo() {
        binary("atan2", StrictMath::atan2, JavaMath::any, JavaMath::any);
        binary("hypot", StrictMath::hypot, JavaMath::any, JavaMath::any);
        binary("pow", StrictMath::pow, JavaMath::base, JavaMath::exponent);
    }

    /** What rounds at most once needs fewer cases. */
    static void exact() {
        final int all = cases;
        cases = all / 2;
        unary("signum", StrictMath::signum, 9);
        unary("ulp", StrictMath::ulp, 9);
        unary("next_up", StrictMath::nextUp, 9);
        unary("next_down", StrictMath::nextDown, 9);
        unary("to_radians", StrictMath::toRadians, 720);
        unary("to_degrees", StrictMath::toDegrees, 9);
        binary("ieee_remainder", StrictMath::IEEEremainder, JavaMath::any, JavaMath::any);
        binary("remainder", (x, y) -> x % y, JavaMath::any, JavaMath::any);
        binary("next_after", StrictMath::nextAfter, JavaMath::any, JavaMath::any);
        binary("copy_sign", StrictMath::copySign, JavaMath::any, JavaMath::any);
        binary("max", StrictMath::max, JavaMath::any, JavaMath::any);
        binary("min", StrictMath::min, JavaMath::any, JavaMath::any);
        each("scalb di d", () -> {
            final double x = any();
            final int exponent = random.nextInt(random.nextBoolean() ? 5000 : 200) - (random.nextBoolean() ? 100 : 2500);
            return hex(x) + hex(exponent) + hex(StrictMath.scalb(x, exponent));
        });
        each("round d l", () -> { final double x = any(); return hex(x) + hex(StrictMath.round(x)); });
        each("to_int d i", () -> { final double x = any(); return hex(x) + hex((int) x); });
        each("to_long d l", () -> { final double x = any(); return hex(x) + hex((long) x); });
        cases = all;
    }

    static void floats() {
        final int all = cases;
        cases = all / 4;
        each("round f i", () -> { final float x = anyFloat(); return hex(x) + hex(StrictMath.round(x)); });
        each("ulp f f", () -> { final float x = anyFloat(); return hex(x) + hex(StrictMath.ulp(x)); });
        each("signum f f", () -> { final float x = anyFloat(); return hex(x) + hex(StrictMath.signum(x)); });
        each("next_up f f", () -> { final float x = anyFloat(); return hex(x) + hex(StrictMath.nextUp(x)); });
        each("next_down f f", () -> { final float x = anyFloat(); return hex(x) + hex(StrictMath.nextDown(x)); });
        each("next_after fd f", () -> {
            final float x = anyFloat();
            final double direction = any();
            return hex(x) + hex(direction) + hex(StrictMath.nextAfter(x, direction));
        });
        each("scalb fi f", () -> {
            final float x = anyFloat();
            final int exponent = random.nextInt(600) - 300;
            return hex(x) + hex(exponent) + hex(StrictMath.scalb(x, exponent));
        });
        floatOfTwo("max", StrictMath::max);
        floatOfTwo("min", StrictMath::min);
        floatOfTwo("remainder", (x, y) -> x % y);
        cases = all;
    }

    static void integers() {
        final int all = cases;
        cases = all / 4;
        ofLongs("divide", (x, y) -> x / y);
        ofLongs("remainder", (x, y) -> x % y);
        ofInts("divide", (x, y) -> x / y);
        ofInts("remainder", (x, y) -> x % y);
        cases = all;
    }

    static void unary(String name, DoubleUnaryOperator f, double range) {
        out.println(name + " d d");
        for (int i = 0; i < cases; i++) {
            final double x = i < 2 * EDGES.length ? edge(i) : inRange(range);
            out.println((hex(x) + hex(f.applyAsDouble(x))).trim());
        }
    }

    static void binary(String name, DoubleBinaryOperator f, DoubleSupplier first, DoubleSupplier second) {
        each(name + " dd d", () -> {
            final double x = first.getAsDouble(), y = second.getAsDouble();
            return hex(x) + hex(y) + hex(f.applyAsDouble(x, y));
        });
    }

    static void floatOfTwo(String name, BinaryOperator<Float> f) {
        each(name + " ff f", () -> {
            final float x = anyFloat(), y = anyFloat();
            return hex(x) + hex(y) + hex(f.apply(x, y));
        });
    }

    static void ofLongs(String name, LongBinaryOperator f) {
        each(name + " ll l", () -> {
            final long x = anyLong(), y = anyLong();
            return hex(x) + hex(y) + orThrown(() -> hex(f.applyAsLong(x, y)));
        });
    }

    static void ofInts(String name, IntBinaryOperator f) {
        each(name + " ii i", () -> {
            final int x = (int) anyLong(), y = (int) anyLong();
            return hex(x) + hex(y) + orThrown(() -> hex(f.applyAsInt(x, y)));
        });
    }

    static void each(String name, Supplier<String> line) {
        out.println(name);
        for (int i = 0; i < cases; i++) out.println(line.get().trim());
    }

    static String orThrown(Supplier<String> result) {
        try {
            return result.get();
        } catch (ArithmeticException thrown) {
            return "!";
        }
    }

    static double edge(int i) {
        return i % 2 == 0 ? EDGES[i / 2] : -EDGES[i / 2];
    }

    static double near(double x) {
        return Double.longBitsToDouble(Double.doubleToRawLongBits(x) + random.nextInt(9) - 4);
    }

    /** Most within the range where the function lives, some near multiples of pi/4 and halves, some of any bits. */
    static double inRange(double range) {
        final double x = (2 * random.nextDouble() - 1) * range;
        switch (random.nextInt(12)) {
            case 0: return Double.longBitsToDouble(random.nextLong());
            case 1: return near(random.nextInt(2000) * Math.PI / 4);
            case 2: return near(random.nextInt(200) / 2.0);
            case 3: return near(edge(random.nextInt(2 * EDGES.length)));
            case 4: return x * Math.pow(2, random.nextInt(120) - 60);
            case 5: return Math.pow(10, random.nextInt(40) - 20);
            case 6: return random.nextInt(1000) * range / 100;
            case 7: return 1 + x * Math.pow(2, -random.nextInt(50));
            default: return random.nextBoolean() ? Math.abs(x) : x;
        }
    }

    static double any() {
        return random.nextInt(4) == 0 ? edge(random.nextInt(2 * EDGES.length)) : inRange(Math.pow(10, random.nextInt(5) - 1));
    }

    static double base() {
        switch (random.nextInt(8)) {
            case 0: return any();
            case 1: return random.nextInt(40) - 20;
            case 2: return 1 + random.nextGaussian() * Math.pow(2, -random.nextInt(45));
            case 3: return Math.abs(Double.longBitsToDouble(random.nextLong()));
            case 4: return random.nextDouble();
            default: return random.nextDouble() * 1000;
        }
    }

    static double exponent() {
        switch (random.nextInt(8)) {
            case 0: return any();
            case 1: return random.nextInt(40) - 20;
            case 2: return random.nextInt(20) / 2.0 - 5;
            case 3: return random.nextGaussian() * Math.pow(2, random.nextInt(45));
            case 4: return random.nextGaussian() * 100;
            default: return random.nextGaussian() * 3;
        }
    }

    static float anyFloat() {
        switch (random.nextInt(3)) {
            case 0: return Float.intBitsToFloat(random.nextInt());
            case 1: return random.nextInt(40) / 4f - 5;
            default: return (float) any();
        }
    }

    static long anyLong() {
        final long[] edges = {0, 1, -1, 2, 3, -7, 10, Integer.MAX_VALUE, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE};
        return random.nextInt(3) == 0 ? edges[random.nextInt(edges.length)] : random.nextLong() >> random.nextInt(64);
    }

    static String hex(double x) {
        return hex(Double.doubleToLongBits(x));
    }

    static String hex(float x) {
        return hex(Float.floatToIntBits(x));
    }

    static String hex(long x) {
        return Long.toHexString(x) + " ";
    }

    static String hex(int x) {
        return Integer.toHexString(x) + " ";
    }
}
