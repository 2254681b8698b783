package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.text.Table;
import io.github.refragstreams.model.ModelBundle;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code refrag bundle compare}. */
@Command(
    name = "compare",
    description =
        "Prints in what two bundles differ, and whether vectors that one has stored are of use to"
            + " the other.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bundle compare models/old models/new")
final class BundleCompareCommand implements Callable<Integer> {
  private static final String NONE = "-";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "FROM", description = "Folder of the first bundle.")
  private Path from;

  @Parameters(index = "1", paramLabel = "TO", description = "Folder of the second bundle.")
  private Path to;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** Something that is not the same in both. */
  private record Difference(String what, Object from, Object to) {}

  @Override
  public Integer call() {
    ModelBundle first = ModelBundle.open(from);
    ModelBundle second = ModelBundle.open(to);
    List<Difference> differences = new ArrayList<>();
    add(differences, "", first.facts(), second.facts());
    add(differences, "file ", digests(first), digests(second));
    boolean sameVectors = first.info().encoderId().equals(second.info().encoderId());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.line(values(differences, sameVectors)));
    } else {
      print(out, differences, sameVectors);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static void print(PrintWriter out, List<Difference> differences, boolean sameVectors) {
    if (differences.isEmpty()) {
      out.println("no difference");
      return;
    }
    Table table = new Table("what", "from", "to");
    differences.forEach(
        each ->
            table.row(
                each.what(), BundleCommand.shown(each.from()), BundleCommand.shown(each.to())));
    out.print(table);
    out.println();
    out.println(
        sameVectors
            ? "stored vectors serve both: the encoder is the same"
            : "passages are encoded anew: the encoders differ");
  }

  private static Map<String, Object> values(List<Difference> differences, boolean sameVectors) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("equal", differences.isEmpty());
    values.put("same_vectors", sameVectors);
    values.put(
        "differences",
        differences.stream()
            .map(each -> Map.of("what", each.what(), "from", each.from(), "to", each.to()))
            .toList());
    return values;
  }

  private static void add(
      List<Difference> differences,
      String prefix,
      Map<String, Object> first,
      Map<String, Object> second) {
    Stream.concat(first.keySet().stream(), second.keySet().stream())
        .distinct()
        .forEach(
            name -> {
              Object a = first.getOrDefault(name, NONE);
              Object b = second.getOrDefault(name, NONE);
              if (!a.equals(b)) {
                differences.add(new Difference(prefix + name, a, b));
              }
            });
  }

  /** The first digits tell files apart as well as all of them. */
  private static Map<String, Object> digests(ModelBundle bundle) {
    Map<String, Object> digests = new LinkedHashMap<>();
    bundle.files().forEach(file -> digests.put(file.name(), file.sha256().substring(0, 12)));
    return digests;
  }
}
