import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes the native libraries of this platform out of the jars of a folder and lays them side by side
 * in another one; those of other platforms are deleted. So nothing is unpacked at run time, which
 * needs a writable folder that may hold programs, and the image carries one platform instead of
 * five.
 *
 * <p>A single file, run by {@code java NativeLibraries.java JARS NATIVE} while an image is built.
 */
final class NativeLibraries {
  private static final Pattern NATIVE =
      Pattern.compile(".*(\\.so|\\.dll|\\.dylib|\\.jnilib|\\.dSYM/.*)");

  /** Where jars keep the libraries of a platform, by the beginning of the jar's name. */
  private static final Map<String, Map<String, String>> PLACES =
      Map.of(
          "amd64",
          Map.of(
              "jna-", "com/sun/jna/linux-x86-64/.*",
              "lz4-java-", "net/jpountz/util/linux/amd64/.*",
              "onnxruntime", "ai/onnxruntime/native/linux-x64/.*",
              "rocksdbjni-", "librocksdbjni-linux64\\.so",
              "snappy-java-", "org/xerial/snappy/native/Linux/x86_64/.*",
              "tokenizers-", "native/lib/linux-x86_64/cpu/.*",
              "zstd-jni-", "linux/amd64/.*"),
          "aarch64",
          Map.of(
              "jna-", "com/sun/jna/linux-aarch64/.*",
              "lz4-java-", "net/jpountz/util/linux/aarch64/.*",
              "onnxruntime", "ai/onnxruntime/native/linux-aarch64/.*",
              "rocksdbjni-", "librocksdbjni-linux-aarch64\\.so",
              "snappy-java-", "org/xerial/snappy/native/Linux/aarch64/.*",
              "tokenizers-", "native/lib/linux-aarch64/cpu/.*",
              "zstd-jni-", "linux/aarch64/.*"));

  private NativeLibraries() {}

  public static void main(String[] arguments) throws IOException {
    Path jars = Path.of(arguments[0]);
    Path natives = Files.createDirectories(Path.of(arguments[1]));
    Map<String, String> places = PLACES.get(System.getProperty("os.arch"));
    if (places == null) {
      throw new IllegalStateException(
          "os.arch is "
              + System.getProperty("os.arch")
              + "; there are images for "
              + PLACES.keySet());
    }
    Set<String> missing = new TreeSet<>(places.keySet());
    try (Stream<Path> files = Files.list(jars)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        takeOut(jar, natives, places, missing);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(jars + ": no jar with native libraries begins with " + missing);
    }
    try (Stream<Path> files = Files.list(natives)) {
      System.out.println(
          files
              .map(file -> file.getFileName().toString())
              .sorted()
              .collect(Collectors.joining(" ")));
    }
  }

  private static void takeOut(
      Path jar, Path natives, Map<String, String> places, Set<String> missing) throws IOException {
    String name = jar.getFileName().toString();
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      List<Path> libraries = libraries(zip);
      if (libraries.isEmpty()) {
        return;
      }
      String prefix =
          places.keySet().stream()
              .filter(name::startsWith)
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          jar + " has native libraries in an unknown place: " + libraries));
      Pattern ours = Pattern.compile("/" + places.get(prefix));
      for (Path library : libraries) {
        if (ours.matcher(library.toString()).matches()) {
          Files.copy(library, natives.resolve(library.getFileName().toString()));
          missing.remove(prefix);
        }
        Files.delete(library);
      }
    }
  }

  private static List<Path> libraries(FileSystem zip) {
    try (Stream<Path> entries = Files.walk(zip.getPath("/"))) {
      return entries
          .filter(Files::isRegularFile)
          .filter(entry -> NATIVE.matcher(entry.toString()).matches())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
