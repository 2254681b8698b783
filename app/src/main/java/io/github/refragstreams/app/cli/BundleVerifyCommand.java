package io.github.refragstreams.app.cli;

import io.github.refragstreams.app.config.BundleConfig;
import io.github.refragstreams.app.service.Bundles;
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

/** {@code refrag bundle verify}. */
@Command(
    name = "verify",
    description =
        "Compares every file of a bundle with the SHA-256 that its manifest has; ends with status 2"
            + " where one is missing, truncated or altered, or the manifest is not the one of"
            + " model.manifest-sha256.",
    footerHeading = Examples.HEADING,
    footer = "  refrag bundle verify --bundle models/smollm2-135m-refrag")
final class BundleVerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ConfigOptions config;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    BundleConfig configured = config.load().bundle();
    // Opening it checks it.
    ModelBundle bundle = Bundles.read(configured);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("bundle", bundle.info().id());
      values.put("intact", true);
      values.put("files", bundle.files().size());
      values.put("bytes", BundleCommand.bytes(bundle));
      out.println(Json.line(values));
    } else {
      out.println(
          bundle.info().id()
              + " in "
              + configured.folder()
              + " is intact: "
              + bundle.files().size()
              + " files, "
              + BundleCommand.bytes(bundle)
              + " bytes");
    }
    out.flush();
    return ExitCodes.OK;
  }
}
