import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Indexes the field `text` of JSON lines, on one thread, into one segment.
 *
 * A document's number is its line's, so that hits can be compared without ids; Lucene is spared to index
 * them, which ours does.
 */
final class Lines {
    static final String FIELD = "text";
    private static final JsonFactory JSON = new JsonFactory();
    private static final double BUFFER_MB = 1900; // a thread may hold 2,048; larger than any index here, so nothing is merged

    private Lines() {}

    /** Elasticsearch's analyzer `standard`: no stop words, words of at most 255 characters. */
    static StandardAnalyzer analyzer() {
        var analyzer = new StandardAnalyzer(CharArraySet.EMPTY_SET);
        analyzer.setMaxTokenLength(255);
        return analyzer;
    }

    /** Returns the seconds until the documents are found, then those of saving and of merging, and bytes on disk. */
    static Map<String, Object> index(Path lines, Path folder) throws IOException {
        var config = new IndexWriterConfig(analyzer());
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        config.setRAMBufferSizeMB(BUFFER_MB);
        config.setUseCompoundFile(false); // which would copy the segment once more
        try (Directory directory = FSDirectory.open(folder);
                var writer = new IndexWriter(directory, config)) {
            long began = System.nanoTime();
            add(lines, writer);
            int segments = segments(writer);
            long searchable = System.nanoTime();
            writer.commit();
            long saved = System.nanoTime();
            writer.forceMerge(1);
            writer.commit();
            long merged = System.nanoTime();
            return Map.of(
                    "index", (searchable - began) / 1e9,
                    "save", (saved - searchable) / 1e9,
                    "merge", (merged - saved) / 1e9,
                    "segments", segments,
                    "disk", bytes(directory));
        }
    }

    private static void add(Path lines, IndexWriter writer) throws IOException {
        var field = new TextField(FIELD, "", Field.Store.NO);
        var document = new Document(); // reused, as Lucene's own benchmarks do
        document.add(field);
        try (InputStream input = Files.newInputStream(lines);
                JsonParser parser = JSON.createParser(input)) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                field.setStringValue(text(parser));
                writer.addDocument(document);
            }
        }
    }

    private static String text(JsonParser parser) throws IOException {
        String text = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.getText().equals(FIELD);
            parser.nextToken();
            if (wanted) {
                text = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return text;
    }

    private static int segments(IndexWriter writer) throws IOException {
        try (var reader = DirectoryReader.open(writer)) { // from here on the documents are found
            return reader.leaves().size();
        }
    }

    private static long bytes(Directory directory) throws IOException {
        long sum = 0;
        for (String name : directory.listAll()) {
            sum += name.equals("write.lock") ? 0 : directory.fileLength(name);
        }
        return sum;
    }
}
