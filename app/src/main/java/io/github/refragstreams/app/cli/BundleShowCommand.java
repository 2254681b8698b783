package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.AppConfig;
import io.github.refragstreams.app.service.Bundles;
import io.github.refragstreams.app.text.Table;
import io.github.refragstreams.model.ModelBundle;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code refrag bundle show}. */
@Command(
    name = "show",
    description = "Prints what a bundle's manifest says, and its files.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bundle show --bundle models/smollm2-135m-refrag")
final class BundleShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    AppConfig settings = config.load();
    ModelBundle bundle = Bundles.read(settings.bundle());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = facts(bundle);
      values.put("files", bundle.files().stream().map(BundleCommand::values).toList());
      out.println(Json.line(values));
    } else {
      facts(bundle)
          .forEach((name, fact) -> out.printf("%-21s %s%n", name, BundleCommand.shown(fact)));
      out.println();
      Table files = new Table("file", "bytes");
      bundle.files().forEach(file -> files.row(file.name(), String.valueOf(file.bytes())));
      out.print(files);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static Map<String, Object> facts(ModelBundle bundle) {
    Map<String, Object> facts = new LinkedHashMap<>(bundle.facts());
    facts.put("manifest_sha256", bundle.manifestSha256());
    return facts;
  }
}
