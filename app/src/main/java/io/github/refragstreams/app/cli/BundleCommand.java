package io.github.refragstreams.app.cli;

import io.github.refragstreams.model.BundleFile;
import io.github.refragstreams.model.ModelBundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code refrag bundle}. */
@Command(
    name = "bundle",
    description = "Looks at model bundles: what is in one, whether it is intact, how two differ.",
    subcommands = {BundleShowCommand.class, BundleVerifyCommand.class, BundleCompareCommand.class},
    footerHeading = Examples.HEADING,
    footer = "  refrag bundle show")
final class BundleCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "choose show, verify or compare");
  }

  /** A fact for people. */
  static String shown(Object fact) {
    return fact instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(", "))
        : String.valueOf(fact);
  }

  static long bytes(ModelBundle bundle) {
    return bundle.files().stream().mapToLong(BundleFile::bytes).sum();
  }

  /** For machines. */
  static Map<String, Object> values(BundleFile file) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", file.name());
    values.put("bytes", file.bytes());
    values.put("sha256", file.sha256());
    return values;
  }
}
