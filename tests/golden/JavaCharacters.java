/**
 * Prints what Java says of characters: a line "letter first last" for each run of letters, then "lower" and "upper" with
 * first, last, step and difference for each run of characters with another case; code points in hexadecimal.
 *
 *     java JavaCharacters.java > java-characters.txt     (with Java 17, whose Unicode is 13.0)
 */
import java.util.function.IntUnaryOperator;

public class JavaCharacters {
    public static void main(String[] arguments) {
        for (int first = 0; first <= Character.MAX_CODE_POINT; first++) {
            if (!Character.isLetter(first)) continue;
            int last = first;
            while (Character.isLetter(last + 1)) last++;
            System.out.printf("letter %X %X%n", first, last);
            first = last;
        }
        print("lower", Character::toLowerCase);
        print("upper", Character::toUpperCase);
    }

    private static void print(String name, IntUnaryOperator mapping) {
        int first = -1, last = -1, step = 1, difference = 0;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            int by = mapping.applyAsInt(c) - c;
            if (by == 0) continue;
            int gap = c - last;
            if (first >= 0 && by == difference && gap <= 2 && (gap == step || first == last)) {
                step = gap;
            } else {
                if (first >= 0) System.out.printf("%s %X %X %d %d%n", name, first, last, step, difference);
                first = c;
                step = 1;
                difference = by;
            }
            last = c;
        }
        System.out.printf("%s %X %X %d %d%n", name, first, last, step, difference);
    }
}
