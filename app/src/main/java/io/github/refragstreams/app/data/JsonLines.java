package io.github.refragstreams.app.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/**
 * Reads question and passage files: one JSON object a line, plain or compressed ({@code .xz},
 * {@code .gz}). Every refusal names file, line and field, never the text in it.
 */
public final class JsonLines {
  private static final ObjectReader READER =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Some programs begin their files with it. */
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** What unpacking may take; the most that {@code xz -9} asks for is half of it. */
  private static final int UNPACKING_KIB = 128 * 1024;

  private JsonLines() {}

  /**
   * Passage rows {@code {"pid", "title", "text"}} by pid, in file order.
   *
   * @throws BadInputException when the file is missing or a row is not a passage
   */
  public static Map<String, Passage> passages(Path file) {
    return passages(file.toString(), open(file));
  }

  /**
   * Like {@link #passages(Path)} for a stream, which is closed.
   *
   * @param name what errors call it; its ending says how it is compressed
   */
  public static Map<String, Passage> passages(String name, InputStream in) {
    return passages(name, in, Long.MAX_VALUE);
  }

  /**
   * Like {@link #passages(String, InputStream)} for a stream that nobody vouches for.
   *
   * @param mostBytes most bytes, once unpacked
   */
  public static Map<String, Passage> passages(String name, InputStream in, long mostBytes) {
    Map<String, Passage> byId = new LinkedHashMap<>();
    for (Passage passage : rows(name, in, mostBytes, Row::passage)) {
      if (byId.put(passage.pid(), passage) != null) {
        throw new BadInputException(name + ": pid '" + passage.pid() + "' occurs twice");
      }
    }
    return byId;
  }

  /**
   * Question rows {@code {"id", "question", "answers", "gold", "neg"}} in file order.
   *
   * @throws BadInputException when the file is missing or a row is not a question
   */
  public static List<Question> questions(Path file) {
    return questions(file.toString(), open(file));
  }

  /** Like {@link #questions(Path)} for a stream, which is closed. */
  public static List<Question> questions(String name, InputStream in) {
    return rows(name, in, Long.MAX_VALUE, Row::question);
  }

  private static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new BadInputException(file + ": no such file", e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be opened: " + e.getMessage(), e);
    }
  }

  private static <T> List<T> rows(
      String name, InputStream in, long mostBytes, Function<Row, T> parse) {
    List<T> rows = new ArrayList<>();
    int line = 0;
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new BoundedInput(decompressed(name, in), mostBytes),
                StandardCharsets.UTF_8.newDecoder()))) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        line++;
        if (line == 1 && text.startsWith(BYTE_ORDER_MARK)) {
          text = text.substring(BYTE_ORDER_MARK.length());
        }
        if (!text.isBlank()) {
          rows.add(parse.apply(new Row(name, line, object(name, line, text))));
        }
      }
    } catch (IOException e) {
      throw new BadInputException(
          name + ": cannot be read after line " + line + ": " + e.getMessage(), e);
    }
    return rows;
  }

  private static InputStream decompressed(String file, InputStream in) throws IOException {
    String name = file.toLowerCase(Locale.ROOT);
    try {
      if (name.endsWith(".xz")) {
        return new XZInputStream(in, UNPACKING_KIB);
      }
      return name.endsWith(".gz") ? new GZIPInputStream(in) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static JsonNode object(String name, int line, String text) {
    try {
      JsonNode node = READER.readTree(text);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new BadInputException(name + ":" + line + ": not valid JSON", e);
    } catch (IOException e) {
      throw new BadInputException(name + ":" + line + ": cannot be read", e);
    }
    throw new BadInputException(name + ":" + line + ": not a JSON object");
  }

  /** One line, with errors that say where it is. */
  private record Row(String name, int line, JsonNode node) {
    Passage passage() {
      return new Passage(
          required("pid"), optional("title"), required("text"), optional("source_uri"));
    }

    Question question() {
      String type = optional("type");
      List<String> gold = node.has("gold_ids") ? strings("gold_ids") : strings("gold");
      return new Question(
          required("id"),
          type == null ? "" : type,
          required("question"),
          strings("answers"),
          gold,
          strings("neg"));
    }

    private String required(String field) {
      String value = optional(field);
      if (value == null || value.isBlank()) {
        throw new BadInputException(name + ":" + line + ": '" + field + "' is missing or empty");
      }
      return value;
    }

    private @Nullable String optional(String field) {
      JsonNode value = node.get(field);
      if (value == null || value.isNull()) {
        return null;
      }
      if (!value.isTextual()) {
        throw new BadInputException(name + ":" + line + ": '" + field + "' is not a string");
      }
      return value.textValue();
    }

    private List<String> strings(String field) {
      JsonNode value = node.get(field);
      if (value == null || value.isNull()) {
        return List.of();
      }
      List<String> strings = new ArrayList<>();
      for (JsonNode element : value) {
        if (element.isTextual()) {
          strings.add(element.textValue());
        }
      }
      if (!value.isArray() || strings.size() != value.size()) {
        throw new BadInputException(
            name + ":" + line + ": '" + field + "' is not an array of strings");
      }
      return strings;
    }
  }
}
