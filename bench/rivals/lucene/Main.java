import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lucene in a process of its own; bench/rivals/lucene.py speaks to it.
 *
 * It reads a request a line, JSON, from its input and writes an answer a line to its output. Everything is
 * timed here, so the pipe costs nothing.
 */
public final class Main {
    private static final JsonFactory JSON = new JsonFactory();

    private Searches searches;

    public static void main(String[] arguments) throws Exception {
        var main = new Main();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.println(write(main.answer(read(line))));
        }
    }

    private Map<String, Object> answer(Map<String, Object> request) throws Exception {
        int size = number(request, "size");
        int slop = number(request, "slop");
        int calls = Math.max(1, number(request, "calls"));
        switch ((String) request.get("do")) {
            case "version":
                return Map.of(
                        "version", org.apache.lucene.util.Version.LATEST.toString(),
                        "java", System.getProperty("java.vm.version"));
            case "index":
                return Lines.index(path(request, "lines"), path(request, "folder"));
            case "open":
                return open(path(request, "folder"));
            case "phrases":
                return searches.phrases(texts(request.get("phrases")));
            case "first":
                return Map.of("nanoseconds", searches.first(size, calls));
            case "first_hits":
                return searches.firstHits(size);
            case "rescore":
                return Map.of("nanoseconds", searches.rescore(size, slop, calls));
            case "cold":
                return Map.of("nanoseconds", searches.rescoreCold(size, slop, number(request, "bytes")));
            case "rescore_hits":
                return searches.rescoreHits(size, slop);
            case "parallel":
                return Map.of("seconds", searches.parallel(size, slop, number(request, "threads")));
            default:
                throw new IllegalArgumentException("unknown request: " + request);
        }
    }

    private Map<String, Object> open(Path folder) throws IOException {
        if (searches != null) {
            searches.close();
        }
        long began = System.nanoTime();
        searches = new Searches(folder);
        return Map.of(
                "seconds", (System.nanoTime() - began) / 1e9,
                "documents", searches.documents(),
                "segments", searches.segments());
    }

    private static int number(Map<String, Object> request, String name) {
        return (Integer) request.getOrDefault(name, 0);
    }

    private static Path path(Map<String, Object> request, String name) {
        return Path.of((String) request.get(name));
    }

    private static String[] texts(Object list) {
        return ((List<?>) list).toArray(String[]::new);
    }

    private static Map<String, Object> read(String line) throws IOException {
        var request = new HashMap<String, Object>();
        try (JsonParser parser = JSON.createParser(line)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.getText();
                request.put(name, value(parser, parser.nextToken()));
            }
        }
        return request;
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getIntValue();
        }
        if (token != JsonToken.START_ARRAY) {
            return parser.getText();
        }
        var list = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(parser.getText());
        }
        return list;
    }

    private static String write(Map<String, Object> answer) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (var entry : answer.entrySet()) {
                json.writeFieldName(entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof long[] times) {
            json.writeArray(times, 0, times.length);
        } else if (value instanceof byte[] bytes) {
            json.writeBinary(bytes); // base64
        } else if (value instanceof Double seconds) {
            json.writeNumber(seconds);
        } else if (value instanceof Number number) {
            json.writeNumber(number.longValue());
        } else {
            json.writeString(value.toString());
        }
    }
}
