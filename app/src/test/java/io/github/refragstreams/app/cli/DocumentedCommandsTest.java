package io.github.refragstreams.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.config.Key;
import io.github.refragstreams.app.docs.Page;
import io.github.refragstreams.app.docs.ShellLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Commands that pages tell exist, with their options; those that need no cluster work. {@link
 * QuickStartTest} runs those that do.
 */
class DocumentedCommandsTest {
  /** Commands that contact nobody and end soon. */
  private static final Set<String> ALONE =
      Set.of(
          "topics",
          "topology",
          "acls",
          "config",
          "validate",
          "completion",
          "bundle show",
          "bundle verify",
          "bundle compare",
          "config-reference",
          "metrics-reference",
          "events-reference");

  private static final Set<String> KEYS =
      AppConfig.keys().stream().map(Key::name).collect(Collectors.toSet());

  private static final Path BUNDLE = Page.ROOT.resolve("models/smollm2-135m-refrag");

  @TempDir private Path folder = Path.of("");

  /**
   * A command as a page tells it.
   *
   * @param whole whether it stands in a block, to be typed as it is
   */
  private record Told(Path page, List<String> arguments, boolean whole) {
    @Override
    public String toString() {
      return page + ": refrag " + String.join(" ", arguments);
    }
  }

  @Test
  void everyCommandIsUnderstood() {
    // Given
    List<Told> told = told();
    assertThat(told).filteredOn(Told::whole).hasSizeGreaterThan(40);
    assertThat(told).filteredOn(each -> !each.whole()).hasSizeGreaterThan(60);
    // When, Then
    assertThat(told.stream().flatMap(each -> problem(each).stream())).isEmpty();
  }

  @Test
  void everyCommandThatNeedsNoClusterWorks() throws IOException {
    // Given
    Path file = folder.resolve("refrag.yaml");
    Files.writeString(file, Page.read(Path.of("README.md")).yaml());
    Set<List<String>> done = new LinkedHashSet<>();
    Set<String> names = new TreeSet<>();
    List<String> failed = new ArrayList<>();
    // When
    for (Told each : told()) {
      List<String> arguments = runnable(each.arguments(), file);
      if (!arguments.isEmpty() && done.add(arguments)) {
        names.add(String.join(" ", path(each.arguments())));
        StringWriter err = new StringWriter();
        int status = run(arguments, err);
        if (status != ExitCodes.OK) {
          failed.add(each + ": " + status + ", " + err.toString().strip());
        }
      }
    }
    // Then
    assertThat(failed).isEmpty();
    assertThat(names).containsAll(ALONE);
  }

  @Test
  void seesWhatIsWrong() {
    Path page = Path.of("page.md");
    assertThat(problem(new Told(page, List.of("topics", "--creates"), true)))
        .contains("page.md: refrag topics --creates: Unknown option: '--creates'");
    assertThat(problem(new Told(page, List.of("ask"), true))).isPresent();
    assertThat(problem(new Told(page, List.of("ask"), false))).isEmpty();
    assertThat(problem(new Told(page, List.of("asks"), false))).isPresent();
    assertThat(problem(new Told(page, List.of("ask", "--asks", "X"), false))).isPresent();
    assertThat(problem(new Told(page, List.of("run", "--set", "a.b=1"), true)))
        .contains("page.md: refrag run --set a.b=1: a.b is no setting");
  }

  private static List<Told> told() {
    return Page.all().stream()
        .filter(page -> !page.path().endsWith("CHANGELOG.md"))
        .flatMap(page -> Stream.concat(inBlocks(page), inText(page)))
        .toList();
  }

  private static Stream<Told> inBlocks(Page page) {
    return page.blocks().stream()
        .filter(Page.Block::isShell)
        .flatMap(block -> block.commands().stream())
        .flatMap(line -> ShellLine.arguments(line).stream())
        .map(arguments -> new Told(page.path(), arguments, true));
  }

  /** In text, a command may leave out what it needs, and have placeholders. */
  private static Stream<Told> inText(Page page) {
    return page.spans().stream()
        .map(ShellLine::words)
        .filter(words -> words.size() > 1 && words.get(0).matches("(\\.{1,2}/)?refrag"))
        .map(words -> words.subList(1, words.size()))
        .filter(arguments -> !arguments.get(0).equals("COMMAND"))
        .map(arguments -> new Told(page.path(), arguments, false));
  }

  private static Optional<String> problem(Told told) {
    String problem = told.whole() ? parsed(told.arguments()) : looked(told.arguments());
    if (problem.isEmpty()) {
      problem =
          settings(told.arguments())
              .filter(name -> !KEYS.contains(name) && !name.startsWith("kafka."))
              .map(name -> name + " is no setting")
              .findFirst()
              .orElse("");
    }
    return problem.isEmpty() ? Optional.empty() : Optional.of(told + ": " + problem);
  }

  private static String parsed(List<String> arguments) {
    try {
      Main.commandLine().parseArgs(arguments.toArray(String[]::new));
      return "";
    } catch (CommandLine.ParameterException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String looked(List<String> arguments) {
    CommandLine command = command(arguments);
    Optional<String> first = arguments.stream().findFirst().filter(word -> !word.startsWith("-"));
    if (first.isPresent() && path(arguments).isEmpty()) {
      return first.get() + " is no command";
    }
    return arguments.stream()
        .filter(word -> word.startsWith("-"))
        .map(word -> word.replaceFirst("=.*", ""))
        .filter(option -> !command.getCommandSpec().optionsMap().containsKey(option))
        .map(option -> option + " is no option")
        .findFirst()
        .orElse("");
  }

  private static Stream<String> settings(List<String> arguments) {
    return Stream.iterate(0, i -> i + 1 < arguments.size(), i -> i + 1)
        .filter(i -> arguments.get(i).equals("--set"))
        .map(i -> arguments.get(i + 1).replaceFirst("=.*", ""));
  }

  /** The names of the command and of those above it. */
  private static List<String> path(List<String> arguments) {
    List<String> path = new ArrayList<>();
    CommandLine command = Main.commandLine();
    for (String word : arguments) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        break;
      }
      command = next;
      path.add(word);
    }
    return path;
  }

  private static CommandLine command(List<String> arguments) {
    CommandLine command = Main.commandLine();
    for (String name : path(arguments)) {
      command = Objects.requireNonNull(command.getSubcommands().get(name));
    }
    return command;
  }

  /**
   * What to run, with a file and bundles that exist; nothing where it cannot be run here.
   *
   * @param file stands in for the configuration that the page tells of
   */
  private static List<String> runnable(List<String> arguments, Path file) {
    boolean helps = arguments.contains("--help") || arguments.contains("--version");
    boolean alone = ALONE.contains(String.join(" ", path(arguments)));
    if (!parsed(arguments).isEmpty() || !(helps || alone) || arguments.contains("--create")) {
      return List.of();
    }
    List<String> changed = new ArrayList<>(arguments);
    int config = arguments.indexOf("--config") + 1;
    if (config > 0) {
      changed.set(config, file.toString());
    }
    changed.replaceAll(
        word -> word.matches("(\\.\\./)?models/.+|DIR|OLD|NEW") ? BUNDLE.toString() : word);
    boolean takesBundle = command(arguments).getCommandSpec().optionsMap().containsKey("--bundle");
    if (takesBundle && !helps && !arguments.contains("--bundle")) {
      changed.addAll(List.of("--bundle", BUNDLE.toString()));
    }
    return changed;
  }

  private static int run(List<String> arguments, StringWriter err) {
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(new StringWriter(), true));
    command.setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(String[]::new));
  }
}
