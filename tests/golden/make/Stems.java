import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tartarus.snowball.SnowballStemmer;

/**
 * What Lucene's Snowball stemmers make of words. Stems IN OUT: IN has lines "language, tab, word", OUT the stem behind another tab.
 *
 * Needs org.apache.lucene:lucene-analysis-common:9.9.1.
 */
public class Stems {
    public static void main(String[] args) throws Exception {
        List<String> answers = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(args[0]))) {
            String[] asked = line.split("\t");
            String name = Character.toUpperCase(asked[0].charAt(0)) + asked[0].substring(1);
            Class<?> found = Class.forName("org.tartarus.snowball.ext." + name + "Stemmer");
            SnowballStemmer stemmer = (SnowballStemmer) found.getDeclaredConstructor().newInstance();
            stemmer.setCurrent(asked[1]);
            stemmer.stem();
            answers.add(asked[0] + "\t" + asked[1] + "\t" + stemmer.getCurrent());
        }
        Files.write(Path.of(args[1]), answers);
    }
}
