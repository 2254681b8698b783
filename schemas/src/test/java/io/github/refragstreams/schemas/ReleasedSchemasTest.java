package io.github.refragstreams.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Today's events read what any released version wrote, and the other way round, so that programs of
 * different versions can share topics during an upgrade. {@code src/test/released} holds one folder
 * per release and one file per event; a release adds its folder and changes no older one.
 */
class ReleasedSchemasTest {
  private static final Path RELEASED = Path.of("src", "test", "released");

  /** Events per release: a folder that moved, or a file that got lost, must not pass unseen. */
  private static final Map<String, Integer> RELEASES = Map.of("0.1.0", 6);

  private static final Map<String, Schema> TODAY =
      Stream.of(
              Answer.getClassSchema(),
              AnswerToken.getClassSchema(),
              Document.getClassSchema(),
              EncodedPassage.getClassSchema(),
              Query.getClassSchema(),
              RetrievedPassage.getClassSchema())
          .collect(Collectors.toUnmodifiableMap(Schema::getFullName, Function.identity()));

  static List<Path> released() {
    try (Stream<Path> files = Files.walk(RELEASED)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void findsEveryReleasedEvent() {
    // When
    Map<String, Integer> found = new TreeMap<>();
    released()
        .forEach(file -> found.merge(file.getParent().getFileName().toString(), 1, Integer::sum));
    // Then
    assertThat(found).isEqualTo(RELEASES);
  }

  @ParameterizedTest
  @MethodSource("released")
  void isCompatibleBothWaysWithEveryReleasedEvent(Path file) throws IOException {
    // Given
    Schema released = new Schema.Parser().parse(Files.readString(file));
    // When
    Schema today = TODAY.get(released.getFullName());
    // Then
    assertThat(today).as("today's %s", released.getFullName()).isNotNull();
    assertThat(unreadable(today, released)).as("today reads %s", file).isEmpty();
    assertThat(unreadable(released, today)).as("%s reads today's", file).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a field without default  | \"fields\": [ | \"fields\": [{\"name\": \"x\", \"type\": \"int\"},",
        "a field taken away       | {\"name\": \"index\", \"type\": \"int\", | {\"name\": \"place\", \"type\": \"int\",",
        "another type             | \"name\": \"index\", \"type\": \"int\" | \"name\": \"index\", \"type\": \"string\"",
        "a wider type             | \"name\": \"index\", \"type\": \"int\" | \"name\": \"index\", \"type\": \"long\"",
        "another name             | \"name\": \"AnswerToken\" | \"name\": \"Token\"",
      })
  void wouldNotice(String change, String from, String to) throws IOException {
    // Given
    String text = Files.readString(RELEASED.resolve("0.1.0").resolve("AnswerToken.avsc"));
    assertThat(text).as(change).contains(from);
    // When
    Schema changed = new Schema.Parser().parse(text.replace(from, to));
    // Then
    Schema today = AnswerToken.getClassSchema();
    assertThat(
            Stream.concat(unreadable(today, changed).stream(), unreadable(changed, today).stream()))
        .as(change)
        .isNotEmpty();
  }

  @Test
  void documentsEveryTypeAndField() {
    // When
    List<String> undocumented =
        TODAY.values().stream().flatMap(ReleasedSchemasTest::undocumented).sorted().toList();
    // Then
    assertThat(undocumented).isEmpty();
  }

  private static List<String> unreadable(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(i -> i.getType() + " at " + i.getLocation() + ": " + i.getMessage())
        .toList();
  }

  private static Stream<String> undocumented(Schema schema) {
    return switch (schema.getType()) {
      case RECORD ->
          Stream.concat(
              undocumented(schema.getFullName(), schema.getDoc()),
              schema.getFields().stream()
                  .flatMap(
                      field ->
                          Stream.concat(
                              undocumented(schema.getFullName() + "." + field.name(), field.doc()),
                              undocumented(field.schema()))));
      case ENUM -> undocumented(schema.getFullName(), schema.getDoc());
      case ARRAY -> undocumented(schema.getElementType());
      case UNION -> schema.getTypes().stream().flatMap(ReleasedSchemasTest::undocumented);
      default -> Stream.empty();
    };
  }

  private static Stream<String> undocumented(String name, String doc) {
    return doc == null || doc.isBlank() ? Stream.of(name) : Stream.empty();
  }
}
